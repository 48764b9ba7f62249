#include <nlohmann/json.hpp>

#include "hw_models/spec/error.h"
#include "hw_models/spec/profiles.h"
#include "sim/report/report.h"
#include "sim/version.h"

namespace vernier {
namespace {

using nlohmann::json;

json config_json(const HwConfig& config) {
  json j;
  j["schema"] = 1;
  j["name"] = config.name;
  std::size_t count = 0;
  const auto* table = param_table(&count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string key = table[i].key;
    const auto dot = key.find('.');
    if (dot == std::string::npos) {
      j[key] = config.*table[i].member;
    } else {
      j[key.substr(0, dot)][key.substr(dot + 1)] = config.*table[i].member;
    }
  }
  j["energy"]["table"] = config.energy_table;
  j["hash"] = config_hash(config);
  return j;
}

json energy_json(const Energy& e) {
  json j;
  for (int p = 0; p < kEnergyParts; ++p) {
    j[energy_part_name(p)] = e.pj[static_cast<std::size_t>(p)];
  }
  return j;
}

json layer_json(const LayerRow& r, const HwConfig& config) {
  const auto& a = r.activity;
  json j;
  j["index"] = r.index;
  j["name"] = escaped(r.name);
  j["op"] = r.op;
  j["mapping"] = r.mapping;
  j["shape_in"] = r.shape_in;
  j["shape_out"] = r.shape_out;
  j["macs"] = r.macs;
  j["cycles"] = r.cycles;
  j["cycles_compute"] = r.split.compute;
  j["cycles_dram_exposed"] = r.split.dram_exposed;
  j["cycles_stall"] = {{"weight_port", r.split.weight_port},
                       {"drain", r.split.drain},
                       {"sync", r.split.sync},
                       {"issue", r.split.issue}};
  j["util_pct"] = r.util_pct(config);
  j["util_vs_bound_pct"] = r.util_vs_bound_pct();
  j["bound_cycles"] = r.bound_cycles;
  j["lane_cycles"] = {{"active", a.lanes_active},
                      {"zero", a.lanes_zero},
                      {"padded", a.lanes_padded},
                      {"stalled", r.lanes_stalled}};
  j["dram_bytes_read"] = a.dram_read_bytes;
  j["dram_bytes_written"] = a.dram_written_bytes;
  j["sram_accesses"] = {{"act_read", a.act_reads},       {"act_write", a.act_writes},
                        {"weight_read", a.weight_reads}, {"weight_write", a.weight_writes},
                        {"acc_read", a.acc_reads},       {"acc_write", a.acc_writes},
                        {"param_read", a.param_reads},   {"param_write", a.param_writes}};
  j["requantizations"] = a.requantizations;
  j["instructions"] = a.instructions;
  j["energy_pj"] = r.energy.total();
  j["energy"] = energy_json(r.energy);
  return j;
}

json divergence_json(const Divergence& d) {
  return {{"kind", d.kind},   {"run", d.run},   {"layer", d.layer}, {"element", d.element},
          {"cycle", d.cycle}, {"pc", d.pc},     {"row", d.row},     {"lane", d.lane},
          {"stage", d.stage}, {"want", d.want}, {"got", d.got},     {"detail", escaped(d.detail)}};
}

}  // namespace

std::string report_json(const Report& report) {
  const auto& result = *report.result;
  json j;
  j["schema"] = 1;
  j["tool_version"] = kToolVersion;
  j["model"] = {{"name", escaped(report.graph->file)}, {"sha256", report.graph->sha256}};
  j["config"] = config_json(*report.config);
  j["profile"] = profile_text(*report.graph);
  j["golden_kernels"] = result.golden_kernels.empty() ? json(nullptr) : json(result.golden_kernels);
  j["runs"] = result.runs;
  j["levels"] = report.request->levels.names();
  j["timing_only"] = report.request->timing_only;
  j["tensors_compared"] = result.tensors_compared;
  j["elements_compared"] = result.elements_compared;
  j["unit_vectors_compared"] = result.unit_vectors;
  j["divergences"] = result.divergences;
  if (result.divergences > 0) j["divergence"] = divergence_json(result.divergence);
  j["accumulator_overflows"] = result.overflows;
  j["layers"] = json::array();
  j["cycles"] = {{"cycle", nullptr}, {"rtl", nullptr}};
  j["time_us"] = j["energy_pj"] = nullptr;  // of the cycle level
  if (report.summary != nullptr) {
    const auto& total = report.summary->total;
    j["cycles"]["cycle"] = total.cycles;
    j["time_us"] = report.summary->time_us;
    j["bound_cycles"] = total.bound_cycles;
    j["util_pct"] = total.util_pct(*report.config);
    j["energy_pj"] = total.energy.total();
    j["energy"] = energy_json(total.energy);
    j["energy_table"] = {{"name", report.energy->name}, {"sha256", report.energy->sha256}};
    for (const auto& row : report.summary->rows) {
      j["layers"].push_back(layer_json(row, *report.config));
    }
  }
  return j.dump(1) + "\n";
}

}  // namespace vernier
