#include "sim/simulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "compiler/compile.h"
#include "hw_models/golden/prepared.h"
#include "hw_models/spec/error.h"
#include "sim/boundary.h"
#include "sim/diagnose.h"
#include "sim/fanout.h"

namespace vernier {
namespace {

// The DRAM image with the machine's inputs in place.
std::vector<std::uint8_t> image_with(const Program& program, std::vector<std::uint8_t> image,
                                     const golden::Values& host) {
  for (const auto& d : program.inputs) {
    const auto& bytes = host[static_cast<std::size_t>(d.tensor)].bytes;
    check(bytes.size() == d.bytes, "an input has another size than its place in DRAM");
    std::copy(bytes.begin(), bytes.end(), image.begin() + static_cast<std::ptrdiff_t>(d.addr));
  }
  return image;
}

class Simulation {
 public:
  Simulation(const SimulationRequest& request, SimulationResult* result)
      : request_(request), graph_(*request.graph), result_(*result) {}

  void run() {
    const bool machine = request_.levels.cycle || request_.levels.units;
    if (machine) compile();
    if (request_.timing_only) return run_timing();
    if (machine) constants_ = cycle::dram_image(result_.program);
    if (request_.levels.units) units_ = open_units(request_.config, request_.units);
    if (request_.levels.golden) {
      golden_ = std::make_unique<golden::Prepared>(graph_, numerics());
      result_.golden_kernels = golden_->kernels();
    }
    const int runs = static_cast<int>(request_.inputs.size());
    for (int r = 0; r < runs && result_.divergences == 0; ++r) {
      run_one(r, machine);
      ++result_.runs;
      if (request_.progress) request_.progress(r + 1, runs);
    }
    if (units_ != nullptr) result_.unit_vectors = units_->compared();
    check_compared(machine);
  }

 private:
  void compile() {
    result_.program = compiler::compile(graph_, request_.config);
    result_.decoded = cycle::decode_program(result_.program, graph_.file);
  }

  void run_timing() {
    cycle::RunOptions options;
    options.data = false;
    options.observer = request_.observer;
    result_.timing = cycle::Core::instance().run(result_.decoded, nullptr, options);
    result_.runs = 1;
  }

  void run_one(int r, bool machine) {
    const auto& inputs = request_.inputs[static_cast<std::size_t>(r)];
    if (request_.levels.golden) golden_->run(inputs, &values_);
    if (machine) run_machine(r, inputs, &values_);
    if (request_.keep_values) result_.values.push_back(std::move(values_));
  }

  void run_machine(int r, const InputSet& inputs, golden::Values* values) {
    Comparator judge(result_.program, graph_, request_.levels.golden ? values : nullptr, r);
    Fanout observers;
    observers.add(&judge);
    if (r == 0) observers.add(request_.observer);
    const auto host = host_inputs(result_.program, graph_, inputs);
    judge.set_inputs(host);
    auto image = image_with(result_.program, constants_, host);
    cycle::RunOptions options;
    options.units = units_.get();
    options.observer = &observers;
    auto run = cycle::Core::instance().run(result_.decoded, &image, options);
    result_.overflows += run.overflows;
    if (run.diverged) {
      diverge(unit_divergence(result_.program, result_.decoded, run.divergence, r),
              judge.last_agreed_cycle());
    } else {
      judge.finish(image);
    }
    if (judge.diverged()) {
      diverge(judge.divergence(), judge.last_agreed_cycle());
      name_stage(host, *values);
    }
    result_.tensors_compared += judge.tensors_compared();
    result_.elements_compared += judge.elements_compared();
    if (r == 0) {
      result_.timing = std::move(run);
    } else {
      check(run.diverged || run.cycles == result_.timing.cycles,
            "the cycle count of two runs differs: it may not depend on data");
    }
    if (!request_.levels.golden) *values = judge.observed();
  }

  golden::Numerics numerics() const {
    golden::Numerics n;
    n.acc_bits = request_.config.mac_acc_bits;
    n.kernels = request_.kernels;
    return n;
  }

  void name_stage(const golden::Values& host, const golden::Values& values) {
    auto& d = result_.divergence;
    d.stages = diagnose(d, graph_, values, numerics(), result_.decoded,
                        image_with(result_.program, constants_, host));
    const auto first = std::find_if(d.stages.begin(), d.stages.end(),
                                    [](const auto& s) { return s.golden != s.machine; });
    if (first != d.stages.end()) d.stage = first->name;
  }

  void diverge(Divergence d, std::int64_t last_agreed) {
    if (result_.divergences++ > 0) return;
    result_.divergence = std::move(d);
    result_.divergence.last_agreed_cycle = last_agreed;
  }

  // Nothing compared is never a pass, where there was something to compare.
  void check_compared(bool machine) {
    if (result_.divergences > 0) return;
    const bool golden_idle = machine && request_.levels.golden && result_.elements_compared == 0;
    const bool units_idle =
        request_.levels.units && result_.unit_vectors == 0 && drives_units(result_.decoded);
    if (!golden_idle && !units_idle) return;
    Divergence d;
    d.kind = "missing";
    d.detail = units_idle && !golden_idle
                   ? "no vector of any layer reached a Verilated unit: nothing was compared"
                   : "no element was compared";
    diverge(d, -1);
  }

  const SimulationRequest& request_;
  const Graph& graph_;
  SimulationResult& result_;
  std::vector<std::uint8_t> constants_;
  std::unique_ptr<Units> units_;
  std::unique_ptr<golden::Prepared> golden_;  // with the golden level
  golden::Values values_;                     // of the last run; its memory serves the next one
};

}  // namespace

std::vector<std::string> Levels::names() const {
  std::vector<std::string> list;
  if (golden) list.emplace_back("golden");
  if (cycle) list.emplace_back("cycle");
  if (units) list.emplace_back("units");
  return list;
}

bool drives_units(const cycle::DecodedProgram& decoded) {
  return std::any_of(decoded.insns.begin(), decoded.insns.end(), [](const Instruction& i) {
    if (std::holds_alternative<insn::MacTile>(i)) return true;
    const bool moves =
        std::holds_alternative<insn::PostLut>(i) || std::holds_alternative<insn::PostCopy>(i) ||
        std::holds_alternative<insn::PostMove>(i) || std::holds_alternative<insn::PostWait>(i);
    return engine_of(i) == Engine::Post && !moves && !Registers().load(i);
  });
}

void simulate(const SimulationRequest& request, SimulationResult* result) {
  Simulation(request, result).run();
}

}  // namespace vernier
