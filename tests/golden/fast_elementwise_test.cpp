// The fast kernels of ADD, the pools, MEAN and TRANSPOSE against the plain ones, and whole
// networks.
#include <filesystem>
#include <string>

#include "compiler/import/tflite.h"
#include "sim/inputs.h"
#include "tests/golden/fast_case.h"

using namespace vernier;

namespace {

constexpr std::uint64_t kSeed = 17300;

void check_add(Draw draw) {
  FastCase c(OpType::Add, &draw);
  const DType type = draw.once_in(3) ? DType::kUint8 : DType::kInt8;
  const Shape shape{1, draw.in(1, 5), draw.in(1, 9), draw.channels()};
  c.input(type, shape, draw.scale(-8, 2));
  c.input(type, shape, draw.once_in(4) ? c.info(0).quant.scale[0] : draw.scale(-8, 2));
  c.output(type, shape, draw.scale(-8, 2));
  c.check();
}

void check_pool(Draw draw) {
  FastCase c(draw.once_in(2) ? OpType::AveragePool : OpType::MaxPool, &draw);
  const DType type = draw.once_in(3) ? DType::kUint8 : DType::kInt8;
  const int n = draw.of({1, 1, 2}), h = draw.in(1, 12), w = draw.in(1, 12), ch = draw.channels();
  OpAttrs& a = c.attrs();
  a.filter_h = draw.in(1, h);
  a.filter_w = draw.in(1, w);
  a.stride_h = draw.in(1, 3);
  a.stride_w = draw.in(1, 3);
  // Every window has a tap inside the image.
  a.pad_top = draw.in(0, a.filter_h - 1);
  a.pad_left = draw.in(0, a.filter_w - 1);
  const int oh = (h + a.pad_top - a.filter_h) / a.stride_h + 1;
  const int ow = (w + a.pad_left - a.filter_w) / a.stride_w + 1;
  c.input(type, {n, h, w, ch});
  c.output(type, {n, oh, ow, ch});
  c.check();
}

void check_mean(Draw draw) {
  FastCase c(OpType::Mean, &draw);
  const DType type = draw.once_in(3) ? DType::kUint8 : DType::kInt8;
  const int n = draw.of({1, 1, 2}), ch = draw.channels();
  c.input(type, {n, draw.in(1, 9), draw.in(1, 9), ch}, draw.scale(-8, 2));
  c.attrs().axes = {1, 2};
  c.output(type, draw.once_in(2) ? Shape{n, ch} : Shape{n, 1, 1, ch}, draw.scale(-8, 2));
  c.attrs().activation = Activation::kNone;
  c.check();
}

void check_transpose(Draw draw) {
  FastCase c(OpType::Transpose, &draw);
  Shape in, out;
  std::vector<int> perm;
  const int rank = draw.in(1, 5);
  for (int d = 0; d < rank; ++d) {
    in.push_back(draw.once_in(3) ? 1 : draw.in(2, 9));
    perm.insert(perm.begin() + draw.in(0, d), d);
  }
  for (const int d : perm) out.push_back(in[static_cast<std::size_t>(d)]);
  c.input(DType::kInt8, in);
  c.output(DType::kInt8, out);
  c.attrs().perm = perm;
  c.check();
}

// Every tensor of a network: fast at every level against plain.
void check_network(const std::string& file, int runs) {
  const std::string path = std::string(VERNIER_SOURCE_DIR) + "/../shared/models/" + file;
  if (!std::filesystem::exists(path)) {
    WARN("SKIPPED: no " << path);
    return;
  }
  Graph graph = import_tflite_file(path);
  const auto sets = random_inputs(graph, runs, 11);
  for (const Profile profile :
       {Profile::kTflm, Profile::kLitertRef, Profile::kRuy, Profile::kSingle, Profile::kF32}) {
    for (Op& op : graph.ops) op.profile = profile;
    golden::Numerics fast;
    fast.kernels = golden::Kernels::kFast;
    std::vector<golden::Values> want;
    for (const InputSet& set : sets) want.push_back(golden::run(graph, set));
    for (const auto level : golden::fast::levels()) {
      golden::Prepared prepared(graph, fast, level);
      golden::Values values;
      for (std::size_t r = 0; r < sets.size(); ++r) {
        prepared.run(sets[r], &values);
        for (std::size_t t = 0; t < values.size(); ++t) {
          INFO(file << ", " << profile_info(profile).name << ", " << golden::fast::level_name(level)
                    << ", run " << r << ", tensor " << t);
          REQUIRE(values[t] == want[r][t]);
        }
      }
    }
  }
}

}  // namespace

TEST_CASE("fast ADD of 300 random shapes equal the plain ones") {
  for (std::uint64_t seed = kSeed; seed < kSeed + 300; ++seed) {
    INFO("seed " << seed);
    check_add(Draw(seed));
  }
}

TEST_CASE("fast ADD of every pair of codes equals the plain one") {
  for (const float scale : {1.0F, 0.5F, 0.013F, 3.1F}) {
    for (const float out : {1.0F, 2.0F, 0.5F, 0.37F}) {
      Draw draw(5);
      FastCase c(OpType::Add, &draw);
      c.input(DType::kInt8, {65536}, scale);
      c.input(DType::kInt8, {65536}, 1.0F);
      c.output(DType::kInt8, {65536}, out);
      std::vector<Tensor> pairs{Tensor(DType::kInt8, {65536}), Tensor(DType::kInt8, {65536})};
      for (std::size_t i = 0; i < 65536; ++i) {
        pairs[0].bytes[i] = static_cast<std::uint8_t>(i);
        pairs[1].bytes[i] = static_cast<std::uint8_t>(i >> 8);
      }
      c.check({pairs});
    }
  }
}

TEST_CASE("fast pools of 300 random shapes equal the plain ones") {
  for (std::uint64_t seed = kSeed; seed < kSeed + 300; ++seed) {
    INFO("seed " << seed);
    check_pool(Draw(seed));
  }
}

TEST_CASE("fast MEAN over height and width of 200 random images equal the plain ones") {
  for (std::uint64_t seed = kSeed; seed < kSeed + 200; ++seed) {
    INFO("seed " << seed);
    check_mean(Draw(seed));
  }
}

TEST_CASE("fast TRANSPOSE of 200 random shapes equal the plain ones") {
  for (std::uint64_t seed = kSeed; seed < kSeed + 200; ++seed) {
    INFO("seed " << seed);
    check_transpose(Draw(seed));
  }
}

TEST_CASE("every tensor of whole networks is the same on the fast and the plain kernels") {
  check_network("mlperf_tiny/ic_resnet8_int8.tflite", 3);
  check_network("mlperf_tiny/kws_dscnn_int8.tflite", 3);
  check_network("mlperf_tiny/vww_mbv1_025_96_int8.tflite", 2);
  check_network("mlperf_tiny/ad_autoencoder_int8.tflite", 3);
}

TEST_CASE("every tensor of both MobileNets is the same on the fast and the plain kernels") {
  check_network("mobilenet/mobilenet_v1_0.25_128_quant_uint8.tflite", 1);
  check_network("mobilenet/mobilenet_v2_quantized_1x3x224x224.tflite", 1);
}
