#include "sim/trace_writer.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "hw_models/spec/error.h"
#include "hw_models/spec/sha256.h"
#include "sim/trace_horizon.h"
#include "sim/version.h"

namespace vernier {

std::string inputs_sha256(const InputSet& inputs) {
  std::vector<std::uint8_t> all;
  for (const auto& t : inputs) all.insert(all.end(), t.bytes.begin(), t.bytes.end());
  return sha256_hex(all.data(), all.size());
}

TraceWriter::TraceWriter(const Program& program, const TraceInfo& info, const std::string& path)
    : program_(program), info_(info), file_(path, info.part_bytes) {}

void TraceWriter::prepare() {
  if (prepared_) return;
  prepared_ = true;
  lag_ = report_lag_cycles(program_);
  TraceHeader header;
  header.tool = kToolVersion;
  header.model_sha256 = program_.model_sha256.empty() ? "none" : program_.model_sha256;
  header.config_hash = config_hash(program_.config);
  header.profile = program_.profile.empty() ? "none" : program_.profile;
  header.inputs_sha256 = info_.inputs_sha256;
  header.seed = info_.seed;
  header.values = info_.values;
  header.accumulators = info_.values && info_.accumulators;
  file_.begin(header);
}

void TraceWriter::add(TraceRecord record) {
  prepare();
  const TraceKey key = trace_key(record);
  const bool is_new = waiting_.emplace(key, std::move(record)).second;
  check(is_new, "two events of one kind at one place in one cycle");
  most_waiting_ = std::max(most_waiting_, waiting_.size());
}

void TraceWriter::flush_before(std::int64_t cycle) {
  while (!waiting_.empty() && waiting_.begin()->second.cycle < cycle) {
    file_.record(waiting_.begin()->second);
    waiting_.erase(waiting_.begin());
  }
}

void TraceWriter::instruction(Engine engine, std::uint32_t pc, std::int64_t start,
                              std::int64_t end) {
  TraceRecord r;
  r.kind = TraceKind::kStart;
  r.cycle = start;
  r.engine = engine;
  r.pc = pc;
  r.layer = program_.layer_of.at(pc);
  r.text = disassemble(decode(program_.words.at(pc), "trace", pc));
  add(r);
  r.kind = TraceKind::kEnd;
  r.cycle = end;
  r.text.clear();
  add(std::move(r));
  // An instruction is reported in the cycle behind its end; whatever comes later is reported later.
  // Only here, because the machine turns an error in this call into the run's error.
  flush_before(end + 1 - lag_);
}

void TraceWriter::write(std::int64_t cycle, std::uint32_t pc, int bank, int offset,
                        const std::uint8_t* bytes, int n) {
  TraceRecord r;
  r.kind = TraceKind::kWrite;
  r.cycle = cycle;
  r.pc = pc;
  r.place = bank;
  r.offset = offset;
  r.bytes.assign(bytes, bytes + n);
  add(std::move(r));
}

void TraceWriter::accumulate(std::int64_t cycle, std::uint32_t pc, int buffer, int entry,
                             const std::int32_t* values, int cols) {
  TraceRecord r;
  r.kind = TraceKind::kAccumulate;
  r.cycle = cycle;
  r.pc = pc;
  r.place = buffer;
  r.offset = entry;
  r.values.assign(values, values + cols);
  add(std::move(r));
}

void TraceWriter::dram(std::int64_t cycle, std::int64_t last, std::uint32_t pc, bool is_write,
                       std::uint32_t addr, std::uint32_t bytes) {
  TraceRecord r;
  r.kind = TraceKind::kDram;
  r.cycle = cycle;
  r.last = last;
  r.pc = pc;
  r.is_write = is_write;
  r.addr = addr;
  r.size = bytes;
  add(std::move(r));
}

void TraceWriter::finish() {
  prepare();
  flush_before(std::numeric_limits<std::int64_t>::max());
  file_.finish();
}

}  // namespace vernier
