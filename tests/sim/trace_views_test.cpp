// Views of a run that a browser opens: hostile names stay text (R5).
#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "compiler/import/tflite.h"
#include "hw_models/spec/hw_config_io.h"
#include "sim/perfetto.h"
#include "sim/report/html.h"
#include "sim/simulation.h"
#include "tests/sim/scratch_dir.h"
#include "tests/sim/trace_file_text.h"

using namespace vernier;
using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

const std::string kHostile =
    "</script><script>alert(1)</script>\"'&<img src=x onerror=alert(2)>\n\x1b[31m\xff]}";
const std::string kBuiltin = std::string(VERNIER_SOURCE_DIR) + "/configs/models/builtin.tflite";

// The built-in network on the tiny machine, times only, its output names replaced.
struct HostileRun {
  Graph graph = import_tflite_file(kBuiltin);
  SimulationRequest request;
  SimulationResult result;

  explicit HostileRun(cycle::Observer* observer = nullptr) {
    graph.file = kHostile;
    for (auto& t : graph.tensors) t.name = kHostile;
    request.graph = &graph;
    request.config = find_config("tiny");
    request.levels.cycle = true;
    request.timing_only = true;
    request.observer = observer;
  }
};

struct Late : cycle::Observer {
  cycle::Observer* to = nullptr;
  void instruction(Engine e, std::uint32_t pc, std::int64_t s, std::int64_t end) override {
    to->instruction(e, pc, s, end);
  }
  void dram(std::int64_t c, std::int64_t last, std::uint32_t pc, bool w, std::uint32_t addr,
            std::uint32_t bytes) override {
    to->dram(c, last, pc, w, addr, bytes);
  }
};

}  // namespace

TEST_CASE("Perfetto's JSON parses, names its five tracks, and no two slices of a track overlap") {
  ScratchDir dir;
  Late late;
  HostileRun run(&late);
  PerfettoWriter writer(run.result.program, dir / "p.json");
  late.to = &writer;
  simulate(run.request, &run.result);
  writer.finish();
  const std::string text = file_text(dir / "p.json");
  for (const char c : text) REQUIRE((c == '\n' || (c >= 0x20 && c < 0x7f)));
  const json j = json::parse(text);
  std::map<int, std::string> tracks;
  std::map<int, std::vector<std::pair<std::int64_t, std::int64_t>>> slices;
  std::size_t instructions = 0;
  for (const auto& e : j.at("traceEvents")) {
    if (e.at("ph") == "M" && e.at("name") == "thread_name") {
      tracks[e.at("tid")] = e.at("args").at("name");
    }
    if (e.at("ph") != "X") continue;
    slices[e.at("tid")].push_back(
        {e.at("ts"), e.at("ts").get<std::int64_t>() + e.at("dur").get<std::int64_t>()});
    if (e.at("cat") != "instruction") continue;
    ++instructions;
    const std::size_t pc = e.at("args").at("pc");
    const auto& timing = run.result.timing.timing[pc];
    CHECK(e.at("ts") == timing.start);
    CHECK(e.at("args").at("end") == timing.end);
  }
  CHECK(tracks == std::map<int, std::string>{
                      {1, "LOAD"}, {2, "STORE"}, {3, "MAC"}, {4, "POST"}, {5, "DRAM channel"}});
  std::size_t ran = 0;
  for (const auto& i : run.result.decoded.insns) ran += engine_of(i) != Engine::Dispatch ? 1 : 0;
  CHECK(instructions == ran);
  CHECK(slices.size() == 5);
  for (auto& [track, list] : slices) {
    std::sort(list.begin(), list.end());
    for (std::size_t n = 0; n < list.size(); ++n) {
      REQUIRE(list[n].second > list[n].first);
      if (n > 0) REQUIRE(list[n].first >= list[n - 1].second);
    }
  }
}

TEST_CASE("R5: the HTML report shows hostile names as text and can run or load nothing") {
  HostileRun run;
  simulate(run.request, &run.result);
  const EnergyTable table = find_energy_table(run.request.config.energy_table);
  const Summary summary = summarize(run.result.decoded, run.result.timing, table);
  REQUIRE(summary.rows.front().name == kHostile);
  Report report;
  report.graph = &run.graph;
  report.config = &run.request.config;
  report.request = &run.request;
  report.result = &run.result;
  report.summary = &summary;
  report.energy = &table;
  const std::string page = report_html(report);
  for (const char* never : {"<script", "<img", "<iframe", "<link", "<object",
                            "javascript:", "http:", "https:", "@import", "url("}) {
    INFO(never);
    CHECK(page.find(never) == std::string::npos);
  }
  for (const char c : page) REQUIRE((c == '\n' || (c >= 0x20 && c < 0x7f)));
  CHECK_THAT(page, Contains("default-src 'none'"));
  CHECK_THAT(page, Contains("&lt;/script&gt;&lt;script&gt;alert(1)"));
  // Tags balance, so no name has opened or closed one.
  for (const char* tag : {"svg", "table", "tr", "td", "th", "text", "rect", "title", "p", "pre"}) {
    const auto count = [&page](const std::string& what) {
      std::size_t n = 0;
      for (auto at = page.find(what); at != std::string::npos; at = page.find(what, at + 1)) ++n;
      return n;
    };
    INFO(tag);
    CHECK(count(std::string("<") + tag + ">") + count(std::string("<") + tag + " ") ==
          count(std::string("</") + tag + ">"));
    CHECK(count(std::string("</") + tag + ">") > 0);
  }
}

TEST_CASE("The HTML report's bars are as long as their cycles") {
  HostileRun run;
  simulate(run.request, &run.result);
  const EnergyTable table = find_energy_table(run.request.config.energy_table);
  const Summary summary = summarize(run.result.decoded, run.result.timing, table);
  Report report{&run.graph, &run.request.config, &run.request, &run.result, &summary, &table};
  const std::string page = report_html(report);
  const auto begin = page.find("cycles of each layer by reason");
  const std::string svg = page.substr(begin, page.find("</svg>", begin) - begin);
  double width = 0;
  std::int64_t cycles = 0;
  for (auto at = svg.find(" width=\""); at != std::string::npos;
       at = svg.find(" width=\"", at + 1)) {
    width += std::stod(svg.substr(at + 8));
    const auto value = svg.find(": ", at);
    cycles += std::stoll(svg.substr(value + 2));
  }
  CHECK(cycles == summary.total.cycles);
  std::int64_t most = 0;
  for (const auto& r : summary.rows) most = std::max(most, r.cycles);
  CHECK(width ==
        Approx(640.0 * static_cast<double>(summary.total.cycles) / static_cast<double>(most))
            .epsilon(0.001));
}
