// A graph made ready for many inferences: what the fast kernels pack of it is packed once.
#pragma once

#include <string>

#include "hw_models/golden/fast/step.h"
#include "hw_models/golden/golden.h"

namespace vernier::golden {

class Prepared {
 public:
  // `graph` must outlive this object. The fast kernels, if `numerics` asks for them, are the best
  // ones that this processor has.
  explicit Prepared(const Graph& graph, const Numerics& numerics = {});
  // The fast kernels of one level of fast::levels().
  Prepared(const Graph& graph, const Numerics& numerics, fast::Level level);

  // As golden::run. `values` may hold an earlier inference of the same graph, whose memory is then
  // used again. One thread at a time.
  void run(const std::vector<Tensor>& inputs, Values* values);

  // "plain", "fast (avx512-vnni)"
  std::string kernels() const;
  // Whether operator `i` in execution order runs on a fast kernel.
  bool is_fast(std::size_t i) const { return steps_[i] != nullptr; }

 private:
  const Graph& graph_;
  Numerics numerics_;
  fast::Level level_;
  std::vector<fast::StepPtr> steps_;  // nullptr: the plain kernel
  fast::Scratch operands_, interleaved_;
};

}  // namespace vernier::golden
