// The recorded runs of traces/ come out again byte for byte, and the machine's events are what its
// timing says.
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>

#include "compiler/import/tflite.h"
#include "hw_models/spec/error.h"
#include "hw_models/spec/file.h"
#include "hw_models/spec/hw_config_io.h"
#include "sim/commands/disasm.h"
#include "sim/simulation.h"
#include "sim/tensor_map.h"
#include "sim/trace_horizon.h"
#include "sim/trace_reader.h"
#include "sim/trace_writer.h"
#include "tests/sim/scratch_dir.h"

using namespace vernier;

namespace {

const std::string kRoot = VERNIER_SOURCE_DIR;
const std::string kRecorded = kRoot + "/traces/builtin_tiny/";

std::string text(const std::string& path) {
  const auto bytes = read_file(path, std::uint64_t{1} << 30);
  return {bytes.begin(), bytes.end()};
}

// The built-in network on the tiny machine with its first sample picture, golden at its side.
struct BuiltinRun {
  Graph graph = import_tflite_file(kRoot + "/configs/models/builtin.tflite");
  SimulationRequest request;
  SimulationResult result;
  TraceInfo info;
  std::size_t most_waiting = 0;

  BuiltinRun() {
    request.graph = &graph;
    request.config = find_config("tiny");
    request.levels.golden = request.levels.cycle = true;
    request.inputs = load_inputs(graph, {kRoot + "/configs/models/builtin_input.npy"});
    request.inputs.resize(1);
    info.inputs_sha256 = inputs_sha256(request.inputs[0]);
  }
  // Simulates once and records it.
  void record(const std::string& trace) {
    TraceWriter writer(result.program, info, trace);
    request.observer = &writer;
    simulate(request, &result);
    REQUIRE(result.divergences == 0);
    writer.finish();
    most_waiting = writer.most_waiting();
  }
};

void record_folder(const std::string& folder) {
  BuiltinRun run;
  run.record(folder + "run.trace");
  write_file_atomically(folder + "program.asm", listing_text(run.result.program, "builtin"));
  write_file_atomically(folder + "tensors.yaml", tensor_map_yaml(run.result.program));
}

}  // namespace

TEST_CASE("The recorded run of the built-in network comes out again byte for byte") {
  ScratchDir dir;
  record_folder(dir / "");
  for (const char* name : {"program.asm", "tensors.yaml", "run.trace"}) {
    INFO(name << " of " << kRecorded << " differs: if that is meant, scripts/record_traces.sh");
    const std::string want = text(kRecorded + name), got = text(dir / name);
    std::size_t at = 0;
    while (at < want.size() && at < got.size() && want[at] == got[at]) ++at;
    INFO("first difference at byte " << at);
    CHECK((want == got));
  }
  CHECK(std::filesystem::file_size(kRecorded + "run.trace") > 1000);
}

// Run by scripts/record_traces.sh.
TEST_CASE("Record the folders of traces/", "[.record]") {
  std::filesystem::create_directories(kRecorded);
  record_folder(kRecorded);
  REQUIRE(std::filesystem::exists(kRecorded + "run.trace"));
}

TEST_CASE("A trace holds every instruction at its cycles and every element of every layer once") {
  ScratchDir dir;
  BuiltinRun run;
  run.record(dir / "t");
  const auto& timing = run.result.timing.timing;
  std::size_t ran = 0;
  for (const auto& i : run.result.decoded.insns) ran += engine_of(i) != Engine::Dispatch ? 1 : 0;
  std::size_t starts = 0, ends = 0;
  std::int64_t bytes = 0, last_byte = -1;
  TraceReader reader(dir / "t");
  for (TraceRecord r; reader.next(&r);) {
    if (r.kind == TraceKind::kStart) {
      ++starts;
      REQUIRE(r.cycle == timing[r.pc].start);
      REQUIRE(r.layer == run.result.program.layer_of[r.pc]);
      REQUIRE(r.text == disassemble(run.result.decoded.insns[r.pc]));
    } else if (r.kind == TraceKind::kEnd) {
      ++ends;
      REQUIRE(r.cycle == timing[r.pc].end);
    } else if (r.kind == TraceKind::kWrite) {
      bytes += static_cast<std::int64_t>(r.bytes.size());
      REQUIRE(r.cycle >= timing[r.pc].start);
      REQUIRE(r.cycle <= timing[r.pc].end);
    } else {
      last_byte = std::max(last_byte, r.last);
    }
  }
  CHECK(starts == ran);
  CHECK(ends == ran);
  std::int64_t elements = 0;
  for (const auto& l : run.result.program.layers) {
    if (l.alias_of < 0) elements += element_count(l.shape_out);
  }
  CHECK(bytes == elements);
  // The run's last event is the arrival of its output.
  CHECK(run.result.timing.cycles == last_byte + 1);
}

TEST_CASE("The re-armed core tells the same events again") {
  ScratchDir dir;
  for (const char* name : {"a", "b"}) {
    BuiltinRun run;
    run.record(dir / name);
  }
  CHECK((text(dir / "a") == text(dir / "b")));
}

TEST_CASE("With accumulators a trace ends each tile on the sums that are drained") {
  ScratchDir dir;
  BuiltinRun run;
  run.info.accumulators = true;
  run.record(dir / "t");
  // As much waits as can happen within the reach: a row of sums and a row of results per cycle, and
  // the events at its edges.
  CHECK(run.most_waiting <
        static_cast<std::size_t>(4 * report_lag_cycles(run.result.program) + 100));
  TraceReader reader(dir / "t");
  std::int64_t sums = 0, wanted = 0;
  for (TraceRecord r; reader.next(&r);) {
    if (r.kind != TraceKind::kAccumulate) continue;
    ++sums;
    REQUIRE(r.values.size() == static_cast<std::size_t>(run.request.config.array_cols));
    REQUIRE(r.cycle <= run.result.timing.timing[r.pc].end + kMacPipeline);
  }
  Registers registers;
  for (const auto& i : run.result.decoded.insns) {
    registers.load(i);
    if (const auto* tile = std::get_if<insn::MacTile>(&i)) {
      wanted += tile->height * tile->width * registers.mac.reduce.passes;
    }
  }
  CHECK(sums == wanted);
}

TEST_CASE("Larger networks pass through a buffer of their longest instruction's events") {
  const std::string models = kRoot + "/../shared/models/mlperf_tiny/";
  if (!std::filesystem::exists(models)) {
    WARN("SKIPPED: no models at " << models);
    return;
  }
  for (const char* name : {"ad_autoencoder_int8", "ic_resnet8_int8"}) {
    const Graph graph = import_tflite_file(models + name + ".tflite");
    for (const char* machine : {"tiny", "base16"}) {
      INFO(name << " on " << machine);
      ScratchDir dir;
      SimulationRequest request;
      SimulationResult result;
      request.graph = &graph;
      request.config = find_config(machine);
      request.levels.cycle = true;
      request.inputs = random_inputs(graph, 1, 1);
      TraceWriter writer(result.program, {}, dir / "t");
      request.observer = &writer;
      simulate(request, &result);
      writer.finish();
      // At most a start, an end, a write and a transfer in each cycle within the reach.
      CHECK(writer.most_waiting() <
            static_cast<std::size_t>(4 * report_lag_cycles(result.program) + 100));
      TraceReader reader(dir / "t");
      std::int64_t records = 0;
      for (TraceRecord r; reader.next(&r);) ++records;
      CHECK(records == writer.counts().total());
      CHECK(records > 500);
    }
  }
}
