// A good configuration to spoil, and the message of a refusal.
#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "hw_models/spec/error.h"
#include "hw_models/spec/hw_config_io.h"

namespace vernier {

// Line numbers in the tests count these lines: array.rows is line 5.
inline const std::string kGoodConfig =
    "schema: 1\n"                                           // 1
    "name: good\n"                                          // 2
    "clock_mhz: 500\n"                                      // 3
    "array:\n"                                              // 4
    "  rows: 16\n"                                          // 5
    "  cols: 16\n"                                          // 6
    "mac: {ifmap_bits: 8, weight_bits: 8, acc_bits: 32}\n"  // 7
    "post: {lanes: 16}\n"                                   // 8
    "act_mem: {kib: 128, pages: 4, banks: 4}\n"             // 9
    "weight_mem: {kib: 64}\n"                               // 10
    "acc_mem: {entries: 256, buffers: 2}\n"                 // 11
    "dram: {bytes_per_cycle: 16, latency_cycles: 64}\n"     // 12
    "program_mem: {kib: 32}\n"                              // 13
    "queue: {depth: 8}\n"                                   // 14
    "energy: {table: 45nm}\n";                              // 15

// `text` with the first `from` replaced by `to`; the test fails when there is none.
inline std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}
inline std::string good_with(const std::string& from, const std::string& to) {
  return with(kGoodConfig, from, to);
}

// The whole message of the refusal of a configuration, "accepted" without one.
inline std::string refusal(const std::string& text) {
  try {
    parse_config(text, "m.yaml");
  } catch (const Error& e) {
    CHECK(std::string(e.what()).find('\n') == std::string::npos);
    return e.what();
  }
  return "accepted";
}
inline int exit_of(const std::string& text) {
  try {
    parse_config(text, "m.yaml");
  } catch (const Error& e) {
    return e.exit_code();
  }
  return kExitOk;
}

}  // namespace vernier
