// Graph inputs from files and from the generator.
#include "sim/inputs.h"

#include <array>
#include <catch2/catch.hpp>
#include <cstring>

#include "hw_models/spec/error.h"
#include "hw_models/spec/file.h"
#include "sim/npy.h"
#include "tests/sim/scratch_dir.h"

using namespace vernier;
using Catch::Matchers::Contains;

namespace {

Graph graph_of(const std::vector<Shape>& shapes, DType type = DType::kInt8) {
  Graph g;
  g.file = "net.tflite";
  for (const Shape& s : shapes) {
    TensorInfo info;
    info.name = "in" + std::to_string(g.tensors.size());
    info.dtype = type;
    info.shape = s;
    g.inputs.push_back(static_cast<int>(g.tensors.size()));
    g.tensors.push_back(info);
  }
  return g;
}

class Files {
 public:
  // A file of consecutive bytes; returns its path.
  std::string operator()(const Shape& shape, DType type = DType::kInt8) {
    Tensor t(type, shape);
    for (std::size_t i = 0; i < t.bytes.size(); ++i) t.bytes[i] = static_cast<std::uint8_t>(i);
    const std::string path = dir_ / ("x" + std::to_string(count_++) + ".npy");
    write_file_atomically(path, npy_bytes(t));
    return path;
  }

 private:
  ScratchDir dir_;
  int count_ = 0;
};

}  // namespace

TEST_CASE("a file holds one run in the model's shape, with or without its batch of 1") {
  Files file;
  const Graph g = graph_of({{1, 2, 3}});
  for (const Shape& shape : {Shape{1, 2, 3}, Shape{2, 3}}) {
    const auto sets = load_inputs(g, {file(shape)});
    REQUIRE(sets.size() == 1);
    REQUIRE(sets[0].size() == 1);
    CHECK(sets[0][0].shape == Shape{1, 2, 3});
    CHECK(sets[0][0].at(5) == 5);
  }
}

TEST_CASE("a file holds N runs behind each other") {
  Files file;
  const Graph g = graph_of({{1, 2, 3}});
  for (const Shape& shape : {Shape{4, 2, 3}, Shape{4, 1, 2, 3}}) {
    const auto sets = load_inputs(g, {file(shape)});
    REQUIRE(sets.size() == 4);
    for (int run = 0; run < 4; ++run) {
      CHECK(sets[static_cast<std::size_t>(run)][0].shape == Shape{1, 2, 3});
      CHECK(sets[static_cast<std::size_t>(run)][0].at(0) == 6 * run);
    }
  }
}

TEST_CASE("a single channel may be left out, as in 1000 x 49 x 10 for 1 x 49 x 10 x 1") {
  Files file;
  const Graph g = graph_of({{1, 49, 10, 1}});
  CHECK(load_inputs(g, {file({5, 49, 10})}).size() == 5);
  CHECK(load_inputs(g, {file({5, 49, 10, 1})}).size() == 5);
  CHECK(load_inputs(g, {file({49, 10})}).size() == 1);
  CHECK(load_inputs(g, {file({1, 49, 10})}).size() == 1);
  CHECK(load_inputs(g, {file({1, 49, 10})})[0][0].shape == Shape{1, 49, 10, 1});
}

TEST_CASE("N6: any other shape is refused with both shapes, never reshaped") {
  Files file;
  const Graph g = graph_of({{1, 49, 10, 1}});
  for (const Shape& shape :
       {Shape{10, 49}, Shape{490}, Shape{5, 490}, Shape{5, 10, 49}, Shape{5, 49, 10, 2},
        Shape{2, 5, 49, 10}, Shape{49, 1, 10}, Shape{1, 1, 49, 10, 1, 1}, Shape{48, 10}}) {
    INFO(shape_text(shape));
    CHECK_THROWS_WITH(load_inputs(g, {file(shape)}),
                      Contains("E-NPY-008") && Contains("shape " + shape_text(shape) + " given") &&
                          Contains("in0 takes 1x49x10x1"));
  }
  // The model's own batch of 2 is not two runs of a batch of 1.
  const Graph two = graph_of({{2, 3}});
  CHECK(load_inputs(two, {file({2, 3})}).size() == 1);
  CHECK(load_inputs(two, {file({4, 2, 3})}).size() == 4);
  CHECK_THROWS_WITH(load_inputs(two, {file({4, 3})}), Contains("E-NPY-008"));
  CHECK_THROWS_WITH(load_inputs(two, {file({3})}), Contains("E-NPY-008"));
}

TEST_CASE("N4: another element type is refused, not cast") {
  Files file;
  const Graph g = graph_of({{1, 4}});
  for (const DType type : {DType::kUint8, DType::kBool, DType::kInt16, DType::kFloat32}) {
    CHECK_THROWS_WITH(load_inputs(g, {file({1, 4}, type)}),
                      Contains("E-NPY-009") &&
                          Contains(std::string(dtype_name(type)) + " given, input in0 takes int8"));
  }
}

TEST_CASE("N8: a missing or extra input lists what the model takes") {
  Files file;
  const Graph g = graph_of({{1, 4}, {1, 2, 2}});
  const auto told = [](const std::string& count) {
    return Contains("error[E-NPY-007]: net.tflite: " + count +
                    " input files given, the model has 2 inputs: in0 (int8 1x4), in1 (int8 1x2x2)");
  };
  CHECK_THROWS_WITH(load_inputs(g, {}), told("0"));
  CHECK_THROWS_WITH(load_inputs(g, {file({4})}), told("1"));
  CHECK_THROWS_WITH(load_inputs(g, {file({4}), file({2, 2}), file({4})}), told("3"));
}

TEST_CASE("several inputs are taken in graph order and hold the same number of runs") {
  Files file;
  const Graph g = graph_of({{1, 4}, {1, 2, 2}});
  const auto sets = load_inputs(g, {file({3, 4}), file({3, 2, 2})});
  REQUIRE(sets.size() == 3);
  CHECK(sets[2].at(0).shape == Shape{1, 4});
  CHECK(sets[2].at(1).shape == Shape{1, 2, 2});
  CHECK_THROWS_WITH(load_inputs(g, {file({3, 4}), file({2, 2, 2})}),
                    Contains("E-NPY-010") && Contains("2 runs") && Contains("holds 3"));
  // Given in the other order, shapes tell.
  CHECK_THROWS_WITH(load_inputs(g, {file({3, 2, 2}), file({3, 4})}), Contains("E-NPY-008"));
}

TEST_CASE("random inputs are the documented generator's, the same for the same seed") {
  const Graph g = graph_of({{1, 4}, {1, 2}});
  const auto sets = random_inputs(g, 2, 0);
  REQUIRE(sets.size() == 2);
  // SplitMix64 from 0 begins e220a8397b1dcdaf 6e789e6aa1b965f4 06c45d188009454f f88bb8a8724c81ec
  // 1b39896a51a8749b 53cb9f0c747ea2ea.
  const std::array<int, 4> first{static_cast<std::int8_t>(0xe2), 0x6e, 0x06,
                                 static_cast<std::int8_t>(0xf8)};
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(sets[0][0].at(static_cast<std::int64_t>(i)) == first[i]);
  CHECK(sets[0][1].at(0) == 0x1b);
  CHECK(sets[0][1].at(1) == 0x53);
  CHECK(random_inputs(g, 2, 0) == sets);
  CHECK(random_inputs(g, 2, 1) != sets);
  // A longer batch begins with the shorter one.
  CHECK(random_inputs(g, 3, 0)[1] == sets[1]);
}

TEST_CASE("random codes are uniform over the whole type") {
  const auto codes = random_inputs(graph_of({{1, 256000}}), 1, 42)[0][0];
  std::array<int, 256> count{};
  for (std::int64_t i = 0; i < 256000; ++i) ++count[static_cast<std::size_t>(codes.at(i) + 128)];
  // 1000 each; six standard deviations are 190.
  for (const int n : count) CHECK(std::abs(n - 1000) < 190);
  const auto wide = random_inputs(graph_of({{1, 1000}}, DType::kInt16), 1, 42)[0][0];
  int beyond_a_byte = 0;
  for (std::int64_t i = 0; i < 1000; ++i) beyond_a_byte += std::abs(wide.at(i)) > 255 ? 1 : 0;
  CHECK(beyond_a_byte > 950);
}

TEST_CASE("random float inputs are normal with mean 0 and deviation 1") {
  const auto set = random_inputs(graph_of({{1, 40000}}, DType::kFloat32), 1, 0)[0][0];
  std::vector<float> values(40000);
  REQUIRE(set.bytes.size() == values.size() * sizeof(float));
  std::memcpy(values.data(), set.bytes.data(), set.bytes.size());
  // Box and Muller's of the generator's first four numbers.
  CHECK(values[0] == static_cast<float>(-0.452757740217458));
  CHECK(values[1] == static_cast<float>(2.650605812079669));
  double sum = 0, squares = 0;
  int beyond_two = 0;
  for (const float v : values) {
    sum += v;
    squares += double{v} * v;
    beyond_two += std::abs(v) > 2.0F ? 1 : 0;
  }
  // Six standard deviations of each estimate.
  CHECK(std::abs(sum / 40000) < 0.03);
  CHECK(std::abs(squares / 40000 - 1) < 0.043);
  CHECK(std::abs(beyond_two - 1820) < 250);  // 4.55 %
}
