// What makes a set of machine parameters a machine: ranges, the constraints between keys, and a
// bound on what simulating it would take.
#pragma once

#include <functional>
#include <string>

#include "hw_models/spec/hw_config.h"

namespace vernier {

// The value of a canonical key.
using ParamValue = std::function<long long(const std::string& key)>;
// Where a key stands, "base16.yaml:7", for messages.
using ParamPlace = std::function<std::string(const std::string& key)>;

// Throws Error(ConfigRange) with value, range and unit.
void check_param(const ParamInfo& param, long long value, const std::string& where);

// Refuses a machine whose memories and multipliers alone are over the limit, before its ranges are
// looked at; throws Error(ConfigAbsurd) with the estimate and the limit.
void check_machine_size(const ParamValue& value, const ParamPlace& place);

// validate() of hw_config.h with a place for each key.
void validate(const HwConfig& config, const ParamPlace& place);

}  // namespace vernier
