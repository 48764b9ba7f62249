#include "sim/perfetto.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "hw_models/spec/durations.h"
#include "hw_models/spec/error.h"
#include "hw_models/spec/machine.h"

namespace vernier {
namespace {

constexpr int kDramTrack = kEngines + 1;

int track_of(Engine engine) { return static_cast<int>(engine) + 1; }

// A string in quotes. Names come from model files: control and foreign bytes become \xNN first, so
// the result is ASCII whatever they hold.
std::string quoted(const std::string& text) { return nlohmann::json(escaped(text)).dump(); }

std::string slice(const std::string& name, const char* category, int track, std::int64_t start,
                  std::int64_t cycles, const std::string& args) {
  return fmt::format(
      R"({{"ph":"X","name":{},"cat":"{}","pid":1,"tid":{},"ts":{},"dur":{},"args":{{{}}}}})",
      quoted(name), category, track, start, cycles, args);
}

std::string track_name(int track, const std::string& name) {
  return fmt::format(R"({{"ph":"M","name":"thread_name","pid":1,"tid":{},"args":{{"name":{}}}}})",
                     track, quoted(name));
}

}  // namespace

PerfettoWriter::PerfettoWriter(const Program& program, const std::string& path)
    : program_(program), file_(path) {
  file_.write("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n");
  event(R"({"ph":"M","name":"process_name","pid":1,"args":{"name":"vernier, 1 us = 1 cycle"}})");
  for (int e = 0; e < kEngines; ++e) {
    event(track_name(track_of(static_cast<Engine>(e)), engine_name(static_cast<Engine>(e))));
  }
  event(track_name(kDramTrack, "DRAM channel"));
}

void PerfettoWriter::event(const std::string& json) {
  if (!first_) pending_ += ",\n";
  first_ = false;
  pending_ += json;
}

void PerfettoWriter::instruction(Engine engine, std::uint32_t pc, std::int64_t start,
                                 std::int64_t end) {
  const Instruction i = decode(program_.words.at(pc), "trace", pc);
  const std::string text = disassemble(i);
  const auto layer = program_.layer_of.at(pc);
  std::int64_t last = end;
  const auto granted = granted_.find(pc);
  if (granted != granted_.end()) {
    last = granted->second + transfer_beats(program_.config, i) - 1;
    granted_.erase(granted);
  }
  const std::string name =
      layer < program_.layers.size() ? program_.layers[layer].name : std::string();
  event(slice(text.substr(0, text.find(' ')), "instruction", track_of(engine), start,
              last - start + 1,
              fmt::format(R"("pc":{},"layer":{},"layer_name":{},"end":{},"instruction":{})", pc,
                          layer, quoted(name), end, quoted(text))));
  // Written here only, because the machine turns an error in this call into the run's error.
  file_.write(pending_);
  pending_.clear();
}

void PerfettoWriter::dram(std::int64_t cycle, std::int64_t last, std::uint32_t pc, bool is_write,
                          std::uint32_t addr, std::uint32_t bytes) {
  const bool boot = pc == cycle::kBootPc;
  const std::int64_t beats =
      boot ? dram_beats(program_.config, bytes)
           : transfer_beats(program_.config, decode(program_.words.at(pc), "trace", pc));
  if (!boot) granted_[pc] = cycle;
  event(slice(is_write ? "write" : "read", "dram", kDramTrack, cycle, beats,
              fmt::format(R"("pc":{},"address":{},"bytes":{},"last":{})",
                          boot ? "\"boot\"" : std::to_string(pc), addr, bytes, last)));
}

void PerfettoWriter::finish() {
  file_.write(pending_);
  file_.write("\n]}\n");
  file_.commit();
}

}  // namespace vernier
