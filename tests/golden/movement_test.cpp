// PAD, TRANSPOSE, STRIDED_SLICE, RESIZE_NEAREST_NEIGHBOR and CONCATENATION.
#include <catch2/catch.hpp>

#include "hw_models/spec/error.h"
#include "hw_models/spec/index_map.h"
#include "tests/golden/small_graph.h"

using namespace vernier;
using Codes = std::vector<int>;

TEST_CASE("PAD puts the pad code before and after each dimension") {
  SmallGraph g(OpType::Pad);
  g.input({1, 2, 2}).output({1, 4, 3});
  g.attrs().before = {0, 1, 0};
  g.attrs().after = {0, 1, 1};
  g.attrs().pad_code = -7;
  CHECK(g.run({{1, 2, 3, 4}}) == Codes{-7, -7, -7, 1, 2, -7, 3, 4, -7, -7, -7, -7});
}

TEST_CASE("TRANSPOSE brings NCHW to NHWC and back") {
  SmallGraph there(OpType::Transpose), back(OpType::Transpose);
  there.input({1, 3, 1, 2}).output({1, 1, 2, 3});
  there.attrs().perm = {0, 2, 3, 1};
  back.input({1, 1, 2, 3}).output({1, 3, 1, 2});
  back.attrs().perm = {0, 3, 1, 2};
  const Codes nchw{1, 2, 3, 4, 5, 6}, nhwc{1, 3, 5, 2, 4, 6};
  CHECK(there.run({nchw}) == nhwc);
  CHECK(back.run({nhwc}) == nchw);
}

TEST_CASE("STRIDED_SLICE steps forwards and backwards") {
  SmallGraph g(OpType::StridedSlice);
  g.input({2, 5}).output({2, 2});
  g.attrs().begin = {1, 3};
  g.attrs().step = {-1, -2};
  g.attrs().extent = {2, 2};
  CHECK(g.run({{0, 1, 2, 3, 4, 10, 11, 12, 13, 14}}) == Codes{13, 11, 3, 1});
}

TEST_CASE("STRIDED_SLICE drops the dimensions of one element that the output lacks") {
  SmallGraph g(OpType::StridedSlice);
  g.input({2, 3}).output({2});
  g.attrs().begin = {1, 1};
  g.attrs().step = {1, 1};
  g.attrs().extent = {1, 2};
  CHECK(g.run({{0, 1, 2, 3, 4, 5}}) == Codes{4, 5});
}

TEST_CASE("the nearest index is a floor, from pixel corners, centers or aligned ends") {
  const auto indices = [](int out, int in, bool align, bool half) {
    OpAttrs a;
    a.align_corners = align;
    a.half_pixel_centers = half;
    Codes list;
    for (int i = 0; i < out; ++i) list.push_back(resize_nearest_index(out, in, a, i));
    return list;
  };
  CHECK(indices(5, 3, false, false) == Codes{0, 0, 1, 1, 2});  // 0 0.6 1.2 1.8 2.4
  CHECK(indices(5, 3, false, true) == Codes{0, 0, 1, 2, 2});   // 0.3 0.9 1.5 2.1 2.7
  CHECK(indices(5, 3, true, false) == Codes{0, 1, 1, 2, 2});   // 0 0.5 1 1.5 2: halves go away
  CHECK(indices(1, 3, true, false) == Codes{0});
  CHECK(indices(2, 5, false, false) == Codes{0, 2});
  CHECK(indices(2, 5, true, false) == Codes{0, 4});
  // Index 11 of 22 is half of 26, but f32(11 * f32(26 / 22)) lies below 13.
  CHECK(indices(22, 26, false, false)[11] == 12);
}

TEST_CASE("RESIZE_NEAREST_NEIGHBOR repeats whole pixels") {
  SmallGraph g(OpType::ResizeNearest);
  g.input({1, 2, 1, 2}).output({1, 3, 2, 2});
  CHECK(g.run({{1, 2, 3, 4}}) == Codes{1, 2, 1, 2, 1, 2, 1, 2, 3, 4, 3, 4});
}

TEST_CASE("CONCATENATION lays operands and constants side by side") {
  SmallGraph g(OpType::Concatenation);
  g.input({1, 2, 1}).constant({1, 2, 2}, {-1, -2, -3, -4}).output({1, 2, 3});
  g.attrs().axis = 2;
  CHECK(g.run({{5, 6}}) == Codes{5, -1, -2, 6, -3, -4});
}

TEST_CASE("CONCATENATION of uint8 rescales in float, halves away from zero, and saturates") {
  SmallGraph g(OpType::Concatenation);
  g.input({4}, {0.5F, 10}, DType::kUint8).input({1}, {1.0F, 3}, DType::kUint8);
  g.output({5}, {1.0F, 3}, DType::kUint8);
  // (x - 10) / 2 + 3: -0.5 goes to -1, 0.5 to 1, 122.5 to 123.
  CHECK(g.run({{9, 11, 0, 255}, {200}}) == Codes{2, 4, 0, 126, 200});
}

TEST_CASE("CONCATENATION of int8 does not rescale") {
  SmallGraph g(OpType::Concatenation);
  g.input({1}, {0.5F, 0}).output({1}, {1.0F, 0});
  CHECK_THROWS_AS(g.run({{1}}), Error);
}
