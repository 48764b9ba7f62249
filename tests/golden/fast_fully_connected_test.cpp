// The fast kernels of FULLY_CONNECTED against the plain ones, and through it the requantizers: a
// row of biases under weights of 0 is a row of accumulators.
#include "tests/golden/fast_case.h"

using namespace vernier;

namespace {

constexpr std::uint64_t kSeed = 31400;

void check_fully_connected(Draw draw) {
  FastCase c(OpType::FullyConnected, &draw);
  const DType type = draw.once_in(3) ? DType::kUint8 : DType::kInt8;
  const int rows = draw.of({1, 1, 2, 3, 7, 29}),
            depth = draw.once_in(5) ? draw.in(500, 700) : draw.channels();
  const int channels = draw.channels();
  c.op().profile = fast_profile(&draw);
  // Of uint8 tflm means a product in double, which no fast kernel has.
  if (type == DType::kUint8 && c.op().profile == Profile::kTflm) c.op().profile = Profile::kSingle;
  c.input(type, {rows, depth});
  c.weights(type, {channels, depth}, 0, -16, 2);
  c.bias(channels);
  c.output(type, {rows, channels});
  c.check();
}

// One row of accumulators, each with its own multiplier 2^s * (1 + fraction / 2^23).
void check_requantizer(Profile profile, const std::vector<std::int32_t>& accumulators,
                       const std::vector<float>& scales) {
  Draw draw(3);
  FastCase c(OpType::FullyConnected, &draw);
  const int channels = static_cast<int>(accumulators.size());
  c.op().profile = profile;
  c.input(DType::kInt8, {1, 1});
  c.weights(DType::kInt8, {channels, 1}, 0, 0, 0);
  TensorInfo& weights = c.info(1);
  weights.data.assign(weights.data.size(), 0);
  weights.quant.scale = scales;
  weights.quant.zero_point.assign(scales.size(), 0);
  c.bias(accumulators);
  c.output(DType::kInt8, {1, channels});
  c.info(3).quant.zero_point = {0};
  c.attrs().activation = Activation::kNone;
  c.check();
}

}  // namespace

TEST_CASE("fast FULLY_CONNECTED of 300 random shapes equal the plain ones") {
  for (std::uint64_t seed = kSeed; seed < kSeed + 300; ++seed) {
    INFO("seed " << seed);
    check_fully_connected(Draw(seed));
  }
}

TEST_CASE("fast requantizers equal the closed forms at ties and at the ends of the accumulator") {
  for (const Profile profile : {Profile::kTflm, Profile::kRuy, Profile::kSingle, Profile::kF32}) {
    INFO("profile " << profile_info(profile).name);
    // Every shift with the multiplier 2^s, around every multiple of one half of small results, and
    // around what the two steps of D make a tie.
    std::vector<std::int32_t> accumulators;
    std::vector<float> scales;
    const auto add = [&](std::int64_t x, float scale) {
      accumulators.push_back(
          static_cast<std::int32_t>(std::clamp<std::int64_t>(x, INT32_MIN, INT32_MAX)));
      scales.push_back(scale);
    };
    for (int s = -30; s <= 29; ++s) {
      for (const float fraction : {1.0F, 1.25F, 1.9999999F, 1.3333334F}) {
        const float scale = std::ldexp(fraction, s);
        for (int half = -9; half <= 9; ++half) {
          const auto x = static_cast<std::int64_t>(std::llround(half / 2.0 / double{scale}));
          for (int near = -2; near <= 2; ++near) add(x + near, scale);
        }
        for (const std::int32_t end :
             {INT32_MIN, INT32_MIN + 1, -1, 0, 1, INT32_MAX - 1, INT32_MAX}) {
          add(end, scale);
        }
      }
    }
    check_requantizer(profile, accumulators, scales);
  }
}

TEST_CASE("fast requantizers equal the closed forms on a million random accumulators") {
  std::mt19937_64 engine(41);
  for (const Profile profile : {Profile::kTflm, Profile::kRuy, Profile::kSingle, Profile::kF32}) {
    INFO("profile " << profile_info(profile).name);
    std::vector<std::int32_t> accumulators(250000);
    std::vector<float> scales(accumulators.size());
    for (std::size_t i = 0; i < accumulators.size(); ++i) {
      // Magnitudes evenly over all bit lengths, results mostly inside the codes.
      const int bits = static_cast<int>(engine() % 32);
      accumulators[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(engine())) >> bits;
      const int up = static_cast<int>(engine() % 10) - 2;
      const float fraction = 1.0F + static_cast<float>(engine() % 4096) / 4096.0F;
      scales[i] = std::ldexp(fraction, std::clamp(bits - 32 + up, -31, 20));
    }
    check_requantizer(profile, accumulators, scales);
  }
}

TEST_CASE("FULLY_CONNECTED scaled in double stays on the plain kernels") {
  Draw draw(4);
  FastCase c(OpType::FullyConnected, &draw);
  c.input(DType::kInt8, {1, 4});
  c.weights(DType::kInt8, {3, 4}, 0, -6, -6);
  c.bias(3);
  c.output(DType::kInt8, {1, 3});
  Graph graph = c.graph();
  golden::Numerics numerics;
  numerics.kernels = golden::Kernels::kFast;
  CHECK(golden::Prepared(graph, numerics).is_fast(0));
  graph.ops[0].profile = Profile::kLitertRef;
  CHECK(!golden::Prepared(graph, numerics).is_fast(0));
}

TEST_CASE("FULLY_CONNECTED of uint8 in profile tflm stays on the plain kernels") {
  Draw draw(5);
  FastCase c(OpType::FullyConnected, &draw);
  c.input(DType::kUint8, {1, 4});
  c.weights(DType::kUint8, {3, 4}, 0, -6, -6);
  c.bias(3);
  c.output(DType::kUint8, {1, 3});
  Graph graph = c.graph();
  golden::Numerics numerics;
  numerics.kernels = golden::Kernels::kFast;
  CHECK(!golden::Prepared(graph, numerics).is_fast(0));
  graph.ops[0].profile = Profile::kSingle;
  CHECK(golden::Prepared(graph, numerics).is_fast(0));
}
