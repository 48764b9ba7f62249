// Shapes, types, quantization and constant bytes of the tensors.
#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <optional>

#include "compiler/import/format_names.h"
#include "compiler/import/model_import.h"

namespace vernier {
namespace {

// The types a Graph can hold; others are refused where an operator meets them.
std::optional<DType> graph_type(int code) {
  switch (code) {
    case 0:
      return DType::kFloat32;
    case 2:
      return DType::kInt32;
    case 3:
      return DType::kUint8;
    case 4:
      return DType::kInt64;
    case 6:
      return DType::kBool;
    case 7:
      return DType::kInt16;
    case 9:
      return DType::kInt8;
    default:
      return std::nullopt;
  }
}

// The bytes that a tensor's buffer holds; an index out of range holds none here, and is refused
// where the bytes are read.
std::uint64_t stored_bytes(const ModelImport& import, int tensor) {
  const auto& buffers = *import.model.buffers();
  const std::uint32_t index = import.record(tensor).buffer();
  if (index == 0 || index >= buffers.size()) return 0;
  const auto* data = buffers.Get(index)->data();
  return data == nullptr ? 0 : data->size();
}

// A batch that is left open, stored as -1 or 0 in dimension 0 of an activation, is run as 1.
// Constants may be scalars.
Shape read_shape(const ModelImport& import, int tensor) {
  const auto* dims = import.record(tensor).shape();
  const unsigned rank = dims == nullptr ? 0 : dims->size();
  const bool constant = stored_bytes(import, tensor) > 0;
  if (rank == 0 && !constant && import.referenced[static_cast<std::size_t>(tensor)]) {
    import.fail(ErrorId::TflShape,
                fmt::format("{}: rank 0 (a scalar, or the shape is unknown), must be 1..{}",
                            import.tensor_text(tensor), import.limits.rank));
  }
  if (rank > static_cast<unsigned>(import.limits.rank)) {
    import.fail(ErrorId::TflShape,
                fmt::format("{}: rank {}, must be 1..{}", import.tensor_text(tensor), rank,
                            import.limits.rank));
  }
  Shape shape;
  std::int64_t elements = 1;
  for (unsigned i = 0; i < rank; ++i) {
    int dim = dims->Get(i);
    if (i == 0 && rank > 1 && !constant && (dim == -1 || dim == 0)) dim = 1;
    if (dim < 1 || dim > import.limits.dim) {
      import.fail(ErrorId::TflShape,
                  fmt::format("{}: dimension {} is {}, must be 1..{}", import.tensor_text(tensor),
                              i, dim, import.limits.dim));
    }
    // No overflow: both factors are bounded by the limits before each product.
    elements *= dim;
    if (elements > import.limits.elements) {
      import.fail(ErrorId::TflShape,
                  fmt::format("{}: {} elements up to dimension {}, at most {}",
                              import.tensor_text(tensor), elements, i, import.limits.elements));
    }
    shape.push_back(dim);
  }
  return shape;
}

// A dynamic batch (-1 in dimension 0 of the signature) whose shape has 1 there is run as 1.
void check_signature(const ModelImport& import, int tensor, const Shape& shape) {
  const auto* signature = import.record(tensor).shape_signature();
  if (signature == nullptr || signature->size() == 0) return;
  if (signature->size() != shape.size()) {
    import.fail(ErrorId::TflDynamic,
                fmt::format("{}: shape_signature of rank {}, shape of rank {}",
                            import.tensor_text(tensor), signature->size(), shape.size()));
  }
  for (unsigned i = 0; i < signature->size(); ++i) {
    const int dim = signature->Get(i);
    if (dim == shape[i] || (dim == -1 && i == 0 && shape[i] == 1)) continue;
    import.fail(ErrorId::TflDynamic,
                fmt::format("{}: shape_signature says {} in dimension {}, shape says {}; only a "
                            "batch of -1 that is stored as 1 is run",
                            import.tensor_text(tensor), dim, i, shape[i]));
  }
}

// The axis of a quantization with `scales` scales; of one scale it has no meaning. A bias has one
// dimension only, and converters have left the weights' axis in its field.
int checked_axis(const ModelImport& import, int tensor, const TensorInfo& info, unsigned scales,
                 const fb::QuantizationParameters& q) {
  if (scales == 1 || (info.shape.size() == 1 && info.dtype == DType::kInt32)) return 0;
  const int axis = q.quantized_dimension();
  if (axis < 0 || axis >= static_cast<int>(info.shape.size())) {
    import.fail(ErrorId::TflPerChannel,
                fmt::format("{}: quantized_dimension {}, must be 0..{}", import.tensor_text(tensor),
                            axis, static_cast<int>(info.shape.size()) - 1));
  }
  return axis;
}

void check_zero_point(const ModelImport& import, int tensor, DType type, std::int64_t zero) {
  std::int64_t least = 0, most = 0;  // integer types other than 8 bits are symmetric
  if (type == DType::kInt8) least = -128, most = 127;
  if (type == DType::kUint8) least = 0, most = 255;
  if (zero >= least && zero <= most) return;
  import.fail(
      ErrorId::TflZeroPoint,
      fmt::format("{}: zero point {}, must be {} for {}", import.tensor_text(tensor), zero,
                  least == most ? "0" : fmt::format("{}..{}", least, most), dtype_name(type)));
}

// Absent or empty scales leave `quant` empty; operators that need it say so.
void read_quant(const ModelImport& import, int tensor, TensorInfo& info) {
  const auto* q = import.record(tensor).quantization();
  if (q == nullptr) return;
  if (q->details_type() != fb::QuantizationDetails_NONE) {
    import.fail(ErrorId::TflEncoding, fmt::format("{}: custom quantization is not supported",
                                                  import.tensor_text(tensor)));
  }
  const unsigned scales = q->scale() == nullptr ? 0 : q->scale()->size();
  const unsigned zeros = q->zero_point() == nullptr ? 0 : q->zero_point()->size();
  if (scales == 0) return;
  if (zeros != scales) {
    import.fail(ErrorId::TflNoQuant, fmt::format("{}: {} scales and {} zero points",
                                                 import.tensor_text(tensor), scales, zeros));
  }
  const int axis = checked_axis(import, tensor, info, scales, *q);
  if (scales != 1) {
    const auto channels = static_cast<unsigned>(info.shape[static_cast<std::size_t>(axis)]);
    if (scales != channels) {
      import.fail(
          ErrorId::TflPerChannel,
          fmt::format("{}: {} scales along dimension {} of {}, must be 1 or {}",
                      import.tensor_text(tensor), scales, axis, shape_text(info.shape), channels));
    }
  }
  info.quant.axis = axis;
  for (unsigned i = 0; i < scales; ++i) {
    const float scale = q->scale()->Get(i);
    if (!std::isnormal(scale) || scale < 0) {
      import.fail(ErrorId::TflScale,
                  fmt::format("{}: scale {} is {:.9g}, must be positive, finite and normal "
                              "(1.17549435e-38..3.40282347e+38)",
                              import.tensor_text(tensor), i, scale));
    }
    check_zero_point(import, tensor, info.dtype, q->zero_point()->Get(i));
    info.quant.scale.push_back(scale);
    info.quant.zero_point.push_back(static_cast<std::int32_t>(q->zero_point()->Get(i)));
  }
}

// Many tensors may share one buffer or one name, so what a small file unfolds to is counted.
class Unfolded {
 public:
  void add(const ModelImport& import, std::uint64_t bytes) {
    total_ += bytes;
    if (total_ > import.limits.file_bytes) {
      import.fail(ErrorId::TflLimit,
                  fmt::format("constants and names unfold to over {} bytes, at most {} are read",
                              total_, import.limits.file_bytes));
    }
  }

 private:
  std::uint64_t total_ = 0;
};

void read_constant(const ModelImport& import, int tensor, bool known_type, TensorInfo& info,
                   Unfolded& unfolded) {
  const auto& buffers = *import.model.buffers();
  const std::uint32_t index = import.record(tensor).buffer();
  if (index >= buffers.size()) {
    import.fail(ErrorId::TflIndex,
                fmt::format("{}: buffer {}, must be 0..{}", import.tensor_text(tensor), index,
                            static_cast<std::int64_t>(buffers.size()) - 1));
  }
  const fb::Buffer& buffer = *buffers.Get(index);
  // 0 and 1 mean "inside"; real offsets lie behind the FlatBuffer.
  if (buffer.offset() > 1 || buffer.size() > 1) {
    import.fail(ErrorId::TflEncoding,
                fmt::format("{}: buffer {} lies outside the FlatBuffer, which is not supported",
                            import.tensor_text(tensor), index));
  }
  // Buffer 0 is the empty one by definition: a tensor there is no constant.
  const std::uint64_t size = buffer.data() == nullptr ? 0 : buffer.data()->size();
  if (index == 0 && size > 0) {
    import.fail(ErrorId::TflConstant,
                fmt::format("buffer 0 holds {} bytes, must be the empty buffer", size));
  }
  if (size == 0) return;
  if (!known_type) {
    // No size to compare with; every operator refuses the type by name.
    info.is_constant = import.referenced[static_cast<std::size_t>(tensor)];
    return;
  }
  const auto want = static_cast<std::uint64_t>(element_count(info.shape)) *
                    static_cast<std::uint64_t>(dtype_bytes(info.dtype));
  if (size != want) {
    import.fail(
        ErrorId::TflBufferSize,
        fmt::format("{}: buffer {} holds {} bytes, {} of {} takes {}", import.tensor_text(tensor),
                    index, size, shape_text(info.shape), dtype_name(info.dtype), want));
  }
  if (!import.referenced[static_cast<std::size_t>(tensor)]) return;
  info.is_constant = true;
  unfolded.add(import, size);
  info.data.assign(buffer.data()->data(), buffer.data()->data() + size);
}

TensorInfo read_tensor(const ModelImport& import, int tensor, Unfolded& unfolded) {
  const fb::Tensor& record = import.record(tensor);
  const bool referenced = import.referenced[static_cast<std::size_t>(tensor)];
  TensorInfo info;
  if (const auto* name = record.name(); name != nullptr) {
    unfolded.add(import, name->size());
    info.name.assign(name->c_str(), name->size());
  }
  info.shape = read_shape(import, tensor);
  const auto type = graph_type(record.type());
  if (type) info.dtype = *type;
  if (referenced) {
    check_signature(import, tensor, info.shape);
    if (record.sparsity() != nullptr) {
      import.fail(ErrorId::TflEncoding,
                  import.tensor_text(tensor) + ": sparse tensors are not supported");
    }
    if (record.is_variable()) {
      import.fail(ErrorId::TflEncoding,
                  import.tensor_text(tensor) + ": variable tensors are not supported");
    }
    if (type && *type != DType::kFloat32) read_quant(import, tensor, info);
  }
  read_constant(import, tensor, type.has_value(), info, unfolded);
  return info;
}

}  // namespace

void read_tensors(ModelImport& import) {
  Unfolded unfolded;
  const int count = static_cast<int>(import.subgraph.tensors()->size());
  import.graph.tensors.reserve(static_cast<std::size_t>(count));
  for (int t = 0; t < count; ++t) {
    import.graph.tensors.push_back(read_tensor(import, t, unfolded));
  }
}

}  // namespace vernier
