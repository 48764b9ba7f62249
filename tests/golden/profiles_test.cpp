// Whole networks in the profiles of LiteRT, against what LiteRT 2.3.0 (ai-edge-litert) computes for
// the same inputs: litert-ref is its resolver BUILTIN_REF, ruy BUILTIN_WITHOUT_DEFAULT_DELEGATES,
// both on every tensor, f32 the default with XNNPACK, on the outputs. The digests come from
// ../shared/oracles/tensors.py run on dumps of these inputs.
#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "compiler/import/tflite.h"
#include "hw_models/golden/golden.h"
#include "hw_models/spec/sha256.h"
#include "sim/inputs.h"

using namespace vernier;

namespace {

const std::string kModels = std::string(VERNIER_SOURCE_DIR) + "/../shared/models/";
constexpr std::uint64_t kSeed = 11;

struct Row {
  const char* model;
  int runs;
  std::size_t bytes;   // compared
  const char* sha256;  // tensor by tensor in execution order, each over all runs
};

void compare(Profile profile, const Row& row) {
  INFO(row.model);
  Graph graph = import_tflite_file(kModels + row.model + ".tflite");
  for (Op& op : graph.ops) op.profile = profile;
  const auto sets = random_inputs(graph, row.runs, kSeed);
  std::vector<std::string> stacked(graph.tensors.size());
  for (const auto& inputs : sets) {
    const auto values = golden::run(graph, inputs);
    for (std::size_t t = 0; t < values.size(); ++t) {
      stacked[t].append(values[t].bytes.begin(), values[t].bytes.end());
    }
  }
  std::string all;
  for (const Op& op : graph.ops) {
    const int t = op.outputs.at(0);
    if (profile == Profile::kF32 && t != graph.outputs.at(0)) continue;
    all += stacked[static_cast<std::size_t>(t)];
  }
  CHECK(all.size() == row.bytes);
  CHECK(sha256_hex(all.data(), all.size()) == row.sha256);
}

void compare(Profile profile, const std::vector<Row>& rows) {
  if (!std::filesystem::exists(kModels)) {
    WARN("SKIPPED: no ../shared, so no profile is compared with LiteRT");
    return;
  }
  for (const Row& row : rows) compare(profile, row);
}

}  // namespace

TEST_CASE("in profile litert-ref every tensor of the MLPerf Tiny networks equals BUILTIN_REF's") {
  compare(Profile::kLitertRef,
          {{"mlperf_tiny/ad_autoencoder_int8", 8, 13376,
            "7db69a59ef5a4246e9c4d30dfab1c36cbe819d40ace591778218fe9dfc42f8c0"},
           {"mlperf_tiny/ic_resnet8_int8", 8, 918688,
            "96f5b9b890aa105ad71ae2170c62474ce7e7e0e484969e344b426a471eed478e"},
           {"mlperf_tiny/kws_dscnn_int8", 8, 577216,
            "7df34d2fa835e3823bb0352a00fc05b421f70bb138200fdf54fd1dbf560a522c"},
           {"mlperf_tiny/vww_mbv1_025_96_int8", 8, 1856544,
            "73cd1ec0aa25b2fbbbb72d749af4ef265ac1b7521f512a5294c67e9a7d16d9d0"}});
}

TEST_CASE("in profile litert-ref every tensor of both MobileNets equals BUILTIN_REF's") {
  compare(Profile::kLitertRef,
          {{"mobilenet/mobilenet_v1_0.25_128_quant_uint8", 8, 3319256,
            "7e340f5386b83f96eed72f40e4458171651e618c31a6fbc78f617a7b6bc0b0be"},
           {"mobilenet/mobilenet_v2_quantized_1x3x224x224", 1, 11421396,
            "df21ca728b9ac64f7e2f0f0705a0e992c112959cafac5733bd7305b81b285ebc"}});
}

TEST_CASE("in profile ruy every tensor equals the optimized kernels' on x86") {
  compare(Profile::kRuy, {{"mlperf_tiny/ad_autoencoder_int8", 8, 13376,
                           "864dcc5811dff96a49bfa1ab51dd252861260f0c453fd417606ab62481a3b959"},
                          {"mlperf_tiny/ic_resnet8_int8", 8, 918688,
                           "dc3534c07584f21dfa1d3d4fc544358ece8778d3a5abee5fd0c767dc69493f8c"},
                          {"mlperf_tiny/kws_dscnn_int8", 8, 577216,
                           "9afab9802b1dc8f314ae592cdd201f77aa6d06570becdaa521c31736621c2be4"},
                          {"mlperf_tiny/vww_mbv1_025_96_int8", 8, 1856544,
                           "73cd1ec0aa25b2fbbbb72d749af4ef265ac1b7521f512a5294c67e9a7d16d9d0"},
                          {"mobilenet/mobilenet_v1_0.25_128_quant_uint8", 8, 3319256,
                           "780d4f0ff887a616fecd7568ec1f4f4bd3deb80db4e230c769a5616c3db0e16f"}});
}

TEST_CASE("in profile f32 the outputs equal XNNPACK's on 200 inputs of each MLPerf Tiny network") {
  compare(Profile::kF32, {{"mlperf_tiny/ad_autoencoder_int8", 200, 128000,
                           "60fe9d9fdf9b7fe6b7d912902c47cc5e7d59ba127a49339258d6d9cff111539c"},
                          {"mlperf_tiny/ic_resnet8_int8", 200, 2000,
                           "f7aed7e98e4683f2c894ff0f2129eec32f13276e7a631b5f5dd892734f7a63fa"},
                          {"mlperf_tiny/kws_dscnn_int8", 200, 2400,
                           "34ae4461014fc4b29042dc9ea85347b4d57979bba0c0650814ea5540d5c5fb1c"},
                          {"mlperf_tiny/vww_mbv1_025_96_int8", 200, 400,
                           "650876f8090d13b1b2fe94b7a11e272d3c44e8ee819d2c93f9f19218fd8bdc59"},
                          {"mobilenet/mobilenet_v1_0.25_128_quant_uint8", 20, 20020,
                           "ea6c37657f8a777934936c02308b2901b986f62181921b3b0e4c940de3db44d3"}});
}
