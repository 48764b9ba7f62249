#include "sim/dump.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "hw_models/spec/error.h"
#include "hw_models/spec/file.h"
#include "sim/npy.h"

namespace vernier {
namespace {

// One line of the manifest: a tensor and who writes it.
struct Row {
  int tensor;
  const char* op;
  int position;
};

std::vector<Row> rows_of(const Graph& graph) {
  std::vector<Row> rows;
  for (const int i : graph.inputs) rows.push_back({i, "INPUT", -1});
  for (std::size_t k = 0; k < graph.ops.size(); ++k) {
    for (const int i : graph.ops[k].outputs) {
      rows.push_back({i, op_name(graph.ops[k].type), static_cast<int>(k)});
    }
  }
  return rows;
}

// [N, ...] of one tensor; the model's leading 1 gives way to N.
Tensor stacked(const TensorInfo& info, const std::vector<std::vector<Tensor>>& runs,
               std::size_t tensor) {
  Shape shape = info.shape;
  if (!shape.empty() && shape[0] == 1) shape.erase(shape.begin());
  shape.insert(shape.begin(), static_cast<int>(runs.size()));
  Tensor all;
  all.dtype = info.dtype;
  all.shape = shape;
  all.bytes.reserve(static_cast<std::size_t>(element_count(shape) * dtype_bytes(info.dtype)));
  for (const auto& run : runs) {
    const Tensor& one = run[tensor];
    check(one.dtype == info.dtype && one.shape == info.shape, "a tensor of the graph's shape");
    all.bytes.insert(all.bytes.end(), one.bytes.begin(), one.bytes.end());
  }
  return all;
}

// The text of Python's json.dump(indent=1), to be equal to the oracle's byte for byte.
std::string json_string(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

std::string json_number(double v) {
  std::string text = fmt::format("{}", v);  // shortest that reads back
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

// Items one level of indentation further in than the brackets.
std::string json_list(const std::vector<std::string>& items, const std::string& indent) {
  if (items.empty()) return "[]";
  std::string list = "[";
  for (const std::string& item : items) {
    list += (&item == &items[0] ? "\n " : ",\n ") + indent + item;
  }
  return list + "\n" + indent + "]";
}

std::string json_row(const Row& row, const TensorInfo& t) {
  std::vector<std::string> shape, scale, zero_point;
  for (const int d : t.shape) shape.push_back(std::to_string(d));
  for (const float s : t.quant.scale) scale.push_back(json_number(static_cast<double>(s)));
  for (const std::int32_t z : t.quant.zero_point) zero_point.push_back(std::to_string(z));
  return fmt::format(
      "{{\n   \"index\": {},\n   \"name\": {},\n   \"shape\": {},\n   \"dtype\": \"{}\",\n"
      "   \"scale\": {},\n   \"zero_point\": {},\n   \"op\": \"{}\",\n   \"position\": {}\n  }}",
      row.tensor, json_string(t.name), json_list(shape, "   "), dtype_name(t.dtype),
      json_list(scale, "   "), json_list(zero_point, "   "), row.op, row.position);
}

// Files of a dump that is not complete: removed when it fails.
struct Unfinished {
  std::vector<std::string> paths;
  ~Unfinished() {
    std::error_code ignored;
    for (const auto& path : paths) std::filesystem::remove(path, ignored);
  }
};

}  // namespace

void dump_tensors(const std::string& dir, const Graph& graph,
                  const std::vector<std::vector<Tensor>>& runs, const std::string& engine) {
  check(!runs.empty(), "at least one run to dump");
  std::error_code failed;
  std::filesystem::create_directories(dir, failed);
  if (failed) {
    throw Error(ErrorId::FileWrite, dir,
                fmt::format("cannot make the directory: {}", failed.message()));
  }
  // The manifest is written last: a folder without it is not complete.
  std::filesystem::remove(dir + "/tensors.json", failed);
  std::vector<std::string> json_rows;
  Unfinished written;
  for (const Row& row : rows_of(graph)) {
    const auto i = static_cast<std::size_t>(row.tensor);
    if (runs[0][i].bytes.empty()) continue;
    const TensorInfo& info = graph.tensor(row.tensor);
    const std::string path = fmt::format("{}/t{}.npy", dir, i);
    write_file_atomically(path, npy_bytes(stacked(info, runs, i)));
    written.paths.push_back(path);
    json_rows.push_back(json_row(row, info));
  }
  const std::string model = std::filesystem::path(graph.file).filename().string();
  const std::string json =
      fmt::format("{{\n \"model\": {},\n \"engine\": {},\n \"runs\": {},\n \"tensors\": {}\n}}",
                  json_string(model), json_string(engine), runs.size(), json_list(json_rows, " "));
  write_file_atomically(dir + "/tensors.json", json);
  written.paths.clear();
}

}  // namespace vernier
