// Operators that move codes: PAD, TRANSPOSE, STRIDED_SLICE, RESIZE_NEAREST_NEIGHBOR.
#include <cmath>
#include <cstring>

#include "tests/compiler/tflite_cases.h"

namespace vernier {
namespace {

// 1x4x5x3 -> PAD: tensors input 0, paddings 1, output 2.
ModelBuilder pad_model() {
  ModelBuilder m;
  m.mark_output(m.pad(m.input({1, 4, 5, 3}, 0.5F, -7), {0, 1, 2, 3}, {0, 4, 0, 5}));
  return m;
}

// 1x4x5x3 -> TRANSPOSE: tensors input 0, perm 1, output 2.
ModelBuilder transpose_model(const std::vector<int>& perm = {0, 3, 1, 2}) {
  ModelBuilder m;
  m.mark_output(m.transpose(m.input({1, 4, 5, 3}, 0.5F, -7), perm));
  return m;
}

// 1x8x9x3 -> STRIDED_SLICE: tensors input 0, begin 1, end 2, strides 3, output 4.
ModelBuilder slice_model(const std::vector<int>& begin, const std::vector<int>& end,
                         const std::vector<int>& strides, const OpOptions& options = {}) {
  ModelBuilder m;
  m.mark_output(m.strided_slice(m.input({1, 8, 9, 3}, 0.5F, -7), begin, end, strides, options));
  return m;
}

// 1x4x5x3 -> RESIZE: tensors input 0, size 1, output 2.
ModelBuilder resize_model(int height, int width) {
  ModelBuilder m;
  m.mark_output(m.resize_nearest(m.input({1, 4, 5, 3}, 0.5F, -7), height, width));
  return m;
}

void set_int32(ModelBuilder& m, std::size_t tensor, const std::vector<std::int32_t>& values) {
  m.tensors[tensor].data.resize(values.size() * 4);
  std::memcpy(m.tensors[tensor].data.data(), values.data(), values.size() * 4);
}

}  // namespace

TEST_CASE("moved codes keep scale and zero point, and the constants are constants") {
  for (const auto& model :
       {pad_model(), transpose_model(), slice_model({0}, {1}, {1}), resize_model(8, 8)}) {
    CHECK_NOTHROW(imported(model));
    auto m = model;
    m.tensors.back().scale[0] = std::nextafter(0.5F, 1.0F);
    refused(m, ErrorId::TflQuantRule, {"both must be equal"});
    m = model;
    m.tensors.back().zero_point[0] = -6;
    refused(m, ErrorId::TflQuantRule, {"both must be equal"});
    for (std::size_t slot = 1; slot < model.ops[0].inputs.size(); ++slot) {
      m = model;
      m.tensors[slot].data.clear();
      m.inputs.push_back(static_cast<int>(slot));
      refused(m, ErrorId::TflConstant,
              {"input " + std::to_string(slot), "is computed at run time, must be a constant"});
      m = model;
      m.tensors[slot].type = 2;
      m.tensors[slot].shape.push_back(1);
      refused(m, ErrorId::TflOperandShape, {"input " + std::to_string(slot)});
      m = model;
      m.tensors[slot].type = 0;
      refused(m, ErrorId::TflType,
              {"input " + std::to_string(slot), "type float32, must be int32"});
    }
  }
}

TEST_CASE("PAD carries its sides and the code of zero") {
  const Graph g = imported(pad_model());
  CHECK(g.ops[0].attrs.before == std::vector<int>{0, 1, 2, 3});
  CHECK(g.ops[0].attrs.after == std::vector<int>{0, 4, 0, 5});
  CHECK(g.ops[0].attrs.pad_code == -7);
  CHECK(g.tensors[2].shape == Shape{1, 9, 7, 11});
}

TEST_CASE("PAD takes ranks of 1 to 6, and paddings of int64") {
  for (int rank = 1; rank <= 6; ++rank) {
    ModelBuilder m;
    Shape shape(static_cast<std::size_t>(rank), 2);
    shape[0] = 1;
    const std::vector<int> ones(shape.size(), 1), none(shape.size(), 0);
    m.mark_output(m.pad(m.input(shape, 0.5F, 0), ones, none));
    const Graph g = imported(m);
    CHECK(g.ops[0].attrs.before == ones);
    CHECK(g.ops[0].attrs.after == none);
  }
  auto m = pad_model();
  const std::vector<std::int64_t> wide{0, 0, 1, 4, 2, 0, 3, 5};
  m.ops[0].inputs[1] = m.int64_constant({4, 2}, wide);
  const Graph g = imported(m);
  CHECK(g.ops[0].attrs.before == std::vector<int>{0, 1, 2, 3});
  CHECK(g.ops[0].attrs.after == std::vector<int>{0, 4, 0, 5});
}

TEST_CASE("paddings that are negative, huge or of another rank are refused (T30)") {
  for (const int side : {-1, INT32_MIN, INT32_MAX}) {
    auto m = pad_model();
    set_int32(m, 1, {0, 0, 1, 4, 2, side, 3, 5});
    refused(m, ErrorId::TflField,
            {"op 0 PAD, input 1", "dimension 2: a padding of " + std::to_string(side)});
  }
  auto m = pad_model();
  m.ops[0].inputs[1] = m.int64_constant({4, 2}, {0, 0, 1, 4, 2, std::int64_t{1} << 32, 3, 5});
  refused(m, ErrorId::TflField, {"a padding of 4294967296"});
  m = pad_model();
  m.tensors[1].shape = {2, 4};
  refused(m, ErrorId::TflOperandShape, {"shape 2x4, must be 4x2"});
}

TEST_CASE("TRANSPOSE carries its permutation") {
  const Graph g = imported(transpose_model());
  CHECK(g.ops[0].attrs.perm == std::vector<int>{0, 3, 1, 2});
  CHECK(g.tensors[2].shape == Shape{1, 3, 4, 5});
  auto m = transpose_model();
  set_int32(m, 1, {-4, -1, -3, 2});
  CHECK(imported(m).ops[0].attrs.perm == std::vector<int>{0, 3, 1, 2});
}

TEST_CASE("a permutation that repeats or leaves the rank is refused (T30)") {
  for (const int dim : {4, -5, INT32_MAX, INT32_MIN}) {
    auto m = transpose_model();
    set_int32(m, 1, {0, 3, 1, dim});
    refused(m, ErrorId::TflField,
            {"op 0 TRANSPOSE, input 1", "element 3: " + std::to_string(dim) + ", must be 0..3"});
  }
  auto m = transpose_model();
  set_int32(m, 1, {0, 3, 1, 3});
  refused(m, ErrorId::TflField, {"element 3: 3, a dimension that is there already"});
  m = transpose_model();
  m.tensors[1].shape = {3};
  m.tensors[1].data.resize(12);
  refused(m, ErrorId::TflOperandShape, {"shape 3, must be 4"});
}

TEST_CASE("STRIDED_SLICE carries first index, step and count of each dimension") {
  const auto check = [](const ModelBuilder& m, const std::vector<int>& begin,
                        const std::vector<int>& step, const std::vector<int>& extent,
                        const Shape& shape) {
    const Graph g = imported(m);
    CHECK(g.ops[0].attrs.begin == begin);
    CHECK(g.ops[0].attrs.step == step);
    CHECK(g.ops[0].attrs.extent == extent);
    CHECK(g.tensors[4].shape == shape);
  };
  check(slice_model({0, 1, 2, 0}, {1, 8, 9, 3}, {1, 2, 3, 1}), {0, 1, 2, 0}, {1, 2, 3, 1},
        {1, 4, 3, 3}, {1, 4, 3, 3});
  // Negative indices count from the end; both ends are clipped.
  check(slice_model({0, -3, -100, 0}, {1, -1, 100, 100}, {1, 1, 4, 2}), {0, 5, 0, 0}, {1, 1, 4, 2},
        {1, 2, 3, 2}, {1, 2, 3, 2});
  // Masked sides are whole, dimensions beyond the vectors too.
  OpOptions masks;
  masks.begin_mask = 2;
  masks.end_mask = 1;
  check(slice_model({0, 5}, {0, 7}, {1, 2}, masks), {0, 0, 0, 0}, {1, 2, 1, 1}, {1, 4, 9, 3},
        {1, 4, 9, 3});
  // A shrunk dimension takes one element, whatever its end, and is dropped.
  OpOptions shrink;
  shrink.shrink_axis_mask = 2 | 8;
  check(slice_model({0, -1, 0, 1}, {1, 0, 9, 0}, {1, 1, 1, 1}, shrink), {0, 7, 0, 1}, {1, 1, 1, 1},
        {1, 1, 9, 1}, {1, 9});
}

TEST_CASE("slices that run backwards, stand still or are empty are refused by name") {
  for (const int stride : {0, -1, INT32_MIN}) {
    auto m = slice_model({0, 0, 0, 0}, {1, 8, 9, 3}, {1, 1, 1, 1});
    set_int32(m, 3, {1, 1, stride, 1});
    refused(m, ErrorId::TflUnsupported,
            {"op 0 STRIDED_SLICE, dimension 2 of 1x8x9x3: stride " + std::to_string(stride),
             "must be positive"});
  }
  for (const auto& [begin, end] : {std::pair{4, 4}, std::pair{5, 4}, std::pair{8, 100},
                                   std::pair{0, -8}, std::pair{INT32_MAX, INT32_MIN}}) {
    auto m = slice_model({0, 0, 0, 0}, {1, 8, 9, 3}, {1, 1, 1, 1});
    set_int32(m, 1, {0, begin, 0, 0});
    set_int32(m, 2, {1, end, 9, 3});
    refused(m, ErrorId::TflGeometry, {"dimension 1 of 1x8x9x3: a slice", "is empty"});
  }
  OpOptions shrink;
  shrink.shrink_axis_mask = 2;
  refused(slice_model({0, 8, 0, 0}, {1, 9, 9, 3}, {1, 1, 1, 1}, shrink), ErrorId::TflGeometry,
          {"dimension 1", "is empty"});
}

TEST_CASE("masks and offsets of STRIDED_SLICE that are not supported are named") {
  const std::pair<int OpOptions::*, const char*> fields[] = {
      {&OpOptions::ellipsis_mask, "ellipsis_mask"}, {&OpOptions::new_axis_mask, "new_axis_mask"}};
  for (const auto& [field, name] : fields) {
    auto m = slice_model({0}, {1}, {1});
    m.ops[0].options.*field = 1;
    refused(m, ErrorId::TflUnsupported, {std::string("field ") + name + ": 1, must be 0"});
  }
  auto m = slice_model({0}, {1}, {1});
  m.ops[0].options.offset = true;
  refused(m, ErrorId::TflUnsupported, {"field offset: 1, must be 0"});
  refused(slice_model({0, 0, 0, 0, 0}, {1, 8, 9, 3, 1}, {1, 1, 1, 1, 1}), ErrorId::TflOperandShape,
          {"input 1", "shape 5, must be a vector of 1..4 elements"});
}

TEST_CASE("RESIZE_NEAREST_NEIGHBOR takes both options and any size") {
  for (const bool align : {false, true}) {
    for (const bool half : {false, true}) {
      auto m = resize_model(9, 1);
      m.ops[0].options.align_corners = align;
      m.ops[0].options.half_pixel_centers = half;
      const Graph g = imported(m);
      CHECK(g.tensors[2].shape == Shape{1, 9, 1, 3});
      CHECK(g.ops[0].attrs.align_corners == align);
      CHECK(g.ops[0].attrs.half_pixel_centers == half);
    }
  }
  for (const int size : {0, -1, INT32_MIN}) {
    auto m = resize_model(9, 1);
    set_int32(m, 1, {9, size});
    refused(m, ErrorId::TflField,
            {"op 0 RESIZE_NEAREST_NEIGHBOR, input 1", "new width: " + std::to_string(size)});
  }
}

}  // namespace vernier
