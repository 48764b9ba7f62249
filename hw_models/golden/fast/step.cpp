#include "hw_models/golden/fast/step.h"

namespace vernier::golden::fast {

StepPtr prepare(const OpContext& c, Level level) {
  const KernelTable& table = kernel_table(level);
  if (c.numerics.acc_bits != 32) return nullptr;
  switch (c.op.type) {
    case OpType::Conv:
      return prepare_conv(c, table);
    case OpType::DepthwiseConv:
      return prepare_depthwise(c, table);
    case OpType::FullyConnected:
      return prepare_fully_connected(c, table);
    case OpType::Add:
      return prepare_add(c, table);
    case OpType::AveragePool:
    case OpType::MaxPool:
      return prepare_pool(c);
    case OpType::Mean:
      return prepare_mean(c);
    case OpType::Transpose:
      return prepare_transpose(c);
    default:
      return nullptr;
  }
}

}  // namespace vernier::golden::fast
