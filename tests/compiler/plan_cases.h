// Plans of small models at every stage of the compiler, for the tests of its passes.
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "compiler/import/tflite.h"
#include "compiler/passes.h"
#include "hw_models/spec/error.h"
#include "tests/support/model_builder.h"
#include "tests/support/random_graph.h"

namespace vernier {

// A graph and its plan, run through the passes as far as the test asks. Not copied: the plan refers
// to the graph.
struct Compiled {
  Graph graph;
  compiler::Plan plan;

  Compiled(const ModelBuilder& model, const HwConfig& config)
      : Compiled(model.bytes(), config, Profile::kTflm) {}
  Compiled(const std::vector<std::uint8_t>& bytes, const HwConfig& config, Profile profile)
      : graph(import_tflite(bytes, "net.tflite")) {
    for (Op& op : graph.ops) op.profile = profile;
    compiler::check_graph(graph, config);
    plan.graph = &graph;
    plan.config = config;
    compiler::fold(&plan);
  }
  Compiled(const Compiled&) = delete;
  Compiled& operator=(const Compiled&) = delete;

  Compiled& tiled() {
    compiler::tile(&plan);
    return *this;
  }
  Compiled& placed() {
    tiled();
    compiler::place(&plan);
    return *this;
  }
  const compiler::LayerPlan& layer(std::size_t i) const { return plan.layers.at(i); }
};

// input h x w x ic -> CONV_2D kh x kw SAME -> h x w x oc, all scales of no power of two.
inline ModelBuilder conv_of(const Shape& in, const Shape& filter, OpOptions options = {}) {
  ModelBuilder m;
  std::int64_t n = 1;
  for (const int d : filter) n *= d;
  std::vector<std::int8_t> codes;
  for (std::int64_t i = 0; i < n; ++i)
    codes.push_back(static_cast<std::int8_t>(i * 37 % 255 - 127));
  const int x = m.input(in, 0.3F, -3);
  const int w = m.weights(filter, codes, {0.011F});
  m.mark_output(m.conv(x, w, -1, options, 4.7F, 5));
  return m;
}

// The random models that invariants are swept over: model i with its machine.
struct RandomCase {
  HwConfig config;
  std::vector<std::uint8_t> bytes;
};
inline RandomCase random_case(std::uint64_t seed) {
  const HwConfig config = random_config(seed);
  return {config, random_graph(draw_recipe(seed, config))};
}

}  // namespace vernier
