// Rounding profiles by name, and what a profile makes of each operator.
#pragma once

#include <string>
#include <vector>

#include "hw_models/spec/error.h"
#include "hw_models/spec/graph.h"
#include "hw_models/spec/numerics.h"

namespace vernier {

struct ProfileInfo {
  Profile profile;
  const char* name;     // "tflm"
  const char* meaning;  // one sentence
  Rounding convolution, fully_connected, other;
};
// All rows of profiles.def in order.
const std::vector<ProfileInfo>& profile_table();
const ProfileInfo& profile_info(Profile profile);
// "tflm, litert-ref, ...": what a refusal lists.
std::string profile_names();

// The rounding of an operator's results under its profile; kDouble for operators that do not round
// or round alike in every profile.
Rounding op_rounding(const Op& op);
// The same in a graph. TensorFlow Lite Micro has no FULLY_CONNECTED of uint8; profile tflm means
// LiteRT's reference there.
Rounding op_rounding(const Graph& graph, const Op& op);
// Whether the machine's requantizer has it: one multiply, one 64-bit add, one shift.
bool machine_has(Rounding rounding);

// One profile for all operators, and others for some.
struct ProfileChoice {
  struct Override {
    std::string op;  // an operator's index in execution order, "3", or a type, "FULLY_CONNECTED"
    Profile profile;
  };
  Profile all = Profile::kTflm;
  std::vector<Override> overrides;  // a later one wins over an earlier one
};

// Reads "NAME" and "OP=NAME", also several with commas between them, over `base`: a NAME replaces
// all of base, an OP=NAME is appended. `where` names the option or key in messages. Throws
// Error(`error`) listing the names for an unknown one, for an operator type that is none, or for
// two different NAMEs in `texts`.
ProfileChoice parse_profiles(const std::vector<std::string>& texts, const std::string& where,
                             const ProfileChoice& base = {}, ErrorId error = ErrorId::UsageProfile);

// Gives every operator its profile. Throws Error(UsageProfile) at `where` for an override that
// meets no operator of the graph.
void set_profiles(Graph* graph, const ProfileChoice& choice, const std::string& where);

// The profiles that a graph's operators have, as parse_profiles reads them: that of most operators,
// then the types and single operators with another one: "tflm,FULLY_CONNECTED=single,3=ruy".
std::string profile_text(const Graph& graph);

}  // namespace vernier
