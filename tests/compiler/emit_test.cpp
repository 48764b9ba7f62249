// The emit pass and what fold hands it: pages, constants, determinism, power-of-two layers.
#include <cstring>

#include "hw_models/spec/checker.h"
#include "hw_models/spec/machine.h"
#include "tests/compiler/plan_cases.h"

using namespace vernier;
using namespace vernier::compiler;

namespace {

Program program_of(const ModelBuilder& model, const HwConfig& config = {}) {
  return compile(import_tflite(model.bytes(), "net.tflite"), config);
}

template <class Insn>
std::vector<Insn> all_of(const Program& p) {
  std::vector<Insn> list;
  for (std::size_t pc = 0; pc < p.words.size(); ++pc) {
    const auto i = decode(p.words[pc], "test", pc);
    if (const auto* one = std::get_if<Insn>(&i)) list.push_back(*one);
  }
  return list;
}

std::int8_t constant(const Program& p, std::int64_t dram_addr) {
  return static_cast<std::int8_t>(p.image.at(static_cast<std::size_t>(dram_addr) - p.image_addr));
}

// 1x1 CONV_2D whose scales make the multiplier input * weight / output.
ModelBuilder scaled(float input, const std::vector<float>& weight, float output,
                    std::int32_t bias = 0) {
  ModelBuilder m;
  const int channels = 4;
  const int x = m.input({1, 2, 2, 4}, input, 3);
  const int w = m.weights({channels, 1, 1, 4}, std::vector<std::int8_t>(16, 1), weight);
  m.mark_output(
      m.conv(x, w, m.bias(x, w, std::vector<std::int32_t>(channels, bias)), {}, output, 0));
  return m;
}

bool is_shift(const ModelBuilder& m, const HwConfig& config = {}) {
  return all_of<insn::PostOfmap>(program_of(m, config)).at(0).shift_only != 0;
}

}  // namespace

TEST_CASE("the same graph and machine give the same bytes, whatever was compiled in between") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const auto random = random_case(seed);
    INFO("seed " << seed);
    try {
      const Graph graph = import_tflite(random.bytes, "net.tflite");
      const auto first = program_bytes(compile(graph, random.config));
      program_of(conv_of({1, 8, 8, 3}, {16, 3, 3, 3}));
      REQUIRE(program_bytes(compile(import_tflite(random.bytes, "net.tflite"), random.config)) ==
              first);
    } catch (const Error& e) {
      REQUIRE(e.exit_code() == kExitRejected);
    }
  }
}

TEST_CASE("pages fit half of the program memory and end in switch, the last one in end") {
  std::size_t pages = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const auto random = random_case(seed);
    INFO("seed " << seed);
    try {
      const Program p = compile(import_tflite(random.bytes, "net.tflite"), random.config);
      REQUIRE_NOTHROW(check_program(p, "random"));
      for (std::size_t k = 0; k < p.page_begin.size(); ++k) {
        const bool last = k + 1 == p.page_begin.size();
        const std::size_t end = last ? p.words.size() : p.page_begin[k + 1];
        REQUIRE(end - p.page_begin[k] <=
                static_cast<std::size_t>(random.config.program_half_words()));
        const auto close = decode(p.words[end - 1], "test", end - 1);
        REQUIRE(std::holds_alternative<insn::End>(close) == last);
        REQUIRE(std::holds_alternative<insn::Switch>(close) == !last);
      }
      REQUIRE(all_of<insn::LoadProgram>(p).size() == p.page_begin.size() - 1);
      pages += p.page_begin.size();
    } catch (const Error& e) {
      REQUIRE(e.exit_code() == kExitRejected);
    }
  }
  CHECK(pages > 600);
}

TEST_CASE("weight columns beyond the output channels hold the weights' zero point") {
  const auto model = conv_of({1, 4, 4, 5}, {19, 1, 1, 5});
  const Program p = program_of(model);
  const auto loads = all_of<insn::LoadWeights>(p);
  REQUIRE(loads.size() == 2);
  const auto& codes = model.tensors[1].data;
  for (std::size_t l = 0; l < 2; ++l) {
    REQUIRE(loads[l].words == 5);
    for (int k = 0; k < 5; ++k) {
      for (int c = 0; c < 16; ++c) {
        const auto channel = static_cast<std::size_t>(c) + 16 * l;
        const int want =
            channel < 19
                ? static_cast<std::int8_t>(codes[channel * 5 + static_cast<std::size_t>(k)])
                : 0;
        REQUIRE(constant(p, loads[l].dram_addr + k * 16 + c) == want);
      }
    }
  }
}

TEST_CASE(
    "a layer whose multipliers are powers of two takes the barrel shifter, another does not") {
  CHECK(is_shift(scaled(0.5F, {0.25F}, 2.0F)));
  CHECK(is_shift(scaled(0.5F, {0.25F, 0.5F, 0.125F, 1.0F}, 2.0F)));
  CHECK_FALSE(is_shift(scaled(0.5F, {0.25F}, 2.0000002F)));
  CHECK_FALSE(is_shift(scaled(0.5F, {0.25F, 0.5F, 0.3F, 1.0F}, 2.0F)));
}

TEST_CASE("a barrel shifter record holds the right-shift count of each channel") {
  const Program p = program_of(scaled(0.5F, {0.25F, 0.5F, 0.125F, 1.0F}, 2.0F, 77));
  const auto load = all_of<insn::LoadParams>(p).at(0);
  REQUIRE(load.count == 4);
  const int right[] = {4, 3, 5, 2};  // 2^-4 = 0.5 * 0.25 / 2
  for (int c = 0; c < 4; ++c) {
    CHECK(constant(p, load.dram_addr + c * kParamRecordBytes + 8) == right[c]);
    CHECK(constant(p, load.dram_addr + c * kParamRecordBytes) == 77);
  }
}

TEST_CASE("powers of two go to the barrel shifter in every profile that the machine has") {
  const auto bytes = scaled(0.5F, {0.25F}, 2.0F).bytes();
  for (const auto& [profile, rounding] : {std::pair{Profile::kTflm, Rounding::kDouble},
                                          std::pair{Profile::kLitertRef, Rounding::kDouble},
                                          std::pair{Profile::kRuy, Rounding::kDoubleUp},
                                          std::pair{Profile::kSingle, Rounding::kSingle}}) {
    Compiled c(bytes, HwConfig{}, profile);
    CHECK(c.layer(0).shift_only);
    CHECK(c.layer(0).rounding == rounding);
  }
}

TEST_CASE("a profile that the requantizer cannot round is refused") {
  const auto bytes = scaled(0.5F, {0.25F}, 2.0F).bytes();
  CHECK_THROWS_WITH(
      Compiled(bytes, HwConfig{}, Profile::kF32),
      Catch::StartsWith("error[E-CMP-004]: ") &&
          Catch::Contains("op 0 CONV_2D, profile f32: a product in float, must be one "
                          "multiply, one 64-bit add and one shift"));
  Graph graph = import_tflite(bytes, "net.tflite");
  graph.ops.at(0).type = OpType::FullyConnected;
  graph.ops[0].profile = Profile::kLitertRef;
  CHECK_THROWS_WITH(
      compiler::check_graph(graph, HwConfig{}),
      Catch::Contains("op 0 FULLY_CONNECTED, profile litert-ref: a product in double"));
}

TEST_CASE("inputs, outputs and constants do not overlap in DRAM") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const auto random = random_case(seed);
    INFO("seed " << seed);
    try {
      const Graph graph = import_tflite(random.bytes, "net.tflite");
      const Program p = compile(graph, random.config);
      std::uint64_t end = std::uint64_t{p.image_addr} + p.image.size();
      REQUIRE(p.image_addr >= p.words.size() * kInstructionBytes);
      for (const auto* list : {&p.inputs, &p.outputs}) {
        for (const auto& d : *list) {
          REQUIRE(d.addr >= end);
          REQUIRE(d.bytes == element_count(graph.tensor(d.tensor).shape));
          end = std::uint64_t{d.addr} + d.bytes;
        }
      }
      REQUIRE(end <= p.dram_bytes);
    } catch (const Error& e) {
      REQUIRE(e.exit_code() == kExitRejected);
    }
  }
}

TEST_CASE("depthwise weights lie tap by tap, and columns without a channel hold the zero point") {
  for (const int channels : {1, 15, 16, 17}) {
    ModelBuilder m;
    const int x = m.input({1, 4, 4, channels}, 0.3F, 130, DType::kUint8);
    std::vector<std::uint8_t> codes;
    for (int i = 0; i < 9 * channels; ++i) codes.push_back(static_cast<std::uint8_t>(i * 7 + 3));
    const int w = m.weights_u8({1, 3, 3, channels}, codes, 0.011F, 200);
    m.mark_output(m.depthwise_conv(x, w, -1, {}, 4.7F, 5));
    const Program p = program_of(m);
    const auto loads = all_of<insn::LoadWeights>(p);
    REQUIRE(loads.size() == static_cast<std::size_t>((channels + 15) / 16));
    for (std::size_t n = 0; n < loads.size(); ++n) {
      REQUIRE(loads[n].words == 9);
      for (int tap = 0; tap < 9; ++tap) {
        for (int col = 0; col < 16; ++col) {
          const int c = static_cast<int>(n) * 16 + col;
          const int want = c < channels ? codes[static_cast<std::size_t>(tap * channels + c)] : 200;
          const auto got =
              static_cast<std::uint8_t>(constant(p, loads[n].dram_addr + tap * 16 + col));
          CAPTURE(channels, n, tap, col);
          REQUIRE(int{got} == want);
        }
      }
    }
    const auto ifmap = all_of<insn::MacIfmap>(p).at(0);
    CHECK(ifmap.a_unsigned == 1);
    CHECK(ifmap.w_unsigned == 1);
    CHECK(ifmap.zero_point == 130);
    CHECK(ifmap.weight_zero == 200);
    CHECK(p.layers.at(0).mapping == (channels == 1 ? "packed" : "depthwise"));
  }
}

TEST_CASE(
    "each channel tile of a depthwise layer reads its own channels, with the drain's least lag") {
  ModelBuilder m;
  const int x = m.input({1, 5, 8, 40}, 0.3F, -3);
  const int w = m.weights({1, 3, 3, 40}, std::vector<std::int8_t>(360, 1), {0.011F}, 3);
  m.mark_output(m.depthwise_conv(x, w, -1, {}, 4.7F, 5));
  const Program p = program_of(m);
  std::vector<std::int64_t> channels;
  for (const auto& r : all_of<insn::MacReduce>(p)) channels.push_back(r.channel);
  CHECK(channels == std::vector<std::int64_t>{0, 16, 32});
  // 8 pixels of a row take 9 cycles: a row's last vector is fed a cycle later for each row.
  for (const auto& d : all_of<insn::PostDrain>(p)) CHECK(d.lag == d.height);
  check_program(p, "test");
}
