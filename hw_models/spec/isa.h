// The instruction set as C++: structs, encoder and decoder expanded from isa.def.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace vernier {

enum class Engine : std::uint8_t { Load, Store, Mac, Post, Dispatch };
inline constexpr int kEngines = 4;  // the four with queues; Dispatch is the dispatcher itself
// "LOAD"
const char* engine_name(Engine engine);

enum class Opcode : std::uint8_t {
#define VERNIER_INSN(Name, mnemonic, opcode, engine, doc) Name = opcode,
#define VERNIER_FIELD(Name, field, bits, is_signed, doc)
#define VERNIER_END(Name)
#include "hw_models/spec/isa.def"
#undef VERNIER_INSN
#undef VERNIER_FIELD
#undef VERNIER_END
};

// An encoded instruction, bit 0 of lo first.
struct Word {
  std::uint64_t lo = 0, hi = 0;
  bool operator==(const Word& o) const { return lo == o.lo && hi == o.hi; }
};

namespace insn {
#define VERNIER_INSN(Name, mnemonic, opcode, engine, doc) \
  struct Name {                                           \
    static constexpr Opcode kOpcode = Opcode::Name;       \
    static constexpr Engine kEngine = Engine::engine;     \
    static constexpr const char* kMnemonic = mnemonic;    \
    static constexpr const char* kDoc = doc;
#define VERNIER_FIELD(Name, field, bits, is_signed, doc) std::int64_t field = 0;
#define VERNIER_END(Name) \
  }                       \
  ;
#include "hw_models/spec/isa.def"
#undef VERNIER_INSN
#undef VERNIER_FIELD
#undef VERNIER_END

// visit(name, value, bits, is_signed, doc) for each field in encoding order.
#define VERNIER_INSN(Name, mnemonic, opcode, engine, doc) \
  template <class Insn, class Visit>                      \
  constexpr void fields_of_##Name([[maybe_unused]] Insn& i, [[maybe_unused]] Visit&& visit) {
#define VERNIER_FIELD(Name, field, bits, is_signed, doc) \
  visit(#field, i.field, bits, is_signed, doc);
#define VERNIER_END(Name) }
#include "hw_models/spec/isa.def"
#undef VERNIER_INSN
#undef VERNIER_FIELD
#undef VERNIER_END

#define VERNIER_INSN(Name, mnemonic, opcode, engine, doc) \
  template <class Visit>                                  \
  constexpr void fields(const Name& i, Visit&& visit) {   \
    fields_of_##Name(i, visit);                           \
  }                                                       \
  template <class Visit>                                  \
  constexpr void fields(Name& i, Visit&& visit) {         \
    fields_of_##Name(i, visit);                           \
  }
#define VERNIER_FIELD(Name, field, bits, is_signed, doc)
#define VERNIER_END(Name)
#include "hw_models/spec/isa.def"
#undef VERNIER_INSN
#undef VERNIER_FIELD
#undef VERNIER_END
}  // namespace insn

using Instruction = std::variant<std::monostate
#define VERNIER_INSN(Name, mnemonic, opcode, engine, doc) , insn::Name
#define VERNIER_FIELD(Name, field, bits, is_signed, doc)
#define VERNIER_END(Name)
#include "hw_models/spec/isa.def"
#undef VERNIER_INSN
#undef VERNIER_FIELD
#undef VERNIER_END
                                 >;

inline constexpr int kOpcodeBits = 6;

namespace detail {
struct BitWriter {
  Word word;
  int at = 0;
  constexpr void put(std::uint64_t value, int bits) {
    const std::uint64_t v = bits == 64 ? value : value & ((std::uint64_t{1} << bits) - 1);
    if (at < 64) {
      word.lo |= v << at;
      if (at + bits > 64) word.hi |= v >> (64 - at);
    } else {
      word.hi |= v << (at - 64);
    }
    at += bits;
  }
};
struct BitReader {
  Word word;
  int at = 0;
  constexpr std::int64_t get(int bits, bool is_signed) {
    std::uint64_t v = 0;
    if (at < 64) {
      v = word.lo >> at;
      if (at + bits > 64) v |= word.hi << (64 - at);
    } else {
      v = word.hi >> (at - 64);
    }
    at += bits;
    v &= (std::uint64_t{1} << bits) - 1;
    if (is_signed && (v >> (bits - 1)) != 0) v |= ~((std::uint64_t{1} << bits) - 1);
    return static_cast<std::int64_t>(v);
  }
};
// Whether a value fits a field.
constexpr bool fits(std::int64_t value, int bits, bool is_signed) {
  const std::int64_t span = std::int64_t{1} << (is_signed ? bits - 1 : bits);
  return value < span && value >= (is_signed ? -span : 0);
}
}  // namespace detail

// Encodes a typed instruction. Throws Error(CompileLimit) naming the field when a value does not
// fit: a program never holds a truncated number.
Word encode(const Instruction& instruction);

// Decodes a word. Throws Error(ProgramInstruction) for an unknown opcode or a reserved bit that is
// set; `where` and `pc` go into the message.
Instruction decode(const Word& word, const std::string& where, std::size_t pc);

// The engine that runs an instruction.
Engine engine_of(const Instruction& instruction);
// "mac.tile y0=0 x0=0 height=8 ...": fields in order, zero fields left out.
std::string disassemble(const Instruction& instruction);
// The inverse of disassemble; throws Error(ProgramText) naming where and the column.
Instruction assemble(const std::string& text, const std::string& where);

}  // namespace vernier
