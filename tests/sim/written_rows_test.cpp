// Rows that share slots: which one a write means.
#include "sim/written_rows.h"

#include <catch2/catch.hpp>

#include "sim/compare.h"

using namespace vernier;

namespace {

Program program_of(const std::vector<Word>& words, int ring) {
  Program p;
  p.words = words;
  p.layer_of.assign(words.size(), 0);
  LayerInfo layer;
  layer.tensor = 0;
  layer.place = {64, 1, 23, 3, 8, ring};
  p.layers = {layer};
  return p;
}

Word drain(int y0, int height) {
  insn::PostDrain d;
  d.y0 = y0;
  d.height = height;
  return encode(d);
}

}  // namespace

TEST_CASE("the row of a write into a ring is the one of its instruction's rows, else none") {
  for (int ring = 1; ring <= 7; ++ring) {
    for (int y0 = 0; y0 < 23; ++y0) {
      for (int height = 1; height <= ring && y0 + height <= 23; ++height) {
        const Program p = program_of({drain(y0, height)}, ring);
        const WrittenRows rows(p);
        const auto& place = p.layers[0].place;
        std::vector<int> found(static_cast<std::size_t>(ring), -1);
        for (int y = y0; y < y0 + height; ++y) found[static_cast<std::size_t>(y % ring)] = y;
        for (int slot = 0; slot < ring; ++slot) {
          REQUIRE(rows.row(place, 0, slot) == found[static_cast<std::size_t>(slot)]);
        }
        CHECK(rows.row(place, 0, ring) == -1);
        CHECK(rows.row(place, 0, -1) == -1);
      }
    }
  }
}

TEST_CASE("post.copy writes rows o_step apart, other instructions from y0 on") {
  insn::PostStride stride;
  stride.o_step = 3;
  insn::PostCopy copy;
  copy.o_y0 = 2;
  copy.rows = 3;  // rows 2, 5, 8
  insn::PostAdd add;
  add.y0 = 6;
  add.rows = 2;
  const Program p = program_of({encode(stride), encode(copy), encode(add)}, 4);
  const WrittenRows rows(p);
  const auto& place = p.layers[0].place;
  CHECK(rows.row(place, 1, 2) == 2);
  CHECK(rows.row(place, 1, 1) == 5);
  CHECK(rows.row(place, 1, 0) == 8);
  CHECK(rows.row(place, 1, 3) == -1);
  CHECK(rows.row(place, 2, 2) == 6);
  CHECK(rows.row(place, 2, 3) == 7);
  CHECK(rows.row(place, 2, 0) == -1);
}

TEST_CASE("without a ring the slot is the row") {
  const Program p = program_of({drain(0, 1)}, 0);
  CHECK(WrittenRows(p).row(p.layers[0].place, 0, 22) == 22);
}

TEST_CASE("a tensor that goes through a ring of 3 rows is compared in every element") {
  Graph graph;
  TensorInfo info;
  info.shape = {1, 23, 1, 3};
  graph.tensors = {info};
  Op op;
  op.outputs = {0};
  op.inputs = {0};
  graph.ops = {op};
  golden::Values golden{Tensor(info.dtype, info.shape)};
  for (std::size_t i = 0; i < 69; ++i) golden[0].bytes[i] = static_cast<std::uint8_t>(3 * i);
  std::vector<Word> words;
  for (int y = 0; y < 23; y += 2) words.push_back(drain(y, std::min(2, 23 - y)));
  const Program p = program_of(words, 3);
  const int banks = p.config.act_mem_banks;
  // `wrong`: the row that is written with the next row's bytes.
  const auto judged = [&](int wrong) {
    Comparator judge(p, graph, &golden, 0);
    for (int y = 0; y < 23; ++y) {
      const int slot = y % 3, from = y == wrong ? y + 1 : y;
      judge.write(y, static_cast<std::uint32_t>(y / 2), (1 + slot) % banks,
                  64 + (1 + slot) / banks * 8, golden[0].bytes.data() + 3 * from, 3);
    }
    judge.finish({});
    return judge;
  };
  CHECK_FALSE(judged(-1).diverged());
  CHECK(judged(-1).elements_compared() == 69);
  for (int y = 0; y < 22; ++y) {
    CHECK(judged(y).divergence().kind == "value");
    CHECK(judged(y).divergence().element == 3 * y);
    CHECK(judged(y).divergence().cycle == y);
  }
}
