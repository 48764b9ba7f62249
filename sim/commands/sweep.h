// vernier sweep: a grid of machines and networks into points.csv and layers.csv.
#pragma once

#include <string>
#include <vector>

namespace vernier {

// Computes what the logs in `out_dir` do not hold yet, with `jobs` worker processes, then writes
// points.csv and layers.csv there; with `shard` "i/n" only every n-th point from the i-th on, into
// points.i-of-n.csv and layers.i-of-n.csv (a run without shard in the same folder then finds all
// records and writes the whole). Point order, so the bytes do not depend on jobs, resuming or
// sharding. A point that fails is a row with status and error. Call it before anything elaborates
// SystemC: workers are forked. `profiles` are the values of --profile, which go before the base
// machine's.
// Returns kExitOk, or 128 + n when signal n ended it (the log can be resumed). Throws Error for the
// command line, the sweep file, files that it names, and the output folder.
int run_sweep(const std::string& spec, const std::string& out_dir, int jobs,
              const std::string& shard, const std::vector<std::string>& profiles, bool quiet);

}  // namespace vernier
