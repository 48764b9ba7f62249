// The fast kernels on AVX2: 16 products of two 16-bit operands per instruction, exact because an
// operand less its zero point has 9 bits. Compiled with AVX2 alone; entered only where level.cpp
// found it.
#if defined(__x86_64__)
#include <immintrin.h>

#include "hw_models/golden/fast/row_kernels.h"

namespace vernier::golden::fast {
namespace {

struct Isa {
  using Operand = std::int16_t;
  struct Vec {
    __m256i v;
  };
  static constexpr int kLanes = 8, kGroup = 2;
  static constexpr int most(int panels) { return panels == 4 ? 2 : panels == 2 ? 6 : 10; }

  static VERNIER_INLINE Vec load(const void* p) {
    return {_mm256_load_si256(static_cast<const __m256i*>(p))};
  }
  static VERNIER_INLINE void store(std::int32_t* p, Vec x) {
    _mm256_store_si256(reinterpret_cast<__m256i*>(p), x.v);
  }
  // Kept in a register: an operand in memory would be loaded again for every pixel.
  static VERNIER_INLINE Vec held(Vec x) {
    __asm__("" : "+x"(x.v));
    return x;
  }
  static VERNIER_INLINE Vec same(int x) { return {_mm256_set1_epi32(x)}; }
  static VERNIER_INLINE Vec plus(Vec a, Vec b) { return {_mm256_add_epi32(a.v, b.v)}; }
  static VERNIER_INLINE Vec minus(Vec a, Vec b) { return {_mm256_sub_epi32(a.v, b.v)}; }
  static VERNIER_INLINE Vec shifted(Vec a, int n) { return {_mm256_slli_epi32(a.v, n)}; }
  static VERNIER_INLINE Vec operands(const Operand* p) {
    int two;
    __builtin_memcpy(&two, p, sizeof two);
    return {_mm256_set1_epi32(two)};
  }
  static VERNIER_INLINE Vec dot(Vec sum, Vec x, Vec w) {
    return {_mm256_add_epi32(sum.v, _mm256_madd_epi16(x.v, w.v))};
  }
  static VERNIER_INLINE Vec codes(const std::uint8_t* p, int count, bool is_signed) {
    std::uint64_t eight = 0;
    if (count == kLanes) {
      __builtin_memcpy(&eight, p, sizeof eight);
    } else {
      for (int i = 0; i < count; ++i) eight |= std::uint64_t{p[i]} << (8 * i);
    }
    const __m128i bytes = _mm_cvtsi64_si128(static_cast<long long>(eight));
    return {is_signed ? _mm256_cvtepi8_epi32(bytes) : _mm256_cvtepu8_epi32(bytes)};
  }
  static VERNIER_INLINE Vec clamped(Vec x, Vec lo, Vec hi, Vec zero) {
    return {_mm256_add_epi32(_mm256_min_epi32(_mm256_max_epi32(x.v, lo.v), hi.v), zero.v)};
  }
  // The low byte of every lane.
  static VERNIER_INLINE std::uint64_t low_bytes(Vec x) {
    const __m256i pick = _mm256_set1_epi32(0x0C080400);
    const __m256i four = _mm256_shuffle_epi8(x.v, pick);
    const __m256i order = _mm256_setr_epi32(0, 4, 0, 4, 0, 4, 0, 4);
    const __m256i eight = _mm256_permutevar8x32_epi32(four, order);
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm256_castsi256_si128(eight)));
  }
  static VERNIER_INLINE void put_all(std::uint8_t* y, Vec x) {
    const std::uint64_t eight = low_bytes(x);
    __builtin_memcpy(y, &eight, sizeof eight);
  }
  static VERNIER_INLINE void put(std::uint8_t* y, Vec x, int count) {
    if (count == kLanes) return put_all(y, x);
    const std::uint64_t eight = low_bytes(x);
    for (int i = 0; i < count; ++i) y[i] = static_cast<std::uint8_t>(eight >> (8 * i));
  }

  template <Scaling S>
  struct Scale;
};

__m256i odd(__m256i x) { return _mm256_srli_epi64(x, 32); }

// D and U: t = (x * m + 2^30) >> 31, then t / 2^right. With r = t mod 2^right, rounding up is
// r > threshold, where the threshold is just under one half, of D one half below zero.
struct TwoSteps {
  __m256i mantissa, mantissa_odd, left, right, mask, half;
  void set(__m256i m, __m256i l, __m256i r) {
    mantissa = m, left = l, right = r;
    mantissa_odd = odd(m);
    mask = _mm256_sub_epi32(_mm256_sllv_epi32(_mm256_set1_epi32(1), r), _mm256_set1_epi32(1));
    half = _mm256_srli_epi32(mask, 1);
  }
  template <bool kAway>
  VERNIER_INLINE Isa::Vec apply(Isa::Vec sum) const {
    const __m256i one_half = _mm256_set1_epi64x(std::int64_t{1} << 30);
    const __m256i x = _mm256_sllv_epi32(sum.v, left);
    const __m256i evens = _mm256_add_epi64(_mm256_mul_epi32(x, mantissa), one_half);
    const __m256i odds = _mm256_add_epi64(_mm256_mul_epi32(odd(x), mantissa_odd), one_half);
    const __m256i t =
        _mm256_blend_epi32(_mm256_srli_epi64(evens, 31), _mm256_slli_epi64(odds, 1), 0xAA);
    const __m256i rest = _mm256_and_si256(t, mask);
    const __m256i threshold = kAway ? _mm256_add_epi32(half, _mm256_srli_epi32(t, 31)) : half;
    // A comparison that holds is -1.
    return {_mm256_sub_epi32(_mm256_srav_epi32(t, right), _mm256_cmpgt_epi32(rest, threshold))};
  }
};

template <>
struct Isa::Scale<Scaling::kDouble> : TwoSteps {
  Scale(const Requantizer& out, int first) {
    set(load(out.mantissa + first).v, load(out.left + first).v, load(out.right + first).v);
  }
  Scale(int m, int l, int r) { set(same(m).v, same(l).v, same(r).v); }
  VERNIER_INLINE Vec operator()(Vec x) const { return apply<true>(x); }
};

template <>
struct Isa::Scale<Scaling::kDoubleUp> : TwoSteps {
  Scale(const Requantizer& out, int first) {
    set(load(out.mantissa + first).v, load(out.left + first).v, load(out.right + first).v);
  }
  VERNIER_INLINE Vec operator()(Vec x) const { return apply<false>(x); }
};

// S: (x * m + 2^(n-1)) >> n, n = 31 - s. AVX2 shifts 64 bits without sign alone, so the sum moves
// up by 2^62, which keeps it positive, and what that leaves at 2^(62-n) is taken away again.
template <>
struct Isa::Scale<Scaling::kSingle> {
  __m256i mantissa, mantissa_odd, nudge[2], n[2], back[2];  // of the even lanes, of the odd lanes
  Scale(const Requantizer& out, int first) {
    mantissa = load(out.mantissa + first).v;
    mantissa_odd = odd(mantissa);
    const __m256i right = _mm256_sub_epi32(load(out.right + first).v, load(out.left + first).v);
    const __m256i all = _mm256_add_epi32(right, _mm256_set1_epi32(31));
    n[0] = _mm256_and_si256(all, _mm256_set1_epi64x(0xFFFFFFFF));
    n[1] = odd(all);
    const __m256i one = _mm256_set1_epi64x(1);
    const __m256i up = _mm256_slli_epi64(one, 62);
    for (int i = 0; i < 2; ++i) {
      nudge[i] = _mm256_add_epi64(up, _mm256_sllv_epi64(one, _mm256_sub_epi64(n[i], one)));
      back[i] = _mm256_srlv_epi64(up, n[i]);
    }
  }
  VERNIER_INLINE __m256i half_of_lanes(__m256i product, int i) const {
    const __m256i y = _mm256_srlv_epi64(_mm256_add_epi64(product, nudge[i]), n[i]);
    return _mm256_sub_epi64(y, back[i]);
  }
  VERNIER_INLINE Vec operator()(Vec x) const {
    const __m256i evens = half_of_lanes(_mm256_mul_epi32(x.v, mantissa), 0);
    const __m256i odds = half_of_lanes(_mm256_mul_epi32(odd(x.v), mantissa_odd), 1);
    return {_mm256_blend_epi32(evens, _mm256_slli_epi64(odds, 32), 0xAA)};
  }
};

// E: rint(f32(f32(x) * scale)). What lies above the integers is held just below 2^31: the clamp
// that follows cannot tell.
template <>
struct Isa::Scale<Scaling::kFloat> {
  __m256 scale;
  Scale(const Requantizer& out, int first) : scale(_mm256_loadu_ps(out.scale + first)) {}
  VERNIER_INLINE Vec operator()(Vec x) const {
    const __m256 y = _mm256_mul_ps(_mm256_cvtepi32_ps(x.v), scale);
    return {_mm256_cvtps_epi32(_mm256_min_ps(y, _mm256_set1_ps(2147483520.0F)))};
  }
};

void interleave(const void* const* rows, std::int64_t count, void* to) {
  const auto* first = static_cast<const std::int16_t*>(rows[0]);
  const auto* second = static_cast<const std::int16_t*>(rows[1]);
  auto* out = static_cast<__m128i*>(to);
  for (std::int64_t i = 0; i < count; i += Isa::kLanes, out += 2) {
    const __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(first + i));
    const __m128i b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(second + i));
    _mm_store_si128(out, _mm_unpacklo_epi16(a, b));
    _mm_store_si128(out + 1, _mm_unpackhi_epi16(a, b));
  }
}

}  // namespace

const KernelTable& avx2_kernels() {
  static constexpr KernelTable kTable = {Isa::kLanes,        Isa::kGroup,   sizeof(Isa::Operand),
                                         widen_codes<Isa>,   interleave,    conv_row<Isa>,
                                         depthwise_row<Isa>, add_codes<Isa>};
  return kTable;
}

}  // namespace vernier::golden::fast
#endif
