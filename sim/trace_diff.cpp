#include "sim/trace_diff.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw_models/spec/error.h"
#include "sim/trace_reader.h"

namespace vernier {
namespace {

std::string content(const TraceHeader& h) {
  return fmt::format("instructions{}{}", h.values ? " values" : "",
                     h.accumulators ? " accumulators" : "");
}

void require_same_run(const TraceReader& a, const TraceReader& b) {
  const auto& x = a.header();
  const auto& y = b.header();
  const struct {
    const char* what;
    std::string a, b;
  } rows[] = {{"model", x.model_sha256, y.model_sha256},
              {"config", x.config_hash, y.config_hash},
              {"tool", x.tool, y.tool},
              {"profile", x.profile, y.profile},
              {"inputs", x.inputs_sha256, y.inputs_sha256},
              {"content", content(x), content(y)}};
  for (const auto& row : rows) {
    if (row.a == row.b) continue;
    throw Error(ErrorId::TraceMismatch, b.path(),
                fmt::format("{} {}, but {} has {}", row.what, row.b, escaped(a.path()), row.a));
  }
}

// One of the two streams, with a record of look-ahead.
class Side {
 public:
  explicit Side(const std::string& path) : reader_(path) {}
  void advance() {
    has_ = reader_.next(&record_);
    if (has_) {
      key_ = trace_key(record_);
      line_ = trace_line(record_);
    }
  }
  bool has() const { return has_; }
  const TraceKey& key() const { return key_; }
  const std::string& line() const { return line_; }
  const TraceReader& reader() const { return reader_; }
  // Number of the record ahead, 0 behind the last.
  std::int64_t number() const { return has_ ? reader_.counts().total() : 0; }

 private:
  TraceReader reader_;
  TraceRecord record_;
  TraceKey key_;
  std::string line_;
  bool has_ = false;
};

}  // namespace

TraceDiff diff_traces(const std::string& path_a, const std::string& path_b) {
  Side a(path_a), b(path_b);
  require_same_run(a.reader(), b.reader());
  TraceDiff d;
  std::string before;
  a.advance();
  b.advance();
  while (a.has() || b.has()) {
    const bool in_a = a.has() && (!b.has() || a.key() <= b.key());
    const bool in_b = b.has() && (!a.has() || b.key() <= a.key());
    if (in_a && in_b && a.line() == b.line()) {
      ++d.agreed;
      if (!d.differ()) before = a.line();
    } else {
      if (!d.differ()) {
        d.record_a = a.number();
        d.record_b = b.number();
        if (in_a) d.line_a = a.line();
        if (in_b) d.line_b = b.line();
        d.last_agreed = before;
      }
      ++(in_a && in_b ? d.changed : in_a ? d.only_a : d.only_b);
    }
    if (in_a) a.advance();
    if (in_b) b.advance();
  }
  d.last_cycle = std::max(a.reader().counts().last_cycle, b.reader().counts().last_cycle);
  return d;
}

int run_trace_diff(const std::string& a, const std::string& b, std::ostream& out) {
  const TraceDiff d = diff_traces(a, b);
  if (!d.differ() && d.agreed == 0) {
    out << "nothing was compared: both traces hold no record\n";
    return kExitDivergence;
  }
  if (!d.differ()) {
    out << fmt::format("traces agree: {} records, last cycle {}\n", d.agreed, d.last_cycle);
    return kExitOk;
  }
  const auto side = [](const std::string& path, std::int64_t record, const std::string& line) {
    const std::string at = record == 0 ? "has ended" : fmt::format("record {}", record);
    return fmt::format("  {}, {}: {}\n", escaped(path), at,
                       line.empty() ? "no such record" : escaped(line));
  };
  out << "traces differ\n"
      << side(a, d.record_a, d.line_a) << side(b, d.record_b, d.line_b)
      << fmt::format("  last agreeing record: {}\n",
                     d.last_agreed.empty() ? "none" : escaped(d.last_agreed))
      << fmt::format("  {} records agree, {} differ, {} only in the first, {} only in the second\n",
                     d.agreed, d.changed, d.only_a, d.only_b);
  return kExitDivergence;
}

}  // namespace vernier
