// A PAD that is never materialised, at the point of the pipeline where it exists: the MAC feeder of
// the layers that read it puts its zero point around the source's rows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hw_models/spec/graph.h"
#include "hw_models/spec/program.h"

namespace vernier {

// What a feeder makes of the source: rows and pixels that it puts in front of it, the extent that
// it takes for inside, and the code of everything else.
struct FeederPad {
  int layer = -1;  // that reads the padded tensor
  std::int64_t top = 0, left = 0, height = 0, width = 0;
  int code = 0;

  bool operator==(const FeederPad& o) const {
    return layer == o.layer && top == o.top && left == o.left && height == o.height &&
           width == o.width && code == o.code;
  }
};

// From the program's own descriptors, for the folded PAD of layer `pad`: one for each reading layer
// and, should its tiles differ, for each of their descriptors. A reader's own padding is taken off.
// Throws Error(ProgramInstruction).
std::vector<FeederPad> feeder_pads(const Program& program, const Graph& graph, int pad);

// The padded tensor as the feeder delivers it: shape [n, h, w, c], one byte an element. Elements
// inside the feeder's extent but outside the source's are delivered from memory that is not the
// tensor's; they are left 0 and `*outside` becomes true.
std::vector<std::uint8_t> delivered(const FeederPad& feeder, const Shape& source,
                                    const std::vector<std::uint8_t>& bytes, const Shape& padded,
                                    bool* outside);

}  // namespace vernier
