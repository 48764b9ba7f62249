// Runs of elements: each of them once.
#include "sim/element_set.h"

#include <catch2/catch.hpp>
#include <vector>

using namespace vernier;

TEST_CASE("every run of up to 130 elements at every place of 200 is seen once and refused twice") {
  for (std::int64_t first = 0; first < 200; ++first) {
    for (std::int64_t n = 1; n <= 130 && first + n <= 200; ++n) {
      ElementSet set(200);
      REQUIRE(set.add(first, n));
      CHECK(set.count() == n);
      for (std::int64_t e = 0; e < 200; ++e) {
        if (set.has(e) != (e >= first && e < first + n)) FAIL(first << " " << n << " " << e);
      }
      CHECK(set.first_missing() == (first > 0 ? 0 : n));
      // Its first, its last, and the neighbours.
      CHECK_FALSE(ElementSet(set).add(first, 1));
      CHECK_FALSE(ElementSet(set).add(first + n - 1, 1));
      if (first > 0) CHECK(ElementSet(set).add(0, first));
      if (first > 0) CHECK_FALSE(ElementSet(set).add(0, first + 1));
      if (first + n < 200) CHECK(ElementSet(set).add(first + n, 200 - first - n));
      if (first + n < 200) CHECK_FALSE(ElementSet(set).add(first + n - 1, 201 - first - n));
    }
  }
}

TEST_CASE("a set that holds all its elements has none missing, at any size around a word") {
  for (const std::int64_t size : {0, 1, 63, 64, 65, 127, 128, 129}) {
    ElementSet set(size);
    for (std::int64_t e = 0; e < size; ++e) {
      CHECK(set.first_missing() == e);
      CHECK(set.add(e, 1));
    }
    CHECK(set.first_missing() == size);
    CHECK(set.count() == size);
  }
}
