#include <fmt/format.h>

#include "sim/csv_quoted.h"
#include "sim/report/report.h"

namespace vernier {
namespace {

std::string line(const LayerRow& r, const HwConfig& config, bool total) {
  const auto& a = r.activity;
  std::string s = fmt::format(
      "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}", total ? "" : std::to_string(r.index),
      csv_quoted(r.name), r.op, r.mapping, total ? "" : shape_text(r.shape_in),
      total ? "" : shape_text(r.shape_out), r.macs, r.cycles, r.split.compute, r.split.dram_exposed,
      r.split.weight_port, r.split.drain, r.split.sync, r.split.issue, r.util_pct(config),
      r.bound_cycles, r.util_vs_bound_pct());
  s += fmt::format(",{},{},{},{},{},{},{},{}", a.lanes_active, a.lanes_zero, a.lanes_padded,
                   r.lanes_stalled, a.dram_read_bytes, a.dram_written_bytes,
                   a.act_reads + a.act_writes, a.weight_reads + a.weight_writes);
  s += fmt::format(",{}", r.energy.total());
  for (const double pj : r.energy.pj) s += fmt::format(",{}", pj);
  return s + "\n";
}

}  // namespace

std::string report_csv(const Report& report) {
  std::string s =
      "index,name,op,mapping,shape_in,shape_out,macs,cycles,cycles_compute,cycles_dram_exposed,"
      "cycles_stall_weight_port,cycles_stall_drain,cycles_stall_sync,cycles_stall_issue,util_pct,"
      "bound_cycles,util_vs_bound_pct,lane_cycles_active,lane_cycles_zero,lane_cycles_padded,"
      "lane_cycles_stalled,dram_bytes_read,dram_bytes_written,act_accesses,weight_accesses,"
      "energy_pj";
  for (int p = 0; p < kEnergyParts; ++p) s += fmt::format(",energy_{}_pj", energy_part_name(p));
  s += "\n";
  if (report.summary == nullptr) return s;
  for (const auto& r : report.summary->rows) s += line(r, *report.config, false);
  return s + line(report.summary->total, *report.config, true);
}

}  // namespace vernier
