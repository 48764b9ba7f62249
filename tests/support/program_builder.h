// Small programs from assembly lines; END is added.
//
//   ProgramBuilder b(config);
//   const auto addr = b.weights(4, 1);
//   b.line("load.weights dram_addr={} words=4 signal_mac=1", addr).line("mac.wait wait_load=1");
//   const Program p = b.program();
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <vector>

#include "hw_models/spec/program.h"

namespace vernier {

class ProgramBuilder {
 public:
  // Constants lie from DRAM address kImageAddr on, so their addresses are known while lines are
  // written; room for inputs and outputs of `free_bytes` lies behind them, from free_addr() on.
  static constexpr std::uint32_t kImageAddr = 65536;
  explicit ProgramBuilder(const HwConfig& config, std::uint32_t free_bytes = 65536);

  // Adds constant bytes and returns their DRAM address, a multiple of 64.
  std::uint32_t constant(const std::vector<std::uint8_t>& bytes);
  // Channel records of bias, multiplier and shift.
  struct Record {
    std::int32_t bias;
    std::uint32_t multiplier;
    std::int8_t shift;
  };
  std::uint32_t records(const std::vector<Record>& list);
  // Rows x cols weight bytes, all of one value.
  std::uint32_t weights(int rows, std::int8_t value);

  ProgramBuilder& line(const std::string& text);
  template <class First, class... Rest>
  ProgramBuilder& line(const std::string& text, const First& first, const Rest&... rest) {
    return line(fmt::format(fmt::runtime(text), first, rest...));
  }
  // Ends the page here: a SWITCH. The fetch of the next page is put first in this page.
  ProgramBuilder& new_page();

  // pc that the next line will have in the finished program, as long as no page follows it.
  std::size_t next_pc() const;
  std::uint32_t free_addr() const;

  // The finished program.
  Program program() const;

 private:
  HwConfig config_;
  std::uint32_t free_bytes_;
  std::vector<std::vector<Instruction>> pages_{1};
  std::vector<std::uint8_t> image_;
};

}  // namespace vernier
