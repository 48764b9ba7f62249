#include "sim/energy_table.h"

#include <catch2/catch.hpp>

#include "hw_models/spec/error.h"
#include "hw_models/spec/file.h"
#include "hw_models/spec/shipped_files.h"
#include "sim/area.h"

namespace vernier {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

std::string shipped_text() {
  const std::vector<std::uint8_t> bytes = read_file(shipped_path("energy", "45nm"), 1 << 20);
  return {bytes.begin(), bytes.end()};
}

std::string shipped_with(const std::string& from, const std::string& to) {
  std::string text = shipped_text();
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string refusal(const std::string& text) {
  try {
    parse_energy_table(text, "t.yaml");
  } catch (const Error& e) {
    return e.what();
  }
  return "accepted";
}

TEST_CASE("the SRAM formula gives the sourced table within rounding", "[energy]") {
  const EnergyTable table = find_energy_table("45nm");
  // energy.md 1b: formula pJ per access of 64 bits.
  const std::pair<double, double> rows[] = {{1, 2.6}, {4, 5.3},  {8, 7.5},  {16, 10.6}, {32, 14.9},
                                            {64, 21}, {128, 30}, {256, 42}, {512, 60},  {1024, 84}};
  for (const auto& [kib, pj] : rows) {
    CHECK(table.sram_access_pj(kib, 64) == Approx(pj).epsilon(0.02));
  }
  CHECK(table.sram_access_pj(4, 128) == Approx(2.64 * 2 * 1.6).epsilon(1e-12));
  CHECK_THROWS_WITH(table.sram_access_pj(0, 64), Contains("E-INT-001"));
}

TEST_CASE("the MAC energy is the sourced fit at 8 x 8 bits", "[energy]") {
  const EnergyTable table = find_energy_table("45nm");
  CHECK(table.mac_active == Approx(0.0018 * 64 + 0.0043 * 16 + 0.018).epsilon(1e-12));
  CHECK(table.mac_zero == Approx(0.0043 * 16 + 0.018).epsilon(1e-12));
  CHECK(table.mac_idle < table.mac_zero);
  CHECK(table.requantize == 3.8);
  CHECK(table.dram_byte == 64);
}

TEST_CASE("each memory's access follows its geometry", "[energy]") {
  const EnergyTable table = find_energy_table("45nm");
  const HwConfig base;
  // 128 KiB in 4 x 4 banks of even and odd words of 16 bytes.
  CHECK(table.act_access_pj(base) == Approx(table.sram_access_pj(4, 128)).epsilon(1e-12));
  CHECK(table.weight_access_pj(base) == Approx(table.sram_access_pj(64, 128)).epsilon(1e-12));
  CHECK(table.acc_access_pj(base) ==
        Approx(table.sram_access_pj(16, 512) * (1 + 2 * table.sram_port)).epsilon(1e-12));
  CHECK(table.param_access_pj() == Approx(table.sram_access_pj(12, 96)).epsilon(1e-12));
  CHECK(table.lut_access_pj() == Approx(table.sram_access_pj(1, 32)).epsilon(1e-12));
  CHECK(table.program_access_pj(base) == Approx(table.sram_access_pj(16, 128)).epsilon(1e-12));
  CHECK(table.weight_register_pj() == Approx(9 * table.flop_bit).epsilon(1e-12));
  HwConfig narrow = base;
  narrow.mac_acc_bits = 16;
  CHECK(table.acc_access_pj(narrow) < table.acc_access_pj(base));
  HwConfig split = base;
  split.act_mem_banks = 16;
  CHECK(table.act_access_pj(split) == Approx(table.act_access_pj(base) / 2).epsilon(1e-12));
}

TEST_CASE("every coefficient of the shipped table has a source and none is recalled", "[energy]") {
  const EnergyTable table = find_energy_table("45nm");
  CHECK(table.name == "45nm");
  CHECK(table.sha256.size() == 64);
  REQUIRE(table.sources.size() == coefficient_table().size());
  for (std::size_t i = 0; i < table.sources.size(); ++i) {
    CAPTURE(coefficient_table()[i].name);
    CHECK(table.sources[i].source.size() >= 10);
    CHECK(table.sources[i].basis != Basis::kRecalled);
  }
}

TEST_CASE("every shipped energy table loads", "[energy]") {
  const std::vector<std::string> names = shipped_names("energy");
  REQUIRE(!names.empty());
  for (const std::string& name : names) CHECK(find_energy_table(name).name == name);
}

TEST_CASE("every coefficient is required by name", "[energy]") {
  for (const CoefficientInfo& row : coefficient_table()) {
    const std::string text = shipped_text();
    const std::size_t begin = text.find(std::string("\n  ") + row.name + ":\n") + 1;
    REQUIRE(begin != 0);
    std::size_t end = begin;
    for (int line = 0; line < 5; ++line) end = text.find('\n', end) + 1;
    CHECK_THAT(refusal(text.substr(0, begin) + text.substr(end)),
               StartsWith("error[E-ENR-002]: t.yaml:") &&
                   Contains(std::string("missing coefficient ") + row.name));
  }
}

TEST_CASE("an energy table is refused by the coefficient's name and line", "[energy]") {
  CHECK(refusal(shipped_text()) == "accepted");
  CHECK_THAT(refusal(shipped_with("  mac_idle:\n", "  mac_idel:\n")),
             StartsWith("error[E-ENR-001]: t.yaml:") &&
                 Contains("unknown coefficient mac_idel, did you mean mac_idle?"));
  CHECK_THAT(
      refusal(shipped_with("value: 0.202\n", "value: -0.202\n")),
      StartsWith("error[E-ENR-003]: t.yaml:15: mac_active: -0.202, must be a number 0..1000 pJ"));
  CHECK_THAT(refusal(shipped_with("value: 0.202\n", "value: .nan\n")),
             StartsWith("error[E-CFG-008]: t.yaml:15: mac_active: '.nan'"));
  CHECK_THAT(refusal(shipped_with("value: 0.202\n", "value: 1e999\n")),
             StartsWith("error[E-CFG-008]"));
  CHECK_THAT(refusal(shipped_with("value: 0.202\n", "value: \"0.2\"\n")),
             StartsWith("error[E-CFG-007]"));
  CHECK_THAT(refusal(shipped_with("unit: pJ\n", "unit: fJ\n")),
             StartsWith("error[E-ENR-004]: t.yaml:16: mac_active: unit 'fJ', must be pJ"));
  CHECK_THAT(
      refusal(shipped_with("basis: D\n", "basis: X\n")),
      StartsWith("error[E-ENR-005]: t.yaml:17: mac_active: basis 'X', must be V, D, A or R"));
  CHECK_THAT(refusal(shipped_with("    basis: D\n", "")),
             StartsWith("error[E-CFG-006]: t.yaml:15: mac_active: missing basis"));
  CHECK_THAT(refusal(shipped_with("    basis: D\n", "    basis: D\n    note: x\n")),
             StartsWith("error[E-CFG-005]: t.yaml:18: mac_active: unknown key note"));
  CHECK_THAT(refusal(shipped_with("schema: 1", "schema: 2")),
             StartsWith("error[E-CFG-014]: t.yaml:10"));
  CHECK_THAT(refusal(shipped_with("coefficients:", "values:")), StartsWith("error[E-CFG-005]"));
  CHECK_THROWS_WITH(find_energy_table("54nm"), Contains("E-ENR-006") && Contains("45nm"));
}

TEST_CASE("a recalled coefficient is read and keeps its mark", "[energy]") {
  const EnergyTable table = parse_energy_table(shipped_with("basis: D\n", "basis: R\n"), "t");
  CHECK(table.sources[0].basis == Basis::kRecalled);
  CHECK(basis_letter(table.sources[0].basis) == 'R');
}

TEST_CASE("area follows the array, the lanes and the memories", "[energy]") {
  const EnergyTable table = find_energy_table("45nm");
  const HwConfig base;
  const Area area = machine_area(base, table);
  // 256 PEs of 7.5 * 64 + 12 * 16 + 35 um2 and two 9-bit registers.
  CHECK(area.array_um2 == Approx(256 * (707 + 27 * 5.98)).epsilon(1e-12));
  CHECK(area.sram_kib == Approx(128 + 64 + 32 + 12 + 2 + 8 + 32).epsilon(1e-12));
  HwConfig narrow = base;
  narrow.mac_acc_bits = 16;
  CHECK(machine_area(narrow, table).sram_kib == Approx(area.sram_kib - 16).epsilon(1e-12));
  HwConfig fewer = base;
  fewer.post_lanes = 8;
  CHECK(machine_area(fewer, table).post_um2 == Approx(area.post_um2 / 2).epsilon(1e-12));
  CHECK(sram_leakage_uw(area, table) == Approx(278 * 0.03).epsilon(1e-12));
  CHECK(logic_leakage_uw(area, table) ==
        Approx(8 * area.logic_um2() / 0.7056 / 1000).epsilon(1e-12));
}

}  // namespace
}  // namespace vernier
