// Other programs, run without a shell.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace vernier {

struct Job {
  std::vector<std::string> argv;  // argv[0] is the program's path
  std::string log;                // stdout and stderr go here; the file is replaced
};

// Runs jobs in `folder`, at most `at_once` at a time, stdin empty. `tick(done)` is called about
// every 20 ms. After the first job that fails no other is started. Returns the index of a job that
// did not exit with 0, or -1; all started ones have ended. Throws Error(RtlTool) if a program
// cannot be started.
int run_jobs(const std::vector<Job>& jobs, const std::string& folder, int at_once,
             const std::function<void(int done)>& tick);

}  // namespace vernier
