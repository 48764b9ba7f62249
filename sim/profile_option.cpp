#include "sim/profile_option.h"

#include <CLI/CLI.hpp>

namespace vernier {

void add_profile_option(CLI::App& cmd, std::vector<std::string>* texts) {
  cmd.add_option(
         kProfileOption, *texts,
         "rounding: NAME for all operators, or OP=NAME for an operator's index or type, for "
         "example FULLY_CONNECTED=single; NAME is one of " +
             profile_names() + " (default: the machine's, else tflm)")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

ProfileChoice profile_choice(const HwConfig& config, const std::vector<std::string>& texts) {
  return parse_profiles(texts, kProfileOption, parse_profiles({config.profile}, config.name));
}

void choose_profiles(Graph* graph, const HwConfig& config, const std::vector<std::string>& texts) {
  set_profiles(graph, profile_choice(config, texts), kProfileOption);
}

}  // namespace vernier
