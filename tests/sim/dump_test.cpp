// The dump against the oracle's own files.
#include "sim/dump.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "compiler/import/tflite.h"
#include "hw_models/golden/golden.h"
#include "hw_models/spec/error.h"
#include "hw_models/spec/file.h"
#include "sim/inputs.h"
#include "sim/npy.h"
#include "tests/sim/scratch_dir.h"

using namespace vernier;
using Catch::Matchers::Contains;

namespace {

const std::string kShared = std::string(VERNIER_SOURCE_DIR) + "/../shared/";

std::string text(const std::string& path) {
  const auto bytes = read_file(path, 1U << 30);
  return {bytes.begin(), bytes.end()};
}

// A graph of two inputs and one op, and its values; tensor 1 is a constant.
struct Small {
  Graph graph;
  std::vector<std::vector<Tensor>> runs;

  Small() {
    graph.file = "some/where/net.tflite";
    const auto add = [this](const std::string& name, const Shape& shape, bool constant) {
      TensorInfo info;
      info.name = name;
      info.shape = shape;
      info.quant.scale = {0.1F};
      info.quant.zero_point = {-3};
      info.is_constant = constant;
      graph.tensors.push_back(info);
    };
    add("in \"x\"\n\x1b", {1, 2}, false);
    add("weights", {2}, true);
    add("\xc3\xa9", {2, 1}, false);
    graph.tensors[2].quant.scale = {1.0F};
    graph.inputs = {0};
    Op op;
    op.type = OpType::Reshape;
    op.inputs = {0};
    op.outputs = {2};
    graph.ops = {op};
    for (int r = 0; r < 3; ++r) {
      std::vector<Tensor> values(3);
      values[0] = Tensor(DType::kInt8, {1, 2});
      values[2] = Tensor(DType::kInt8, {2, 1});
      values[0].bytes = values[2].bytes = {static_cast<std::uint8_t>(r), 7};
      runs.push_back(values);
    }
  }
};

}  // namespace

TEST_CASE("a dump holds inputs and op outputs over the runs, the model's batch of 1 left out") {
  const Small s;
  const ScratchDir dir;
  dump_tensors(dir / "made/for/it", s.graph, s.runs, "golden");
  const Tensor in = read_npy(dir / "made/for/it/t0.npy");
  CHECK(in.shape == Shape{3, 2});
  CHECK(in.bytes == std::vector<std::uint8_t>{0, 7, 1, 7, 2, 7});
  CHECK(read_npy(dir / "made/for/it/t2.npy").shape == Shape{3, 2, 1});
  CHECK(!std::filesystem::exists(dir / "made/for/it/t1.npy"));
}

TEST_CASE("the manifest is what Python's json.dump(indent=1) writes") {
  const Small s;
  const ScratchDir dir;
  dump_tensors(dir / "d", s.graph, s.runs, "golden");
  CHECK(text(dir / "d/tensors.json") == R"({
 "model": "net.tflite",
 "engine": "golden",
 "runs": 3,
 "tensors": [
  {
   "index": 0,
   "name": "in \"x\"\n\u001b",
   "shape": [
    1,
    2
   ],
   "dtype": "int8",
   "scale": [
    0.10000000149011612
   ],
   "zero_point": [
    -3
   ],
   "op": "INPUT",
   "position": -1
  },
  {
   "index": 2,
   "name": "\u00e9",
   "shape": [
    2,
    1
   ],
   "dtype": "int8",
   "scale": [
    1.0
   ],
   "zero_point": [
    -3
   ],
   "op": "RESHAPE",
   "position": 0
  }
 ]
})");
}

TEST_CASE("a directory that cannot be made is refused as an output") {
  const Small s;
  const ScratchDir dir;
  write_file_atomically(dir / "file", std::string_view("x"));
  CHECK_THROWS_WITH(dump_tensors(dir / "file/d", s.graph, s.runs, "golden"), Contains("E-IO-004"));
}

TEST_CASE("golden's dump of each MLPerf Tiny network is the oracle's directory, file by file") {
  if (!std::filesystem::exists(kShared + "expected")) {
    WARN("SKIPPED: no ../shared, so no dump is compared with TensorFlow Lite Micro's");
    return;
  }
  for (const std::string name :
       {"ad_autoencoder_int8", "ic_resnet8_int8", "kws_dscnn_int8", "vww_mbv1_025_96_int8"}) {
    INFO(name);
    const Graph graph = import_tflite_file(kShared + "models/mlperf_tiny/" + name + ".tflite");
    const std::string expected = kShared + "expected/tensors/" + name;
    const auto sets =
        load_inputs(graph, {expected + "/t" + std::to_string(graph.inputs.at(0)) + ".npy"});
    std::vector<golden::Values> runs;
    for (const InputSet& set : sets) runs.push_back(golden::run(graph, set));
    const ScratchDir dir;
    dump_tensors(dir / "d", graph, runs, "tflm");
    std::size_t files = 0, written = 0;
    for (const auto& f : std::filesystem::directory_iterator(expected)) {
      INFO(f.path());
      const std::string mine = dir / "d/" + f.path().filename().string();
      REQUIRE(std::filesystem::exists(mine));
      CHECK((text(mine) == text(f.path().string())));
      ++files;
    }
    for ([[maybe_unused]] const auto& f : std::filesystem::directory_iterator(dir / "d")) ++written;
    CHECK(files == written);
    CHECK(files == graph.ops.size() + 2);
  }
}
