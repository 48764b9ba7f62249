// What must have ended before rows of the activation memory are read or overwritten.
#include "compiler/passes/residence.h"

#include <catch2/catch.hpp>

using namespace vernier;
using namespace vernier::compiler;

namespace {

using List = std::vector<int>;

Placement rows_at(int base, int rows, int ring = 0) {
  Placement p;
  p.base = base;
  p.rows = rows;
  p.row_bytes = p.row_pitch = 16;
  p.ring = ring;
  return p;
}

// Rows of 16 bytes in one bank.
const HwConfig& one_bank() {
  static const HwConfig config = [] {
    HwConfig c;
    c.act_mem_banks = 1;
    return c;
  }();
  return config;
}

Residence resident(int rows, int ring = 0) { return {one_bank(), 7, rows_at(0, rows, ring)}; }

List behind_mac(Residence* r, int first, int end, int n) {
  Work w;
  r->mac_reads(first, end, n, &w);
  return w.behind;
}
List behind_store(Residence* r, int first, int end, int n) {
  Work w;
  r->store_reads(first, end, n, &w);
  return w.behind;
}
List behind_write(Residence* r, int first, int end, int n) {
  Work w;
  r->post_writes(first, end, n, &w);
  return w.behind;
}
List behind_load(Residence* r, int first, int end, int l) {
  LoadWork load;
  r->load_writes(first, end, l, &load);
  return load.behind;
}

}  // namespace

TEST_CASE("MAC and STORE wait for POST's last writer of the rows that they read, of no others") {
  Residence r = resident(4);
  behind_write(&r, 0, 1, 10);
  behind_write(&r, 1, 2, 11);
  behind_write(&r, 2, 4, 12);
  CHECK(behind_mac(&r, 0, 2, 20) == List{11});
  CHECK(behind_mac(&r, 1, 3, 21) == List{12});
  CHECK(behind_store(&r, 0, 1, 22) == List{10});
}

TEST_CASE("readers wait for each load that brought one of their rows, once") {
  Residence r = resident(6);
  behind_load(&r, 0, 2, 5);
  behind_load(&r, 2, 4, 6);
  behind_load(&r, 4, 6, 8);
  Work w;
  r.mac_reads(1, 4, 20, &w);
  CHECK(w.loads == List{5, 6});
  Work v;
  r.post_reads(4, 5, 21, &v);
  CHECK(v.loads == List{8});
  Work s;
  r.store_reads(0, 6, 22, &s);
  CHECK(s.loads == List{5, 6, 8});
}

TEST_CASE("rows without a wrap have room of their own, nobody waits to write them") {
  Residence r = resident(8);
  behind_load(&r, 0, 4, 0);
  behind_mac(&r, 0, 4, 1);
  CHECK(behind_load(&r, 4, 8, 1).empty());
  CHECK(behind_write(&r, 4, 8, 2).empty());
}

TEST_CASE(
    "a load into the slot of row y waits for all readers of row y, whichever engine they are") {
  Residence r = resident(8, 4);
  behind_load(&r, 0, 4, 0);
  CHECK(r.evicted_reader(3) == -1);
  behind_mac(&r, 0, 2, 10);
  Work w;
  r.post_reads(1, 2, 11, &w);
  behind_store(&r, 1, 3, 12);
  CHECK(r.evicted_reader(4) == 10);
  CHECK(r.evicted_reader(5) == 12);
  CHECK(r.evicted_reader(7) == -1);
  CHECK(behind_load(&r, 4, 5, 1) == List{10});
  CHECK(behind_load(&r, 5, 6, 2) == List{10, 11, 12});
  CHECK(behind_load(&r, 6, 7, 3) == List{12});
  CHECK(behind_load(&r, 7, 8, 4).empty());
}

TEST_CASE(
    "POST into the slot of row y waits for the STORE of row y and, by its own order, for nothing "
    "else") {
  Residence r = resident(8, 4);
  behind_write(&r, 0, 4, 1);
  behind_mac(&r, 0, 4, 2);
  behind_store(&r, 0, 2, 3);
  behind_store(&r, 2, 4, 4);
  CHECK(behind_write(&r, 4, 6, 5) == List{3});
  CHECK(behind_write(&r, 6, 7, 6) == List{4});
}

TEST_CASE("a slice loaded over a slice of the same rows waits for those who read it") {
  Residence r = resident(2);
  behind_load(&r, 0, 1, 0);
  Work w;
  r.post_reads(0, 2, 9, &w);
  CHECK(behind_load(&r, 0, 1, 1) == List{9});
}

TEST_CASE("bytes of an older tensor are not written before all its users have ended") {
  const HwConfig& config = one_bank();
  Residence old(config, 1, rows_at(0, 4));
  behind_write(&old, 0, 4, 1);
  behind_mac(&old, 0, 4, 2);
  behind_store(&old, 0, 4, 3);
  Residence loaded(config, 2, rows_at(48, 2)), made(config, 3, rows_at(48, 2)),
      beside(config, 4, rows_at(64, 2));
  REQUIRE(loaded.shares_bytes(old));
  REQUIRE_FALSE(beside.shares_bytes(old));
  loaded.replaces(old);
  made.replaces(old);
  CHECK(behind_load(&loaded, 0, 1, 0) == List{2, 1, 3});
  CHECK(behind_write(&made, 0, 1, 5) == List{3});
  CHECK(behind_load(&beside, 0, 1, 1).empty());
}

TEST_CASE("the span of n slots over b banks is what the fullest bank holds") {
  HwConfig config;
  config.act_mem_banks = 4;
  Placement p = rows_at(32, 9);
  CHECK(span_of(config, p).begin == 32);
  CHECK(span_of(config, p).end == 32 + 3 * 16);  // 3 of 9 rows in bank 0
  p.rows = 8;
  CHECK(span_of(config, p).end == 32 + 2 * 16);
  p.bank = 1;  // the last row turns into the next line
  CHECK(span_of(config, p).end == 32 + 3 * 16);
  p.rows = 100;
  p.ring = 4;
  p.bank = 0;
  CHECK(span_of(config, p).end == 32 + 16);
  CHECK(overlap({0, 4}, {3, 5}));
  CHECK_FALSE(overlap({0, 4}, {4, 5}));
}
