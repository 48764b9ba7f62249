// The instruction set: encoding and text are inverses, tables do not overlap, damage is refused.
#include "hw_models/spec/isa.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <random>
#include <set>

#include "hw_models/spec/error.h"

using namespace vernier;

namespace {

// One empty instruction of each kind.
std::vector<Instruction> every_instruction() {
  return {
#define VERNIER_INSN(Name, mnemonic, opcode, engine, doc) insn::Name{},
#define VERNIER_FIELD(Name, field, bits, is_signed, doc)
#define VERNIER_END(Name)
#include "hw_models/spec/isa.def"
#undef VERNIER_INSN
#undef VERNIER_FIELD
#undef VERNIER_END
  };
}

// visit(name, value&, bits, is_signed) for the fields of an instruction.
template <class Visit>
void each_field(Instruction* i, Visit&& visit) {
  std::visit(
      [&](auto& one) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(one)>, std::monostate>) {
          insn::fields(one, [&](const char* name, std::int64_t& value, int bits, bool is_signed,
                                const char*) { visit(name, value, bits, is_signed); });
        }
      },
      *i);
}

struct Range {
  std::int64_t least, most;
};
Range range_of(int bits, bool is_signed) {
  const std::int64_t span = std::int64_t{1} << (is_signed ? bits - 1 : bits);
  return {is_signed ? -span : 0, span - 1};
}

int bits_of(Instruction i) {
  int bits = kOpcodeBits;
  each_field(&i, [&bits](const char*, std::int64_t&, int n, bool) { bits += n; });
  return bits;
}

bool same(const Instruction& a, const Instruction& b) {
  return a.index() == b.index() && encode(a) == encode(b);
}

std::string message_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("Every field holds its extremes and one more is refused by name") {
  for (const Instruction& empty : every_instruction()) {
    Instruction walk = empty;
    int field = 0;
    each_field(&walk, [&](const char* name, std::int64_t&, int bits, bool is_signed) {
      const Range range = range_of(bits, is_signed);
      const int wanted = field++;
      const auto with = [&](std::int64_t value) {
        Instruction i = empty;
        int at = 0;
        each_field(&i, [&](const char*, std::int64_t& v, int, bool) {
          if (at++ == wanted) v = value;
        });
        return i;
      };
      for (const std::int64_t value : {range.least, range.most}) {
        CAPTURE(name, value);
        const Instruction i = with(value);
        REQUIRE(same(decode(encode(i), "test", 0), i));
        REQUIRE(same(assemble(disassemble(i), "test"), i));
      }
      for (const std::int64_t value : {range.least - 1, range.most + 1}) {
        CAPTURE(name, value);
        REQUIRE_THAT(message_of([&] { encode(with(value)); }),
                     Catch::Contains("E-CMP-003") && Catch::Contains(name));
      }
    });
  }
}

TEST_CASE("A million random and extreme instructions survive words and text") {
  std::mt19937_64 random(20261121);
  const auto kinds = every_instruction();
  std::map<std::size_t, int> seen;
  for (int n = 0; n < 1000000; ++n) {
    Instruction i = kinds[random() % kinds.size()];
    each_field(&i, [&](const char*, std::int64_t& value, int bits, bool is_signed) {
      const Range range = range_of(bits, is_signed);
      const auto choice = random() % 4;
      if (choice == 0) value = range.least;
      if (choice == 1) value = range.most;
      if (choice == 2) value = 0;
      if (choice == 3) {
        value =
            range.least + static_cast<std::int64_t>(
                              random() % static_cast<std::uint64_t>(range.most - range.least + 1));
      }
    });
    ++seen[i.index()];
    const Word word = encode(i);
    const Instruction back = decode(word, "test", 0);
    if (back.index() != i.index() || !(encode(back) == word)) FAIL(disassemble(i));
    const Instruction again = assemble(disassemble(i), "test");
    if (again.index() != i.index() || !(encode(again) == word)) FAIL(disassemble(i));
  }
  REQUIRE(seen.size() == kinds.size());
}

TEST_CASE("Opcodes and mnemonics are unique, fields fit 128 bits and have unique names") {
  std::set<int> opcodes;
  std::set<std::string> mnemonics;
  for (Instruction i : every_instruction()) {
    std::visit(
        [&](const auto& one) {
          using Insn = std::decay_t<decltype(one)>;
          if constexpr (!std::is_same_v<Insn, std::monostate>) {
            CAPTURE(Insn::kMnemonic);
            REQUIRE(opcodes.insert(static_cast<int>(Insn::kOpcode)).second);
            REQUIRE(mnemonics.insert(Insn::kMnemonic).second);
            REQUIRE(static_cast<int>(Insn::kOpcode) < (1 << kOpcodeBits));
            REQUIRE(engine_of(Instruction{one}) == Insn::kEngine);
          }
        },
        i);
    REQUIRE(bits_of(i) <= 128);
    std::set<std::string> names;
    each_field(&i, [&](const char* name, std::int64_t&, int, bool) {
      CAPTURE(name);
      REQUIRE(names.insert(name).second);
    });
  }
}

TEST_CASE("No two fields of an instruction share a bit and none touches the opcode") {
  for (const Instruction& empty : every_instruction()) {
    Word used;
    used.lo = (1u << kOpcodeBits) - 1;
    const Word bare = encode(empty);
    REQUIRE((bare.lo & ~used.lo) == 0);
    REQUIRE(bare.hi == 0);
    int fields = 0;
    Instruction count = empty;
    each_field(&count, [&](const char*, std::int64_t&, int, bool) { ++fields; });
    for (int wanted = 0; wanted < fields; ++wanted) {
      Instruction i = empty;
      int at = 0;
      each_field(&i, [&](const char*, std::int64_t& v, int bits, bool is_signed) {
        if (at++ == wanted) v = is_signed ? -1 : range_of(bits, false).most;
      });
      const Word w = encode(i);
      const Word bits{w.lo & ~bare.lo, w.hi};
      REQUIRE((bits.lo & used.lo) == 0);
      REQUIRE((bits.hi & used.hi) == 0);
      used.lo |= bits.lo;
      used.hi |= bits.hi;
    }
  }
}

TEST_CASE("Each reserved bit that is set is refused with pc, word and instruction") {
  int bits = 0;
  for (const Instruction& i : every_instruction()) {
    for (int bit = bits_of(i); bit < 128; ++bit, ++bits) {
      Word w = encode(i);
      (bit < 64 ? w.lo : w.hi) |= std::uint64_t{1} << (bit % 64);
      CAPTURE(disassemble(i), bit);
      REQUIRE_THAT(message_of([&] { decode(w, "file", 7); }),
                   Catch::Contains("E-PRG-002") && Catch::Contains("file") &&
                       Catch::Contains("pc 7") && Catch::Contains("reserved bit") &&
                       Catch::Contains(disassemble(i)));
    }
  }
  REQUIRE(bits > 1000);
}

TEST_CASE("An opcode that the table does not have is refused") {
  std::set<int> known;
  for (const Instruction& i : every_instruction()) {
    known.insert(static_cast<int>(encode(i).lo & ((1u << kOpcodeBits) - 1)));
  }
  int refused = 0;
  for (int opcode = 0; opcode < (1 << kOpcodeBits); ++opcode) {
    if (known.count(opcode) != 0) continue;
    ++refused;
    REQUIRE_THAT(message_of([&] {
                   decode({static_cast<std::uint64_t>(opcode), 0}, "file", 3);
                 }),
                 Catch::Contains("E-PRG-002") && Catch::Contains("pc 3") &&
                     Catch::Contains(fmt::format("opcode 0x{:02x}", opcode)));
  }
  REQUIRE(refused > 0);
}

TEST_CASE("Assembly text that is not understood is refused with its column") {
  const auto refused = [](const std::string& text) {
    return message_of([&] { assemble(text, "a.asm:3"); });
  };
  using Catch::Contains;
  CHECK_THAT(refused(""), Contains("E-PRG-003") && Contains("column 1"));
  CHECK_THAT(refused("   "), Contains("column 1"));
  CHECK_THAT(refused("  mac.tyle height=1"), Contains("a.asm:3") && Contains("column 3") &&
                                                 Contains("unknown mnemonic 'mac.tyle'"));
  CHECK_THAT(refused("mac.tile hight=1"), Contains("column 10") && Contains("no such field"));
  CHECK_THAT(refused("mac.tile height"), Contains("column 10") && Contains("field=number"));
  CHECK_THAT(refused("mac.tile height="), Contains("column 10") && Contains("decimal"));
  CHECK_THAT(refused("mac.tile height=0x10"), Contains("column 10") && Contains("decimal"));
  CHECK_THAT(refused("mac.tile height=1 height=2"), Contains("column 19") && Contains("twice"));
  CHECK_THAT(refused("mac.tile height=2048"),
             Contains("column 10") && Contains("11 unsigned bits"));
  CHECK_THAT(refused("mac.tile height=-1"), Contains("unsigned"));
  CHECK_THAT(refused("mac.tile height=99999999999999999999"), Contains("column 10"));
  CHECK_THAT(refused(std::string("mac.tile\0 height=1", 18)), Contains("column 1"));
  CHECK_THAT(refused("mac.tile " + std::string(1 << 20, 'x')), Contains("column 10"));
  CHECK(refused("mac.tile " + std::string(1 << 20, 'x')).size() < 500);
  CHECK_THAT(refused("mac.tile height=\"1"), Contains("column 10"));
}
