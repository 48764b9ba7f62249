// The fast kernels in plain C++, with the layout of AVX2: what runs where no other table may. On
// x86-64 the products are SSE2's.
#include "hw_models/golden/fast/row_kernels.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace vernier::golden::fast {
namespace {

struct Isa {
  using Operand = std::int16_t;
  static constexpr int kLanes = 8, kGroup = 2;
  static constexpr int most(int panels) { return panels == 4 ? 1 : panels == 2 ? 2 : 4; }

  struct Vec {
    std::int32_t v[kLanes];
  };
  template <class F>
  static VERNIER_INLINE Vec each(F f) {
    Vec y;
    for (int i = 0; i < kLanes; ++i) y.v[i] = f(i);
    return y;
  }
  // Modulo 2^32.
  static VERNIER_INLINE std::int32_t wrapped(std::int64_t x) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(x));
  }

  static VERNIER_INLINE Vec load(const void* p) {
    Vec x;
    __builtin_memcpy(&x, p, sizeof x);
    return x;
  }
  static VERNIER_INLINE void store(std::int32_t* p, const Vec& x) {
    __builtin_memcpy(p, &x, sizeof x);
  }
  static VERNIER_INLINE Vec held(const Vec& x) { return x; }
  static VERNIER_INLINE Vec same(int x) {
    return each([&](int) { return x; });
  }
  static VERNIER_INLINE Vec plus(const Vec& a, const Vec& b) {
    return each([&](int i) { return wrapped(std::int64_t{a.v[i]} + b.v[i]); });
  }
  static VERNIER_INLINE Vec minus(const Vec& a, const Vec& b) {
    return each([&](int i) { return wrapped(std::int64_t{a.v[i]} - b.v[i]); });
  }
  static VERNIER_INLINE Vec shifted(const Vec& a, int n) {
    return each(
        [&](int i) { return static_cast<std::int32_t>(static_cast<std::uint32_t>(a.v[i]) << n); });
  }
  static VERNIER_INLINE Vec operands(const Operand* p) {
    std::int32_t two;
    __builtin_memcpy(&two, p, sizeof two);
    return same(two);
  }
#if defined(__SSE2__)
  // What every x86-64 has.
  static VERNIER_INLINE Vec dot(const Vec& sum, const Vec& x, const Vec& w) {
    Vec y;
    for (int i = 0; i < kLanes; i += 4) {
      const auto four = [i](const Vec& v) {
        return _mm_loadu_si128(reinterpret_cast<const __m128i*>(v.v + i));
      };
      _mm_storeu_si128(reinterpret_cast<__m128i*>(y.v + i),
                       _mm_add_epi32(four(sum), _mm_madd_epi16(four(x), four(w))));
    }
    return y;
  }
#else
  static VERNIER_INLINE Vec dot(const Vec& sum, const Vec& x, const Vec& w) {
    const auto low = [](std::int32_t pair) {
      return std::int32_t{static_cast<std::int16_t>(pair)};
    };
    const auto high = [](std::int32_t pair) { return pair >> 16; };
    return each([&](int i) {
      const std::int32_t products = low(x.v[i]) * low(w.v[i]) + high(x.v[i]) * high(w.v[i]);
      return static_cast<std::int32_t>(static_cast<std::uint32_t>(sum.v[i]) +
                                       static_cast<std::uint32_t>(products));
    });
  }
#endif
  static VERNIER_INLINE Vec codes(const std::uint8_t* p, int count, bool is_signed) {
    return each([&](int i) {
      const std::uint8_t code = i < count ? p[i] : std::uint8_t{0};
      return is_signed ? static_cast<std::int8_t>(code) : std::int32_t{code};
    });
  }
  static VERNIER_INLINE Vec clamped(const Vec& x, const Vec& lo, const Vec& hi, const Vec& zero) {
    return each([&](int i) {
      const std::int32_t above = x.v[i] < lo.v[i] ? lo.v[i] : x.v[i];
      return (above > hi.v[i] ? hi.v[i] : above) + zero.v[i];
    });
  }
  static VERNIER_INLINE void put(std::uint8_t* y, const Vec& x, int count) {
    for (int i = 0; i < count; ++i) y[i] = static_cast<std::uint8_t>(x.v[i]);
  }
  static VERNIER_INLINE void put_all(std::uint8_t* y, const Vec& x) { put(y, x, kLanes); }

  template <Scaling S>
  struct Scale;
};

// The closed forms of numerics.md 2.2, lane by lane.
struct Steps {
  Isa::Vec mantissa, left, right;
  Steps(const Requantizer& out, int first)
      : mantissa(Isa::load(out.mantissa + first)),
        left(Isa::load(out.left + first)),
        right(Isa::load(out.right + first)) {}
  Steps(int m, int l, int r) : mantissa(Isa::same(m)), left(Isa::same(l)), right(Isa::same(r)) {}

  // (x * m + 2^30) >> 31
  VERNIER_INLINE std::int64_t first_step(std::int32_t x, int i) const {
    const auto up = static_cast<std::int32_t>(static_cast<std::uint32_t>(x) << left.v[i]);
    return (std::int64_t{up} * mantissa.v[i] + (std::int64_t{1} << 30)) >> 31;
  }
  VERNIER_INLINE std::int64_t half(int i) const { return (std::int64_t{1} << right.v[i]) >> 1; }
};

template <>
struct Isa::Scale<Scaling::kDouble> : Steps {
  using Steps::Steps;
  VERNIER_INLINE Vec operator()(const Vec& x) const {
    return each([&](int i) {
      const std::int64_t t = first_step(x.v[i], i);
      const std::int64_t away = t < 0 && right.v[i] > 0 ? 1 : 0;
      return wrapped((t + half(i) - away) >> right.v[i]);
    });
  }
};

template <>
struct Isa::Scale<Scaling::kDoubleUp> : Steps {
  using Steps::Steps;
  VERNIER_INLINE Vec operator()(const Vec& x) const {
    return each([&](int i) { return wrapped((first_step(x.v[i], i) + half(i)) >> right.v[i]); });
  }
};

template <>
struct Isa::Scale<Scaling::kSingle> : Steps {
  using Steps::Steps;
  VERNIER_INLINE Vec operator()(const Vec& x) const {
    return each([&](int i) {
      const int n = 31 + right.v[i] - left.v[i];
      const std::int64_t product = std::int64_t{x.v[i]} * mantissa.v[i];
      return wrapped((product + (std::int64_t{1} << (n - 1))) >> n);
    });
  }
};

template <>
struct Isa::Scale<Scaling::kFloat> {
  const float* scale;
  Scale(const Requantizer& out, int first) : scale(out.scale + first) {}
  VERNIER_INLINE Vec operator()(const Vec& x) const {
    return each([&](int i) {
      // The clamp that follows cannot tell what lies beyond the integers from their ends.
      const float y = __builtin_rintf(static_cast<float>(x.v[i]) * scale[i]);
      const float above = y < -2147483648.0F ? -2147483648.0F : y;
      return static_cast<std::int32_t>(above > 2147483520.0F ? 2147483520.0F : above);
    });
  }
};

void interleave(const void* const* rows, std::int64_t count, void* to) {
  const auto* first = static_cast<const std::int16_t*>(rows[0]);
  const auto* second = static_cast<const std::int16_t*>(rows[1]);
  auto* out = static_cast<std::int16_t*>(to);
  for (std::int64_t i = 0; i < count; ++i) {
    out[2 * i] = first[i];
    out[2 * i + 1] = second[i];
  }
}

}  // namespace

const KernelTable& portable_kernels() {
  static constexpr KernelTable kTable = {Isa::kLanes,        Isa::kGroup,   sizeof(Isa::Operand),
                                         widen_codes<Isa>,   interleave,    conv_row<Isa>,
                                         depthwise_row<Isa>, add_codes<Isa>};
  return kTable;
}

}  // namespace vernier::golden::fast
