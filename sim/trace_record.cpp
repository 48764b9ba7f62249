#include "sim/trace_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "hw_models/cycle/events.h"
#include "hw_models/spec/error.h"

namespace vernier {
namespace {

constexpr const char* kKindNames[kTraceKinds] = {"dram", "start", "acc", "write", "end"};

std::string pc_text(std::uint32_t pc) { return pc == cycle::kBootPc ? "boot" : std::to_string(pc); }

std::string hex(const std::vector<std::uint8_t>& bytes) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (const auto b : bytes) {
    text += kDigits[b >> 4];
    text += kDigits[b & 15];
  }
  return text;
}

// Takes a line apart. Any form that is not the canonical one is found afterwards, by writing the
// record again, so this may be lenient; it must only never read outside the line.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) {}

  std::string_view word() {
    const auto space = rest_.find(' ');
    const auto w = rest_.substr(0, space);
    rest_ = space == std::string_view::npos ? std::string_view() : rest_.substr(space + 1);
    return w;
  }
  std::string_view rest() const { return rest_; }
  bool good() const { return good_; }

  template <class T>
  T number(int base = 10) {
    return number_of<T>(word(), base);
  }
  template <class T>
  T number_of(std::string_view w, int base = 10) {
    T v{};
    const auto [end, error] = std::from_chars(w.data(), w.data() + w.size(), v, base);
    if (error != std::errc() || end != w.data() + w.size()) good_ = false;
    return v;
  }
  std::uint32_t pc() {
    const auto w = word();
    return w == "boot" ? cycle::kBootPc : number_of<std::uint32_t>(w);
  }
  Engine engine() {
    const auto w = word();
    for (int e = 0; e < kEngines; ++e) {
      if (w == engine_name(static_cast<Engine>(e))) return static_cast<Engine>(e);
    }
    good_ = false;
    return Engine::Load;
  }
  std::vector<std::uint8_t> bytes() {
    const auto w = word();
    std::vector<std::uint8_t> v;
    for (std::size_t i = 0; i + 1 < w.size(); i += 2) {
      v.push_back(number_of<std::uint8_t>(w.substr(i, 2), 16));
    }
    good_ = good_ && !v.empty();
    return v;
  }
  std::vector<std::int32_t> values() {
    auto w = word();
    std::vector<std::int32_t> v;
    while (!w.empty()) {
      const auto comma = std::min(w.find(','), w.size());
      v.push_back(number_of<std::int32_t>(w.substr(0, comma)));
      w.remove_prefix(std::min(comma + 1, w.size()));
    }
    good_ = good_ && !v.empty();
    return v;
  }
  void require(bool ok) { good_ = good_ && ok; }

 private:
  std::string_view rest_;
  bool good_ = true;
};

void parse_body(Words& w, TraceRecord& r) {
  switch (r.kind) {
    case TraceKind::kDram:
      r.last = w.number<std::int64_t>();
      r.pc = w.pc();
      r.is_write = w.word() == "write";
      {
        auto addr = w.word();
        w.require(addr.substr(0, 2) == "0x");
        addr.remove_prefix(std::min<std::size_t>(2, addr.size()));
        r.addr = w.number_of<std::uint32_t>(addr, 16);
      }
      r.size = w.number<std::uint32_t>();
      w.require(r.last >= r.cycle && r.size > 0);
      return;
    case TraceKind::kStart:
    case TraceKind::kEnd:
      r.engine = w.engine();
      r.pc = w.number<std::uint32_t>();
      r.layer = w.number<int>();
      w.require(r.layer >= 0);
      if (r.kind == TraceKind::kStart) r.text = w.rest();
      return;
    case TraceKind::kAccumulate:
    case TraceKind::kWrite:
      r.pc = w.number<std::uint32_t>();
      r.place = w.number<int>();
      r.offset = w.number<int>();
      w.require(r.place >= 0 && r.offset >= 0);
      if (r.kind == TraceKind::kWrite) {
        r.bytes = w.bytes();
      } else {
        r.values = w.values();
      }
      return;
  }
}

// The disassembly is an instruction of that engine, in the disassembler's own form.
bool is_instruction(const TraceRecord& r) {
  try {
    const Instruction i = assemble(r.text, "trace");
    return engine_of(i) == r.engine && disassemble(i) == r.text;
  } catch (const Error&) {
    return false;
  }
}

bool is_hash(const std::string& text) {
  return text == "none" ||
         (text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos);
}

}  // namespace

const char* trace_kind_name(TraceKind kind) { return kKindNames[static_cast<int>(kind)]; }

TraceKey trace_key(const TraceRecord& r) {
  return {r.cycle, static_cast<int>(r.kind), r.pc, r.place, r.offset};
}

std::int64_t TraceCounts::total() const {
  std::int64_t n = 0;
  for (const auto k : kinds) n += k;
  return n;
}

void TraceCounts::add(const TraceRecord& record) {
  ++kinds[static_cast<int>(record.kind)];
  last_cycle = record.cycle;
}

std::string trace_header_text(const TraceHeader& h) {
  return fmt::format(
      "vernier-trace {}\npart {}\ntool {}\nmodel {}\nconfig {}\nprofile {}\ninputs {}\nseed {}\n"
      "content instructions{}{}\n",
      kTraceVersion, h.part, h.tool, h.model_sha256, h.config_hash, h.profile, h.inputs_sha256,
      h.seed ? std::to_string(*h.seed) : "none", h.values ? " values" : "",
      h.accumulators ? " accumulators" : "");
}

std::string trace_line(const TraceRecord& r) {
  const char* kind = trace_kind_name(r.kind);
  switch (r.kind) {
    case TraceKind::kDram:
      return fmt::format("{} {} {} {} {} 0x{:08x} {}", kind, r.cycle, r.last, pc_text(r.pc),
                         r.is_write ? "write" : "read", r.addr, r.size);
    case TraceKind::kStart:
      return fmt::format("{} {} {} {} {} {}", kind, r.cycle, engine_name(r.engine), r.pc, r.layer,
                         r.text);
    case TraceKind::kAccumulate:
      return fmt::format("{} {} {} {} {} {}", kind, r.cycle, r.pc, r.place, r.offset,
                         fmt::join(r.values, ","));
    case TraceKind::kWrite:
      return fmt::format("{} {} {} {} {} {}", kind, r.cycle, r.pc, r.place, r.offset, hex(r.bytes));
    case TraceKind::kEnd:
      return fmt::format("{} {} {} {} {}", kind, r.cycle, engine_name(r.engine), r.pc, r.layer);
  }
  return "";
}

std::string trace_check_text(std::int64_t records) { return fmt::format("check {} ", records); }

std::string trace_close_text(const TraceCounts& counts, bool more) {
  std::string text = fmt::format("close {} records={}", more ? "more" : "last", counts.total());
  for (int k = 0; k < kTraceKinds; ++k)
    text += fmt::format(" {}={}", kKindNames[k], counts.kinds[k]);
  return text + fmt::format(" last_cycle={} ", counts.last_cycle);
}

std::optional<TraceRecord> parse_trace_line(std::string_view line) {
  Words w(line);
  const auto kind = w.word();
  const auto* found = std::find(std::begin(kKindNames), std::end(kKindNames), kind);
  if (found == std::end(kKindNames)) return std::nullopt;
  TraceRecord r;
  r.kind = static_cast<TraceKind>(found - std::begin(kKindNames));
  r.cycle = w.number<std::int64_t>();
  w.require(r.cycle >= 0);
  parse_body(w, r);
  if (!w.good() || trace_line(r) != line) return std::nullopt;
  if (r.kind == TraceKind::kStart && !is_instruction(r)) return std::nullopt;
  return r;
}

std::optional<TraceHeader> parse_trace_header(const std::vector<std::string>& lines) {
  constexpr const char* kKeys[kTraceHeaderLines] = {
      "vernier-trace", "part", "tool", "model", "config", "profile", "inputs", "seed", "content"};
  if (lines.size() != kTraceHeaderLines) return std::nullopt;
  std::string value[kTraceHeaderLines], all;
  for (std::size_t i = 0; i < kTraceHeaderLines; ++i) {
    const std::string key = std::string(kKeys[i]) + " ";
    if (lines[i].compare(0, key.size(), key) != 0) return std::nullopt;
    value[i] = lines[i].substr(key.size());
    all += lines[i] + "\n";
  }
  TraceHeader h;
  Words part(value[1]);
  h.part = part.number<int>();
  h.tool = value[2];
  h.model_sha256 = value[3];
  h.config_hash = value[4];
  h.profile = value[5];
  h.inputs_sha256 = value[6];
  Words seed(value[7]);
  if (value[7] != "none") h.seed = seed.number<std::uint64_t>();
  h.values = value[8].find(" values") != std::string::npos;
  h.accumulators = value[8].find(" accumulators") != std::string::npos;
  const bool hashes = is_hash(h.model_sha256) && is_hash(h.config_hash) && is_hash(h.inputs_sha256);
  // Written again it must be the same text: no other spelling is accepted.
  if (!part.good() || !seed.good() || h.part < 0 || !hashes || trace_header_text(h) != all) {
    return std::nullopt;
  }
  return h;
}

}  // namespace vernier
