#include "hw_models/cycle/transfer.h"

#include <fmt/format.h>

#include "hw_models/spec/durations.h"
#include "hw_models/spec/read_only.h"

namespace vernier::cycle {

TransferEngine::TransferEngine(sc_core::sc_module_name name, vernier::Engine kind,
                               MachineState& state, Clock& clock, Dram& dram)
    : Engine(name, kind, state, clock), dram_(dram), is_store_(kind == vernier::Engine::Store) {
  SC_METHOD(deliver);
  sensitive << arrive_;
  dont_initialize();
}

void TransferEngine::reset() {
  Engine::reset();
  arrive_.cancel();
  coming_.clear();
}

std::int64_t TransferEngine::start(std::uint32_t pc, std::int64_t now) {
  const auto& i = insn(pc);
  if (std::holds_alternative<insn::LoadWait>(i) || std::holds_alternative<insn::StoreWait>(i)) {
    return 1;
  }
  const std::int64_t beats = transfer_beats(state_.config, i);
  if (beats <= 0) state_.trap(ErrorId::ProgramOperand, pc, "a transfer of 0 bytes");
  const Span s = span(pc);
  if (std::uint64_t{s.addr} + s.bytes > program().dram_bytes) {
    state_.trap(ErrorId::ProgramAddress, pc,
                fmt::format("DRAM bytes {}..{}, must end by {}", s.addr,
                            std::uint64_t{s.addr} + s.bytes, program().dram_bytes));
  }
  if (is_store_ && touches_read_only(program(), s.addr, s.bytes)) {
    state_.trap(ErrorId::ProgramAddress, pc,
                fmt::format("DRAM bytes {}..{} overwrite instructions or constants", s.addr,
                            std::uint64_t{s.addr} + s.bytes));
  }
  dram_.request(this, pc, beats, now, is_store_ ? 1 : 0);
  return -1;
}

void TransferEngine::granted(std::uint32_t pc, std::int64_t start, std::int64_t beats) {
  guarded([&] {
    const std::int64_t end = start + state_.config.dram_latency_cycles + beats - 1;
    // STORE reads a beat in the cycle in which it has the channel, LOAD writes one when it arrives.
    if (is_store_) {
      state_.use_ports(vernier::Engine::Store, pc, start, start + beats - 1, start);
    } else {
      state_.use_ports(vernier::Engine::Load, pc, end - beats + 1, end, start);
    }
    release(start + beats);
    coming_.push_back({pc, end});
    if (coming_.size() == 1) clock_.at(arrive_, end + 1);
    if (state_.observer != nullptr) {
      const Span s = span(pc);
      state_.observer->dram(start, end, pc, is_store_, s.addr, s.bytes);
    }
  });
}

void TransferEngine::finish(std::uint32_t pc, std::int64_t now) {
  const auto& i = insn(pc);
  if (std::holds_alternative<insn::LoadWait>(i) || std::holds_alternative<insn::StoreWait>(i)) {
    return retire(pc, now - 1);
  }
  if (state_.data) issued(pc);
}

void TransferEngine::deliver() {
  guarded([&] {
    const std::int64_t now = clock_.now();
    while (!coming_.empty() && coming_.front().end + 1 <= now) {
      const Coming c = coming_.front();
      coming_.pop_front();
      delivered(c.pc);
      retire(c.pc, c.end);
    }
    if (!coming_.empty()) clock_.at(arrive_, coming_.front().end + 1);
  });
}

}  // namespace vernier::cycle
