#include "hw_models/spec/tokens.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace vernier {
namespace {

// Index of the engine that a field such as "wait_mac" names, or -1 when the field has another name.
int engine_named(std::string_view field, std::string_view prefix) {
  constexpr std::array<std::string_view, kEngines> kNames = {"load", "store", "mac", "post"};
  if (field.substr(0, prefix.size()) != prefix) return -1;
  for (std::size_t e = 0; e < kNames.size(); ++e) {
    if (field.substr(prefix.size()) == kNames[e]) return static_cast<int>(e);
  }
  return -1;
}

// What a field is: an engine's tokens that are waited for, or the token that is signalled, or none.
struct Role {
  std::int8_t wait = -1, signal = -1;
};

// Of each field of an instruction, in order; told from the names once.
template <class Insn>
const std::vector<Role>& roles() {
  static const std::vector<Role> list = [] {
    std::vector<Role> all;
    insn::fields(Insn{}, [&all](const char* name, std::int64_t, int, bool, const char*) {
      all.push_back({static_cast<std::int8_t>(engine_named(name, "wait_")),
                     static_cast<std::int8_t>(engine_named(name, "signal_"))});
    });
    return all;
  }();
  return list;
}

// Inlined to its leaves, no name is compared at run time.
template <class Insn>
[[gnu::flatten]] void read_fields(const Insn& i, TokenFields* t) {
  insn::fields(i, [t](const char* name, std::int64_t value, int, bool, const char*) {
    if (const int e = engine_named(name, "wait_"); e >= 0) {
      t->waits[static_cast<std::size_t>(e)] = static_cast<int>(value);
    }
    if (const int e = engine_named(name, "signal_"); e >= 0) {
      t->signals[static_cast<std::size_t>(e)] = value != 0;
    }
  });
}

}  // namespace

TokenFields token_fields(const Instruction& i) {
  TokenFields t;
  std::visit(
      [&t](const auto& one) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(one)>, std::monostate>) {
          read_fields(one, &t);
        }
      },
      i);
  if (std::holds_alternative<insn::MacTile>(i)) {
    auto& post = t.signals[static_cast<std::size_t>(Engine::Post)];
    t.early_post = post;
    post = false;
  }
  return t;
}

}  // namespace vernier
