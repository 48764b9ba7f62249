// CONV_2D and FULLY_CONNECTED: sums of a panel of channels over runs of consecutive operands.
#include <algorithm>

#include "hw_models/golden/fast/operand_image.h"
#include "hw_models/golden/fast/stage.h"
#include "hw_models/golden/fast/step.h"
#include "hw_models/golden/fast/weights.h"

namespace vernier::golden::fast {
namespace {

// The filters of all output channels: `runs` runs of `length` weights each, [channel][run][i] in
// the model file.
class Filters {
 public:
  Filters(const OpContext& c, int zero_point, int runs, int length, const KernelTable& table)
      : stage_(OutputStage(c)),
        channels_(c.in_info(1).shape[0]),
        steps_((length + table.group - 1) / table.group) {
    const Weights weights(Codes(c, 1).widened(zero_point), table);
    parts_ = weights.parts();
    const std::int64_t step = std::int64_t{table.lanes} * table.group;
    const std::int64_t panel = std::int64_t{runs} * parts_ * steps_ * step;
    packed_ = Packed((channels_ + table.lanes - 1) / table.lanes * panel, table);
    const auto offset = static_cast<std::uint32_t>(operand_offset(c.in_info(0), table));
    for (int channel = 0; channel < channels_; ++channel) {
      const std::int64_t first =
          channel / table.lanes * panel + std::int64_t{channel % table.lanes} * table.group;
      for (int p = 0; p < parts_; ++p) {
        for (int run = 0; run < runs; ++run) {
          const std::int16_t* w = weights.part(p) + (std::int64_t{channel} * runs + run) * length;
          std::int64_t to = first + (std::int64_t{p} * runs + run) * steps_ * step;
          for (int i = 0; i < length; i += table.group, to += step) {
            packed_.put(to, w + i, std::min(table.group, length - i));
          }
          stage_.take_from_bias(static_cast<std::size_t>(channel), offset * sum(w, length));
        }
      }
    }
  }

  int parts() const { return parts_; }
  // What does not change from row to row.
  ConvRow row(const Requantizer& out, const std::vector<std::int64_t>& segments) const {
    ConvRow r{};
    r.segments = segments.data();
    r.segment_count = static_cast<int>(segments.size());
    r.steps = steps_;
    r.w = packed_.data();
    r.channels = channels_;
    r.out = &out;
    return r;
  }
  Requantizer requantizer() const { return stage_.requantizer(); }

 private:
  static std::uint32_t sum(const std::int16_t* w, int count) {
    std::int32_t total = 0;
    for (int i = 0; i < count; ++i) total += w[i];
    return static_cast<std::uint32_t>(total);
  }

  Stage stage_;
  int channels_, steps_, parts_;
  Packed packed_;
};

// `segments` once for each part of the weights.
std::vector<std::int64_t> repeated(const std::vector<std::int64_t>& segments, int parts) {
  std::vector<std::int64_t> all;
  for (int p = 0; p < parts; ++p) all.insert(all.end(), segments.begin(), segments.end());
  return all;
}

class Conv : public Step {
 public:
  Conv(const OpContext& c, const KernelTable& table)
      : table_(table),
        image_(c, 1, table),
        out_(c.out_info().shape),
        filters_(c, weight_zero_point(c.in_info(1)), runs(c), length(c), table) {
    const OpAttrs& a = c.op.attrs;
    std::vector<std::int64_t> segments;
    for (int ky = 0; ky < a.filter_h; ++ky) {
      for (int kx = 0; kx < runs(c) / a.filter_h; ++kx) {
        segments.push_back(ky * a.dilation_h * image_.row_size() +
                           std::int64_t{kx} * a.dilation_w * image_.channels);
      }
    }
    segments_ = repeated(segments, filters_.parts());
    // Rows of output pixels whose operands are evenly spaced.
    rows_ = out_.h;
    pixels_ = out_.w;
    row_stride_ = a.stride_h * image_.row_size();
    pixel_stride_ = std::int64_t{a.stride_w} * image_.channels;
    if (out_.w == 1) {
      pixels_ = out_.h, pixel_stride_ = row_stride_, rows_ = 1;
    } else if (row_stride_ == out_.w * pixel_stride_) {
      pixels_ = std::int64_t{out_.h} * out_.w, rows_ = 1;
    }
  }

  void run(const OpContext& c, Scratch* operands, Scratch*) const override {
    std::uint8_t* x = operands->at_least(image_.bytes());
    const Codes codes(c, 0);
    const Requantizer out = filters_.requantizer();
    ConvRow row = filters_.row(out, segments_);
    row.pixel_stride = pixel_stride_;
    row.pixels = pixels_;
    row.y = c.out().bytes.data();
    for (int n = 0; n < out_.n; ++n) {
      image_.fill(codes.bytes(), n, x);
      for (int r = 0; r < rows_; ++r, row.y += pixels_ * out_.c) {
        row.x = x + r * row_stride_ * table_.operand_bytes;
        table_.conv(row);
      }
    }
  }

 private:
  // Taps of one row of the filter are neighbours unless they are dilated.
  static bool spread(const OpContext& c) {
    return c.op.attrs.filter_w > 1 && c.op.attrs.dilation_w > 1;
  }
  static int runs(const OpContext& c) {
    return c.op.attrs.filter_h * (spread(c) ? c.op.attrs.filter_w : 1);
  }
  static int length(const OpContext& c) {
    return c.in_info(1).shape[3] * (spread(c) ? 1 : c.op.attrs.filter_w);
  }

  const KernelTable& table_;
  OperandImage image_;
  Images out_;
  Filters filters_;
  std::vector<std::int64_t> segments_;
  int rows_;
  std::int64_t pixels_, row_stride_, pixel_stride_;
};

class FullyConnected : public Step {
 public:
  FullyConnected(const OpContext& c, const KernelTable& table)
      : table_(table),
        depth_(c.in_info(1).shape[1]),
        rows_(element_count(c.in_info(0).shape) / depth_),
        filters_(c, zero_point(c.in_info(1)), 1, depth_, table),
        segments_(repeated({0}, filters_.parts())) {}

  void run(const OpContext& c, Scratch* operands, Scratch*) const override {
    constexpr std::int64_t kBeyond = 64;
    std::uint8_t* x = operands->at_least(rows_ * depth_ * table_.operand_bytes + kBeyond);
    const TensorInfo& info = c.in_info(0);
    table_.widen(Codes(c, 0).bytes(), rows_ * depth_, info.dtype == DType::kInt8,
                 info.quant.zero_point[0], x);
    const Requantizer out = filters_.requantizer();
    ConvRow row = filters_.row(out, segments_);
    row.x = x;
    row.pixel_stride = depth_;
    row.pixels = rows_;
    row.y = c.out().bytes.data();
    table_.conv(row);
  }

 private:
  static int zero_point(const TensorInfo& weights) {
    return weights.quant.scale.size() == 1 ? weights.quant.zero_point[0] : 0;
  }

  const KernelTable& table_;
  int depth_;
  std::int64_t rows_;
  Filters filters_;
  std::vector<std::int64_t> segments_;
};

}  // namespace

StepPtr prepare_conv(const OpContext& c, const KernelTable& table) {
  if (!Stage::covers(c) || c.in_info(1).shape[3] != c.in_info(0).shape[3]) return nullptr;
  return std::make_unique<Conv>(c, table);
}

StepPtr prepare_fully_connected(const OpContext& c, const KernelTable& table) {
  if (!Stage::covers(c)) return nullptr;
  return std::make_unique<FullyConnected>(c, table);
}

}  // namespace vernier::golden::fast
