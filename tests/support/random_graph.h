// Random models, valid by construction, and random machines; every choice comes from a seed
// (verification.md 3.2). A graph is a function of its recipe alone, so a failure is replayed from
// the seed and shrunk by changing the recipe.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "hw_models/spec/graph.h"
#include "hw_models/spec/hw_config.h"

namespace vernier {

// SplitMix64: the same numbers on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  // Uniform over least..most.
  int between(int least, int most);
  // Uniform over [least, most).
  double real(double least, double most);
  // True in `percent` of 100 draws.
  bool chance(int percent) { return between(0, 99) < percent; }
  template <class T>
  T pick(const std::vector<T>& list) {
    return list[static_cast<std::size_t>(between(0, static_cast<int>(list.size()) - 1))];
  }

 private:
  std::uint64_t state_;
};

// What a graph is drawn from.
struct GraphRecipe {
  std::uint64_t seed = 0;
  int ops = 1;     // operators drawn; an ADD may bring its second operand's producer along
  int divide = 1;  // dimensions of inputs, channels and filters are divided by it
  int rows = 16, cols = 16;  // array size that channel counts are drawn around
};
// Geometric in its number of operators, mean about 5.
GraphRecipe draw_recipe(std::uint64_t seed, const HwConfig& config);
// The .tflite bytes: every operator of ops.def, int8 and uint8, some inputs and outputs float32.
std::vector<std::uint8_t> random_graph(const GraphRecipe& recipe);

// A legal machine; memories are small more often than not.
HwConfig random_config(std::uint64_t seed);

// The smallest recipe found that still fails: operators are dropped from the end, then dimensions
// halved. `fails` must hold for `recipe`.
GraphRecipe shrink(GraphRecipe recipe, const std::function<bool(const GraphRecipe&)>& fails);

// One line per operator: type, shapes, attributes, scales.
std::string graph_text(const Graph& graph);

}  // namespace vernier
