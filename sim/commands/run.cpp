// vernier run: a network on golden, the cycle model and the Verilated units; compare and report.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>
#include <memory>
#include <optional>

#include "compiler/import/tflite.h"
#include "hw_models/spec/error.h"
#include "hw_models/spec/file.h"
#include "hw_models/spec/hw_config_io.h"
#include "hw_models/spec/profiles.h"
#include "sim/commands/command_line.h"
#include "sim/dump.h"
#include "sim/fanout.h"
#include "sim/perfetto.h"
#include "sim/profile_option.h"
#include "sim/report/html.h"
#include "sim/report/report.h"
#include "sim/simulation.h"
#include "sim/trace_writer.h"

namespace vernier {
namespace {

struct RunOptions {
  std::string model;
  std::string config = "base16";
  std::vector<std::string> inputs;
  int random = 0;
  std::uint64_t seed = 1;
  std::vector<std::string> levels;
  std::vector<std::string> profiles;
  bool timing_only = false;
  std::string golden = "fast";
  std::string dump, report, csv, trace, perfetto, html;
  bool trace_accumulators = false;
  std::vector<std::string> with;
};

Levels levels_of(const RunOptions& o) {
  Levels levels;
  if (o.levels.empty()) {
    levels.cycle = true;
    levels.golden = levels.units = !o.timing_only;
    return levels;
  }
  for (const auto& name : o.levels) {
    bool* level = name == "golden"  ? &levels.golden
                  : name == "cycle" ? &levels.cycle
                  : name == "units" ? &levels.units
                                    : nullptr;
    if (level == nullptr) {
      const std::string why =
          name == "rtl" ? "the whole core is not built in RTL yet" : "is no level";
      throw Error(ErrorId::UsageLevel, "--levels", fmt::format("'{}': {}", escaped(name), why));
    }
    if (*level) throw Error(ErrorId::UsageLevel, "--levels", fmt::format("'{}' given twice", name));
    *level = true;
  }
  if (o.timing_only && (levels.golden || levels.units || !levels.cycle)) {
    throw Error(ErrorId::UsageConflict, "--levels",
                "--timing-only runs the cycle level alone: golden and units need values",
                "give --levels cycle, or leave --timing-only out");
  }
  return levels;
}

// Whose values a dump holds: the profile, but LiteRT's reference where TensorFlow Lite Micro lacks
// the type.
std::string reference_name(const Graph& graph) {
  const std::string profile = profile_text(graph);
  const bool has_uint8 = std::any_of(graph.ops.begin(), graph.ops.end(), [&](const Op& op) {
    return graph.tensor(op.inputs[0]).dtype == DType::kUint8;
  });
  const bool tflm = profile == profile_info(Profile::kTflm).name;
  return tflm && has_uint8 ? profile_info(Profile::kLitertRef).name : profile;
}

class Run {
 public:
  Run(RunOptions options, const CommonOptions& common) : o_(std::move(options)), common_(common) {}

  int operator()() {
    const bool builtin = o_.model.empty();
    if (builtin) o_.model = builtin_model();
    request_.levels = levels_of(o_);
    check_options();
    check_paths();
    graph_ = import_tflite_file(o_.model);
    request_.graph = &graph_;
    request_.config = find_config(o_.config);
    choose_profiles(&graph_, request_.config, o_.profiles);
    request_.timing_only = o_.timing_only;
    request_.kernels = o_.golden == "plain" ? golden::Kernels::kPlain : golden::Kernels::kFast;
    request_.units.with = o_.with;
    request_.units.quiet = common_.quiet;
    request_.keep_values = !o_.dump.empty();
    if (!o_.timing_only) request_.inputs = inputs_of(builtin);
    set_progress();
    observe();
    simulate(request_, &result_);
    if (trace_) trace_->finish();
    if (perfetto_) perfetto_->finish();
    return report();
  }

 private:
  // What the options ask for can be had from the levels.
  void check_options() const {
    const bool machine = request_.levels.cycle || request_.levels.units;
    if (o_.timing_only && !o_.dump.empty()) {
      throw Error(ErrorId::UsageConflict, "--dump", "--timing-only computes no values to dump");
    }
    if (!machine && !(o_.trace + o_.perfetto + o_.html + o_.csv).empty()) {
      throw Error(ErrorId::UsageConflict, "--levels",
                  "a trace, Perfetto file, HTML report or per-layer CSV needs the cycle level",
                  "add cycle to --levels");
    }
    if (!request_.levels.units && !o_.with.empty()) {
      throw Error(ErrorId::UsageConflict, "--with", "own RTL runs on the units level alone",
                  "add units to --levels, or leave --with out");
    }
    parse_profiles(o_.profiles, kProfileOption);
  }

  // Before anything is computed: every output can be written and replaces no input.
  void check_paths() const {
    auto inputs = o_.inputs;
    inputs.push_back(o_.model);
    inputs.push_back(config_path(o_.config));
    for (const auto& with : o_.with) inputs.push_back(with.substr(with.find('=') + 1));
    const std::vector<std::string> outputs = {o_.report, o_.csv, o_.trace, o_.perfetto, o_.html};
    check_outputs(inputs, outputs);
    inputs.insert(inputs.end(), outputs.begin(), outputs.end());
    check_dump_folder(o_.dump, inputs);
  }

  std::vector<InputSet> inputs_of(bool builtin) {
    if (!o_.inputs.empty()) return load_inputs(graph_, o_.inputs);
    if (builtin && o_.random == 0) return load_inputs(graph_, {builtin_input()});
    drawn_ = true;
    return random_inputs(graph_, std::max(1, o_.random), o_.seed);
  }

  // The writers of the event stream; they see the first run.
  void observe() {
    if (!o_.trace.empty()) {
      TraceInfo info;
      info.values = !o_.timing_only;
      info.accumulators = o_.trace_accumulators;
      if (!o_.timing_only) info.inputs_sha256 = inputs_sha256(request_.inputs[0]);
      if (drawn_) info.seed = o_.seed;
      trace_.emplace(result_.program, info, o_.trace);
      observers_.add(&*trace_);
    }
    if (!o_.perfetto.empty()) {
      perfetto_.emplace(result_.program, o_.perfetto);
      observers_.add(&*perfetto_);
    }
    if (!observers_.empty()) request_.observer = &observers_;
  }

  void set_progress() {
    if (common_.quiet || ::isatty(STDERR_FILENO) == 0) return;
    const auto begin = std::chrono::steady_clock::now();
    request_.progress = [begin, shown = false](int done, int of) mutable {
      const auto now = std::chrono::steady_clock::now();
      if (!shown && now - begin < std::chrono::seconds(1)) return;
      shown = true;
      std::fprintf(stderr, "\r%d of %d runs%s", done, of, done == of ? "\n" : "");
    };
  }

  int report() {
    std::optional<Summary> summary;
    std::optional<EnergyTable> table;
    if (result_.timing.cycles > 0 && result_.divergences == 0) {
      table = find_energy_table(request_.config.energy_table);
      summary = summarize(result_.decoded, result_.timing, *table);
    }
    Report report;
    report.graph = &graph_;
    report.config = &request_.config;
    report.request = &request_;
    report.result = &result_;
    report.summary = summary ? &*summary : nullptr;
    report.energy = table ? &*table : nullptr;
    if (!o_.dump.empty()) {
      dump_tensors(o_.dump, graph_, result_.values,
                   request_.levels.golden ? reference_name(graph_) : "cycle");
    }
    if (!o_.html.empty() && summary) write_file_atomically(o_.html, report_html(report));
    if (!o_.csv.empty()) write_file_atomically(o_.csv, report_csv(report));
    if (!o_.report.empty()) write_file_atomically(o_.report, report_json(report));
    if (common_.json) {
      print(report_json(report));
    } else if (!common_.quiet) {
      const auto drawn =
          drawn_ ? fmt::format("inputs: {} random, seed {}\n", request_.inputs.size(), o_.seed)
                 : "";
      print(drawn + report_table(report) + report_verdict(report));
    }
    if (result_.divergences == 0) return kExitOk;
    const auto text = divergence_text(result_.divergence, result_.program, graph_, result_.decoded,
                                      common_.command);
    std::fputs(text.c_str(), stderr);
    return kExitDivergence;
  }

  RunOptions o_;
  const CommonOptions& common_;
  Graph graph_;
  SimulationRequest request_;
  SimulationResult result_;
  bool drawn_ = false;  // inputs come from --seed
  Fanout observers_;
  std::optional<TraceWriter> trace_;
  std::optional<PerfettoWriter> perfetto_;
};

}  // namespace

void add_run(CLI::App& app, const CommonOptions& common, Action* action) {
  auto* cmd = app.add_subcommand("run", "run a network and compare every tensor of every level");
  auto o = std::make_shared<RunOptions>();
  cmd->add_option("MODEL", o->model, "a .tflite file; without it the built-in network");
  cmd->add_option("--config", o->config, "machine: a shipped name or a YAML file")
      ->capture_default_str();
  auto* input = cmd->add_option("--input", o->inputs,
                                "a .npy file per graph input, of shape [N, ...] or the model's");
  input->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)->allow_extra_args(false);
  auto* random = cmd->add_option("--random", o->random,
                                 "N random inputs: codes uniform over the type, float32 normal "
                                 "with mean 0 and deviation 1")
                     ->check(whole_number(1, 1000000))
                     ->excludes(input);
  cmd->add_option("--seed", o->seed, "seed of --random")
      ->check(whole_number(0, std::numeric_limits<std::uint64_t>::max()))
      ->capture_default_str()
      ->excludes(input);
  cmd->add_option("--levels", o->levels, "golden,cycle,units (default: all three)")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add_profile_option(*cmd, &o->profiles);
  cmd->add_option("--golden", o->golden,
                  "golden's kernels: fast, the vector ones, or plain, the loops they are held to")
      ->check(CLI::IsMember({"fast", "plain"}))
      ->capture_default_str();
  cmd->add_flag("--timing-only", o->timing_only, "cycles and energy without data; needs no input")
      ->excludes(input)
      ->excludes(random);
  cmd->add_option("--dump", o->dump, "folder for every tensor as t<index>.npy and tensors.json");
  cmd->add_option("--report", o->report, "report as JSON");
  cmd->add_option("--csv", o->csv, "per-layer table as CSV");
  auto* trace =
      cmd->add_option("--trace", o->trace, "event stream of the first run (traces/README.md)");
  cmd->add_flag("--trace-accumulators", o->trace_accumulators,
                "--trace: every accumulator write too")
      ->needs(trace);
  cmd->add_option("--perfetto", o->perfetto, "timeline of the first run for ui.perfetto.dev");
  cmd->add_option("--html", o->html, "report as one self-contained page");
  cmd->add_option("--with", o->with, "MODULE=FILE.sv: own RTL for a unit")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  cmd->callback([=, &common] { *action = [=, &common] { return Run(*o, common)(); }; });
}

}  // namespace vernier
