#include "sim/report/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "hw_models/spec/error.h"
#include "hw_models/spec/profiles.h"
#include "sim/version.h"

namespace vernier {
namespace {

constexpr int kBarWidth = 640, kLabelWidth = 200, kRowHeight = 22, kBarHeight = 16;
constexpr std::size_t kMostLabel = 26;

// Text from anywhere as text of the page: control and foreign bytes as \xNN, markup as entities.
std::string html(const std::string& text) {
  std::string out;
  for (const char c : escaped(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// As html(), line by line.
std::string html_lines(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    out += html(text.substr(at, end - at)) + "\n";
    at = end + 1;
  }
  return out;
}

std::string label(const LayerRow& r) {
  const std::string name = escaped(r.name);
  const auto tail =
      name.size() <= kMostLabel ? name : "..." + name.substr(name.size() - kMostLabel + 3);
  return html(fmt::format("{} {}", r.index, tail));
}

struct Part {
  const char* name;
  const char* color;
};

constexpr Part kReasons[] = {{"compute", "#2f7d4f"},     {"DRAM exposed", "#c0392b"},
                             {"weight port", "#d98a1f"}, {"drain", "#8e6bbf"},
                             {"sync", "#3b7dbf"},        {"issue", "#7f8c8d"}};
constexpr const char* kEnergyColors[kEnergyParts] = {"#2f7d4f", "#74b38a", "#3b7dbf",
                                                     "#d98a1f", "#e3c16f", "#8e6bbf",
                                                     "#c0392b", "#7f8c8d", "#b9c0c4"};

// A layer's bar: values in the order of the parts.
struct Bar {
  std::string label;  // escaped
  std::vector<double> values;
  std::string total;  // as text
};

// Horizontal stacked bars, one scale for all; each piece tells its name and value when pointed at.
std::string chart(const std::vector<Part>& parts, const std::vector<Bar>& bars, const char* unit,
                  const char* title) {
  double most = 0;
  for (const auto& b : bars) {
    double sum = 0;
    for (const double v : b.values) sum += v;
    most = std::max(most, sum);
  }
  const int height = static_cast<int>(bars.size()) * kRowHeight;
  std::string svg = fmt::format("<svg role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {} {}\">\n",
                                title, kLabelWidth + kBarWidth + 110, height);
  int y = 0;
  for (const auto& b : bars) {
    svg += fmt::format("<text x=\"{}\" y=\"{}\" class=\"e\">{}</text>\n", kLabelWidth - 8, y + 13,
                       b.label);
    double x = kLabelWidth;
    for (std::size_t p = 0; p < parts.size(); ++p) {
      const double width = most > 0 ? b.values[p] / most * kBarWidth : 0;
      if (width > 0) {
        svg += fmt::format(
            "<rect x=\"{:.2f}\" y=\"{}\" width=\"{:.2f}\" height=\"{}\" fill=\"{}\">"
            "<title>{}: {:.0f} {}</title></rect>\n",
            x, y, width, kBarHeight, parts[p].color, parts[p].name, b.values[p], unit);
      }
      x += width;
    }
    svg += fmt::format("<text x=\"{:.2f}\" y=\"{}\">{}</text>\n", x + 6, y + 13, b.total);
    y += kRowHeight;
  }
  svg += "</svg>\n<p class=\"key\">";
  for (const auto& p : parts) {
    svg += fmt::format("<span><i style=\"background:{}\"></i>{}</span> ", p.color, p.name);
  }
  return svg + "</p>\n";
}

std::string cycles_chart(const Summary& s) {
  std::vector<Bar> bars;
  for (const auto& r : s.rows) {
    const auto& c = r.split;
    std::vector<double> values;
    for (const auto v : {c.compute, c.dram_exposed, c.weight_port, c.drain, c.sync, c.issue}) {
      values.push_back(static_cast<double>(v));
    }
    bars.push_back({label(r), values, grouped(r.cycles)});
  }
  return chart({std::begin(kReasons), std::end(kReasons)}, bars, "cycles",
               "cycles of each layer by reason");
}

std::string energy_chart(const Summary& s) {
  std::vector<Part> parts;
  for (int p = 0; p < kEnergyParts; ++p) {
    parts.push_back({energy_part_name(p), kEnergyColors[p]});
  }
  std::vector<Bar> bars;
  for (const auto& r : s.rows) {
    bars.push_back({label(r),
                    {r.energy.pj.begin(), r.energy.pj.end()},
                    fmt::format("{:.1f} nJ", r.energy.total() / 1000.0)});
  }
  return chart(parts, bars, "pJ", "energy of each layer by component");
}

std::string table_row(const LayerRow& r, const HwConfig& config, bool total) {
  const auto n = [](std::int64_t v) { return grouped(v); };
  const std::vector<std::string> text = {total ? "" : std::to_string(r.index), html(r.op),
                                         total ? "total" : html(r.name),
                                         total ? "" : shape_text(r.shape_out), html(r.mapping)};
  const std::vector<std::string> numbers = {
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
      fmt::format("{:.1f}", r.energy.total() / 1000.0)};
  std::string row = total ? "<tr class=\"sum\">" : "<tr>";
  for (const auto& cell : text) row += "<td class=\"t\">" + cell + "</td>";
  for (const auto& cell : numbers) row += "<td>" + cell + "</td>";
  return row + "</tr>\n";
}

std::string layer_table(const Report& report) {
  std::string text = "<div class=\"wide\"><table>\n<tr>";
  for (const char* head : {"#", "op", "output", "shape", "mapping", "MACs", "cycles", "compute",
                           "DRAM exposed", "weight port", "drain", "sync", "issue", "util %",
                           "bound", "of bound %", "DRAM bytes", "nJ"}) {
    text += fmt::format("<th>{}</th>", head);
  }
  text += "</tr>\n";
  for (const auto& r : report.summary->rows) text += table_row(r, *report.config, false);
  return text + table_row(report.summary->total, *report.config, true) + "</table></div>\n";
}

std::string facts(const Report& report) {
  const auto& total = report.summary->total;
  const auto row = [](const char* name, const std::string& value) {
    return fmt::format("<tr><th>{}</th><td class=\"t\">{}</td></tr>\n", name, html(value));
  };
  return "<table class=\"facts\">\n" + row("model", report.graph->file) +
         row("model sha256", report.graph->sha256) + row("machine", report.config->name) +
         row("configuration hash", config_hash(*report.config)) +
         row("profile", profile_text(*report.graph)) +
         (report.result->golden_kernels.empty()
              ? ""
              : row("golden's kernels", report.result->golden_kernels)) +
         row("cycles", fmt::format("{} = {:.1f} us at {} MHz", grouped(total.cycles),
                                   report.summary->time_us, report.config->clock_mhz)) +
         row("utilisation", fmt::format("{:.1f} %", total.util_pct(*report.config))) +
         row("energy", fmt::format("{:.1f} nJ, table {}", total.energy.total() / 1000.0,
                                   report.energy->name)) +
         row("vernier", kToolVersion) + "</table>\n";
}

constexpr const char* kHead =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    "style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n<style>\n"
    "body{font:14px/1.45 sans-serif;max-width:1100px;margin:2em auto;padding:0 1em;"
    "color:#1d2327;background:#fff}\n"
    "svg{width:100%;height:auto}svg text{font-size:12px;fill:#1d2327}svg .e{text-anchor:end}\n"
    ".key span{margin-right:1em;white-space:nowrap}.key i{display:inline-block;width:.8em;"
    "height:.8em;margin-right:.35em}\n"
    ".wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}\n"
    "td,th{padding:.15em .6em;text-align:right;white-space:nowrap;border-bottom:1px solid "
    "#dde1e4}\n"
    ".t,.facts th{text-align:left}.facts td{white-space:normal;overflow-wrap:anywhere}\n"
    ".sum td{font-weight:bold;border-top:2px solid #1d2327}\n</style>\n";

}  // namespace

std::string report_html(const Report& report) {
  check(report.summary != nullptr, "report_html needs the cycle level's summary");
  const std::string title = html(fmt::format("vernier: {}", report.graph->file));
  return std::string(kHead) + "<title>" + title + "</title></head><body>\n<h1>" + title +
         "</h1>\n" + facts(report) + "<pre>" + html_lines(report_verdict(report)) +
         "</pre>\n<h2>Cycles by reason</h2>\n" + cycles_chart(*report.summary) +
         "<h2>Energy by component</h2>\n" + energy_chart(*report.summary) + "<h2>Layers</h2>\n" +
         layer_table(report) + "</body></html>\n";
}

}  // namespace vernier
