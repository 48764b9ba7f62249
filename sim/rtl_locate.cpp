#include "sim/rtl_locate.h"

#include <algorithm>

#include "hw_models/spec/machine.h"
#include "hw_models/spec/numerics.h"

namespace vernier {
namespace {

// A unit of our own, so that the one under comparison keeps its state.
class FreshUnits {
 public:
  explicit FreshUnits(const VernierUnitsApi* api) : api_(api), units_(api->create()) {}
  ~FreshUnits() { api_->destroy(units_); }
  FreshUnits(const FreshUnits&) = delete;
  FreshUnits& operator=(const FreshUnits&) = delete;

  void load(const std::vector<std::int16_t>& weights) {
    VernierArrayOut out;
    for (int r = 0; r < api_->geometry.rows; ++r) {
      VernierArrayIn in{};
      in.load = 1;
      in.load_row = r;
      in.swap = r + 1 == api_->geometry.rows ? 1 : 0;
      in.weights = weights.data() + static_cast<std::ptrdiff_t>(r) * api_->geometry.cols;
      api_->array_step(units_, &in, &out);
    }
  }
  VernierArrayOut array(VernierArrayIn in) {
    VernierArrayOut out;
    for (int t = 0; t <= kArrayLatency; ++t) {
      api_->array_step(units_, &in, &out);
      in.valid = 0;
    }
    return out;
  }
  VernierLanesOut requantizer(VernierRequantizerIn in) {
    VernierLanesOut out;
    for (int t = 0; t <= kRequantizerLatency; ++t) {
      api_->requantizer_step(units_, &in, &out);
      in.valid = 0;
    }
    return out;
  }
  VernierLanesOut shifter(VernierShifterIn in) {
    VernierLanesOut out;
    for (int t = 0; t <= kBarrelShifterLatency; ++t) {
      api_->shifter_step(units_, &in, &out);
      in.valid = 0;
    }
    return out;
  }

 private:
  const VernierUnitsApi* api_;
  VernierUnits* units_;
};

// What one lane gets.
struct LaneOperands {
  std::int32_t acc, bias, multiplier;
  int shift;  // right count of the shifter
  Rounding rounding;
  std::int32_t zero_point, lo, hi;
};

// The result by numerics.md 2.2 and, for the shifter, 3: a power of two 2^-n is the multiplier
// (2^30, 1 - n) in every mode.
std::int32_t expected(bool shifter, const LaneOperands& o) {
  std::int64_t y = 0;
  if (!shifter) {
    const std::int32_t sum = wrap_to(std::int64_t{o.acc} + o.bias, 32);
    const std::int32_t x = wrap_shift_left(sum, std::max(o.shift, 0));
    y = multiply_by_quantized_multiplier(x, {o.multiplier, std::min(o.shift, 0)}, o.rounding);
  } else if (o.shift <= 0) {
    y = wrap_shift_left(o.acc, -o.shift);
  } else {
    y = multiply_by_quantized_multiplier(o.acc, {1 << 30, 1 - o.shift}, o.rounding);
  }
  return static_cast<std::int32_t>(
      std::clamp<std::int64_t>(y + o.zero_point, o.lo, std::max(o.lo, o.hi)));
}

class Lane {
 public:
  Lane(const VernierUnitsApi* api, bool shifter, int lane)
      : units_(api), shifter_(shifter), lane_(static_cast<std::size_t>(lane)) {}

  std::int32_t result(const LaneOperands& o) {
    const std::size_t n = lane_ + 1;
    std::vector<std::int32_t> acc(n), bias(n), multiplier(n);
    std::vector<std::int8_t> shift(n);
    acc[lane_] = o.acc;
    bias[lane_] = o.bias;
    multiplier[lane_] = o.multiplier;
    shift[lane_] = static_cast<std::int8_t>(o.shift);
    const int lanes = static_cast<int>(n);
    const int mode = static_cast<int>(o.rounding);
    const VernierLanesOut out =
        shifter_
            ? units_.shifter({1, mode, o.zero_point, o.lo, o.hi, lanes, acc.data(), shift.data()})
            : units_.requantizer({1, mode, o.zero_point, o.lo, o.hi, lanes, acc.data(), bias.data(),
                                  multiplier.data(), shift.data()});
    return out.out[lane_];
  }
  bool agrees(const LaneOperands& o) { return result(o) == expected(shifter_, o); }

 private:
  FreshUnits units_;
  bool shifter_;
  std::size_t lane_;
};

// Takes stage after stage out of the way, the last first, until the unit agrees.
std::string unit_stage(Lane* lane, bool shifter, LaneOperands o) {
  o.lo = INT32_MIN;
  o.hi = INT32_MAX;
  if (lane->agrees(o)) return "clamp";
  o.zero_point = 0;
  if (lane->agrees(o)) return "zero point";
  o.rounding = Rounding::kFloor;
  if (lane->agrees(o)) return "round";
  if (shifter) return "shift";
  o.acc = wrap_to(std::int64_t{o.acc} + o.bias, 32);
  o.bias = 0;
  if (lane->agrees(o)) return "bias";
  o.shift = 0;
  if (lane->agrees(o)) return "shift";
  return "multiply";
}

// The unit is right: which stage, left out or done otherwise, gives the model's value?
std::string model_stage(bool shifter, const LaneOperands& o, std::int32_t want) {
  LaneOperands t = o;
  t.lo = INT32_MIN;
  t.hi = INT32_MAX;
  if (expected(shifter, t) == want) return "clamp";
  t = o;
  t.zero_point = 0;
  if (expected(shifter, t) == want) return "zero point";
  for (int mode = 0; mode <= static_cast<int>(Rounding::kTruncate); ++mode) {
    t = o;
    t.rounding = static_cast<Rounding>(mode);
    if (expected(shifter, t) == want) return "round";
  }
  if (shifter) return "shift";
  t = o;
  t.bias = 0;
  return expected(shifter, t) == want ? "bias" : "multiply";
}

}  // namespace

int find_pe_row(const VernierUnitsApi* api, const ArrayVector& vector, int lane) {
  FreshUnits units(api);
  units.load(vector.weights);
  const auto rows = static_cast<std::size_t>(api->geometry.rows);
  const auto cols = static_cast<std::size_t>(api->geometry.cols);
  const auto c = static_cast<std::size_t>(lane);
  const std::vector<std::int32_t> zeros(cols);
  for (std::size_t r = 0; r < rows; ++r) {
    const std::size_t at = vector.depthwise ? r * cols + c : r;
    std::vector<std::int16_t> one(vector.ifmap.size());
    one[at] = vector.ifmap[at];
    VernierArrayIn in{};
    in.valid = in.clear = 1;
    in.depthwise = vector.depthwise ? 1 : 0;
    in.ifmap = in.window = one.data();
    in.acc = zeros.data();
    const std::int32_t product = vector.ifmap[at] * vector.weights[r * cols + c];
    if (units.array(in).acc[c] != wrap_to(product, api->geometry.acc_bits)) {
      return static_cast<int>(r);
    }
  }
  return -1;
}

std::string find_stage(const VernierUnitsApi* api, const LaneVector& v, int lane) {
  const auto l = static_cast<std::size_t>(lane);
  const LaneOperands o{v.acc[l],
                       v.shifter ? 0 : v.bias[l],
                       v.shifter ? 0 : v.multiplier[l],
                       v.shift[l],
                       static_cast<Rounding>(v.rounding),
                       v.zero_point,
                       v.lo,
                       v.hi};
  Lane unit(api, v.shifter, lane);
  const std::int32_t got = unit.result(o);
  if (got == v.want[l]) return "pipeline";
  if (got == expected(v.shifter, o)) {
    return model_stage(v.shifter, o, v.want[l]) + " (of the cycle model)";
  }
  return unit_stage(&unit, v.shifter, o);
}

}  // namespace vernier
