// DEPTHWISE_CONV_2D: channels stay in their lanes, so the kernel's `group` products per lane and
// step are `group` rows of the filter at once. For each row of the output the rows of the image
// under the filter are interleaved; every column of the filter then reads the same interleaved row.
#include <algorithm>

#include "hw_models/golden/fast/operand_image.h"
#include "hw_models/golden/fast/stage.h"
#include "hw_models/golden/fast/step.h"
#include "hw_models/golden/fast/weights.h"

namespace vernier::golden::fast {
namespace {

class Depthwise : public Step {
 public:
  Depthwise(const OpContext& c, const KernelTable& table)
      : table_(table),
        attrs_(c.op.attrs),
        out_(c.out_info().shape),
        image_(c, out_.c / Images(c.in_info(0).shape).c, table),
        stage_(OutputStage(c)),
        bands_((attrs_.filter_h + table.group - 1) / table.group),
        blocks_((out_.c + table.lanes - 1) / table.lanes) {
    const Weights weights(Codes(c, 1).widened(weight_zero_point(c.in_info(1))), table);
    parts_ = weights.parts();
    packed_ = Packed(std::int64_t{blocks_} * taps() * step(), table);
    pack(weights, operand_offset(c.in_info(0), table));
    for (int p = 0; p < parts_; ++p) {
      for (int band = 0; band < bands_; ++band) {
        for (int kx = 0; kx < attrs_.filter_w; ++kx) {
          tap_offsets_.push_back((std::int64_t{band} * image_.width + kx * attrs_.dilation_w) *
                                 blocks_ * step());
        }
      }
    }
  }

  void run(const OpContext& c, Scratch* operands, Scratch* interleaved) const override {
    std::uint8_t* x = operands->at_least(image_.bytes());
    const std::int64_t band_size = std::int64_t{image_.width} * blocks_ * step();
    std::uint8_t* bands = interleaved->at_least(bands_ * band_size * table_.operand_bytes);
    const Codes codes(c, 0);
    const Requantizer out = stage_.requantizer();
    DepthwiseRow row{};
    row.x = bands;
    row.pixel_stride = std::int64_t{attrs_.stride_w} * blocks_ * step();
    row.taps = tap_offsets_.data();
    row.tap_count = taps();
    row.w = packed_.data();
    row.channels = out_.c;
    row.out = &out;
    row.y = c.out().bytes.data();
    row.pixels = out_.w;
    for (int n = 0; n < out_.n; ++n) {
      image_.fill(codes.bytes(), n, x);
      for (int oy = 0; oy < out_.h; ++oy, row.y += std::int64_t{out_.w} * out_.c) {
        for (int band = 0; band < bands_; ++band) {
          interleave(x, oy * attrs_.stride_h, band,
                     bands + band * band_size * table_.operand_bytes);
        }
        table_.depthwise(row);
      }
    }
  }

 private:
  std::int64_t step() const { return std::int64_t{table_.lanes} * table_.group; }
  int taps() const { return parts_ * bands_ * attrs_.filter_w; }

  // Weights [ky][kx][channel] to [block][part, band, kx][lane][row of the band].
  void pack(const Weights& weights, int offset) {
    std::int64_t from = 0;
    for (int ky = 0; ky < attrs_.filter_h; ++ky) {
      for (int kx = 0; kx < attrs_.filter_w; ++kx) {
        for (int channel = 0; channel < out_.c; ++channel, ++from) {
          for (int p = 0; p < parts_; ++p) {
            const std::int16_t* w = weights.part(p) + from;
            const int tap = (p * bands_ + ky / table_.group) * attrs_.filter_w + kx;
            const std::int64_t block = std::int64_t{channel / table_.lanes} * taps();
            const int lane = channel % table_.lanes * table_.group + ky % table_.group;
            packed_.put((block + tap) * step() + lane, w, 1);
            stage_.take_from_bias(static_cast<std::size_t>(channel),
                                  static_cast<std::uint32_t>(*w * offset));
          }
        }
      }
    }
  }

  // Rows of the image under band `band` of the filter whose first row is `y`.
  void interleave(const std::uint8_t* x, int y, int band, std::uint8_t* to) const {
    constexpr int kMostGroup = 4;
    const void* rows[kMostGroup];
    const int size = table_.operand_bytes;
    for (int i = 0; i < table_.group; ++i) {
      // A row that the filter does not have meets weights of 0.
      const int ky = std::min(band * table_.group + i, attrs_.filter_h - 1);
      rows[i] = x + (y + ky * attrs_.dilation_h) * image_.row_size() * size;
    }
    const std::int64_t column = std::int64_t{blocks_} * table_.lanes;
    if (column == image_.channels) return table_.interleave(rows, image_.row_size(), to);
    // The lanes beyond the last channel take what comes next and are never stored.
    for (int i = 0; i < image_.width; ++i, to += column * table_.group * size) {
      table_.interleave(rows, column, to);
      for (int r = 0; r < table_.group; ++r) {
        rows[r] = static_cast<const std::uint8_t*>(rows[r]) + image_.channels * size;
      }
    }
  }

  const KernelTable& table_;
  OpAttrs attrs_;
  Images out_;
  OperandImage image_;
  Stage stage_;
  int bands_, blocks_, parts_;
  Packed packed_;
  std::vector<std::int64_t> tap_offsets_;
};

}  // namespace

StepPtr prepare_depthwise(const OpContext& c, const KernelTable& table) {
  if (!Stage::covers(c)) return nullptr;
  return std::make_unique<Depthwise>(c, table);
}

}  // namespace vernier::golden::fast
