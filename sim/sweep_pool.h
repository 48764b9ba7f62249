// Worker processes: numbered items are handed out one by one to whoever is free.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace vernier {

struct PoolJob {
  std::vector<std::size_t> items;
  int processes = 1;
  // Runs in a worker, with a copy of everything the parent held at the start; must not throw.
  std::function<std::string(std::size_t item)> work;
  // Run in the parent, in the order in which results arrive.
  std::function<void(std::size_t item, const std::string& result)> done;
  // A worker ended within an item; `how` tells by what signal or code. Another takes its place.
  std::function<void(std::size_t item, const std::string& how)> lost;
  // Asked many times a second; true ends the run. May be empty.
  std::function<bool()> stop;
};

// Runs all items; returns false when `stop` ended it. Workers hold no file of the parent's, ignore
// SIGINT and SIGHUP (the parent decides), and die with the parent. Whatever is thrown by done or
// lost ends the workers and goes on to the caller. Throws Error(SweepWorker) when no process can be
// started.
bool run_pool(const PoolJob& job);

}  // namespace vernier
