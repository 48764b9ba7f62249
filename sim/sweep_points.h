// The points of a sweep: every model on every combination of axis values that the conditions leave.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hw_models/spec/hw_config.h"
#include "sim/sweep_spec.h"

namespace vernier {

inline constexpr std::uint64_t kSweepPointsMost = 1000000;

// One network on one machine.
struct SweepPoint {
  std::size_t index = 0;
  std::size_t model = 0;            // in spec.models
  std::vector<std::string> values;  // one per axis, as result files show them
  // Meaningful without a refusal. post.lanes is at most array.cols unless it is an axis itself.
  HwConfig config;
  std::string refusal;  // error line of a configuration that is no machine, or empty
};

// Point order: models in the order of the file, then axis groups like digits, the last fastest.
class SweepGrid {
 public:
  // Keeps a reference. Throws Error(SweepPoints, SweepExpression).
  explicit SweepGrid(const SweepSpec& spec);

  const SweepSpec& spec() const { return spec_; }
  std::size_t size() const { return spec_.models.size() * combinations_.size(); }
  SweepPoint point(std::size_t index) const;

 private:
  // Position of each axis in its values.
  std::vector<std::size_t> choices(std::uint64_t combination) const;
  bool wanted(std::uint64_t combination) const;
  void follow_columns(HwConfig* config) const;

  const SweepSpec& spec_;
  std::vector<std::uint64_t> combinations_;  // those that all conditions let through
};

}  // namespace vernier
