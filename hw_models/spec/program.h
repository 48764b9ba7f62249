// A compiled program: instructions, the DRAM image of constants, and the map that tells which
// tensor lies where. The cycle model reads instructions, image and I/O only; the comparator reads
// the map. The file format stands in program.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hw_models/spec/hw_config.h"
#include "hw_models/spec/isa.h"
#include "hw_models/spec/tensor.h"

namespace vernier {

// Rows of a tensor in the activation memory. Row y has slot s = y, or y mod ring when the tensor
// has fewer slots than rows. Slot s lies in bank (bank + s) mod banks at offset
// base + ((bank + s) / banks) * row_pitch of that bank's space (all pages in a row).
struct Placement {
  int base = 0;  // bytes
  int bank = 0;  // of slot 0
  int rows = 0;
  int row_bytes = 0;  // dense pixels
  int row_pitch = 0;  // bytes, >= row_bytes
  int ring = 0;       // slots; 0: one for every row

  int slots() const { return ring > 0 ? ring : rows; }
  int slot(int y) const { return ring > 0 ? y % ring : y; }
};

// One operator of the graph as the program's reader sees it.
struct LayerInfo {
  std::string op;    // "CONV_2D"
  std::string name;  // the output tensor's name
  Shape shape_in, shape_out;
  std::int64_t macs = 0;          // nominal
  std::int64_t bound_cycles = 0;  // from shapes alone, see compiler/bound.h
  std::string mapping;            // "channel", "packed", "vector", "alias"
  int tensor = -1;                // output tensor index in the model file
  int alias_of = -1;              // layer whose bytes this one renames (RESHAPE), or -1
  Placement place;                // where the output lies when the layer has ended
};

// A graph input or output in DRAM, dense.
struct DramTensor {
  int tensor = -1;
  std::uint32_t addr = 0;
  std::uint32_t bytes = 0;
};

struct Program {
  HwConfig config;                        // the machine it is compiled for
  std::string model_sha256;               // hex
  std::string profile;                    // "tflm"
  std::vector<Word> words;                // all pages, one after the other
  std::vector<std::uint32_t> page_begin;  // first pc of each page; page 0 is what boot loads
  std::vector<std::uint16_t> layer_of;    // per pc
  std::vector<std::uint8_t> image;        // constants from DRAM address image_addr
  std::uint32_t image_addr = 0;           // the words lie in DRAM from address 0
  std::uint32_t dram_bytes = 0;           // whole DRAM image: program, constants, inputs, outputs
  std::vector<LayerInfo> layers;
  std::vector<DramTensor> inputs, outputs;
};

// Version of ISA and file; a program of another version is refused.
inline constexpr std::uint32_t kProgramVersion = 2;

// Writes a program; the bytes are a function of its content only. Throws Error(FileWrite).
void save_program(const Program& program, const std::string& path);
std::vector<std::uint8_t> program_bytes(const Program& program);
// Reads a program; throws Error(Program...) naming the byte offset for any damage.
Program load_program(const std::string& path);
Program parse_program(const std::vector<std::uint8_t>& bytes, const std::string& where);

}  // namespace vernier
