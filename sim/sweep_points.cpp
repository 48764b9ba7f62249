#include "sim/sweep_points.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw_models/spec/error.h"
#include "hw_models/spec/hw_config_check.h"
#include "hw_models/spec/hw_config_io.h"
#include "hw_models/spec/strict_yaml.h"

namespace vernier {

SweepGrid::SweepGrid(const SweepSpec& spec) : spec_(spec) {
  std::uint64_t count = 1;
  for (const auto& group : spec.groups) {
    count *= spec.axes[group[0]].size();
    if (count * spec.models.size() <= kSweepPointsMost) continue;
    throw Error(ErrorId::SweepPoints, spec.file,
                fmt::format("the axes and {} models make more than {} combinations",
                            spec.models.size(), kSweepPointsMost));
  }
  for (std::uint64_t c = 0; c < count; ++c) {
    if (wanted(c)) combinations_.push_back(c);
  }
  if (!combinations_.empty()) return;
  throw Error(ErrorId::SweepPoints, spec.file,
              fmt::format("where lets none of {} combinations through", count));
}

std::vector<std::size_t> SweepGrid::choices(std::uint64_t combination) const {
  std::vector<std::size_t> at(spec_.axes.size());
  for (auto group = spec_.groups.rbegin(); group != spec_.groups.rend(); ++group) {
    const std::uint64_t n = spec_.axes[(*group)[0]].size();
    for (const std::size_t axis : *group) at[axis] = static_cast<std::size_t>(combination % n);
    combination /= n;
  }
  return at;
}

bool SweepGrid::wanted(std::uint64_t combination) const {
  if (spec_.where.empty()) return true;
  const auto at = choices(combination);
  const auto value = [&](const ParamInfo& key) -> long long {
    for (std::size_t a = 0; a < at.size(); ++a) {
      if (spec_.axes[a].param == &key) return spec_.axes[a].numbers[at[a]];
    }
    return spec_.base.*key.member;
  };
  return std::all_of(spec_.where.begin(), spec_.where.end(),
                     [&](const WhereExpression& e) { return e.holds(value); });
}

// More requantizers than columns is no machine: where the lanes are no axis they follow the columns
// down, so that array shapes can be swept alone.
void SweepGrid::follow_columns(HwConfig* config) const {
  const bool swept = std::any_of(spec_.axes.begin(), spec_.axes.end(),
                                 [](const SweepAxis& axis) { return axis.key == "post.lanes"; });
  if (!swept) config->post_lanes = std::min(config->post_lanes, config->array_cols);
}

SweepPoint SweepGrid::point(std::size_t index) const {
  SweepPoint point;
  point.index = index;
  point.model = index / combinations_.size();
  point.config = spec_.base;
  const auto at = choices(combinations_[index % combinations_.size()]);
  // Only the file's own name: result files do not depend on the folder a sweep was started in.
  const ParamPlace place = [&](const std::string& key) {
    for (const SweepAxis& axis : spec_.axes) {
      if (axis.key == key) return yaml_place(spec_.file_name, axis.line);
    }
    return spec_.base_name;
  };
  for (std::size_t a = 0; a < at.size(); ++a) point.values.push_back(spec_.axes[a].text(at[a]));
  try {
    for (std::size_t a = 0; a < at.size(); ++a) {
      const SweepAxis& axis = spec_.axes[a];
      if (axis.param == nullptr) {
        point.config.energy_table = axis.tables[at[a]];
      } else {
        set_param(point.config, axis.key, axis.numbers[at[a]], place(axis.key));
      }
    }
    follow_columns(&point.config);
    validate(point.config, place);
  } catch (const Error& e) {
    point.refusal = e.what();
  }
  return point;
}

}  // namespace vernier
