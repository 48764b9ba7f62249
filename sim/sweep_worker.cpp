#include "sim/sweep_worker.h"

#include <fmt/format.h>

#include <new>

#include "compiler/compile.h"
#include "compiler/import/tflite.h"
#include "hw_models/cycle/core.h"
#include "hw_models/spec/error.h"
#include "hw_models/spec/file.h"
#include "hw_models/spec/sha256.h"
#include "sim/layers.h"
#include "sim/profile_option.h"
#include "sim/sweep_csv.h"
#include "sim/version.h"

namespace vernier {
namespace {

constexpr const char* kWords[] = {"ok", "failed", "lost"};
constexpr std::uint64_t kProgramBytesMost = std::uint64_t{1} << 30;

PointResult failure(PointResult::Status status, const std::string& error) {
  PointResult result;
  result.status = status;
  result.error = printable(error);
  result.columns = empty_point_columns();
  return result;
}

PointResult computed(const SweepPoint& point, const Graph& graph, const EnergyTable& table) {
  compiler::CompileOptions options;
  options.timing_only = true;
  const Program program = compiler::compile(graph, point.config, options);
  const cycle::DecodedProgram decoded = cycle::decode_program(program, graph.file);
  cycle::RunOptions run;
  run.data = false;
  const auto timing = cycle::Core::instance().run(decoded, nullptr, run);
  const Summary summary = summarize(decoded, timing, table);
  PointResult result;
  result.status = PointResult::Status::kOk;
  result.columns = point_columns(summary, point.config, machine_area(point.config, table));
  for (const LayerRow& row : summary.rows) {
    result.layers.push_back(layer_columns(row, point.config));
  }
  return result;
}

}  // namespace

SweepSources load_sweep_sources(const SweepSpec& spec, const std::vector<std::string>& profiles) {
  SweepSources sources;
  const ProfileChoice choice = profile_choice(spec.base, profiles);
  for (const SweepModel& entry : spec.models) {
    const auto bytes = read_file(entry.path, ImportLimits{}.file_bytes);
    SweepSources::Model model;
    model.name = entry.name;
    model.sha256 = sha256_hex(bytes.data(), bytes.size());
    try {
      model.graph = import_tflite(bytes, entry.name);
      set_profiles(&*model.graph, choice, kProfileOption);
    } catch (const Error& e) {
      model.graph.reset();
      model.refusal = e.what();
    }
    sources.models.push_back(std::move(model));
  }
  const auto add_table = [&](const std::string& name) {
    if (sources.tables.count(name) == 0) sources.tables[name] = find_energy_table(name);
  };
  bool swept = false;
  for (const SweepAxis& axis : spec.axes) {
    for (const std::string& table : axis.tables) add_table(table);
    swept = swept || axis.param == nullptr;
  }
  if (!swept) add_table(spec.base.energy_table);
  const auto program = read_file("/proc/self/exe", kProgramBytesMost);
  sources.build = sha256_hex(program.data(), program.size());
  return sources;
}

std::string point_key(const SweepPoint& point, const SweepSources& sources) {
  const SweepSources::Model& model = sources.models[point.model];
  const std::string text =
      fmt::format("{}energy {}\nmodel {}\nprofile {}\ntool {} {}\n", canonical_text(point.config),
                  sources.tables.at(point.config.energy_table).sha256, model.sha256,
                  model.graph ? profile_text(*model.graph) : "", kToolVersion, sources.build);
  return sha256_hex(text.data(), text.size());
}

std::string PointResult::text() const {
  std::string line = kWords[static_cast<std::size_t>(status)];
  if (status != Status::kOk) return line + "\t" + error;
  line += "\t" + columns;
  for (const std::string& layer : layers) line += "\t" + layer;
  return line;
}

PointResult PointResult::parse(const std::string& text) {
  std::vector<std::string> fields;
  for (std::size_t at = 0;;) {
    const std::size_t tab = text.find('\t', at);
    fields.push_back(text.substr(at, tab - at));
    if (tab == std::string::npos) break;
    at = tab + 1;
  }
  check(fields.size() >= 2, "the result of a sweep point has no fields");
  for (const Status status : {Status::kFailed, Status::kLost}) {
    if (fields[0] == kWords[static_cast<std::size_t>(status)]) return failure(status, fields[1]);
  }
  check(fields[0] == kWords[0], "the result of a sweep point has no status");
  PointResult result;
  result.status = Status::kOk;
  result.columns = fields[1];
  result.layers.assign(fields.begin() + 2, fields.end());
  return result;
}

PointResult PointResult::refused(const std::string& error) {
  return failure(Status::kFailed, error);
}

PointResult evaluate_point(const SweepPoint& point, const SweepSources& sources) {
  const SweepSources::Model& model = sources.models[point.model];
  if (!point.refusal.empty()) return PointResult::refused(point.refusal);
  if (!model.graph) return PointResult::refused(model.refusal);
  try {
    return computed(point, *model.graph, sources.tables.at(point.config.energy_table));
  } catch (const Error& e) {
    return failure(
        e.exit_code() == kExitResource ? PointResult::Status::kLost : PointResult::Status::kFailed,
        e.what());
  } catch (const std::bad_alloc&) {
    return failure(PointResult::Status::kLost,
                   Error(ErrorId::OutOfMemory, model.name, "memory ran out").what());
  } catch (const std::exception& e) {
    return failure(PointResult::Status::kFailed,
                   Error(ErrorId::Internal, model.name, printable(e.what())).what());
  }
}

}  // namespace vernier
