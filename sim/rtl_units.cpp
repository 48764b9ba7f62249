#include "sim/rtl_units.h"

#include <algorithm>
#include <array>
#include <vector>

#include "hw_models/spec/error.h"
#include "hw_models/spec/machine.h"
#include "sim/rtl_locate.h"

namespace vernier {
namespace {

static_assert(kRequantizerLatency == kBarrelShifterLatency, "both kinds of lanes use LanesOut");

// What entered a unit in the last `Latency` cycles, so that what comes out can be compared in the
// cycle in which it must.
template <class Vector, int Latency>
class Expected {
 public:
  struct Slot {
    bool valid = false;
    int index = 0;  // of the instruction's vectors
    Vector vector;
  };
  // The slot of the vector that must come out now; it is also the one that this cycle's vector
  // takes, after the comparison.
  Slot& slot() { return slots_[at_]; }
  void advance(bool entered) {
    slots_[at_].valid = entered;
    if (entered) slots_[at_].index = vectors_++;
    at_ = (at_ + 1) % Latency;
    ++cycle_;
  }
  bool pending() const {
    return std::any_of(slots_.begin(), slots_.end(), [](const Slot& s) { return s.valid; });
  }
  void begin() {
    vectors_ = 0;
    cycle_ = 0;
  }
  std::int64_t cycle() const { return cycle_; }

 private:
  std::array<Slot, Latency> slots_{};
  std::size_t at_ = 0;
  int vectors_ = 0;
  std::int64_t cycle_ = 0;  // of the instruction
};

// Copies of the operands, in buffers that are made once.
struct ArrayEntry {
  std::vector<std::int16_t> ifmap;  // or, depthwise, the window
  std::vector<std::int32_t> acc, want;
  std::vector<std::uint8_t> overflow;
  bool depthwise = false, clear = false;
  std::size_t tile = 0;
};

class VerilatedUnits final : public Units {
 public:
  explicit VerilatedUnits(const VernierUnitsApi* api)
      : api_(api), units_(api->create()), rows_(api->geometry.rows), cols_(api->geometry.cols) {
    if (*api_->failure(units_) != '\0') {
      const std::string why = api_->failure(units_);
      api_->destroy(units_);
      throw Error(ErrorId::PluginMismatch, "Verilated units", escaped(why));
    }
    shadow_.resize(static_cast<std::size_t>(rows_ * cols_));
    for (auto& tile : tiles_) tile = shadow_;
  }
  ~VerilatedUnits() override { api_->destroy(units_); }
  VerilatedUnits(const VerilatedUnits&) = delete;
  VerilatedUnits& operator=(const VerilatedUnits&) = delete;

  void begin() override {
    drain();  // only after a divergence is anything left
    failed_ = false;
    mismatch_ = {};
    array_.begin();
    requantizer_.begin();
    shifter_.begin();
  }

  bool array_cycle(const ArrayCycle& c) override {
    VernierArrayIn in{};
    in.valid = c.valid ? 1 : 0;
    in.clear = c.clear ? 1 : 0;
    in.load = c.load ? 1 : 0;
    in.swap = c.swap ? 1 : 0;
    in.depthwise = c.depthwise ? 1 : 0;
    // Seven bits reach the port; what they cannot say must still be seen to be wrong.
    in.load_row = c.load_row < 0 || c.load_row > 127 ? 127 : c.load_row;
    in.ifmap = c.ifmap;
    in.window = c.window;
    in.acc = c.acc_in;
    in.weights = c.weights;
    VernierArrayOut out;
    const bool stopped = api_->array_step(units_, &in, &out) != 0;
    ++cycles_;
    auto& slot = array_.slot();
    compare_array(slot.valid, slot.index, slot.vector, out);
    if (stopped) assertion("vernier_mac_array", array_.cycle());
    if (c.valid) remember(c, &slot.vector);
    array_.advance(c.valid);
    track_weights(c);
    return !failed_;
  }

  bool requantize(const RequantizeVector& v) override {
    check(v.lanes >= 1 && v.lanes <= api_->geometry.lanes, "a vector has more lanes than the unit");
    const VernierRequantizerIn in{1,       v.rounding, v.zero_point, v.lo,         v.hi,
                                  v.lanes, v.acc,      v.bias,       v.multiplier, v.shift};
    return step_requantizer(in, &v);
  }

  bool shift(const ShiftVector& v) override {
    check(v.lanes >= 1 && v.lanes <= api_->geometry.lanes, "a vector has more lanes than the unit");
    const VernierShifterIn in{1, v.rounding, v.zero_point, v.lo, v.hi, v.lanes, v.x, v.right};
    return step_shifter(in, &v);
  }

  bool finish() override {
    drain();
    return !failed_;
  }

  const UnitMismatch& mismatch() const override { return mismatch_; }
  std::int64_t compared() const override { return compared_; }
  std::int64_t cycles() const override { return cycles_; }

 private:
  void drain() {
    while (array_.pending()) array_cycle({});
    while (requantizer_.pending()) step_requantizer({}, nullptr);
    while (shifter_.pending()) step_shifter({}, nullptr);
  }

  bool step_requantizer(const VernierRequantizerIn& in, const RequantizeVector* v) {
    VernierLanesOut out;
    const bool stopped = api_->requantizer_step(units_, &in, &out) != 0;
    ++cycles_;
    auto& slot = requantizer_.slot();
    compare_lanes("vernier_requantizer", requantizer_.cycle(), slot.valid, slot.index, slot.vector,
                  out);
    if (stopped) assertion("vernier_requantizer", requantizer_.cycle());
    if (v != nullptr) {
      LaneVector& e = slot.vector;
      e.acc.assign(v->acc, v->acc + v->lanes);
      e.bias.assign(v->bias, v->bias + v->lanes);
      e.multiplier.assign(v->multiplier, v->multiplier + v->lanes);
      e.shift.assign(v->shift, v->shift + v->lanes);
      e.want.assign(v->out, v->out + v->lanes);
      remember_mode(*v, &e);
    }
    requantizer_.advance(v != nullptr);
    return !failed_;
  }

  bool step_shifter(const VernierShifterIn& in, const ShiftVector* v) {
    VernierLanesOut out;
    const bool stopped = api_->shifter_step(units_, &in, &out) != 0;
    ++cycles_;
    auto& slot = shifter_.slot();
    compare_lanes("vernier_barrel_shifter", shifter_.cycle(), slot.valid, slot.index, slot.vector,
                  out);
    if (stopped) assertion("vernier_barrel_shifter", shifter_.cycle());
    if (v != nullptr) {
      LaneVector& e = slot.vector;
      e.shifter = true;
      e.acc.assign(v->x, v->x + v->lanes);
      e.shift.assign(v->right, v->right + v->lanes);
      e.want.assign(v->out, v->out + v->lanes);
      remember_mode(*v, &e);
    }
    shifter_.advance(v != nullptr);
    return !failed_;
  }

  template <class Vector>
  static void remember_mode(const Vector& v, LaneVector* e) {
    e->rounding = v.rounding;
    e->zero_point = v.zero_point;
    e->lo = v.lo;
    e->hi = v.hi;
  }

  void remember(const ArrayCycle& c, ArrayEntry* e) const {
    e->depthwise = c.depthwise;
    if (c.depthwise) {
      e->ifmap.assign(c.window, c.window + rows_ * cols_);
    } else {
      e->ifmap.assign(c.ifmap, c.ifmap + rows_);
    }
    e->acc.assign(c.acc_in, c.acc_in + cols_);
    e->want.assign(c.acc_out, c.acc_out + cols_);
    e->overflow.assign(c.overflow, c.overflow + cols_);
    e->clear = c.clear;
    e->tile = active_;
  }

  // Our copy of the weights, for finding a PE row. A tile is kept while vectors that met it are on
  // their way: four are enough for a latency of two and a swap in every cycle.
  void track_weights(const ArrayCycle& c) {
    if (c.load && c.load_row >= 0 && c.load_row < rows_) {
      std::copy(c.weights, c.weights + cols_, shadow_.begin() + c.load_row * cols_);
    }
    if (!c.swap) return;
    active_ = (active_ + 1) % tiles_.size();
    tiles_[active_] = shadow_;
  }

  void compare_array(bool due, int index, const ArrayEntry& e, const VernierArrayOut& out) {
    if (failed_) return;
    if ((out.valid != 0) != due) {
      return report("vernier_mac_array", "valid", -1, -1, index, array_.cycle(), due, out.valid);
    }
    if (!due) return;
    ++compared_;
    const auto cols = static_cast<std::size_t>(cols_);
    if (std::equal(e.want.begin(), e.want.end(), out.acc) &&
        std::equal(e.overflow.begin(), e.overflow.end(), out.overflow)) {
      return;
    }
    for (std::size_t c = 0; c < cols; ++c) {
      const int lane = static_cast<int>(c);
      if (e.want[c] != out.acc[c]) {
        const int row = find_pe_row(api_, {e.ifmap, tiles_[e.tile], e.depthwise}, lane);
        return report("vernier_mac_array", "accumulate", row, lane, index, array_.cycle(),
                      e.want[c], out.acc[c]);
      }
      if (e.overflow[c] != out.overflow[c]) {
        return report("vernier_mac_array", "overflow", -1, lane, index, array_.cycle(),
                      e.overflow[c], out.overflow[c]);
      }
    }
  }

  void compare_lanes(const char* unit, std::int64_t cycle, bool due, int index, const LaneVector& e,
                     const VernierLanesOut& out) {
    if (failed_) return;
    if ((out.valid != 0) != due) return report(unit, "valid", -1, -1, index, cycle, due, out.valid);
    if (!due) return;
    ++compared_;
    for (std::size_t l = 0; l < e.want.size(); ++l) {
      if (e.want[l] == out.out[l]) continue;
      const int lane = static_cast<int>(l);
      return report(unit, find_stage(api_, e, lane), -1, lane, index, cycle, e.want[l], out.out[l]);
    }
  }

  void assertion(const char* unit, std::int64_t cycle) {
    if (failed_) return;
    report(unit, std::string("assertion: ") + api_->failure(units_), -1, -1, -1, cycle, 0, 0);
  }

  void report(const char* unit, const std::string& stage, int row, int lane, int vector,
              std::int64_t cycle, std::int64_t want, std::int64_t got) {
    failed_ = true;
    mismatch_ = {unit, stage, row, lane, vector, cycle, want, got};
  }

  const VernierUnitsApi* api_;
  VernierUnits* units_;
  int rows_, cols_;
  Expected<ArrayEntry, kArrayLatency> array_;
  Expected<LaneVector, kRequantizerLatency> requantizer_;
  Expected<LaneVector, kBarrelShifterLatency> shifter_;
  std::vector<std::int16_t> shadow_;  // [rows * cols], row by row
  std::array<std::vector<std::int16_t>, kArrayLatency + 2> tiles_;
  std::size_t active_ = 0;
  bool failed_ = false;
  UnitMismatch mismatch_;
  std::int64_t compared_ = 0, cycles_ = 0;
};

}  // namespace

std::unique_ptr<Units> make_verilated_units(const VernierUnitsApi* api) {
  return std::make_unique<VerilatedUnits>(api);
}

}  // namespace vernier
