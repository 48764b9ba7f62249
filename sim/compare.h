// The judge: every byte that the machine writes to the activation memory is mapped back to an
// element of a tensor and compared with golden, as it is written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hw_models/cycle/core.h"
#include "hw_models/cycle/events.h"
#include "hw_models/golden/golden.h"
#include "hw_models/spec/graph.h"
#include "hw_models/spec/program.h"
#include "sim/element_set.h"
#include "sim/written_rows.h"

namespace vernier {

// The first difference of a run.
struct Divergence {
  std::string kind;  // "value", "place", "missing", "output" or "unit"
  int run = 0;
  int layer = -1;
  std::int64_t element = -1;  // flat index in the layer's output tensor
  std::int64_t cycle = -1;
  std::int64_t pc = -1;
  int row = -1, lane = -1;  // PE row, PE column or lane
  std::string stage;        // where the arithmetic parts, when known
  // Golden and machine, as codes of the tensor's type (float32: the bits); for units: cycle model
  // and RTL.
  std::int64_t want = 0, got = 0;
  std::string detail;  // one more sentence, may be empty
  // Golden's and the machine's value after each stage, where both can be told (diagnose.h).
  struct Stage {
    std::string name;
    std::int64_t golden, machine;
  };
  std::vector<Stage> stages;
  std::int64_t last_agreed_cycle = -1;  // of the last write that agreed
};

// Observes one run of the cycle model. Without golden values it only collects.
class Comparator : public cycle::Observer {
 public:
  // `golden` may be nullptr. All outlive the comparator.
  Comparator(const Program& program, const Graph& graph, const golden::Values* golden, int run);

  // Before the run: values that no instruction writes, as host_inputs (boundary.h) has them. Where
  // it is not called golden's stand in.
  void set_inputs(const golden::Values& host);

  void write(std::int64_t cycle, std::uint32_t pc, int bank, int offset, const std::uint8_t* bytes,
             int n) override;

  // After the run: every element of every layer was written once, renamed tensors hold their
  // source's bytes, folded ones are what the feeder delivers, the host's conversions are golden's,
  // and graph outputs arrived in DRAM.
  void finish(const std::vector<std::uint8_t>& dram);

  bool diverged() const { return divergence_.kind != ""; }
  const Divergence& divergence() const { return divergence_; }
  // What was compared (with golden) so far.
  std::int64_t tensors_compared() const { return tensors_compared_; }
  std::int64_t elements_compared() const { return elements_compared_; }
  // The tensors as the machine wrote them; graph inputs too once they are set.
  const golden::Values& observed() const { return observed_; }
  std::int64_t last_agreed_cycle() const { return last_agreed_cycle_; }

 private:
  enum class Mapping { kWritten, kAlias, kFolded, kBoundary };

  void report(Divergence d);
  Tensor& observed_of(int tensor) { return observed_[static_cast<std::size_t>(tensor)]; }
  const Tensor& wanted(int tensor) const { return (*golden_)[static_cast<std::size_t>(tensor)]; }
  void finish_written(std::size_t layer);
  void finish_folded(std::size_t layer);
  void compare_whole(std::size_t layer, const std::string& detail);
  void compare_outputs(const std::vector<std::uint8_t>& dram);

  const Program& program_;
  const Graph& graph_;
  const golden::Values* golden_;
  int run_;
  WrittenRows rows_;
  golden::Values observed_;
  std::vector<Mapping> mapping_;     // per layer
  std::vector<ElementSet> written_;  // per layer; empty where no instruction writes
  Divergence divergence_;
  std::int64_t tensors_compared_ = 0, elements_compared_ = 0;
  std::int64_t last_agreed_cycle_ = -1;
};

// A unit's disagreement as a divergence: layer, element and channel from the program.
Divergence unit_divergence(const Program& program, const cycle::DecodedProgram& decoded,
                           const cycle::UnitsDivergence& u, int run);

// Element `element` of a tensor's bytes as Divergence holds it, and that as text.
std::int64_t code_at(DType type, const std::vector<std::uint8_t>& bytes, std::int64_t element);
std::string code_text(DType type, std::int64_t code);

// One block for people; says the repro command last.
std::string divergence_text(const Divergence& d, const Program& program, const Graph& graph,
                            const cycle::DecodedProgram& decoded, const std::string& repro);

}  // namespace vernier
