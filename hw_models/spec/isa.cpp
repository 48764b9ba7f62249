#include "hw_models/spec/isa.h"

#include <fmt/format.h>

#include <charconv>

#include "hw_models/spec/error.h"

namespace vernier {
namespace {

std::string word_hex(const Word& w) { return fmt::format("{:016x}{:016x}", w.hi, w.lo); }

template <class Insn>
Word encode_one(const Insn& i) {
  detail::BitWriter out;
  out.put(static_cast<std::uint64_t>(Insn::kOpcode), kOpcodeBits);
  insn::fields(i, [&](const char* name, std::int64_t value, int bits, bool is_signed, const char*) {
    if (!detail::fits(value, bits, is_signed)) {
      throw Error(ErrorId::CompileLimit, Insn::kMnemonic,
                  fmt::format("field {}: {}, must fit {} {} bits", name, value, bits,
                              is_signed ? "signed" : "unsigned"));
    }
    out.put(static_cast<std::uint64_t>(value), bits);
  });
  static_assert(sizeof(Word) == 16);
  return out.word;
}

// Whether a bit of the word is set from bit `at` on.
constexpr bool any_from(const Word& word, int at) {
  if (at >= 128) return false;
  if (at >= 64) return (word.hi >> (at - 64)) != 0;
  return word.hi != 0 || (word.lo >> at) != 0;
}

// Inlined to its leaves, every field's place is a constant: programs are decoded for every run.
template <class Insn>
[[gnu::flatten]] Instruction decode_one(const Word& word, const std::string& where,
                                        std::size_t pc) {
  Insn i;
  detail::BitReader in{word, kOpcodeBits};
  insn::fields(i, [&](const char*, std::int64_t& value, int bits, bool is_signed, const char*) {
    value = in.get(bits, is_signed);
  });
  if (any_from(word, in.at)) {
    throw Error(ErrorId::ProgramInstruction, where,
                fmt::format("pc {}, word {}, {}: a reserved bit behind bit {} is set, must be 0",
                            pc, word_hex(word), Insn::kMnemonic, in.at - 1));
  }
  return i;
}

// Splits at blanks; no empty parts.
std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] == ' ' || text[at] == '\t') {
      ++at;
      continue;
    }
    const auto end = std::min(text.find_first_of(" \t", at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end;
  }
  return parts;
}

template <class Insn>
Instruction assemble_one(const std::string& text, const std::vector<std::string_view>& parts,
                         const std::string& where) {
  Insn i;
  const auto fail = [&](std::string_view part, const std::string& what) {
    throw Error(
        ErrorId::ProgramText, where,
        fmt::format("column {}: {} '{}'", part.data() - text.data() + 1, what, escaped(part)));
  };
  std::vector<std::string_view> seen;
  for (std::size_t p = 1; p < parts.size(); ++p) {
    const auto eq = parts[p].find('=');
    if (eq == std::string_view::npos) fail(parts[p], "wanted field=number, found");
    const auto name = parts[p].substr(0, eq);
    const auto number = parts[p].substr(eq + 1);
    for (const auto s : seen) {
      if (s == name) fail(parts[p], "field given twice:");
    }
    seen.push_back(name);
    bool known = false;
    insn::fields(
        i, [&](const char* field, std::int64_t& value, int bits, bool is_signed, const char*) {
          if (name != field) return;
          known = true;
          const auto got = std::from_chars(number.data(), number.data() + number.size(), value);
          if (got.ec != std::errc{} || got.ptr != number.data() + number.size()) {
            fail(parts[p], "not a decimal number in");
          }
          if (!detail::fits(value, bits, is_signed)) {
            fail(parts[p],
                 fmt::format("must fit {} {} bits:", bits, is_signed ? "signed" : "unsigned"));
          }
        });
    if (!known) fail(parts[p], fmt::format("{} has no such field:", Insn::kMnemonic));
  }
  return i;
}

}  // namespace

const char* engine_name(Engine engine) {
  switch (engine) {
    case Engine::Load:
      return "LOAD";
    case Engine::Store:
      return "STORE";
    case Engine::Mac:
      return "MAC";
    case Engine::Post:
      return "POST";
    case Engine::Dispatch:
      return "DISPATCH";
  }
  return "?";
}

Word encode(const Instruction& instruction) {
  return std::visit(
      [](const auto& i) -> Word {
        if constexpr (std::is_same_v<std::decay_t<decltype(i)>, std::monostate>) {
          check(false, "encode of an empty instruction");
          return {};
        } else {
          return encode_one(i);
        }
      },
      instruction);
}

Instruction decode(const Word& word, const std::string& where, std::size_t pc) {
  const auto opcode = word.lo & ((1u << kOpcodeBits) - 1);
  switch (static_cast<Opcode>(opcode)) {
#define VERNIER_INSN(Name, mnemonic, code, engine, doc) \
  case Opcode::Name:                                    \
    return decode_one<insn::Name>(word, where, pc);
#define VERNIER_FIELD(Name, field, bits, is_signed, doc)
#define VERNIER_END(Name)
#include "hw_models/spec/isa.def"
#undef VERNIER_INSN
#undef VERNIER_FIELD
#undef VERNIER_END
  }
  throw Error(ErrorId::ProgramInstruction, where,
              fmt::format("pc {}, word {}: opcode 0x{:02x}, must be one of isa.def", pc,
                          word_hex(word), opcode));
}

Engine engine_of(const Instruction& instruction) {
  return std::visit(
      [](const auto& i) {
        if constexpr (std::is_same_v<std::decay_t<decltype(i)>, std::monostate>) {
          return Engine::Dispatch;
        } else {
          return std::decay_t<decltype(i)>::kEngine;
        }
      },
      instruction);
}

std::string disassemble(const Instruction& instruction) {
  return std::visit(
      [](const auto& i) -> std::string {
        using Insn = std::decay_t<decltype(i)>;
        if constexpr (std::is_same_v<Insn, std::monostate>) {
          return "(empty)";
        } else {
          std::string text = Insn::kMnemonic;
          insn::fields(i, [&](const char* name, std::int64_t value, int, bool, const char*) {
            if (value != 0) text += fmt::format(" {}={}", name, value);
          });
          return text;
        }
      },
      instruction);
}

Instruction assemble(const std::string& text, const std::string& where) {
  const auto parts = split(text);
  if (parts.empty()) {
    throw Error(ErrorId::ProgramText, where, "column 1: an empty line, wanted an instruction");
  }
#define VERNIER_INSN(Name, mnemonic, opcode, engine, doc) \
  if (parts[0] == mnemonic) return assemble_one<insn::Name>(text, parts, where);
#define VERNIER_FIELD(Name, field, bits, is_signed, doc)
#define VERNIER_END(Name)
#include "hw_models/spec/isa.def"
#undef VERNIER_INSN
#undef VERNIER_FIELD
#undef VERNIER_END
  throw Error(ErrorId::ProgramText, where,
              fmt::format("column {}: unknown mnemonic '{}'", parts[0].data() - text.data() + 1,
                          escaped(parts[0])));
}

}  // namespace vernier
