// Operands of different shapes in one elementwise operator.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "hw_models/spec/error.h"
#include "hw_models/spec/tensor.h"

namespace vernier::golden {

// Where the elements of an output come from in one operand: aligned at the last dimension, an
// operand's dimension of 1, or one that it lacks, is repeated (numpy's rule).
class Broadcast {
 public:
  Broadcast(const Shape& operand, const Shape& output) : output_(output), steps_(output.size()) {
    const std::size_t missing = output.size() - std::min(operand.size(), output.size());
    check(operand.size() <= output.size(), "an operand of no higher rank than the output");
    std::int64_t step = 1;
    for (std::size_t i = operand.size(); i-- > 0;) {
      const int extent = output[missing + i];
      check(operand[i] == extent || operand[i] == 1, "an operand that broadcasts to the output");
      if (operand[i] == extent) steps_[missing + i] = step;
      step *= operand[i];
    }
    same_ = step == element_count(output);
  }

  // The operand's flat index of the output's flat index.
  std::int64_t operator()(std::int64_t element) const {
    if (same_) return element;
    std::int64_t at = 0;
    for (std::size_t i = output_.size(); i-- > 0;) {
      at += element % output_[i] * steps_[i];
      element /= output_[i];
    }
    return at;
  }

 private:
  Shape output_;
  std::vector<std::int64_t> steps_;  // elements between neighbours of each output dimension
  bool same_;                        // as many elements as the output: nothing is repeated
};

}  // namespace vernier::golden
