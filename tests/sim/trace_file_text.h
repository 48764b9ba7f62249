// Traces for tests: events of a little program as the machine would report them, and files edited
// the way a disk or a person would.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "hw_models/spec/error.h"
#include "hw_models/spec/file.h"
#include "hw_models/spec/program.h"
#include "sim/trace_reader.h"
#include "sim/trace_writer.h"
#include "tests/sim/scratch_dir.h"

namespace vernier {

inline std::string file_text(const std::string& path) {
  const auto bytes = read_file(path, std::uint64_t{1} << 30);
  return {bytes.begin(), bytes.end()};
}

// n drains one after the other, in one layer. Nothing runs it; it is what records refer to.
inline Program drains(int n) {
  Program p;
  p.model_sha256 = std::string(64, 'a');
  p.profile = "tflm";
  insn::PostDrain d;
  d.height = 1;
  d.width = 4;
  d.cols = 8;
  for (int i = 0; i < n; ++i) p.words.push_back(encode(d));
  p.page_begin = {0};
  p.layer_of.assign(p.words.size(), 0);
  p.layers.resize(1);
  p.layers[0].name = "layer";
  return p;
}

// The events of drain `pc`, which runs in cycles 20 * pc .. 20 * pc + 13; reported as POST does,
// all at its end.
inline void report_drain(cycle::Observer* o, int pc, std::uint8_t value = 7) {
  const std::int64_t start = 20 * pc;
  const std::uint8_t bytes[2] = {value, 0xff};
  for (int n = 0; n < 4; ++n) {
    o->write(start + 10 + n, static_cast<std::uint32_t>(pc), n % 4, 8 * pc, bytes, 2);
  }
  o->instruction(Engine::Post, static_cast<std::uint32_t>(pc), start, start + 13);
}

inline void write_trace(const Program& program, const std::string& path, TraceInfo info = {}) {
  TraceWriter writer(program, info, path);
  for (int pc = 0; pc < static_cast<int>(program.words.size()); ++pc) report_drain(&writer, pc);
  writer.finish();
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end == std::string::npos ? text.size() : end + 1;
  }
  return lines;
}

inline std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& l : lines) text += l + "\n";
  return text;
}

inline std::vector<TraceRecord> read_all(const std::string& path) {
  TraceReader reader(path);
  std::vector<TraceRecord> records;
  for (TraceRecord r; reader.next(&r);) records.push_back(r);
  return records;
}

// What reading the file says; "" when it is accepted.
inline std::string refusal(const std::string& path, ErrorId* id = nullptr) {
  try {
    read_all(path);
    return "";
  } catch (const Error& e) {
    if (id != nullptr) *id = e.id();
    return e.what();
  }
}

// A trace of 18 records in lines 9..26, closed in line 27.
struct Recorded {
  ScratchDir dir;
  std::string path = dir / "t.trace";
  std::string text;
  std::vector<std::string> lines;

  Recorded() {
    write_trace(drains(3), path);
    text = file_text(path);
    lines = lines_of(text);
  }
  std::string edited(const std::string& to, ErrorId* id = nullptr) {
    // Thousands of them: a new file each time, so that nothing waits for the disk.
    std::filesystem::remove(path);
    std::ofstream(path, std::ios::binary) << to;
    return refusal(path, id);
  }
};

}  // namespace vernier
