// What a report holds, and its writers: a table for people, JSON and CSV for machines.
#pragma once

#include <string>

#include "sim/layers.h"
#include "sim/simulation.h"

namespace vernier {

struct Report {
  const Graph* graph = nullptr;
  const HwConfig* config = nullptr;
  const SimulationRequest* request = nullptr;
  const SimulationResult* result = nullptr;
  const Summary* summary = nullptr;  // nullptr when the cycle level did not run
  const EnergyTable* energy = nullptr;
};

// The per-layer table with a total line and the energy components; width fits the longest cell.
std::string report_table(const Report& report);
// The lines under it: what was compared with what, and what was found.
std::string report_verdict(const Report& report);
// Schema 1: keys in alphabetical order, numbers in shortest round-trip form.
std::string report_json(const Report& report);
// One row per layer and one of totals, RFC 4180.
std::string report_csv(const Report& report);

// "1,234,567"
std::string grouped(std::int64_t n);

}  // namespace vernier
