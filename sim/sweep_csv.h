// The result files of a sweep: points.csv, one row per point, and layers.csv, one row per layer of
// every point that ran. RFC 4180 with LF; numbers are shortest round-trip decimals and know no
// locale.
//
// cycles of a layer = the cyc_ columns, exactly:
//   cyc_compute       the array is fed (MAC layers)
//   cyc_fill_drain    only a drain of accumulators runs, behind the array
//   cyc_stall_ifmap   0: the ifmap port serves one vector every cycle
//   cyc_stall_weight  inside a tile: weight rows load longer than pixels pass
//   cyc_stall_ofmap   MAC and POST wait for each other: an accumulator buffer to fill or to drain
//   cyc_stall_bank    0: a program in which two engines meet at a port is illegal
//   cyc_stall_dram    MAC and POST wait for LOAD, or STORE alone is left
//   cyc_vector        POST works (layers without weights)
//   cyc_issue         no instruction is there yet, or a descriptor loads
// energy_pj = the e_ columns added from left to right, exactly. Operands: ifmap is the activation
// memory, weight the weight memory, ofmap the accumulators, param POST's records and tables.
#pragma once

#include <string>
#include <vector>

#include "sim/area.h"
#include "sim/layers.h"

namespace vernier {

// First lines, with their line ends; `axes` are the swept keys, which come first.
std::string points_header(const std::vector<std::string>& axes);
std::string layers_header(const std::vector<std::string>& axes);

// The columns of points.csv behind `error`, without a line end. edp is in pJ x us. output_sha256,
// toggles (of layers.csv) and wall_ms stay empty: a sweep runs without data, and a clock would make
// two equal sweeps differ. err_pct is 0: the cycle level is exact.
std::string point_columns(const Summary& summary, const HwConfig& config, const Area& area);
// The same of a point that failed: empty.
std::string empty_point_columns();
// The columns of layers.csv behind `config_hash`.
std::string layer_columns(const LayerRow& row, const HwConfig& config);

}  // namespace vernier
