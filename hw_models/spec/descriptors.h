// The descriptor registers of MAC and POST: what the next tile, drain, add, ... works on.
#pragma once

#include "hw_models/spec/isa.h"

namespace vernier {

struct MacRegisters {
  insn::MacIfmap ifmap;
  insn::MacKernel kernel;
  insn::MacReduce reduce;
};

struct PostRegisters {
  insn::PostOfmap ofmap;
  insn::PostSourceA a;
  insn::PostSourceB b;
  insn::PostScale scale;
  insn::PostWindow window;
  insn::PostStride stride;
};

struct Registers {
  MacRegisters mac;
  PostRegisters post;

  // Loads a descriptor; false when the instruction is none.
  bool load(const Instruction& i) {
    if (const auto* d = std::get_if<insn::MacIfmap>(&i)) return mac.ifmap = *d, true;
    if (const auto* d = std::get_if<insn::MacKernel>(&i)) return mac.kernel = *d, true;
    if (const auto* d = std::get_if<insn::MacReduce>(&i)) return mac.reduce = *d, true;
    if (const auto* d = std::get_if<insn::PostOfmap>(&i)) return post.ofmap = *d, true;
    if (const auto* d = std::get_if<insn::PostSourceA>(&i)) return post.a = *d, true;
    if (const auto* d = std::get_if<insn::PostSourceB>(&i)) return post.b = *d, true;
    if (const auto* d = std::get_if<insn::PostScale>(&i)) return post.scale = *d, true;
    if (const auto* d = std::get_if<insn::PostWindow>(&i)) return post.window = *d, true;
    if (const auto* d = std::get_if<insn::PostStride>(&i)) return post.stride = *d, true;
    return false;
  }
};

}  // namespace vernier
