#include "sim/trace_csv.h"

#include <fmt/format.h>

#include "hw_models/cycle/events.h"
#include "sim/atomic_stream.h"
#include "sim/trace_reader.h"

namespace vernier {
namespace {

// The disassembly is the assembler's own text: letters, digits, dots, '=', '-' and spaces, so no
// field needs quotes.
std::string row(const TraceRecord& r) {
  const std::string kind = fmt::format("{},{}", r.cycle, trace_kind_name(r.kind));
  switch (r.kind) {
    case TraceKind::kDram:
      return fmt::format("{},,{},,{},{},{},{},,,,\n", kind,
                         r.pc == cycle::kBootPc ? "boot" : std::to_string(r.pc), r.last,
                         r.is_write ? "write" : "read", r.addr, r.size);
    case TraceKind::kStart:
    case TraceKind::kEnd:
      return fmt::format("{},{},{},{},,,,,,,,{}\n", kind, engine_name(r.engine), r.pc, r.layer,
                         r.text);
    case TraceKind::kAccumulate:
      return fmt::format("{},,{},,,,,,{},{},{},\n", kind, r.pc, r.place, r.offset,
                         fmt::join(r.values, " "));
    case TraceKind::kWrite:
      return fmt::format("{},,{},,,,,{},{},{},{:02x},\n", kind, r.pc, r.bytes.size(), r.place,
                         r.offset, fmt::join(r.bytes, ""));
  }
  return "";
}

}  // namespace

void write_trace_csv(const std::string& trace, const std::string& out) {
  TraceReader reader(trace);
  AtomicStream file(out);
  file.write("cycle,kind,engine,pc,layer,last,direction,address,bytes,place,offset,data,text\n");
  for (TraceRecord r; reader.next(&r);) file.write(row(r));
  file.commit();
}

}  // namespace vernier
