#include "hw_models/spec/profiles.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw_models/spec/error.h"
#include "hw_models/spec/suggest.h"

namespace vernier {
namespace {

constexpr const char* kOpNames[] = {
#define VERNIER_OP(name, fn, tflite, code, fewest, most) tflite,
#include "hw_models/spec/ops.def"
#undef VERNIER_OP
};

bool is_op_name(const std::string& word) {
  return std::find(std::begin(kOpNames), std::end(kOpNames), word) != std::end(kOpNames);
}

bool is_index(const std::string& word) {
  return !word.empty() && word.size() <= 9 && (word.size() == 1 || word[0] != '0') &&
         word.find_first_not_of("0123456789") == std::string::npos;
}

Profile find_profile(const std::string& name, const std::string& where, ErrorId error) {
  for (const ProfileInfo& row : profile_table()) {
    if (name == row.name) return row.profile;
  }
  throw Error(error, where,
              fmt::format("'{}' is no profile, must be {}", escaped(name), profile_names()));
}

void check_op(const std::string& op, const std::string& where, ErrorId error) {
  if (is_index(op) || is_op_name(op)) return;
  const std::vector<std::string> names(std::begin(kOpNames), std::end(kOpNames));
  throw Error(error, where,
              fmt::format("'{}' is neither an operator's index nor an operator, {}", escaped(op),
                          suggestion(op, names, "operator")));
}

// The parts of "a,b,c"; an empty part stays one, so that it is refused by name.
std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == ',') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

bool meets(const std::string& word, const Op& op, std::size_t index) {
  return word == std::to_string(index) || word == op_name(op.type);
}

}  // namespace

const std::vector<ProfileInfo>& profile_table() {
  static const std::vector<ProfileInfo> table = {
#define VERNIER_PROFILE(profile, name, conv, fully_connected, other, meaning) \
  {Profile::profile, name, meaning, Rounding::conv, Rounding::fully_connected, Rounding::other},
#include "hw_models/spec/profiles.def"
#undef VERNIER_PROFILE
  };
  return table;
}

const ProfileInfo& profile_info(Profile profile) {
  for (const ProfileInfo& row : profile_table()) {
    if (row.profile == profile) return row;
  }
  check(false, "a profile that is not in the table");
  return profile_table().front();
}

std::string profile_names() {
  std::string names;
  for (const ProfileInfo& row : profile_table()) {
    names += (names.empty() ? "" : ", ") + std::string(row.name);
  }
  return names;
}

Rounding op_rounding(const Graph& graph, const Op& op) {
  const bool reference = op.type == OpType::FullyConnected && op.profile == Profile::kTflm &&
                         graph.tensor(op.inputs[0]).dtype == DType::kUint8;
  return reference ? profile_info(Profile::kLitertRef).fully_connected : op_rounding(op);
}

Rounding op_rounding(const Op& op) {
  const ProfileInfo& row = profile_info(op.profile);
  switch (op.type) {
    case OpType::Conv:
    case OpType::DepthwiseConv:
      return row.convolution;
    case OpType::FullyConnected:
      return row.fully_connected;
    case OpType::AveragePool:
    case OpType::MaxPool:
    case OpType::Reshape:
    case OpType::Concatenation:
    case OpType::Dequantize:
    case OpType::Pad:
    case OpType::Transpose:
    case OpType::StridedSlice:
    case OpType::ResizeNearest:
      return Rounding::kDouble;
    default:
      return row.other;
  }
}

bool machine_has(Rounding rounding) {
  return rounding == Rounding::kDouble || rounding == Rounding::kDoubleUp ||
         rounding == Rounding::kSingle;
}

ProfileChoice parse_profiles(const std::vector<std::string>& texts, const std::string& where,
                             const ProfileChoice& base, ErrorId error) {
  ProfileChoice choice = base;
  bool named = false;
  for (const std::string& text : texts) {
    for (const std::string& part : split(text)) {
      const std::size_t equals = part.find('=');
      if (equals != std::string::npos) {
        const std::string op = part.substr(0, equals);
        check_op(op, where, error);
        choice.overrides.push_back({op, find_profile(part.substr(equals + 1), where, error)});
        continue;
      }
      const Profile profile = find_profile(part, where, error);
      if (named && profile != choice.all) {
        throw Error(error, where,
                    fmt::format("'{}' and '{}' for the same operators",
                                profile_info(choice.all).name, part),
                    "give one NAME for all, and OP=NAME for others");
      }
      if (!named) {
        const auto first = choice.overrides.begin();
        choice.overrides.erase(first, first + static_cast<std::ptrdiff_t>(base.overrides.size()));
      }
      choice.all = profile;
      named = true;
    }
  }
  return choice;
}

void set_profiles(Graph* graph, const ProfileChoice& choice, const std::string& where) {
  for (Op& op : graph->ops) op.profile = choice.all;
  for (const ProfileChoice::Override& o : choice.overrides) {
    bool met = false;
    for (std::size_t i = 0; i < graph->ops.size(); ++i) {
      if (!meets(o.op, graph->ops[i], i)) continue;
      graph->ops[i].profile = o.profile;
      met = true;
    }
    if (met) continue;
    throw Error(ErrorId::UsageProfile, where,
                fmt::format("{}={} meets no operator of {}, which has {} operators", o.op,
                            profile_info(o.profile).name, escaped(graph->file), graph->ops.size()),
                "give the index or the type of an operator that the model has");
  }
}

std::string profile_text(const Graph& graph) {
  const ProfileInfo* most = &profile_table().front();
  const auto count = [&](Profile profile) {
    return std::count_if(graph.ops.begin(), graph.ops.end(),
                         [&](const Op& op) { return op.profile == profile; });
  };
  for (const ProfileInfo& row : profile_table()) {
    if (count(row.profile) > count(most->profile)) most = &row;
  }
  std::string text = most->name;
  const auto put = [&](const std::string& op, Profile profile) {
    const std::string part = fmt::format(",{}={}", op, profile_info(profile).name);
    if (text.find(part) == std::string::npos) text += part;
  };
  for (std::size_t i = 0; i < graph.ops.size(); ++i) {
    const Op& op = graph.ops[i];
    if (op.profile == most->profile) continue;
    const bool whole_type = std::all_of(graph.ops.begin(), graph.ops.end(), [&](const Op& o) {
      return o.type != op.type || o.profile == op.profile;
    });
    put(whole_type ? op_name(op.type) : std::to_string(i), op.profile);
  }
  return text;
}

}  // namespace vernier
