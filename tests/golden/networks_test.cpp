// Whole networks against TensorFlow Lite Micro: every tensor, and outputs printed by silicon.
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <string>

#include "compiler/import/tflite.h"
#include "hw_models/golden/explain.h"
#include "hw_models/golden/golden.h"
#include "sim/inputs.h"
#include "sim/npy.h"

using namespace vernier;

namespace {

const std::string kShared = std::string(VERNIER_SOURCE_DIR) + "/../shared/";

bool have_shared() {
  if (std::filesystem::exists(kShared + "expected")) return true;
  WARN("SKIPPED: no ../shared, so no network is compared with TensorFlow Lite Micro");
  return false;
}

Graph network(const std::string& name) {
  const bool mobile = name.rfind("mobilenet", 0) == 0;
  return import_tflite_file(kShared + "models/" + (mobile ? "mobilenet/" : "mlperf_tiny/") + name +
                            ".tflite");
}

// Elements of run `run` of a stacked tensor that differ from `got`.
int differences(const Tensor& stacked, std::size_t run, const Tensor& got) {
  const std::size_t size = got.bytes.size();
  int count = 0;
  for (std::size_t i = 0; i < size; ++i) {
    count += stacked.bytes.at(run * size + i) != got.bytes[i] ? 1 : 0;
  }
  return count;
}

// Every tensor of all recorded runs; returns the number of elements compared.
std::size_t compare_tensors(const std::string& name) {
  const Graph graph = network(name);
  const std::string dir = kShared + "expected/tensors/" + name + "/t";
  const auto expected = [&](int tensor) { return read_npy(dir + std::to_string(tensor) + ".npy"); };
  const auto sets = load_inputs(graph, {dir + std::to_string(graph.inputs.at(0)) + ".npy"});
  std::size_t elements = 0;
  for (std::size_t run = 0; run < sets.size(); ++run) {
    const auto values = golden::run(graph, sets[run]);
    for (const Op& op : graph.ops) {
      const int tensor = op.outputs.at(0);
      const Tensor& got = values[static_cast<std::size_t>(tensor)];
      INFO(op_name(op.type) << ", tensor " << tensor << ", run " << run);
      REQUIRE(differences(expected(tensor), run, got) == 0);
      elements += got.bytes.size();
    }
  }
  return elements;
}

// The output of each input against what the board printed.
void compare_silicon(const std::string& name, const std::string& inputs, const std::string& outputs,
                     std::size_t runs) {
  const Graph graph = network(name);
  const Tensor printed = read_npy(kShared + outputs);
  const auto sets = load_inputs(graph, {kShared + inputs});
  REQUIRE(sets.size() == runs);
  REQUIRE(printed.shape.at(0) == static_cast<int>(runs));
  for (std::size_t run = 0; run < runs; ++run) {
    const auto values = golden::run(graph, sets[run]);
    const Tensor& got = values[static_cast<std::size_t>(graph.outputs.at(0))];
    REQUIRE(got.bytes.size() == printed.bytes.size() / runs);
    INFO("input " << run);
    REQUIRE(differences(printed, run, got) == 0);
  }
}

}  // namespace

TEST_CASE("every tensor of the image classifier equals TensorFlow Lite Micro's") {
  if (have_shared()) CHECK(compare_tensors("ic_resnet8_int8") == 2 * 114836);
}

TEST_CASE("every tensor of the autoencoder equals TensorFlow Lite Micro's") {
  if (have_shared()) CHECK(compare_tensors("ad_autoencoder_int8") == 2 * (8 * 128 + 8 + 640));
}

TEST_CASE("every tensor of the keyword spotter equals TensorFlow Lite Micro's") {
  if (have_shared()) CHECK(compare_tensors("kws_dscnn_int8") == 2 * 72152);
}

TEST_CASE("every tensor of the visual wake word net equals TensorFlow Lite Micro's") {
  if (have_shared()) CHECK(compare_tensors("vww_mbv1_025_96_int8") == 2 * 232068);
}

TEST_CASE("every tensor of MobileNetV2 equals TensorFlow Lite Micro's") {
  if (have_shared()) CHECK(compare_tensors("mobilenet_v2_quantized_1x3x224x224") == 11421396);
}

// TensorFlow Lite Micro refuses uint8: the tensors are those of LiteRT's reference kernels.
TEST_CASE("every tensor of the uint8 MobileNetV1 equals LiteRT's in the default profile") {
  if (have_shared()) CHECK(compare_tensors("mobilenet_v1_0.25_128_quant_uint8") == 414907);
}

TEST_CASE("200 images give the outputs that silicon printed") {
  if (!have_shared()) return;
  compare_silicon("ic_resnet8_int8", "data/ic/images_200x32x32x3_int8.npy",
                  "expected/silicon/ic_200x10_int8.npy", 200);
}

TEST_CASE("1,000 utterances give the outputs that silicon printed") {
  if (!have_shared()) return;
  compare_silicon("kws_dscnn_int8", "data/kws/mfcc_int8_1000x49x10.npy",
                  "expected/silicon/kws_1000x12_int8.npy", 1000);
}

TEST_CASE("explain ends in golden's code for every element of whole networks") {
  if (!have_shared()) return;
  for (const char* name : {"ic_resnet8_int8", "kws_dscnn_int8", "ad_autoencoder_int8"}) {
    Graph graph = network(name);
    for (const Profile profile :
         {Profile::kTflm, Profile::kLitertRef, Profile::kRuy, Profile::kSingle, Profile::kF32}) {
      for (Op& op : graph.ops) op.profile = profile;
      const golden::Numerics numerics{profile == Profile::kSingle ? 16 : 32};
      const auto values = golden::run(graph, random_inputs(graph, 1, 3)[0], numerics);
      for (const Op& op : graph.ops) {
        const Tensor& out = values[static_cast<std::size_t>(op.outputs[0])];
        int wrong = 0;
        // A prime stride reaches every channel and every edge without walking all taps of all.
        for (std::int64_t e = 0; e < static_cast<std::int64_t>(out.bytes.size()); e += 7) {
          wrong += golden::explain(graph, op, values, e, numerics).back().value != out.at(e);
        }
        INFO(name << ", " << op_name(op.type) << ", tensor " << op.outputs[0]);
        CHECK(wrong == 0);
      }
    }
  }
}

TEST_CASE("another rounding profile gives another network") {
  if (!have_shared()) return;
  Graph graph = network("ad_autoencoder_int8");
  const auto inputs = random_inputs(graph, 1, 3)[0];
  const auto out = static_cast<std::size_t>(graph.outputs.at(0));
  const auto twice = golden::run(graph, inputs)[out];
  CHECK(!(golden::run(graph, inputs, {16})[out] == twice));
  for (const Profile profile :
       {Profile::kLitertRef, Profile::kRuy, Profile::kSingle, Profile::kF32}) {
    for (Op& op : graph.ops) op.profile = profile;
    INFO(profile_info(profile).name);
    CHECK(!(golden::run(graph, inputs)[out] == twice));
  }
}

// Release builds only mean it: 25 ms per inference is the budget golden has in a run.
TEST_CASE("golden runs the image classifier within its share of a run's time", "[.speed]") {
  if (!have_shared()) return;
  const Graph graph = network("ic_resnet8_int8");
  const auto sets = random_inputs(graph, 20, 1);
  const auto begin = std::chrono::steady_clock::now();
  for (const InputSet& set : sets) golden::run(graph, set);
  const double ms =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  WARN(ms / 20 << " ms per inference");
  CHECK(ms / 20 < 25.0);
}
