#include "hw_models/spec/hw_config.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw_models/spec/sha256.h"

namespace vernier {
namespace {

const ParamInfo kParams[] = {
#define VERNIER_PARAM(key, member, least, most, pow2, initial, unit, meaning, changes) \
  {key, &HwConfig::member, least, most, pow2, initial, unit, meaning, changes},
#define VERNIER_ALIAS(word, key)
#include "hw_models/spec/hw_config.def"
#undef VERNIER_PARAM
#undef VERNIER_ALIAS
};

const AliasInfo kAliases[] = {
#define VERNIER_PARAM(key, member, least, most, pow2, initial, unit, meaning, changes)
#define VERNIER_ALIAS(word, key) {word, key},
#include "hw_models/spec/hw_config.def"
#undef VERNIER_PARAM
#undef VERNIER_ALIAS
};

}  // namespace

int HwConfig::act_word_bytes() const {
  const int widest = std::max({array_rows, array_cols, dram_bytes_per_cycle});
  int bytes = 1;
  while (bytes < widest) bytes *= 2;
  return bytes;
}

const ParamInfo* param_table(std::size_t* count) {
  *count = sizeof(kParams) / sizeof(kParams[0]);
  return kParams;
}

const AliasInfo* alias_table(std::size_t* count) {
  *count = sizeof(kAliases) / sizeof(kAliases[0]);
  return kAliases;
}

const ParamInfo* find_param(const std::string& key) {
  for (const ParamInfo& param : kParams) {
    if (key == param.key) return &param;
  }
  return nullptr;
}

const ParamInfo* find_param_or_alias(const std::string& word) {
  for (const AliasInfo& alias : kAliases) {
    if (word == alias.word) return find_param(alias.key);
  }
  return find_param(word);
}

std::string param_range(const ParamInfo& param) {
  if (param.least == param.most) return fmt::format("{} {}", param.least, param.unit);
  return fmt::format("{}{}..{} {}", param.power_of_two ? "a power of two " : "", param.least,
                     param.most, param.unit);
}

std::string canonical_text(const HwConfig& config) {
  std::string text;
  for (const ParamInfo& param : kParams) {
    text += fmt::format("{}: {}\n", param.key, config.*param.member);
  }
  return text;
}

std::string config_hash(const HwConfig& config) {
  const std::string text = canonical_text(config);
  return sha256_hex(text.data(), text.size());
}

}  // namespace vernier
