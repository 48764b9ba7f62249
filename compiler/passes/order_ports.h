// A step of schedule(): no two engines may use one port of the activation memory in the same cycle.
#pragma once

#include "compiler/schedule.h"
#include "hw_models/spec/hw_config.h"

namespace vernier::compiler {

// Adds the needs that keep users of one port apart; every need points backward.
//   LOAD writes its inputs, in front of all other instructions; a POST instruction that writes the
//     same port needs that LOAD.
//   MAC reads its ifmap; a tile needs the POST instructions in front of it that read the same port.
//     A POST instruction behind a tile is behind the tile's drain, which outlasts its last read.
//   STORE reads its outputs; it needs POST instructions in front that read the same port, and the
//     drains of tiles that do.
void order_ports(const HwConfig& config, Schedule* schedule);

}  // namespace vernier::compiler
