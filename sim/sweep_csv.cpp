#include "sim/sweep_csv.h"

#include <fmt/format.h>

#include "sim/csv_quoted.h"

namespace vernier {
namespace {

constexpr const char* kPointColumns =
    "cycles,time_us,energy_pj,area_um2,edp,util_pct,macs,output_sha256,tier,err_pct,bound_cycles,"
    "dram_bytes_read,dram_bytes_written,post_lanes,wall_ms";
constexpr const char* kLayerColumns =
    "layer_id,layer_name,op,mapping,M,N,K,macs,cycles,"
    "cyc_compute,cyc_fill_drain,cyc_stall_ifmap,cyc_stall_weight,cyc_stall_ofmap,cyc_stall_bank,"
    "cyc_stall_dram,cyc_vector,cyc_issue,bound_cycles,"
    "util_overall_pct,util_mapping_pct,util_compute_pct,"
    "sram_reads_ifmap,sram_writes_ifmap,sram_reads_weight,sram_writes_weight,sram_reads_ofmap,"
    "sram_writes_ofmap,sram_reads_param,sram_writes_param,dram_bytes_read,dram_bytes_written,"
    // The order of EnergyPart, in which energy_pj is added up.
    "e_mac,e_sram_ofmap,e_sram_ifmap,e_sram_weight,e_sram_param,e_post,e_dram,e_ctrl,e_leak,"
    "energy_pj,toggles_mac";

std::string header(const std::vector<std::string>& axes, const char* columns) {
  std::string line;
  for (const std::string& axis : axes) line += axis + ",";
  return line + "model,config_hash," + columns + "\n";
}

double percent(std::int64_t part, std::int64_t whole) {
  return whole <= 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

// A layer as a matrix product: M output pixels, N output channels, K products of each sum
// (depthwise: its window; 0 without weights).
struct MatrixShape {
  std::int64_t m = 1, n = 1, k = 0;
};
MatrixShape matrix_shape(const LayerRow& row) {
  MatrixShape s;
  if (row.shape_out.empty()) return s;
  for (const auto d : row.shape_out) s.m *= d;
  s.n = row.shape_out.back();
  s.m /= s.n;
  s.k = row.macs / (s.m * s.n);
  return s;
}

}  // namespace

std::string points_header(const std::vector<std::string>& axes) {
  return header(axes, (std::string("status,error,") + kPointColumns).c_str());
}

std::string layers_header(const std::vector<std::string>& axes) {
  return header(axes, kLayerColumns);
}

std::string point_columns(const Summary& summary, const HwConfig& config, const Area& area) {
  const LayerRow& t = summary.total;
  const double pj = t.energy.total();
  return fmt::format("{},{},{},{},{},{},{},,cycle,0,{},{},{},{},", t.cycles, summary.time_us, pj,
                     area.total_um2(), pj * summary.time_us, t.util_pct(config), t.macs,
                     t.bound_cycles, t.activity.dram_read_bytes, t.activity.dram_written_bytes,
                     config.post_lanes);
}

std::string empty_point_columns() {
  std::string commas;
  for (const char* c = kPointColumns; *c != '\0'; ++c) {
    if (*c == ',') commas += ',';
  }
  return commas;
}

std::string layer_columns(const LayerRow& row, const HwConfig& config) {
  const MatrixShape shape = matrix_shape(row);
  const CycleSplit& s = row.split;
  const Activity& a = row.activity;
  const bool vector = row.macs == 0;
  std::string line =
      fmt::format("{},{},{},{},{},{},{},{},{}", row.index, csv_quoted(row.name), row.op,
                  row.mapping, shape.m, shape.n, shape.k, row.macs, row.cycles);
  constexpr int kNever = 0;
  line += fmt::format(",{},{},{},{},{},{},{},{},{},{}", vector ? 0 : s.compute, s.drain, kNever,
                      s.weight_port, s.sync, kNever, s.dram_exposed, vector ? s.compute : 0,
                      s.issue, row.bound_cycles);
  // SCALE-Sim's three: of all lane-cycles, of those in which vectors pass, of those without stalls.
  const std::int64_t lanes = std::int64_t{config.array_rows} * config.array_cols;
  const std::int64_t used = a.lanes_active + a.lanes_zero;
  const std::int64_t working = row.cycles - s.weight_port - s.sync - s.dram_exposed;
  line += fmt::format(",{},{},{}", percent(row.macs, lanes * row.cycles),
                      percent(used, used + a.lanes_padded), percent(row.macs, lanes * working));
  line += fmt::format(",{},{},{},{},{},{},{},{},{},{}", a.act_reads, a.act_writes, a.weight_reads,
                      a.weight_writes, a.acc_reads, a.acc_writes, a.param_reads + a.lut_reads,
                      a.param_writes + a.lut_writes, a.dram_read_bytes, a.dram_written_bytes);
  for (const double pj : row.energy.pj) line += fmt::format(",{}", pj);
  return line + fmt::format(",{},", row.energy.total());
}

}  // namespace vernier
