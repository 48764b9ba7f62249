// What random operators are drawn from: extents, channels, scales, codes.
#include <algorithm>
#include <cmath>

#include "tests/support/random_ops.h"

namespace vernier {

std::int64_t RandomOps::count_of(const Shape& s) {
  std::int64_t n = 1;
  for (const int d : s) n *= d;
  return n;
}

int RandomOps::divided(int v) const { return std::max(1, v / recipe_.divide); }

// verification.md 3.2: small, around the array, prime, or anything.
int RandomOps::channels(Random* r) const {
  const int kind = r->between(0, 99);
  int c = 1;
  if (kind < 35) {
    c = r->between(1, 3);
  } else if (kind < 60) {
    const int edge = r->chance(50) ? recipe_.rows : recipe_.cols;
    c = std::max(1, edge * r->pick(std::vector<int>{1, 1, 2}) + r->between(-1, 1));
  } else if (kind < 80) {
    c = r->pick(std::vector<int>{5, 7, 11, 13, 17, 19, 23, 29});
  } else {
    c = static_cast<int>(std::exp2(r->real(0, 5.5)));
  }
  return divided(c);
}

int RandomOps::extent(Random* r) const {
  const int kind = r->between(0, 99);
  const int v = kind < 30   ? r->between(1, 3)
                : kind < 60 ? r->pick(std::vector<int>{5, 7, 11, 13, 17})
                            : r->between(1, 20);
  return divided(v);
}

float RandomOps::random_scale(Random* r) const {
  if (r->chance(40)) return static_cast<float>(std::exp2(r->between(-8, 2)));
  return static_cast<float>(std::exp2(r->real(-10.0, 2.0)));
}

int RandomOps::zero_point(Random* r, DType type) const {
  const int kind = r->between(0, 9);
  const int z = kind < 2 ? -128 : kind < 3 ? 127 : kind < 5 ? 0 : r->between(-128, 127);
  return type == DType::kUint8 ? z + 128 : z;
}

// The format's codes: NONE, RELU, RELU6.
int RandomOps::activation(Random* r) const { return r->pick(std::vector<int>{0, 0, 1, 3}); }

// -128..127, often at the ends or nearly all zero.
std::vector<int> RandomOps::codes(Random* r, std::int64_t n) const {
  std::vector<int> list(static_cast<std::size_t>(n), 0);
  const int kind = r->between(0, 99);
  const auto fill = [&](auto&& draw) {
    for (auto& v : list) v = draw();
  };
  if (kind < 40) {
    fill([&] {
      return (r->between(-127, 127) + r->between(-127, 127) + r->between(-127, 127)) / 3;
    });
  } else if (kind < 48) {
    fill([] { return -128; });
  } else if (kind < 55) {
    fill([] { return 127; });
  } else if (kind < 65) {
    list[static_cast<std::size_t>(r->between(0, static_cast<int>(n) - 1))] = r->between(-127, 127);
  } else if (kind >= 75) {
    fill([&] { return r->between(-128, 127); });
  }
  return list;
}

// Filter extent, stride and dilation of one dimension that leave an output.
RandomOps::Window RandomOps::window(Random* r, int in, bool same, int most_filter,
                                    bool dilated) const {
  Window w;
  w.filter = divided(r->chance(40) ? 3 : r->between(1, most_filter));
  const int s = r->between(0, 9);
  w.stride = s < 6 ? 1 : s < 9 ? 2 : 3;
  const int d = r->between(0, 19);
  w.dilation = !dilated || d < 15 ? 1 : d < 18 ? 2 : 3;
  if (!same) {
    w.filter = std::min(w.filter, in);
    if ((w.filter - 1) * w.dilation >= in) w.dilation = 1;
  }
  return w;
}

int RandomOps::input(Random* r, bool is_float, DType type) {
  Shape s{1, extent(r), extent(r), channels(r)};
  if (r->chance(10)) s[r->chance(50) ? 1U : 2U] = 1;  // a network of one dimension
  while (count_of(s) > kMostElements) s[1] = s[2] = std::max(1, s[2] / 2);
  if (r->chance(15)) s = {1, static_cast<int>(std::min<std::int64_t>(count_of(s), 300))};
  const float own = random_scale(r);
  const int z = zero_point(r, type);
  return is_float ? m_.quantize(m_.float_input(s), own, z, type) : m_.input(s, own, z, type);
}

}  // namespace vernier
