// The loops of the fast kernels, written once over an instruction set `I`, which each kernel file
// defines in its own anonymous namespace. I has:
//   Operand; Vec, kLanes 32-bit sums or kLanes x kGroup operands; kLanes, kGroup
//   most(n): pixels whose sums over n panels fit the registers
//   load, store: aligned; held: in a register; same: a number in every lane
//   operands: kGroup operands in every lane; codes: `count` codes, one per lane
//   plus, minus, shifted: modulo 2^32; dot(sum, x, w) = sum + the products of each lane
//   Scale<S>(requantizer, first channel) or (mantissa, left, right): operator()(sum) is the scaled
//   sum; clamped(scaled, lo, hi, zero) = clamp(scaled, lo, hi) + zero
//   put, put_all: the low byte of the first `count` lanes, of every lane
#pragma once

#include "hw_models/golden/fast/kernels.h"

namespace vernier::golden::fast {

#define VERNIER_INLINE inline __attribute__((always_inline))

// Sums of M pixels by N panels, from the bias on.
template <class I, int M, int N>
void accumulate(const ConvRow& row, const typename I::Operand* x, int panel, std::int32_t* sums) {
  using Operand = typename I::Operand;
  using Vec = typename I::Vec;
  constexpr int kStep = I::kLanes * I::kGroup;
  const std::int64_t panel_size = std::int64_t{row.segment_count} * row.steps * kStep;
  const auto* w = static_cast<const Operand*>(row.w) + panel * panel_size;
  const std::int64_t stride = row.pixel_stride;
  Vec sum[N][M];
#pragma GCC unroll 16
  for (int n = 0; n < N; ++n) {
    const Vec bias = I::load(row.out->bias + (panel + n) * I::kLanes);
#pragma GCC unroll 16
    for (int m = 0; m < M; ++m) sum[n][m] = bias;
  }
  for (int s = 0; s < row.segment_count; ++s) {
    // One pointer for three pixels: base, base + stride and base + 2 * stride are addresses.
    const Operand* at[(M + 2) / 3];
#pragma GCC unroll 16
    for (int m = 0; m < M; m += 3) at[m / 3] = x + row.segments[s] + m * stride;
    for (int k = 0; k < row.steps; ++k, w += kStep) {
      Vec weights[N];
#pragma GCC unroll 16
      for (int n = 0; n < N; ++n) weights[n] = I::held(I::load(w + n * panel_size));
#pragma GCC unroll 16
      for (int m = 0; m < M; ++m) {
        const Vec v = I::operands(at[m / 3] + (m % 3) * stride);
#pragma GCC unroll 16
        for (int n = 0; n < N; ++n) sum[n][m] = I::dot(sum[n][m], v, weights[n]);
      }
#pragma GCC unroll 16
      for (int m = 0; m < M; m += 3) at[m / 3] += I::kGroup;
    }
  }
#pragma GCC unroll 16
  for (int n = 0; n < N; ++n) {
#pragma GCC unroll 16
    for (int m = 0; m < M; ++m) I::store(sums + (n * M + m) * I::kLanes, sum[n][m]);
  }
}

// accumulate of m pixels, m 1..M.
template <class I, int N, int M>
VERNIER_INLINE void accumulate_some(int m, const ConvRow& row, const typename I::Operand* x,
                                    int panel, std::int32_t* sums) {
  if constexpr (M > 1) {
    if (m < M) return accumulate_some<I, N, M - 1>(m, row, x, panel, sums);
  }
  accumulate<I, M, N>(row, x, panel, sums);
}

// Sums of `count` pixels in one panel to codes; pixels are `stride` bytes apart in y.
template <class I, Scaling S>
void requantize_as(const Requantizer& out, int first, int channels, const std::int32_t* sums,
                   std::int64_t count, std::uint8_t* y, std::int64_t stride) {
  const typename I::template Scale<S> scale(out, first);
  const int width = channels - first < I::kLanes ? channels - first : I::kLanes;
  const auto lo = I::same(out.lo - out.zero_point), hi = I::same(out.hi - out.zero_point);
  const auto zero = I::same(out.zero_point);
  y += first;
  if (width == I::kLanes) {
    for (std::int64_t i = 0; i < count; ++i, y += stride) {
      I::put_all(y, I::clamped(scale(I::load(sums + i * I::kLanes)), lo, hi, zero));
    }
    return;
  }
  for (std::int64_t i = 0; i < count; ++i, y += stride) {
    I::put(y, I::clamped(scale(I::load(sums + i * I::kLanes)), lo, hi, zero), width);
  }
}

template <class I>
void requantize(const Requantizer& out, int first, int channels, const std::int32_t* sums,
                std::int64_t count, std::uint8_t* y, std::int64_t stride) {
  switch (out.scaling) {
    case Scaling::kDouble:
      return requantize_as<I, Scaling::kDouble>(out, first, channels, sums, count, y, stride);
    case Scaling::kDoubleUp:
      return requantize_as<I, Scaling::kDoubleUp>(out, first, channels, sums, count, y, stride);
    case Scaling::kSingle:
      return requantize_as<I, Scaling::kSingle>(out, first, channels, sums, count, y, stride);
    case Scaling::kFloat:
      return requantize_as<I, Scaling::kFloat>(out, first, channels, sums, count, y, stride);
  }
}

// All pixels of N panels, in tiles of nearly equal size.
template <class I, int N>
void conv_panels(const ConvRow& row, int panel) {
  constexpr int kMost = I::most(N);
  alignas(64) std::int32_t sums[kMost * N * I::kLanes];
  const std::int64_t tiles = (row.pixels + kMost - 1) / kMost;
  std::int64_t begin = 0;
  for (std::int64_t tile = 0; tile < tiles; ++tile) {
    const std::int64_t end = row.pixels * (tile + 1) / tiles;
    const int m = static_cast<int>(end - begin);
    const auto* x = static_cast<const typename I::Operand*>(row.x) + begin * row.pixel_stride;
    accumulate_some<I, N, kMost>(m, row, x, panel, sums);
    for (int n = 0; n < N; ++n) {
      requantize<I>(*row.out, (panel + n) * I::kLanes, row.channels, sums + n * m * I::kLanes, m,
                    row.y + begin * row.channels, row.channels);
    }
    begin = end;
  }
}

template <class I>
void conv_row(const ConvRow& row) {
  const int panels = (row.channels + I::kLanes - 1) / I::kLanes;
  int panel = 0;
  // Few pixels: more panels at once, so that enough sums are under way.
  if (row.pixels <= I::most(4)) {
    for (; panel + 4 <= panels; panel += 4) conv_panels<I, 4>(row, panel);
  }
  for (; panel + 2 <= panels; panel += 2) conv_panels<I, 2>(row, panel);
  if (panel < panels) conv_panels<I, 1>(row, panel);
}

// Sums of one block of channels; T taps, or row.tap_count where T is 0.
template <class I, int T>
VERNIER_INLINE void depthwise_sums(const DepthwiseRow& row, const typename I::Operand* x,
                                   const typename I::Operand* w, typename I::Vec bias,
                                   std::int64_t pixels, std::int32_t* sums) {
  constexpr int kStep = I::kLanes * I::kGroup;
  if constexpr (T > 0) {
    typename I::Vec weights[T];
    std::int64_t taps[T];
#pragma GCC unroll 16
    for (int t = 0; t < T; ++t) weights[t] = I::load(w + t * kStep), taps[t] = row.taps[t];
    for (std::int64_t p = 0; p < pixels; ++p, x += row.pixel_stride) {
      auto sum = bias;
#pragma GCC unroll 16
      for (int t = 0; t < T; ++t) sum = I::dot(sum, I::load(x + taps[t]), weights[t]);
      I::store(sums + p * I::kLanes, sum);
    }
  } else {
    for (std::int64_t p = 0; p < pixels; ++p, x += row.pixel_stride) {
      auto sum = bias;
      for (int t = 0; t < row.tap_count; ++t) {
        sum = I::dot(sum, I::load(x + row.taps[t]), I::load(w + t * kStep));
      }
      I::store(sums + p * I::kLanes, sum);
    }
  }
}

template <class I>
void depthwise_row(const DepthwiseRow& row) {
  using Operand = typename I::Operand;
  constexpr int kStep = I::kLanes * I::kGroup;
  constexpr std::int64_t kChunk = 32;
  alignas(64) std::int32_t sums[kChunk * I::kLanes];
  const int blocks = (row.channels + I::kLanes - 1) / I::kLanes;
  for (int b = 0; b < blocks; ++b) {
    const int first = b * I::kLanes;
    const auto* w = static_cast<const Operand*>(row.w) + std::int64_t{b} * row.tap_count * kStep;
    const auto bias = I::load(row.out->bias + first);
    for (std::int64_t begin = 0; begin < row.pixels; begin += kChunk) {
      const std::int64_t count = row.pixels - begin < kChunk ? row.pixels - begin : kChunk;
      const auto* x =
          static_cast<const Operand*>(row.x) + begin * row.pixel_stride + std::int64_t{b} * kStep;
      if (row.tap_count == 3) {
        depthwise_sums<I, 3>(row, x, w, bias, count, sums);
      } else if (row.tap_count == 6) {
        depthwise_sums<I, 6>(row, x, w, bias, count, sums);
      } else {
        depthwise_sums<I, 0>(row, x, w, bias, count, sums);
      }
      requantize<I>(*row.out, first, row.channels, sums, count, row.y + begin * row.channels,
                    row.channels);
    }
  }
}

// One operand of an ADD on the common scale. The larger scale has (2^30, 0): 19 bits more exactly.
template <class I>
struct AddScale {
  explicit AddScale(const AddOperand& operand)
      : exact(operand.mantissa == 1 << 30 && operand.right == 0),
        zero(I::same(operand.zero)),
        scale(operand.mantissa, 0, operand.right) {}
  VERNIER_INLINE typename I::Vec operator()(typename I::Vec codes) const {
    const auto x = I::minus(codes, zero);
    return exact ? I::shifted(x, 19) : scale(I::shifted(x, 20));
  }
  bool exact;
  typename I::Vec zero;
  typename I::template Scale<Scaling::kDouble> scale;
};

template <class I>
void add_codes(const AddTask& t) {
  const AddScale<I> a(t.a), b(t.b);
  const typename I::template Scale<Scaling::kDouble> scale(t.mantissa, t.left, t.right);
  const auto lo = I::same(t.lo - t.zero_point), hi = I::same(t.hi - t.zero_point);
  const auto zero = I::same(t.zero_point);
  for (std::int64_t i = 0; i < t.count; i += I::kLanes) {
    const int width = t.count - i < I::kLanes ? static_cast<int>(t.count - i) : I::kLanes;
    const auto sum = I::plus(a(I::codes(t.a.codes + i, width, t.is_signed)),
                             b(I::codes(t.b.codes + i, width, t.is_signed)));
    I::put(t.y + i, I::clamped(scale(sum), lo, hi, zero), width);
  }
}

// KernelTable.widen; the compiler makes vectors of it.
template <class I>
void widen_codes(const std::uint8_t* codes, std::int64_t count, bool is_signed, int zero_point,
                 void* to) {
  auto* out = static_cast<typename I::Operand*>(to);
  if constexpr (sizeof(typename I::Operand) == 1) {
    const auto flip = static_cast<std::uint8_t>(is_signed ? 0x80 : 0);
    for (std::int64_t i = 0; i < count; ++i) {
      out[i] = static_cast<typename I::Operand>(codes[i] ^ flip);
    }
  } else if (is_signed) {
    for (std::int64_t i = 0; i < count; ++i) {
      out[i] = static_cast<std::int16_t>(static_cast<std::int8_t>(codes[i]) - zero_point);
    }
  } else {
    for (std::int64_t i = 0; i < count; ++i) {
      out[i] = static_cast<std::int16_t>(codes[i] - zero_point);
    }
  }
}

}  // namespace vernier::golden::fast
