#include "hw_models/cycle/core.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "hw_models/cycle/dispatcher.h"
#include "hw_models/cycle/load.h"
#include "hw_models/cycle/mac.h"
#include "hw_models/cycle/post.h"
#include "hw_models/cycle/store.h"
#include "hw_models/spec/pages.h"

namespace vernier::cycle {

struct Core::Parts {
  MachineState state;
  Clock clock;
  Dram dram{"dram", clock};
  Load load{"load", state, clock, dram};
  Store store{"store", state, clock, dram};
  Mac mac{"mac", state, clock};
  Post post{"post", state, clock};
  Dispatcher dispatcher{"dispatcher", state, clock, dram};
  EngineSet engines{&load, &store, &mac, &post};

  Parts() {
    for (auto* e : engines) e->connect(engines, &dispatcher);
    dispatcher.connect(engines);
    load.connect_pages(&dispatcher);
  }
  void arm(const DecodedProgram& decoded, std::vector<std::uint8_t>* image,
           const RunOptions& options);
  void check_ended();
};

void Core::Parts::arm(const DecodedProgram& decoded, std::vector<std::uint8_t>* image,
                      const RunOptions& options) {
  state.config = decoded.program->config;
  state.decoded = &decoded;
  state.data = options.data;
  state.units = options.data ? options.units : nullptr;
  state.observer = options.observer;
  state.dram = image;
  if (options.data) {
    state.act.reset(state.config);
    state.weights.reset(state.config);
    state.acc.reset(state.config);
    state.params.assign(kParamRecords, {});
    for (auto& table : state.luts) table.assign(kLutEntries, 0);
  }
  state.regs = {};
  state.port_windows.clear();
  state.filled = {};
  state.timing.assign(decoded.insns.size(), {});
  state.last_cycle = -1;
  state.overflows = 0;
  state.ended = false;
  state.failure = nullptr;
  state.diverged = false;
  state.tokens = {};
  clock.arm();
  dram.reset();
  for (auto* e : engines) e->reset();
  dispatcher.arm();
}

void Core::Parts::check_ended() {
  bool idle = state.ended;
  std::string blocked;
  for (auto* e : engines) {
    idle = idle && e->idle();
    const auto text = e->waits_for();
    if (!text.empty()) blocked += (blocked.empty() ? "" : "; ") + text;
  }
  if (idle) return;
  throw Error(ErrorId::ProgramDeadlock, fmt::format("cycle {}", state.last_cycle + 1),
              fmt::format("nothing can go on: {}{}", blocked,
                          state.ended ? ""
                                      : fmt::format("{}the dispatcher stands at pc {}",
                                                    blocked.empty() ? "" : "; ", dispatcher.pc())));
}

Core::Core() : parts_(std::make_unique<Parts>()) { sc_core::sc_start(sc_core::SC_ZERO_TIME); }
Core::~Core() = default;

Core& Core::instance() {
  static Core* core = new Core;  // SystemC's own teardown order forbids a static destructor here
  return *core;
}

RunResult Core::run(const DecodedProgram& decoded, std::vector<std::uint8_t>* dram,
                    const RunOptions& options) {
  check_pages(*decoded.program, decoded.insns, "program");
  check(!options.data || (dram != nullptr && dram->size() == decoded.program->dram_bytes),
        "Core::run needs the program's whole DRAM image");
  auto& state = parts_->state;
  parts_->arm(decoded, dram, options);
  sc_core::sc_start();
  if (state.failure) std::rethrow_exception(state.failure);
  RunResult result;
  result.diverged = state.diverged;
  result.divergence = state.divergence;
  if (!state.diverged) parts_->check_ended();
  result.cycles = state.last_cycle + 1;
  result.timing = std::move(state.timing);
  result.overflows = state.overflows;
  return result;
}

std::vector<std::uint8_t> dram_image(const Program& program) {
  std::vector<std::uint8_t> image(program.dram_bytes);
  for (std::size_t i = 0; i < program.words.size(); ++i) {
    std::memcpy(image.data() + i * kInstructionBytes, &program.words[i], kInstructionBytes);
  }
  std::copy(program.image.begin(), program.image.end(),
            image.begin() + static_cast<std::ptrdiff_t>(program.image_addr));
  return image;
}

}  // namespace vernier::cycle
