// The machine's parameters, from hw_config.def. Architectural constants that are no parameters
// (pipeline depths, parameter memory records) stand in machine.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace vernier {

struct HwConfig {
  std::string name = "base16";
#define VERNIER_PARAM(key, member, least, most, pow2, initial, unit, meaning, changes) \
  int member = initial;
#define VERNIER_ALIAS(word, key)
#include "hw_models/spec/hw_config.def"
#undef VERNIER_PARAM
#undef VERNIER_ALIAS
  std::string profile = "tflm";       // key profile, as parse_profiles reads it
  std::string energy_table = "45nm";  // key energy.table: a name in configs/energy or a path

  // Bytes of one activation memory word and of every port of it: the widest of an operand row, an
  // output vector and a DRAM beat, rounded up to a power of two.
  int act_word_bytes() const;
  // Bytes of one (page, bank).
  int act_bank_page_bytes() const { return act_mem_kib * 1024 / (act_mem_pages * act_mem_banks); }
  // Bytes of one bank through all pages: the offset space of a tensor.
  int act_bank_bytes() const { return act_mem_kib * 1024 / act_mem_banks; }
  // Weight memory rows of array_cols bytes.
  int weight_words() const { return weight_mem_kib * 1024 / array_cols; }
  // Instructions that one half of the program memory holds.
  int program_half_words() const { return program_mem_kib * 1024 / 32; }
};

struct ParamInfo {
  const char* key;  // "array.rows"
  int HwConfig::*member;
  int least, most;
  bool power_of_two;
  int initial;
  const char* unit;
  const char* meaning;
  const char* changes;
};
// All rows of hw_config.def in order.
const ParamInfo* param_table(std::size_t* count);
// The row of a canonical key, or nullptr.
const ParamInfo* find_param(const std::string& key);

struct AliasInfo {
  const char* word;  // "ArrayHeight", or dotted: "array.height"
  const char* key;   // "array.rows"
};
// All aliases of hw_config.def in order.
const AliasInfo* alias_table(std::size_t* count);
// The row of a canonical key or of an alias, or nullptr.
const ParamInfo* find_param_or_alias(const std::string& word);
// What a key takes: "a power of two 4..64 lanes", "1..10000 MHz", "8 bits".
std::string param_range(const ParamInfo& param);

// Ranges of single keys and the constraints between keys; throws Error(Config...) naming `where`,
// the key, its value and the wanted value.
void validate(const HwConfig& config, const std::string& where);

// One line per key in table order; equal texts are equal machines. `name` and the energy table are
// left out: they change neither values nor cycles.
std::string canonical_text(const HwConfig& config);
// SHA-256 of canonical_text, hex: what a program is bound to.
std::string config_hash(const HwConfig& config);

}  // namespace vernier
