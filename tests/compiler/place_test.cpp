// The place pass where all tensors fit: those that are alive together do not overlap, ADD reads two
// ports, and what does not even fit row by row is refused in one line. Groups: spill_test.cpp.
#include <algorithm>

#include "compiler/passes/residence.h"
#include "compiler/passes/row_use.h"
#include "tests/compiler/plan_cases.h"

using namespace vernier;
using namespace vernier::compiler;

namespace {

// (page, bank) of byte x of row y.
std::pair<int, int> port_of(const HwConfig& config, const Placement& p, int y, int x) {
  const int at = p.base + (p.bank + y) / config.act_mem_banks * p.row_pitch + x;
  return {at / config.act_bank_page_bytes(), (p.bank + y) % config.act_mem_banks};
}

// A tensor's bytes and the layers between which they are its values.
struct Life {
  const Placement* place;
  int first, last;
};

// Of a plan in which every tensor is whole. What an alias reads stays where it is.
std::vector<Life> lives_of(const Plan& plan) {
  std::vector<Life> lives;
  for (std::size_t t = 0; t < plan.tensors.size(); ++t) {
    const auto& p = plan.tensors[t];
    if (p.storage != static_cast<int>(t) || p.place.rows == 0) continue;
    Life life{&p.place, p.first, p.first};
    for (const auto& l : plan.layers) {
      for (const auto& u : row_uses(plan, l)) {
        if (u.tensor == p.storage) life.last = std::max(life.last, l.op);
      }
    }
    for (const int o : plan.outputs) {
      if (plan.tensor(o).storage == p.storage) life.last = static_cast<int>(plan.layers.size());
    }
    lives.push_back(life);
  }
  return lives;
}

ModelBuilder add_of(const Shape& shape) {
  ModelBuilder m;
  const int x = m.input(shape, 0.5F, 1);
  const int y = m.input(shape, 0.25F, -1);
  m.mark_output(m.add(x, y, {}, 0.75F, 0));
  return m;
}

// bytes -> QUANTIZE -> bytes: 2 * bytes are alive.
ModelBuilder quantize_of(int bytes) {
  ModelBuilder m;
  m.mark_output(m.quantize(m.input({1, bytes}, 0.5F, 0), 0.3F, 0));
  return m;
}

HwConfig small_memory() {
  HwConfig c;
  c.act_mem_kib = 1;
  c.act_mem_pages = 1;
  c.act_mem_banks = 1;
  return c;
}

}  // namespace

TEST_CASE("two tensors of half the activation memory fit, one byte more does not") {
  Compiled fits(quantize_of(512), small_memory());
  CHECK_NOTHROW(fits.placed());
  Compiled over(quantize_of(513), small_memory());
  CHECK_THROWS_AS(over.placed(), Error);
}

TEST_CASE("a layer that does not fit is refused in one line that names layer, tensor and memory") {
  Compiled over(quantize_of(513), small_memory());
  try {
    over.placed();
    FAIL("accepted");
  } catch (const Error& e) {
    const std::string line = e.what();
    CHECK(e.id() == ErrorId::CompileFit);
    CHECK(line.rfind("error[E-CMP-002]: net.tflite: op 0 QUANTIZE, tensor 1 't1' (1x513): ", 0) ==
          0);
    CHECK_THAT(line, Catch::Contains("act_mem holds 1024 bytes"));
    CHECK_THAT(line, Catch::Contains("enlarge act_mem.kib"));
    CHECK(line.find('\n') == std::string::npos);
  }
}

TEST_CASE("a graph input that does not fit is refused under that name") {
  Compiled over(quantize_of(2000), small_memory());
  CHECK_THROWS_WITH(over.placed(), Catch::Contains("graph input, tensor 0"));
}

TEST_CASE("operands of one ADD never need one read port in the same cycle") {
  for (const int banks : {1, 2, 4}) {
    for (const int pages : {2, 4}) {
      for (const Shape& shape : {Shape{1, 9, 5, 7}, Shape{1, 64}, Shape{1, 1, 1, 300}}) {
        HwConfig config;
        config.act_mem_banks = banks;
        config.act_mem_pages = pages;
        Compiled c(add_of(shape), config);
        c.placed();
        const auto& a = c.plan.tensor(0).place;
        const auto& b = c.plan.tensor(1).place;
        INFO(banks << " banks, " << pages << " pages");
        for (int y = 0; y < a.rows; ++y) {
          for (int x = 0; x < a.row_bytes; ++x) {
            REQUIRE(port_of(config, a, y, x) != port_of(config, b, y, x));
          }
        }
      }
    }
  }
}

TEST_CASE("an ADD of two tensors cannot be placed where there is one port, x + x can") {
  HwConfig config = small_memory();
  Compiled two(add_of({1, 16}), config);
  CHECK_THROWS_WITH(two.placed(),
                    Catch::Contains("graph input, tensor 1 't1' (1x16): it is read in one cycle "
                                    "with tensor 0") &&
                        Catch::Contains("raise act_mem.banks or act_mem.pages"));
  ModelBuilder m;
  const int x = m.input({1, 16}, 0.5F, 1);
  m.mark_output(m.add(x, x, {}, 0.75F, 0));
  Compiled same(m, config);
  CHECK_NOTHROW(same.placed());
}

TEST_CASE("tensors that hold values at the same time never overlap, and all lie inside") {
  int compared = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const auto random = random_case(seed);
    INFO("seed " << seed);
    try {
      Compiled c(random.bytes, random.config, Profile::kTflm);
      c.placed();
      if (c.plan.groups.size() > 1 || c.plan.groups[0].streamed) continue;
      const auto lives = lives_of(c.plan);
      for (const auto& a : lives) {
        REQUIRE(span_of(random.config, *a.place).end <= random.config.act_bank_bytes());
        for (const auto& b : lives) {
          if (a.place == b.place || a.first > b.last || b.first > a.last) continue;
          REQUIRE_FALSE(share_bytes(random.config, *a.place, *b.place));
          ++compared;
        }
      }
    } catch (const Error& e) {
      REQUIRE(e.exit_code() == kExitRejected);
    }
  }
  CHECK(compared > 1000);
}

TEST_CASE("an input that nothing reads takes no room") {
  ModelBuilder m;
  m.input({1, 1000}, 0.5F, 0);
  m.mark_output(m.quantize(m.input({1, 400}, 0.5F, 0), 0.3F, 0));
  Compiled c(m, small_memory());
  CHECK_NOTHROW(c.placed());
  CHECK(c.plan.tensor(0).place.rows == 0);
  CHECK(c.plan.tensor(1).place.rows == 1);
}
