// The option --profile of every verb that runs or compiles networks.
#pragma once

#include <string>
#include <vector>

#include "hw_models/spec/hw_config.h"
#include "hw_models/spec/profiles.h"

namespace CLI {
class App;
}  // namespace CLI

namespace vernier {

inline constexpr const char* kProfileOption = "--profile";

// Adds --profile NAME and --profile OP=NAME, which may be repeated.
void add_profile_option(CLI::App& cmd, std::vector<std::string>* texts);

// The machine's key `profile` with what the command line says over it. Throws Error(UsageProfile).
ProfileChoice profile_choice(const HwConfig& config, const std::vector<std::string>& texts);

// set_profiles of that.
void choose_profiles(Graph* graph, const HwConfig& config, const std::vector<std::string>& texts);

}  // namespace vernier
