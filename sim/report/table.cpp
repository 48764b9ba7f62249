#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "hw_models/spec/error.h"
#include "sim/report/report.h"

namespace vernier {
namespace {

constexpr std::size_t kMostName = 24;

std::string short_name(const std::string& name) {
  const std::string text = escaped(name);
  return text.size() <= kMostName ? text : "..." + text.substr(text.size() - kMostName + 3);
}

std::vector<std::string> cells(const LayerRow& r, const HwConfig& config, bool total) {
  const auto n = [](std::int64_t v) { return grouped(v); };
  return {total ? "" : fmt::format("{}", r.index),
          r.op,
          total ? "total" : short_name(r.name),
          total ? "" : shape_text(r.shape_out),
          r.mapping,
          n(r.macs),
          n(r.cycles),
          n(r.split.compute),
          n(r.split.dram_exposed),
          n(r.split.weight_port),
          n(r.split.drain),
          n(r.split.sync),
          n(r.split.issue),
          fmt::format("{:.1f}", r.util_pct(config)),
          n(r.bound_cycles),
          fmt::format("{:.1f}", r.util_vs_bound_pct()),
          n(r.activity.dram_read_bytes + r.activity.dram_written_bytes),
          n(r.activity.act_reads + r.activity.act_writes),
          fmt::format("{:.1f}", r.energy.total() / 1000.0)};
}

const std::vector<std::string> kHead = {"#",         "op",     "output",  "shape", "mapping",
                                        "MACs",      "cycles", "comp",    "dram",  "wport",
                                        "drain",     "sync",   "issue",   "util%", "bound",
                                        "of bound%", "DRAM B", "act acc", "nJ"};
constexpr std::size_t kTextColumns = 5;  // left-aligned

// A line that names what the host does, or nothing.
std::string host_work(const Program& program) {
  std::string list;
  for (std::size_t i = 0; i < program.layers.size(); ++i) {
    if (program.layers[i].mapping != "boundary") continue;
    list += fmt::format("{}{} {}", list.empty() ? "" : ", ", i, program.layers[i].op);
  }
  return list.empty() ? "" : "on the host, at the network's boundary: layer " + list + "\n";
}

}  // namespace

std::string grouped(std::int64_t n) {
  std::string digits = std::to_string(n < 0 ? -n : n);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return (n < 0 ? "-" : "") + digits;
}

std::string report_table(const Report& report) {
  if (report.summary == nullptr) return "";
  std::vector<std::vector<std::string>> lines{kHead};
  for (const auto& r : report.summary->rows) lines.push_back(cells(r, *report.config, false));
  lines.push_back(cells(report.summary->total, *report.config, true));
  std::vector<std::size_t> width(kHead.size());
  for (const auto& line : lines) {
    for (std::size_t c = 0; c < line.size(); ++c) width[c] = std::max(width[c], line[c].size());
  }
  std::string out;
  for (const auto& line : lines) {
    std::string text;
    for (std::size_t c = 0; c < line.size(); ++c) {
      text += c < kTextColumns ? fmt::format("{:<{}}  ", line[c], width[c])
                               : fmt::format("{:>{}}  ", line[c], width[c]);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  }
  const auto& total = report.summary->total;
  out += fmt::format("\nenergy, accelerator core and DRAM, table {}:\n ", report.energy->name);
  for (int p = 0; p < kEnergyParts; ++p) {
    out += fmt::format(" {} {:.1f} nJ", energy_part_name(p),
                       total.energy.pj[static_cast<std::size_t>(p)] / 1000.0);
  }
  return out + fmt::format("\n  total {:.1f} nJ\n", total.energy.total() / 1000.0);
}

std::string report_verdict(const Report& report) {
  const auto& r = *report.result;
  std::string out;
  if (report.summary != nullptr) {
    out += fmt::format("cycles {} = {:.1f} us at {} MHz per inference\n",
                       grouped(report.summary->total.cycles), report.summary->time_us,
                       report.config->clock_mhz);
  }
  out += host_work(r.program);
  if (r.overflows > 0) {
    out += fmt::format("accumulator overflows: {} (accumulation wraps at {} bits)\n",
                       grouped(r.overflows), report.config->mac_acc_bits);
  }
  if (!r.golden_kernels.empty()) out += fmt::format("golden kernels: {}\n", r.golden_kernels);
  if (r.divergences > 0) return out;
  const auto& levels = report.request->levels;
  if (levels.golden && (levels.cycle || levels.units)) {
    out += fmt::format("golden = cycle model on {} elements of {} tensors, {} runs\n",
                       grouped(r.elements_compared), grouped(r.tensors_compared), r.runs);
  }
  if (levels.units && r.unit_vectors == 0 && !drives_units(r.decoded)) {
    out += "no instruction of the program drives a Verilated unit: copies and tables alone\n";
  } else if (levels.units) {
    out += fmt::format("cycle model = Verilated units on {} vectors, each in its cycle\n",
                       grouped(r.unit_vectors));
  }
  if (report.request->timing_only) {
    out += "timing only: no value was computed or compared\n";
  } else if (r.elements_compared == 0 && r.unit_vectors == 0) {
    out += fmt::format("{} run of one level: nothing was compared\n", r.runs);
  } else {
    out += fmt::format("divergences: {}\n", r.divergences);
  }
  return out;
}

}  // namespace vernier
