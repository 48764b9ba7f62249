// Feeds lane operands to the requantizer or the barrel shifter, as many per cycle as there are
// lanes, and compares each result with what the caller says, exactly four cycles later.
#pragma once

#include <deque>

#include "hw_models/spec/numerics.h"
#include "tests/rtl/unit_dut.h"

namespace vernier {

struct LaneCase {
  std::int32_t acc = 0, bias = 0, multiplier = 0;
  int shift = 0;  // of the barrel shifter: the right count
  std::int32_t want = 0;
};

class LaneChecker {
 public:
  LaneChecker(Dut& dut, bool shifter) : dut_(dut), shifter_(shifter) {}

  // Rounding, zero point and clamp of the vectors that follow. Sends off a partial vector.
  void mode(Rounding rounding, int zero_point = 0, int lo = INT32_MIN, int hi = INT32_MAX) {
    send();
    rounding_ = static_cast<int>(rounding);
    zero_point_ = zero_point;
    lo_ = lo;
    hi_ = hi;
  }
  void add(const LaneCase& c) {
    vector_.push_back(c);
    if (static_cast<int>(vector_.size()) == dut_.geometry().lanes) send();
  }
  // An empty cycle between vectors.
  void idle() {
    send();
    step(false);
  }
  // Clocks the pipeline empty; call it at the end of a test.
  void finish() {
    send();
    for (int i = 0; i < 4; ++i) step(false);
    REQUIRE(checked_ > 0);
  }
  std::int64_t checked() const { return checked_; }

 private:
  void send() {
    if (!vector_.empty()) step(true);
  }

  void step(bool valid) {
    std::vector<std::int32_t> acc, bias, multiplier;
    std::vector<std::int8_t> shift;
    for (const auto& c : vector_) {
      acc.push_back(c.acc);
      bias.push_back(c.bias);
      multiplier.push_back(c.multiplier);
      shift.push_back(static_cast<std::int8_t>(c.shift));
    }
    const auto v = static_cast<std::uint8_t>(valid);
    const int lanes = static_cast<int>(vector_.size());
    const VernierLanesOut out =
        shifter_
            ? dut_.step(VernierShifterIn{v, rounding_, zero_point_, lo_, hi_, lanes, acc.data(),
                                         shift.data()})
            : dut_.step(VernierRequantizerIn{v, rounding_, zero_point_, lo_, hi_, lanes, acc.data(),
                                             bias.data(), multiplier.data(), shift.data()});
    // What entered four cycles ago is there now, and nothing else ever is.
    const bool due = in_flight_.size() == 4 && !in_flight_.front().cases.empty();
    REQUIRE((out.valid != 0) == due);
    if (due) compare(in_flight_.front(), out);
    if (in_flight_.size() == 4) in_flight_.pop_front();
    in_flight_.push_back({std::move(vector_), rounding_});
    vector_.clear();
  }

  struct Entered {
    std::vector<LaneCase> cases;
    int rounding;
  };

  void compare(const Entered& entered, const VernierLanesOut& out) {
    for (std::size_t l = 0; l < entered.cases.size(); ++l) {
      ++checked_;
      const LaneCase& c = entered.cases[l];
      if (c.want == out.out[l]) continue;
      FAIL("lane " << l << " mode " << entered.rounding << " acc " << c.acc << " bias " << c.bias
                   << " multiplier " << c.multiplier << " shift " << c.shift << ": want " << c.want
                   << ", got " << out.out[l]);
    }
  }

  Dut& dut_;
  bool shifter_;
  int rounding_ = 0, zero_point_ = 0, lo_ = INT32_MIN, hi_ = INT32_MAX;
  std::vector<LaneCase> vector_;
  std::deque<Entered> in_flight_;
  std::int64_t checked_ = 0;
};

inline constexpr Rounding kAllRoundings[] = {
    Rounding::kDouble,   Rounding::kDoubleUp, Rounding::kSingle,  Rounding::kHalfAway,
    Rounding::kHalfEven, Rounding::kFloor,    Rounding::kTruncate};

}  // namespace vernier
