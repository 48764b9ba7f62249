#include "hw_models/cycle/feeder.h"

#include <fmt/format.h>

#include <algorithm>

namespace vernier::cycle {
namespace {

std::int64_t at_least_one(std::int64_t dilation) { return std::max<std::int64_t>(1, dilation); }

// Smallest x >= 0 with x * step + shift >= bound.
std::int64_t first_at_least(std::int64_t bound, std::int64_t shift, std::int64_t step) {
  const std::int64_t need = bound - shift;
  if (need <= 0) return 0;
  return step > 0 ? (need + step - 1) / step : INT32_MAX;
}

// n runs of `length` bytes, `pitch` apart, to vectors `stride` apart. The lengths of whole arrays
// are worth loops of their own.
template <int kLength>
void widen_runs(const std::uint8_t* bytes, std::int64_t n, std::int64_t pitch, std::int64_t length,
                OperandCodes codes, std::int16_t* out, std::int64_t stride) {
  for (; n > 0; --n, bytes += pitch, out += stride) {
    const std::int64_t most = kLength > 0 ? kLength : length;
    for (std::int64_t k = 0; k < most; ++k) out[k] = codes(bytes[k]);
  }
}

void widen(const std::uint8_t* bytes, std::int64_t n, std::int64_t pitch, std::int64_t length,
           OperandCodes codes, std::int16_t* out, std::int64_t stride) {
  const auto run = length == 8    ? widen_runs<8>
                   : length == 16 ? widen_runs<16>
                   : length == 32 ? widen_runs<32>
                                  : widen_runs<0>;
  run(bytes, n, pitch, length, codes, out, stride);
}

}  // namespace

void Feeder::begin(std::uint32_t pc, const insn::MacTile& t) {
  const auto& r = state_.regs.mac;
  const auto& k = r.kernel;
  pc_ = pc;
  tile_ = t;
  codes_ = OperandCodes(r.ifmap.a_unsigned != 0, r.ifmap.zero_point);
  if (k.depthwise == 0) return;
  top_ = t.y0 * k.stride_h - k.pad_top;
  left_ = t.x0 * k.stride_w - k.pad_left;
  columns_ = (t.width - 1) * k.stride_w + (k.kernel_w - 1) * at_least_one(k.dilation_w) + 1;
  const std::int64_t rows =
      (t.height - 1) * k.stride_h + (k.kernel_h - 1) * at_least_one(k.dilation_h) + 1;
  filled_.assign(static_cast<std::size_t>(rows), 0);
  block_.resize(
      static_cast<std::size_t>(rows * columns_ * padded_columns(state_.config.array_cols)));
}

void Feeder::feed(const Pass& pass) {
  if (state_.regs.mac.kernel.depthwise != 0) {
    feed_windows(pass);
  } else {
    feed_vectors(pass);
  }
}

std::int64_t Feeder::step() const {
  return state_.regs.mac.kernel.stride_w * padded_columns(state_.config.array_cols);
}

const std::uint8_t* Feeder::read(std::int64_t iy, std::int64_t from, std::int64_t n,
                                 std::int64_t pitch, std::int64_t length) const {
  const auto& r = state_.regs.mac;
  const RowAddress a =
      state_.act.row(r.ifmap.base, r.ifmap.bank, r.ifmap.row_pitch, iy, r.kernel.ring);
  const std::uint8_t* bytes = state_.act.read(a, from, (n - 1) * pitch + length);
  if (bytes != nullptr) return bytes;
  // Bytes between the runs need not be there.
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t at = from + i * pitch;
    const std::uint8_t* one = state_.act.read(a, at, length);
    if (one == nullptr) {
      state_.trap(
          ErrorId::ProgramPoison, pc_,
          fmt::format("ifmap row {}: bank {} bytes {}..{} outside {} or never written", iy, a.bank,
                      a.offset + at, a.offset + at + length, state_.act.bank_bytes()));
    }
    if (i == 0) bytes = one;
  }
  return bytes;
}

void Feeder::feed_vectors(const Pass& pass) {
  const auto& k = state_.regs.mac.kernel;
  const auto stride = static_cast<std::size_t>(state_.config.array_rows);
  vectors_.assign(static_cast<std::size_t>(tile_.height * tile_.width) * stride, 0);
  for (const auto& s : pass.segments) {
    for (std::int64_t y = 0; y < tile_.height; ++y) {
      const std::int64_t iy =
          (tile_.y0 + y) * k.stride_h - k.pad_top + s.ky * at_least_one(k.dilation_h);
      if (iy < 0 || iy >= state_.regs.mac.ifmap.height) continue;
      feed_row(s, iy, vectors_.data() + static_cast<std::size_t>(y * tile_.width) * stride);
    }
  }
}

void Feeder::feed_row(const PassSegment& s, std::int64_t iy, std::int16_t* out) {
  const auto& r = state_.regs.mac;
  const std::int64_t stride = state_.config.array_rows;
  const std::int64_t channels = r.ifmap.channels;
  const std::int64_t row_bytes = r.ifmap.width * channels;
  const std::int64_t pitch = r.kernel.stride_w * channels;
  // Byte `from + x * pitch` of the row is the first one of pixel x.
  const std::int64_t from = (tile_.x0 * r.kernel.stride_w - r.kernel.pad_left +
                             s.kx * at_least_one(r.kernel.dilation_w)) *
                                channels +
                            s.offset;
  // Pixels [begin, behind) have their whole run in the row; channel mode masks by pixels, packed
  // mode by bytes.
  const bool packed = r.kernel.packed != 0;
  const std::int64_t least = packed ? 0 : s.offset;
  const std::int64_t most = packed ? row_bytes - s.length : row_bytes - channels + s.offset;
  const std::int64_t begin = std::min(tile_.width, first_at_least(least, from, pitch));
  const std::int64_t behind = std::clamp(first_at_least(most + 1, from, pitch), begin, tile_.width);
  if (begin < behind) {
    widen(read(iy, from + begin * pitch, behind - begin, pitch, s.length), behind - begin, pitch,
          s.length, codes_, out + begin * stride + s.lane, stride);
  }
  if (!packed) return;
  const auto cut_runs = [&](std::int64_t x, std::int64_t end) {
    for (; x < end; ++x) {
      const std::int64_t at = from + x * pitch;
      const std::int64_t lo = std::max<std::int64_t>(0, -at);
      const std::int64_t n = std::min<std::int64_t>(s.length, row_bytes - at) - lo;
      if (n <= 0) continue;
      widen(read(iy, at + lo, 1, 0, n), 1, 0, n, codes_, out + x * stride + s.lane + lo, stride);
    }
  };
  cut_runs(0, begin);
  cut_runs(behind, tile_.width);
}

void Feeder::feed_windows(const Pass& pass) {
  const auto& k = state_.regs.mac.kernel;
  const auto height = static_cast<std::size_t>(tile_.height);
  const std::int64_t tap_step =
      at_least_one(k.dilation_w) * padded_columns(state_.config.array_cols);
  rows_.assign(pass.segments.size() * height, nullptr);
  taps_.assign(static_cast<std::size_t>(pass.rows), {});
  for (std::size_t n = 0; n < pass.segments.size(); ++n) {
    const PassSegment& s = pass.segments[n];
    const std::int16_t** rows = rows_.data() + n * height;
    for (std::size_t y = 0; y < height; ++y) {
      rows[y] = window_row((tile_.y0 + static_cast<std::int64_t>(y)) * k.stride_h - k.pad_top +
                           s.ky * at_least_one(k.dilation_h));
    }
    for (int tap = 0; tap < s.length; ++tap) {
      taps_[static_cast<std::size_t>(s.lane + tap)] = {rows, (s.offset + tap) * tap_step};
    }
  }
}

const std::int16_t* Feeder::window_row(std::int64_t iy) {
  const auto& r = state_.regs.mac;
  if (iy < 0 || iy >= r.ifmap.height) return nullptr;
  const std::int64_t padded = padded_columns(state_.config.array_cols);
  std::int16_t* const row = block_.data() + (iy - top_) * columns_ * padded;
  auto& filled = filled_[static_cast<std::size_t>(iy - top_)];
  if (filled != 0) return row;
  filled = 1;
  std::fill_n(row, columns_ * padded, std::int16_t{0});
  const std::int64_t begin = std::max<std::int64_t>(0, left_);
  const std::int64_t end = std::min(r.ifmap.width, left_ + columns_);
  if (begin >= end) return row;
  const std::int64_t m = r.kernel.multiplier, channel = r.reduce.channel;
  const std::int64_t used =
      std::min<std::int64_t>(state_.config.array_cols, r.ifmap.channels * m - channel);
  const std::int64_t first = channel / m, length = (channel + used - 1) / m - first + 1;
  const std::uint8_t* bytes =
      read(iy, begin * r.ifmap.channels + first, end - begin, r.ifmap.channels, length);
  std::int16_t* out = row + (begin - left_) * padded;
  if (m == 1) {
    widen(bytes, end - begin, r.ifmap.channels, length, codes_, out, padded);
    return row;
  }
  for (std::int64_t x = begin; x < end; ++x, bytes += r.ifmap.channels, out += padded) {
    for (std::int64_t c = 0; c < used; ++c) out[c] = codes_(bytes[(channel + c) / m - first]);
  }
  return row;
}

void Feeder::window(std::int64_t y, std::int64_t x, std::int16_t* out) const {
  const int cols = state_.config.array_cols;
  std::fill_n(out, state_.config.array_rows * cols, std::int16_t{0});
  for (const DepthwiseTap& tap : taps_) {
    const std::int16_t* row = tap.rows[y];
    if (row != nullptr) std::copy_n(row + tap.skip + x * step(), cols, out);
    out += cols;
  }
}

}  // namespace vernier::cycle
