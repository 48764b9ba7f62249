// When the requantizer's one step may stand for a product in double.
#include "compiler/lower/one_step.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "hw_models/spec/profiles.h"
#include "tests/support/random_graph.h"

namespace vernier {
namespace {

using compiler::where_one_step_differs;

// The first sum whose codes differ, by trying all of them.
std::optional<std::int64_t> tried(Multiplier m, Rounding rounding, double real, std::int64_t lo,
                                  std::int64_t hi, int zero, const ClampRange& codes) {
  for (std::int64_t x = lo; x <= hi; ++x) {
    const auto code = [&](std::int64_t v) {
      return std::clamp<std::int64_t>(v + zero, codes.lo, codes.hi);
    };
    const auto sum = static_cast<std::int32_t>(x);
    if (code(multiply_by_quantized_multiplier(sum, m, rounding)) !=
        code(scale_in_double(sum, real))) {
      return x;
    }
  }
  return {};
}

}  // namespace

TEST_CASE(
    "a tie below zero is where one step up differs from half away, and only inside the codes") {
  const Multiplier half = quantize_multiplier(0.5);
  CHECK(
      where_one_step_differs(half, Rounding::kSingle, 0.5, {-1, -1}, 0, {-128, 127}).value_or(0) ==
      -1);
  CHECK_FALSE(where_one_step_differs(half, Rounding::kSingle, 0.5, {0, 1000}, 0, {-128, 127}));
  // With zero point -128 the tie at -1 is clamped to the least code either way.
  CHECK_FALSE(
      where_one_step_differs(half, Rounding::kSingle, 0.5, {-1000, 1000}, -128, {-128, 127}));
  CHECK(where_one_step_differs(half, Rounding::kSingle, 0.5, {-1000, 1000}, -127, {-128, 127})
            .value_or(0) == -1);
}

TEST_CASE("the comparison of steps finds what trying every sum finds") {
  Random random(20261121);
  int differing = 0;
  for (int n = 0; n < 4000; ++n) {
    // Exact powers of two and short mantissas have ties, others hardly ever.
    const double real = random.chance(50) ? std::ldexp(1.0, random.between(-9, 1))
                        : random.chance(50)
                            ? std::ldexp(random.between(1, 15), random.between(-9, -2))
                            : random.real(1e-4, 1.5);
    const Multiplier m = quantize_multiplier(real);
    const std::int64_t lo = random.between(-3000, 200), hi = lo + random.between(0, 3000);
    const Rounding rounding = random.pick<Rounding>(
        {Rounding::kSingle, Rounding::kHalfAway, Rounding::kHalfEven, Rounding::kDouble});
    const int zero = random.between(-128, 255);
    const ClampRange codes = random.chance(50) ? ClampRange{0, 255} : ClampRange{-128, 127};
    const auto found = where_one_step_differs(m, rounding, real, {lo, hi}, zero, codes);
    const auto want = tried(m, rounding, real, lo, hi, zero, codes);
    INFO("real " << real << " sums " << lo << ".." << hi << " zero point " << zero);
    REQUIRE(found.has_value() == want.has_value());
    if (!found) continue;
    ++differing;
    CHECK(tried(m, rounding, real, *found, *found, zero, codes).has_value());
  }
  CHECK(differing > 400);
  CHECK(differing < 3600);
}

TEST_CASE("half away in one step is a product in double wherever the mantissa holds the scale") {
  Random random(7);
  for (int n = 0; n < 2000; ++n) {
    const double real = std::ldexp(random.between(1, (1 << 24) - 1), random.between(-40, -23));
    CHECK_FALSE(where_one_step_differs(quantize_multiplier(real), Rounding::kHalfAway, real,
                                       {-(1 << 28), 1 << 28}, random.between(-128, 255),
                                       {-128, 255}));
  }
}

TEST_CASE("in profile tflm a FULLY_CONNECTED of uint8 follows the reference that has one") {
  Graph g;
  g.tensors.resize(1);
  Op op;
  op.type = OpType::FullyConnected;
  op.inputs = {0};
  for (const auto dtype : {DType::kInt8, DType::kUint8}) {
    g.tensors[0].dtype = dtype;
    const bool reference = dtype == DType::kUint8;
    op.profile = Profile::kTflm;
    CHECK(op_rounding(g, op) == (reference ? Rounding::kFloat64 : Rounding::kDouble));
    for (const auto p : {Profile::kLitertRef, Profile::kRuy, Profile::kSingle, Profile::kF32}) {
      op.profile = p;
      CHECK(op_rounding(g, op) == op_rounding(op));
    }
  }
}

}  // namespace vernier
