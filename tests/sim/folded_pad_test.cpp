// A PAD that only the MAC feeder makes: what is delivered, and planted wrong paddings.
#include "sim/folded_pad.h"

#include <catch2/catch.hpp>

#include "sim/compare.h"

using namespace vernier;

namespace {

// Tensor 0, 1 x 2 x 3 x 2, padded to 1 x 5 x 5 x 2 (tensor 1) and read by a convolution (tensor 2)
// with padding of its own: one row above.
struct Case {
  Graph graph;
  Program program;
  golden::Values golden;

  Case() {
    const auto add = [&](Shape shape) {
      TensorInfo info;
      info.shape = std::move(shape);
      info.quant = {{0.5F}, {-3}, 0};
      graph.tensors.push_back(info);
      golden.emplace_back(info.dtype, info.shape);
    };
    add({1, 2, 3, 2});
    add({1, 5, 5, 2});
    add({1, 1, 1, 1});
    graph.inputs = {0};
    graph.outputs = {2};
    Op pad, conv;
    pad.type = OpType::Pad;
    pad.inputs = {0, -1};
    pad.outputs = {1};
    pad.attrs.before = {0, 2, 1, 0};
    pad.attrs.after = {0, 1, 1, 0};
    pad.attrs.pad_code = -3;
    conv.type = OpType::Conv;
    conv.inputs = {1, -1, -1};
    conv.outputs = {2};
    conv.attrs.pad_top = 1;
    graph.ops = {pad, conv};
    for (std::size_t i = 0; i < 12; ++i) golden[0].bytes[i] = static_cast<std::uint8_t>(10 + i);
    golden::run_op(graph, graph.ops[0], &golden);

    LayerInfo folded, reader;
    folded.mapping = "folded";
    folded.tensor = 1;
    reader.tensor = 2;
    reader.place = {0, 0, 1, 1, 1, 0};
    program.layers = {folded, reader};
    insn::MacIfmap ifmap;
    ifmap.height = 2;
    ifmap.width = 3;
    ifmap.channels = 2;
    ifmap.zero_point = -3;
    insn::MacKernel kernel;
    kernel.pad_top = 3;  // the convolution's 1 and the PAD's 2
    kernel.pad_left = 1;
    put(ifmap, kernel);
  }

  void put(const insn::MacIfmap& ifmap, const insn::MacKernel& kernel) {
    program.words = {encode(ifmap), encode(kernel), encode(insn::MacTile{}),
                     encode(insn::PostDrain{})};
    program.layer_of = {1, 1, 1, 1};
  }
  template <class D>
  void change(D descriptor, std::size_t pc) {
    program.words[pc] = encode(descriptor);
  }
  template <class D>
  D at(std::size_t pc) const {
    return std::get<D>(decode(program.words[pc], "test", pc));
  }

  Comparator judged() const {
    Comparator judge(program, graph, &golden, 0);
    const std::uint8_t out = 0;
    judge.write(7, 3, 0, 0, &out, 1);
    judge.finish({});
    return judge;
  }
};

}  // namespace

TEST_CASE("a folded PAD is compared as the feeder delivers it, element for element") {
  const Case c;
  const auto feeders = feeder_pads(c.program, c.graph, 0);
  REQUIRE(feeders.size() == 1);
  CHECK(feeders[0] == FeederPad{1, 2, 1, 2, 3, -3});
  const auto judge = c.judged();
  CHECK_FALSE(judge.diverged());
  CHECK(judge.tensors_compared() == 2);
  CHECK(judge.elements_compared() == 50 + 1);
  CHECK(judge.observed()[1] == c.golden[1]);
}

TEST_CASE("a folded PAD's wrong code, row, column or extent is reported at its first element") {
  const auto told = [](const Case& c, std::int64_t element) {
    const auto judge = c.judged();
    CHECK(judge.divergence().kind == "value");
    CHECK(judge.divergence().layer == 0);
    CHECK(judge.divergence().element == element);
    return judge.divergence();
  };
  Case code;
  auto ifmap = code.at<insn::MacIfmap>(0);
  ifmap.zero_point = -4;
  code.change(ifmap, 0);
  const auto d = told(code, 0);
  CHECK(d.want == -3);
  CHECK(d.got == -4);

  for (const int by : {-1, 1}) {
    Case row, column;
    auto kernel = row.at<insn::MacKernel>(1);
    kernel.pad_top += by;
    row.change(kernel, 1);
    // One row early: row 1 holds codes. One late: row 2 holds padding where pixel 1 is.
    told(row, by < 0 ? 1 * 10 + 2 : 2 * 10 + 2);
    kernel = column.at<insn::MacKernel>(1);
    kernel.pad_left += by;
    column.change(kernel, 1);
    told(column, by < 0 ? 2 * 10 : 2 * 10 + 2);
  }
  Case low;
  ifmap = low.at<insn::MacIfmap>(0);
  ifmap.height = 1;  // its second row counts as outside
  low.change(ifmap, 0);
  told(low, 3 * 10 + 2);
  Case narrow;
  ifmap = narrow.at<insn::MacIfmap>(0);
  ifmap.width = 2;
  narrow.change(ifmap, 0);
  told(narrow, 2 * 10 + 2 + 4);
}

TEST_CASE("a feeder that takes more than the source has is reported even where the codes agree") {
  Case c;
  auto ifmap = c.at<insn::MacIfmap>(0);
  ifmap.height = 3;  // the row behind the source's
  c.change(ifmap, 0);
  for (std::size_t i = 40; i < 50; ++i) c.golden[1].bytes[i] = i == 40 || i >= 48 ? 0xfd : 0;
  c.golden[1].bytes[41] = 0xfd;
  const auto judge = c.judged();
  CHECK(judge.divergence().kind == "place");
  CHECK(judge.divergence().layer == 0);
}

TEST_CASE("two readers of a folded PAD are both held to it, and it counts once") {
  Case c;
  Op second = c.graph.ops[1];
  second.outputs = {3};
  second.attrs.pad_top = 0;
  c.graph.ops.push_back(second);
  c.graph.tensors.push_back(c.graph.tensors[2]);
  c.golden.push_back(c.golden[2]);
  auto layer = c.program.layers[1];
  layer.tensor = 3;
  c.program.layers.push_back(layer);
  auto kernel = c.at<insn::MacKernel>(1);
  kernel.pad_top = 2;
  for (const Word& w : {c.program.words[0], encode(kernel), c.program.words[2]}) {
    c.program.words.push_back(w);
    c.program.layer_of.push_back(2);
  }
  c.program.words.push_back(c.program.words[3]);
  c.program.layer_of.push_back(2);
  const auto judge = [&] {
    Comparator one(c.program, c.graph, &c.golden, 0);
    const std::uint8_t out = 0;
    one.write(7, 3, 0, 0, &out, 1);
    one.write(8, 7, 0, 0, &out, 1);
    one.finish({});
    return one;
  };
  CHECK_FALSE(judge().diverged());
  CHECK(judge().elements_compared() == 50 + 1 + 1);
  kernel.pad_top = 1;
  c.program.words[5] = encode(kernel);
  CHECK(judge().divergence().kind == "value");
  CHECK(judge().divergence().detail.find("layer 2") != std::string::npos);
}

TEST_CASE("a folded PAD that no tile reads is missing") {
  Case c;
  c.program.words[2] = encode(insn::MacWait{});
  CHECK(c.judged().divergence().kind == "missing");
  CHECK(c.judged().divergence().layer == 0);
}
