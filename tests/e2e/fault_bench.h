// What the tests of planted faults share: one small network, compiled, with golden's values.
#pragma once

#include <algorithm>
#include <vector>

#include "compiler/compile.h"
#include "hw_models/cycle/core.h"
#include "hw_models/golden/golden.h"
#include "sim/inputs.h"
#include "tests/e2e/small_network.h"

namespace vernier {

// The small network compiled, with golden's values for one input.
struct Bench {
  Graph graph = import_tflite(small_network().bytes(), "small.tflite");
  Program program = compiler::compile(graph, small_machine());
  InputSet inputs = random_inputs(graph, 1, 5)[0];
  golden::Values golden = golden::run(graph, inputs);
};

// The DRAM image as a run gets it.
inline std::vector<std::uint8_t> image_of(const Bench& bench, const Program& program) {
  auto image = cycle::dram_image(program);
  for (std::size_t i = 0; i < program.inputs.size(); ++i) {
    std::copy(bench.inputs[i].bytes.begin(), bench.inputs[i].bytes.end(),
              image.begin() + static_cast<std::ptrdiff_t>(program.inputs[i].addr));
  }
  return image;
}

}  // namespace vernier
