// Text about configuration keys and error IDs, all from their tables.
#pragma once

#include <string>

#include "hw_models/spec/hw_config.h"

namespace vernier {

// Meaning, unit, range, default, what it changes and aliases of a configuration key (canonical or
// alias), the keys of a section ("array"), a coefficient of the energy table, or the registry's row
// of an error ID ("E-CFG-005"). Throws Error(ExplainKey) with the nearest word.
std::string explain(const std::string& key);

// One line per key that differs, `key  a -> b unit`, in table order; says so when none does.
std::string config_diff(const HwConfig& a, const HwConfig& b);

// The generated part of docs/configuration.md: all keys, then the aliases, then the
// rounding profiles.
std::string config_markdown();

}  // namespace vernier
