// The MLPerf Tiny networks and both MobileNets: the quantized ones import, the float ones are
// refused.
#include <filesystem>
#include <set>

#include "hw_models/spec/file.h"
#include "hw_models/spec/sha256.h"
#include "tests/compiler/tflite_cases.h"

namespace vernier {
namespace {

const std::string kModels = VERNIER_SOURCE_DIR "/../shared/models/mlperf_tiny/";
const std::string kMobile = VERNIER_SOURCE_DIR "/../shared/models/mobilenet/";

bool models_here(const std::string& folder = kModels) {
  if (std::filesystem::is_directory(folder)) return true;
  WARN("SKIPPED: no models at " << folder);
  return false;
}

std::int64_t total_macs(const Graph& g) {
  std::int64_t macs = 0;
  for (const Op& op : g.ops) macs += nominal_macs(g, op);
  return macs;
}

std::vector<std::string> op_names(const Graph& g) {
  std::vector<std::string> names;
  for (const Op& op : g.ops) names.push_back(op_name(op.type));
  return names;
}

}  // namespace

TEST_CASE("the image classification network imports") {
  if (!models_here()) return;
  const Graph g = import_tflite_file(kModels + "ic_resnet8_int8.tflite");
  CHECK(op_names(g) == std::vector<std::string>{"CONV_2D", "CONV_2D", "CONV_2D", "ADD", "CONV_2D",
                                                "CONV_2D", "CONV_2D", "ADD", "CONV_2D", "CONV_2D",
                                                "CONV_2D", "ADD", "AVERAGE_POOL_2D", "RESHAPE",
                                                "FULLY_CONNECTED", "SOFTMAX"});
  CHECK(total_macs(g) == 12'501'632);
  REQUIRE(g.inputs.size() == 1);
  CHECK(g.tensor(g.inputs[0]).shape == Shape{1, 32, 32, 3});
  CHECK(g.tensor(g.outputs[0]).shape == Shape{1, 10});
  const auto bytes = read_file(kModels + "ic_resnet8_int8.tflite", 1 << 20);
  CHECK(g.sha256 == sha256_hex(bytes.data(), bytes.size()));
  CHECK(g.file == kModels + "ic_resnet8_int8.tflite");
}

TEST_CASE("the anomaly detection network imports") {
  if (!models_here()) return;
  const Graph g = import_tflite_file(kModels + "ad_autoencoder_int8.tflite");
  CHECK(op_names(g) == std::vector<std::string>(10, "FULLY_CONNECTED"));
  CHECK(total_macs(g) == 264'192);
  CHECK(g.ops[0].attrs.activation == Activation::kRelu);
  CHECK(g.ops[9].attrs.activation == Activation::kNone);
}

TEST_CASE("the keyword spotting network imports") {
  if (!models_here()) return;
  const Graph g = import_tflite_file(kModels + "kws_dscnn_int8.tflite");
  CHECK(g.ops.size() == 13);
  CHECK(total_macs(g) == 2'656'768);
  const OpAttrs& first = g.ops[0].attrs;  // 10x4, stride 2, SAME, of 49x10
  CHECK((first.filter_h == 10 && first.filter_w == 4));
  CHECK((first.pad_top == 4 && first.pad_bottom == 5));
  CHECK((first.pad_left == 1 && first.pad_right == 1));
}

TEST_CASE("the visual wake words network imports, saturated biases included") {
  if (!models_here()) return;
  const Graph g = import_tflite_file(kModels + "vww_mbv1_025_96_int8.tflite");
  CHECK(g.ops.size() == 31);
  CHECK(total_macs(g) == 7'489'664);
}

TEST_CASE("the uint8 MobileNetV1 imports, with zero points of weights") {
  if (!models_here(kMobile)) return;
  const Graph g = import_tflite_file(kMobile + "mobilenet_v1_0.25_128_quant_uint8.tflite");
  CHECK(g.ops.size() == 31);
  CHECK(total_macs(g) == 13'570'304);
  CHECK(g.tensor(g.inputs[0]).dtype == DType::kUint8);
  CHECK(g.tensor(g.ops[0].inputs[1]).quant.zero_point == std::vector<int>{157});
  CHECK(g.tensor(g.outputs[0]).quant.zero_point == std::vector<int>{0});
}

TEST_CASE("the MobileNetV2 of channels first imports, with its paddings and its mean") {
  if (!models_here(kMobile)) return;
  const Graph g = import_tflite_file(kMobile + "mobilenet_v2_quantized_1x3x224x224.tflite");
  CHECK(g.ops.size() == 84);
  CHECK(total_macs(g) == 300'774'272);
  CHECK(g.ops[0].attrs.perm == std::vector<int>{0, 2, 3, 1});
  CHECK(g.ops[1].attrs.before == std::vector<int>{0, 1, 1, 0});
  CHECK(g.ops[1].attrs.after == std::vector<int>{0, 1, 1, 0});
  CHECK(g.ops[1].attrs.pad_code == -14);
  CHECK(g.ops[81].attrs.axes == std::vector<int>{1, 2});
  CHECK(g.tensor(g.ops[81].outputs[0]).shape == Shape{1, 1, 1, 1280});
}

TEST_CASE("float networks are refused by type, with what to do") {
  if (!models_here()) return;
  for (const char* name : {"ad_autoencoder_float", "ic_resnet8_float", "kws_dscnn_float_true",
                           "vww_mbv1_025_96_float"}) {
    const auto bytes = read_file(kModels + name + ".tflite", 1 << 24);
    refused(
        bytes, ErrorId::TflType,
        {"subgraph 0, op 0 ", "type float32, must be int8", "quantize the model fully to int8"});
  }
}

TEST_CASE("built networks import with every operator, and keep the file's tensor indices") {
  std::set<OpType> seen;
  for (const ModelBuilder& m : {network_model(), mixed_model()}) {
    const Graph g = imported(m);
    REQUIRE(g.tensors.size() == m.tensors.size());
    for (std::size_t t = 0; t < g.tensors.size(); ++t) {
      CHECK(g.tensors[t].name == m.tensors[t].name);
      CHECK(g.tensors[t].shape == m.tensors[t].shape);
      CHECK(g.tensors[t].data == m.tensors[t].data);
      CHECK(g.tensors[t].is_constant == !m.tensors[t].data.empty());
      CHECK(g.tensors[t].quant.scale == m.tensors[t].scale);
    }
    for (const Op& op : g.ops) seen.insert(op.type);
    const auto bytes = m.bytes();
    CHECK(g.sha256 == sha256_hex(bytes.data(), bytes.size()));
  }
  const std::size_t rows = 0
#define VERNIER_OP(name, fn, tflite, code, fewest, most) +1
#include "hw_models/spec/ops.def"
#undef VERNIER_OP
      ;
  CHECK(seen.size() == rows);
}

}  // namespace vernier
