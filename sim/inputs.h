// The inputs of a run: read from .npy files or drawn.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hw_models/spec/graph.h"

namespace vernier {

// One tensor per graph input, in graph order, in the graph's own shapes.
using InputSet = std::vector<Tensor>;

// One file per graph input, in graph input order; returns one set per run. A file holds either one
// run, in the model's shape, or N runs, in [N, ...] with the model's shape behind it. Dimensions of
// 1 in the model's shape (the batch, a single channel) may be left out: a model input 1x49x10x1
// takes 49x10, 1x49x10x1, 1000x49x10 and 1000x49x10x1. Nothing else is accepted, nothing is
// reshaped beyond that and nothing is cast. Throws Error(Input.. or Npy..) naming file, input and
// both shapes or types.
std::vector<InputSet> load_inputs(const Graph& graph, const std::vector<std::string>& npy_files);

// n sets of random inputs. Integer types get raw codes, uniform over the whole type; float32, which
// has no codes, gets values of the normal distribution of mean 0 and deviation 1. The generator is
// SplitMix64 started at `seed`, in the order run, input, element: one 64-bit draw per code, which
// is the draw's topmost bits as a two's-complement (or unsigned) number; two draws per float, which
// is sqrt(-2 ln u) cos(2 pi v) in double (Box and Muller 1958) of u = (d + 1) / 2^53 and v = d /
// 2^53 of the draws' topmost 53 bits.
std::vector<InputSet> random_inputs(const Graph& graph, int n, std::uint64_t seed);

}  // namespace vernier
