#include "hw_models/spec/error.h"

#include <fmt/format.h>

namespace vernier {
namespace {

const ErrorInfo kTable[] = {
#define VERNIER_ERROR(name, id, exit_code, what, fix) {ErrorId::name, id, exit_code, what, fix},
#include "hw_models/spec/errors.def"
#undef VERNIER_ERROR
};

std::string line(ErrorId id, std::string_view where, std::string_view what, std::string_view fix) {
  return fmt::format("error[{}]: {}{}{}; {}", error_info(id).id, escaped(where),
                     where.empty() ? "" : ": ", what, fix);
}

}  // namespace

const ErrorInfo& error_info(ErrorId id) { return kTable[static_cast<std::size_t>(id)]; }

const ErrorInfo* error_table(std::size_t* count) {
  *count = sizeof(kTable) / sizeof(kTable[0]);
  return kTable;
}

Error::Error(ErrorId id, std::string_view where, std::string_view what)
    : Error(id, where, what, error_info(id).fix) {}

Error::Error(ErrorId id, std::string_view where, std::string_view what, std::string_view fix)
    : std::runtime_error(line(id, where, what, fix)), id_(id) {}

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

std::string escaped(std::string_view text) {
  constexpr std::size_t kMost = 200;
  // Every byte prints as at least one character, so what lies behind cannot show.
  const std::string out = printable(text.substr(0, kMost + 1));
  return out.size() <= kMost ? out : out.substr(0, kMost) + "...";
}

void check(bool ok, std::string_view what) {
  if (!ok) throw Error(ErrorId::Internal, "vernier", what);
}

}  // namespace vernier
