// The fast kernels on AVX-512 with VNNI: 64 products of u8 by s8 per instruction, summed exactly.
// Compiled with these instructions alone; entered only where level.cpp found them.
#if defined(__x86_64__)
#include <immintrin.h>

#include "hw_models/golden/fast/row_kernels.h"

namespace vernier::golden::fast {
namespace {

struct Isa {
  using Operand = std::uint8_t;
  struct Vec {
    __m512i v;
  };
  static constexpr int kLanes = 16, kGroup = 4;
  static constexpr int most(int panels) { return panels == 4 ? 6 : panels == 2 ? 12 : 16; }

  static VERNIER_INLINE Vec load(const void* p) { return {_mm512_load_si512(p)}; }
  static VERNIER_INLINE void store(std::int32_t* p, Vec x) { _mm512_store_si512(p, x.v); }
  // Kept in a register: an operand in memory would be loaded again for every pixel.
  static VERNIER_INLINE Vec held(Vec x) {
    __asm__("" : "+v"(x.v));
    return x;
  }
  static VERNIER_INLINE Vec same(int x) { return {_mm512_set1_epi32(x)}; }
  static VERNIER_INLINE Vec plus(Vec a, Vec b) { return {_mm512_add_epi32(a.v, b.v)}; }
  static VERNIER_INLINE Vec minus(Vec a, Vec b) { return {_mm512_sub_epi32(a.v, b.v)}; }
  static VERNIER_INLINE Vec shifted(Vec a, int n) {
    return {_mm512_slli_epi32(a.v, static_cast<unsigned>(n))};
  }
  static VERNIER_INLINE Vec operands(const Operand* p) {
    int four;
    __builtin_memcpy(&four, p, sizeof four);
    return {_mm512_set1_epi32(four)};
  }
  static VERNIER_INLINE Vec dot(Vec sum, Vec x, Vec w) {
    return {_mm512_dpbusd_epi32(sum.v, x.v, w.v)};
  }
  static VERNIER_INLINE __mmask16 first(int count) {
    return static_cast<__mmask16>((1U << count) - 1U);
  }
  static VERNIER_INLINE Vec codes(const std::uint8_t* p, int count, bool is_signed) {
    const __m128i bytes = _mm_maskz_loadu_epi8(first(count), p);
    return {is_signed ? _mm512_cvtepi8_epi32(bytes) : _mm512_cvtepu8_epi32(bytes)};
  }
  static VERNIER_INLINE Vec clamped(Vec x, Vec lo, Vec hi, Vec zero) {
    return {_mm512_add_epi32(_mm512_min_epi32(_mm512_max_epi32(x.v, lo.v), hi.v), zero.v)};
  }
  static VERNIER_INLINE void put_all(std::uint8_t* y, Vec x) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(y), _mm512_cvtepi32_epi8(x.v));
  }
  static VERNIER_INLINE void put(std::uint8_t* y, Vec x, int count) {
    _mm_mask_storeu_epi8(y, first(count), _mm512_cvtepi32_epi8(x.v));
  }

  template <Scaling S>
  struct Scale;
};

__m512i odd(__m512i x) { return _mm512_srli_epi64(x, 32); }
// Low halves of 64-bit lanes: of `evens` to the even lanes, of `odds` to the odd ones.
__m512i merged(__m512i evens, __m512i odds) {
  return _mm512_mask_blend_epi32(0xAAAA, evens, _mm512_slli_epi64(odds, 32));
}

// D and U: t = (x * m + 2^30) >> 31, then t / 2^right. With r = t mod 2^right, rounding up is
// r > threshold, where the threshold is just under one half, of D one half below zero.
struct TwoSteps {
  __m512i mantissa, mantissa_odd, left, right, mask, half;
  void set(__m512i m, __m512i l, __m512i r) {
    mantissa = m, left = l, right = r;
    mantissa_odd = odd(m);
    mask = _mm512_sub_epi32(_mm512_sllv_epi32(_mm512_set1_epi32(1), r), _mm512_set1_epi32(1));
    half = _mm512_srli_epi32(mask, 1);
  }
  template <bool kAway>
  VERNIER_INLINE Isa::Vec apply(Isa::Vec sum) const {
    const __m512i one_half = _mm512_set1_epi64(std::int64_t{1} << 30);
    const __m512i x = _mm512_sllv_epi32(sum.v, left);
    const __m512i evens = _mm512_add_epi64(_mm512_mul_epi32(x, mantissa), one_half);
    const __m512i odds = _mm512_add_epi64(_mm512_mul_epi32(odd(x), mantissa_odd), one_half);
    const __m512i t =
        _mm512_mask_blend_epi32(0xAAAA, _mm512_srli_epi64(evens, 31), _mm512_slli_epi64(odds, 1));
    const __m512i rest = _mm512_and_si512(t, mask);
    const __m512i threshold = kAway ? _mm512_add_epi32(half, _mm512_srli_epi32(t, 31)) : half;
    const __m512i y = _mm512_srav_epi32(t, right);
    return {_mm512_mask_add_epi32(y, _mm512_cmpgt_epi32_mask(rest, threshold), y,
                                  _mm512_set1_epi32(1))};
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

// S: (x * m + 2^(n-1)) >> n, n = 31 - s.
template <>
struct Isa::Scale<Scaling::kSingle> {
  __m512i mantissa, mantissa_odd, half[2], n[2];  // of the even lanes, of the odd lanes
  Scale(const Requantizer& out, int first) {
    mantissa = load(out.mantissa + first).v;
    mantissa_odd = odd(mantissa);
    const __m512i right = _mm512_sub_epi32(load(out.right + first).v, load(out.left + first).v);
    const __m512i all = _mm512_add_epi32(right, _mm512_set1_epi32(31));
    n[0] = _mm512_and_si512(all, _mm512_set1_epi64(0xFFFFFFFF));
    n[1] = odd(all);
    for (int i = 0; i < 2; ++i) {
      const __m512i one = _mm512_set1_epi64(1);
      half[i] = _mm512_sllv_epi64(one, _mm512_sub_epi64(n[i], one));
    }
  }
  VERNIER_INLINE Vec operator()(Vec x) const {
    const __m512i evens = _mm512_add_epi64(_mm512_mul_epi32(x.v, mantissa), half[0]);
    const __m512i odds = _mm512_add_epi64(_mm512_mul_epi32(odd(x.v), mantissa_odd), half[1]);
    return {merged(_mm512_srav_epi64(evens, n[0]), _mm512_srav_epi64(odds, n[1]))};
  }
};

// E: rint(f32(f32(x) * scale)). What lies above the integers is held just below 2^31: the clamp
// that follows cannot tell.
template <>
struct Isa::Scale<Scaling::kFloat> {
  __m512 scale;
  Scale(const Requantizer& out, int first) : scale(_mm512_loadu_ps(out.scale + first)) {}
  VERNIER_INLINE Vec operator()(Vec x) const {
    const __m512 y = _mm512_mul_ps(_mm512_cvtepi32_ps(x.v), scale);
    return {_mm512_cvtps_epi32(_mm512_min_ps(y, _mm512_set1_ps(2147483520.0F)))};
  }
};

void interleave(const void* const* rows, std::int64_t count, void* to) {
  auto* out = static_cast<__m128i*>(to);
  const auto row = [&](int r, std::int64_t i) {
    return _mm_loadu_si128(
        reinterpret_cast<const __m128i*>(static_cast<const std::uint8_t*>(rows[r]) + i));
  };
  for (std::int64_t i = 0; i < count; i += Isa::kLanes, out += 4) {
    const __m128i a = row(0, i), b = row(1, i), c = row(2, i), d = row(3, i);
    const __m128i ab = _mm_unpacklo_epi8(a, b), ab_high = _mm_unpackhi_epi8(a, b);
    const __m128i cd = _mm_unpacklo_epi8(c, d), cd_high = _mm_unpackhi_epi8(c, d);
    _mm_store_si128(out, _mm_unpacklo_epi16(ab, cd));
    _mm_store_si128(out + 1, _mm_unpackhi_epi16(ab, cd));
    _mm_store_si128(out + 2, _mm_unpacklo_epi16(ab_high, cd_high));
    _mm_store_si128(out + 3, _mm_unpackhi_epi16(ab_high, cd_high));
  }
}

}  // namespace

const KernelTable& avx512_vnni_kernels() {
  static constexpr KernelTable kTable = {Isa::kLanes,        Isa::kGroup,   sizeof(Isa::Operand),
                                         widen_codes<Isa>,   interleave,    conv_row<Isa>,
                                         depthwise_row<Isa>, add_codes<Isa>};
  return kTable;
}

}  // namespace vernier::golden::fast
#endif
