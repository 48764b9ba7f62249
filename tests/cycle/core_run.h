// Runs small programs on the process's core and keeps what it tells.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hw_models/cycle/core.h"
#include "hw_models/spec/error.h"
#include "tests/support/pointwise_program.h"

namespace vernier::cycle {

// What the event stream says of one run.
class Recorder : public Observer {
 public:
  struct Transfer {
    std::int64_t cycle, last;
    std::uint32_t pc;
    bool is_write;
    std::uint32_t addr, bytes;
  };
  struct Access {
    std::int64_t cycle;
    std::uint32_t pc;
    int place;  // accumulator entry, or byte in the bank
  };
  void dram(std::int64_t cycle, std::int64_t last, std::uint32_t pc, bool is_write,
            std::uint32_t addr, std::uint32_t bytes) override {
    transfers.push_back({cycle, last, pc, is_write, addr, bytes});
  }
  void accumulate(std::int64_t cycle, std::uint32_t pc, int, int entry, const std::int32_t*,
                  int) override {
    accumulations.push_back({cycle, pc, entry});
  }
  void write(std::int64_t cycle, std::uint32_t pc, int, int offset, const std::uint8_t*,
             int) override {
    writes.push_back({cycle, pc, offset});
  }
  bool wants_accumulators() const override { return true; }

  std::vector<Transfer> transfers;
  std::vector<Access> accumulations, writes;
};

// Cycles only.
inline RunResult time_of(const Program& p, Observer* observer = nullptr) {
  const DecodedProgram decoded = decode_program(p, "test");
  RunOptions options;
  options.data = false;
  options.observer = observer;
  return Core::instance().run(decoded, nullptr, options);
}
inline RunResult time_of(const ProgramBuilder& b, Observer* observer = nullptr) {
  return time_of(b.program(), observer);
}

// With data; `image` is the DRAM before, and after.
inline RunResult execute(const Program& p, std::vector<std::uint8_t>* image,
                         Observer* observer = nullptr) {
  const DecodedProgram decoded = decode_program(p, "test");
  RunOptions options;
  options.observer = observer;
  return Core::instance().run(decoded, image, options);
}

// The error of a run with data on a zero input, or "ran".
inline std::string trap_of(const Program& p) {
  try {
    auto image = dram_image(p);
    execute(p, &image);
  } catch (const Error& e) {
    return e.what();
  }
  return "ran";
}
inline std::string trap_of(const ProgramBuilder& b) { return trap_of(b.program()); }

// Cycle in which an engine with nothing before it starts the instruction at `pc` of page 0: boot's
// transfer delivers its word, the dispatcher hands it on, the engine sees it.
inline std::int64_t earliest(const HwConfig& config, std::int64_t pc) {
  const std::int64_t arrives =
      config.dram_latency_cycles +
      ((pc + 1) * 16 + config.dram_bytes_per_cycle - 1) / config.dram_bytes_per_cycle - 1;
  return arrives + 2;
}

}  // namespace vernier::cycle
