// What a sweep file says: a base machine, axes of configuration keys, conditions, models.
//
//   schema: 1
//   base: base16                          # shipped name, or a path
//   axes:                                 # any configuration key or alias; the last varies fastest
//     array.rows: {log2: [4, 32]}         # 4, 8, 16, 32
//     array.cols: [8, 16]
//     dram.latency_cycles: {range: [32, 128, 32]}
//   zip: [[array.cols, post.lanes]]       # optional: keys that move together
//   where: ["array.rows <= array.cols"]   # optional: all of them must hold
//   models: [builtin, kws.tflite]         # builtin, or paths
//
// Paths are looked for beside the sweep file, then in the working directory.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hw_models/spec/hw_config.h"
#include "sim/sweep_where.h"

namespace vernier {

struct SweepAxis {
  std::string key;                   // canonical
  const ParamInfo* param = nullptr;  // nullptr: energy.table
  std::vector<long long> numbers;    // of a parameter, ranges not yet checked
  std::vector<std::string> names;    // of energy.table, as written
  std::vector<std::string> tables;   // of energy.table, resolved
  int line = 0;

  std::size_t size() const { return param != nullptr ? numbers.size() : names.size(); }
  // One value as it is written into result files.
  std::string text(std::size_t i) const;
};

struct SweepModel {
  std::string name;  // as written
  std::string path;  // resolved
  int line = 0;
};

struct SweepSpec {
  std::string file;       // as given
  std::string file_name;  // its last part: the place that result files name
  std::string base_name;  // as written
  std::string base_path;
  HwConfig base;
  std::vector<SweepAxis> axes;                   // in the order of the file
  std::vector<std::vector<std::size_t>> groups;  // axes that move together; every axis is in one
  std::vector<WhereExpression> where;
  std::vector<SweepModel> models;
};

// Reads a sweep file. Throws Error(Config..., SweepAxis, SweepExpression, File...) at "path:line".
SweepSpec load_sweep(const std::string& path);

}  // namespace vernier
