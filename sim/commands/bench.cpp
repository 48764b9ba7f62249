#include "sim/commands/bench.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "compiler/compile.h"
#include "compiler/import/tflite.h"
#include "hw_models/cycle/core.h"
#include "hw_models/golden/prepared.h"
#include "hw_models/spec/error.h"
#include "sim/commands/command_line.h"
#include "sim/energy_table.h"
#include "sim/layers.h"
#include "sim/profile_option.h"
#include "sim/simulation.h"

namespace vernier {
namespace {

constexpr int kLeastRepetitions = 5, kMostRepetitions = 200;
constexpr double kSecondsPerStep = 0.5;
constexpr int kBatch = 4;  // inferences of one run: compilation is shared as in a batch
constexpr std::uint64_t kSeed = 7;

double cpu_seconds() {
  timespec t{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

struct Timing {
  double median = 0, least = 0;  // seconds of CPU
};

Timing measure(const std::function<void()>& step, double seconds_at_least = kSecondsPerStep) {
  step();  // caches, the first elaboration, a library to be built
  std::vector<double> seconds;
  double total = 0;
  while (static_cast<int>(seconds.size()) < kLeastRepetitions ||
         (total < seconds_at_least && static_cast<int>(seconds.size()) < kMostRepetitions)) {
    const double begin = cpu_seconds();
    step();
    seconds.push_back(cpu_seconds() - begin);
    total += seconds.back();
  }
  std::sort(seconds.begin(), seconds.end());
  return {seconds[seconds.size() / 2], seconds[0]};
}

Timing one_inference(golden::Prepared prepared, const InputSet& inputs) {
  constexpr double kSeconds = 0.2;
  golden::Values values;
  return measure([&] { prepared.run(inputs, &values); }, kSeconds);
}

class Bench {
 public:
  Bench(const std::string& model, const HwConfig& config, const std::vector<std::string>& profiles)
      : model_(model), config_(config) {
    graph_ = import_tflite_file(model);
    choose_profiles(&graph_, config, profiles);
    program_ = compiler::compile(graph_, config);
    decoded_ = cycle::decode_program(program_, graph_.file);
    inputs_ = random_inputs(graph_, kBatch, kSeed);
    for (const LayerInfo& layer : program_.layers) macs_ += layer.macs;
  }

  void run() {
    cycle::RunOptions no_data;
    no_data.data = false;
    const EnergyTable table = find_energy_table(config_.energy_table);
    const auto timing = cycle::Core::instance().run(decoded_, nullptr, no_data);
    cycles_ = timing.cycles;
    golden_ = golden(golden::Kernels::kFast);
    print(fmt::format("{} on {}: {} cycles, {} MACs\n{:<34}{:>11}{:>11}{:>13}{:>13}{:>11}\n",
                      escaped(model_), config_.name, cycles_, macs_, "CPU time of this process",
                      "median ms", "least ms", "Mcycles/s", "MMAC/s", "x golden"));
    row("import", measure([&] { import_tflite_file(model_); }), false, false);
    row("compile", measure([&] { compiler::compile(graph_, config_); }), false, false);
    compiler::CompileOptions sizes;
    sizes.timing_only = true;
    row("compile without constants", measure([&] { compiler::compile(graph_, config_, sizes); }),
        false, false);
    row("cycle, timing only",
        measure([&] { cycle::Core::instance().run(decoded_, nullptr, no_data); }), true, false);
    row("energy and layer table", measure([&] { summarize(decoded_, timing, table); }), false,
        false);
    row("golden, plain kernels", golden(golden::Kernels::kPlain), false, true);
    row("golden, packing its weights", measure([&] { prepared(golden::Kernels::kFast); }), false,
        false);
    row("golden, " + prepared(golden::Kernels::kFast).kernels(), golden_, false, true);
    row("cycle with data", measure([&] { with_data(); }), true, true);
    row("golden and cycle, compared", simulated({true, true, false}, kBatch), true, true);
    try {
      row("cycle with Verilated units", simulated({false, true, true}, 1), true, true);
    } catch (const Error& e) {
      if (e.exit_code() != kExitResource) throw;
      print(fmt::format("cycle with Verilated units: not timed: {}\n", e.what()));
    }
  }

 private:
  golden::Prepared prepared(golden::Kernels kernels) const {
    golden::Numerics n;
    n.acc_bits = config_.mac_acc_bits;
    n.kernels = kernels;
    return golden::Prepared(graph_, n);
  }
  // One inference of many.
  Timing golden(golden::Kernels kernels) const {
    return one_inference(prepared(kernels), inputs_[0]);
  }

  void with_data() {
    auto image = cycle::dram_image(program_);
    for (std::size_t i = 0; i < program_.inputs.size(); ++i) {
      const auto& bytes = inputs_[0][i].bytes;
      std::copy(bytes.begin(), bytes.end(), image.begin() + program_.inputs[i].addr);
    }
    cycle::Core::instance().run(decoded_, &image, {});
  }

  // Per inference of a whole simulation, compilation included.
  Timing simulated(const Levels& levels, int batch) {
    SimulationRequest request;
    request.graph = &graph_;
    request.config = config_;
    request.levels = levels;
    request.inputs.assign(inputs_.begin(), inputs_.begin() + batch);
    const Timing t = measure([&] {
      SimulationResult result;
      simulate(request, &result);
      check(result.divergences == 0, "the machines disagree: vernier run tells where");
    });
    return {t.median / batch, t.least / batch};
  }

  void row(const std::string& step, const Timing& t, bool cycles, bool macs) const {
    const auto per_second = [&](bool shown, std::int64_t n) {
      return shown ? fmt::format("{:.2f}", static_cast<double>(n) / t.median * 1e-6) : "";
    };
    print(fmt::format("{:<34}{:>11.3f}{:>11.3f}{:>13}{:>13}{:>11.3f}\n", step, 1e3 * t.median,
                      1e3 * t.least, per_second(cycles, cycles_), per_second(macs, macs_),
                      t.median / golden_.median));
  }

  const std::string& model_;
  const HwConfig& config_;
  Graph graph_;
  Program program_;
  cycle::DecodedProgram decoded_;
  std::vector<InputSet> inputs_;
  std::int64_t macs_ = 0, cycles_ = 0;
  Timing golden_;
};

}  // namespace

int run_golden_bench(const std::string& model, const std::vector<std::string>& profiles) {
  Graph graph = import_tflite_file(model);
  choose_profiles(&graph, {}, profiles);
  const InputSet inputs = random_inputs(graph, 1, kSeed)[0];
  std::int64_t macs = 0;
  for (const Op& op : graph.ops) macs += nominal_macs(graph, op);
  print(fmt::format("{}: {} MACs, profile {}\n{:<34}{:>11}{:>11}{:>13}{:>11}\n", escaped(model),
                    macs, profile_text(graph), "golden, CPU time per inference", "median ms",
                    "least ms", "MMAC/s", "x plain"));
  double plain = 0;
  const auto row = [&](golden::Prepared prepared) {
    const std::string name = prepared.kernels();
    const Timing t = one_inference(std::move(prepared), inputs);
    if (plain == 0) plain = t.median;
    print(fmt::format("{:<34}{:>11.4f}{:>11.4f}{:>13.1f}{:>11.4f}\n", name, 1e3 * t.median,
                      1e3 * t.least, static_cast<double>(macs) / t.median * 1e-6,
                      t.median / plain));
  };
  golden::Numerics numerics;
  row(golden::Prepared(graph, numerics));
  numerics.kernels = golden::Kernels::kFast;
  for (const auto level : golden::fast::levels()) row(golden::Prepared(graph, numerics, level));
  return kExitOk;
}

int run_bench(const std::string& model, const HwConfig& config,
              const std::vector<std::string>& profiles) {
  const std::string path = model.empty() ? builtin_model() : model;
  Bench(path, config, profiles).run();
  return kExitOk;
}

}  // namespace vernier
