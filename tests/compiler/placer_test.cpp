// First fit of row slots: tensors that hold values at the same time never share a byte, transfers
// get pages of their own where that is asked for, ADD's operands ports of their own.
#include "compiler/passes/placer.h"

#include <catch2/catch.hpp>

using namespace vernier;
using namespace vernier::compiler;

namespace {

using Traffic = PlaceItem::Traffic;

// Tensors of h rows of 16 bytes.
Plan plan_of(const std::vector<int>& heights, int banks, int pages) {
  Plan p;
  p.config.act_mem_kib = 1;
  p.config.act_mem_banks = banks;
  p.config.act_mem_pages = pages;
  for (const int h : heights) {
    TensorPlan t;
    t.rows = {h, 1, 16};
    p.tensors.push_back(t);
  }
  return p;
}

PlaceItem item(int tensor, int slots, int first, int last, Traffic traffic = Traffic::kInner) {
  PlaceItem i;
  i.tensor = tensor;
  i.slots = slots;
  i.first = first;
  i.last = last;
  i.traffic = traffic;
  return i;
}

}  // namespace

TEST_CASE("64 rows of 16 bytes fill one KiB, another row has no room beside them") {
  const Plan plan = plan_of({32, 32, 33, 1}, 1, 1);
  Placer fits(plan, {item(0, 32, 0, 1), item(1, 32, 1, 2)});
  CHECK(fits.run(false));
  CHECK(fits.items()[1].place.base == 512);
  Placer over(plan, {item(0, 32, 0, 1), item(2, 33, 1, 2)});
  CHECK_FALSE(over.run(false));
  CHECK(over.failed() == 1);
  CHECK(over.live_bytes() == 65 * 16);
}

TEST_CASE("a tensor takes the bytes of one that no longer holds values, not a layer earlier") {
  const Plan plan = plan_of({40, 20, 40}, 1, 1);
  Placer after(plan, {item(0, 40, 0, 1), item(1, 20, 1, 2), item(2, 40, 2, 3)});
  CHECK(after.run(false));
  CHECK(after.items()[2].place.base == 0);
  Placer during(plan, {item(0, 40, 0, 2), item(1, 20, 1, 2), item(2, 40, 2, 3)});
  CHECK_FALSE(during.run(false));
}

TEST_CASE("a tensor of fewer slots than rows is a ring of them, of as many slots it is not") {
  const Plan plan = plan_of({100}, 1, 1);
  Placer ring(plan, {item(0, 4, 0, 1)});
  REQUIRE(ring.run(false));
  CHECK(ring.items()[0].place.ring == 4);
  CHECK(ring.items()[0].place.rows == 100);
  CHECK(ring.items()[0].place.slots() == 4);
  CHECK(ring.items()[0].place.slot(7) == 3);
  const Plan small = plan_of({4}, 1, 1);
  Placer whole(small, {item(0, 4, 0, 1)});
  REQUIRE(whole.run(false));
  CHECK(whole.items()[0].place.ring == 0);
}

TEST_CASE("three kinds of traffic find three pages, in two pages they do only together") {
  for (const int pages : {2, 4}) {
    const Plan plan = plan_of({4, 4, 4}, 1, pages);
    const std::vector<PlaceItem> items = {item(0, 4, 0, 1, Traffic::kLoaded), item(1, 4, 0, 1),
                                          item(2, 4, 0, 1, Traffic::kStored)};
    Placer apart(plan, items);
    CHECK(apart.run(true) == (pages == 4));
    Placer together(plan, items);
    CHECK(together.run(false));
  }
}

TEST_CASE("tensors of one kind of traffic share a page, a tensor may reach over two pages") {
  const Plan plan = plan_of({8, 4, 20}, 1, 4);  // pages of 16 rows
  Placer p(plan, {item(0, 8, 0, 1), item(1, 4, 0, 1), item(2, 20, 0, 1)});
  REQUIRE(p.run(true));
  CHECK(p.items()[1].place.base == 8 * 16);
  CHECK(p.items()[2].place.base == 12 * 16);
}

TEST_CASE("partners lie in other banks or other pages, and nowhere when there are neither") {
  const auto placed = [](int banks, int pages, int slots) {
    const Plan plan = plan_of({8, 8}, banks, pages);
    auto a = item(0, slots, 0, 1), b = item(1, slots, 0, 1);
    a.partners = {1};
    b.partners = {0};
    Placer p(plan, {a, b});
    const bool fits = p.run(false);
    if (!fits) CHECK(p.fits_without_partners());
    return fits ? p.items()[1].place : Placement{};
  };
  CHECK(placed(2, 1, 8).bank == 1);
  CHECK(placed(1, 2, 8).base == 512);
  CHECK(placed(1, 1, 8).rows == 0);
  // Rings turn alike only when they are whole turns of the banks.
  CHECK(placed(2, 1, 4).bank == 1);
  CHECK(placed(2, 1, 3).rows == 0);
}

TEST_CASE("a slice takes its own row length") {
  const Plan plan = plan_of({8}, 1, 1);
  auto part = item(0, 8, 0, 0);
  part.row_bytes = 4;
  Placer p(plan, {part});
  REQUIRE(p.run(false));
  CHECK(p.items()[0].place.row_bytes == 4);
  CHECK(p.items()[0].place.row_pitch == 4);
}
