// How far back a report of the machine can reach: what bounds the memory of a trace writer.
#pragma once

#include <cstdint>

#include "hw_models/spec/program.h"

namespace vernier {

// The most cycles by which an event lies before the call that reports it. Engines report an
// instruction and its writes when it has ended, so it is the longest instruction of the program:
//   MAC, POST    mac_tile_timing().duration, post_duration()
//   LOAD, STORE  3 x the longest transfer's beats + the channel's latency: one transfer runs and
//   one
//                may stand before it when it asks for the channel, then its own
// Throws Error(ProgramInstruction) for a word that is no instruction.
std::int64_t report_lag_cycles(const Program& program);

}  // namespace vernier
