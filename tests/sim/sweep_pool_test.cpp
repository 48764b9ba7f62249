// Worker processes that crash, and callers that give up.
#include "sim/sweep_pool.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <map>
#include <numeric>

#include "hw_models/spec/error.h"

using namespace vernier;
using Catch::Matchers::Contains;

TEST_CASE("a worker that crashes loses its item only and is replaced") {
  PoolJob job;
  job.items.resize(20);
  std::iota(job.items.begin(), job.items.end(), std::size_t{0});
  job.processes = 2;
  job.work = [](std::size_t i) {
    if (i == 7) ::raise(SIGKILL);
    if (i == 8) ::_exit(3);
    return std::string(i * 10000, 'x') + std::to_string(i);
  };
  std::map<std::size_t, std::string> done, lost;
  job.done = [&](std::size_t i, const std::string& r) { CHECK(done.emplace(i, r).second); };
  job.lost = [&](std::size_t i, const std::string& how) { CHECK(lost.emplace(i, how).second); };
  CHECK(run_pool(job));
  REQUIRE(lost.size() == 2);
  CHECK_THAT(lost[7], Contains("signal 9"));
  CHECK_THAT(lost[8], Contains("exit code 3"));
  REQUIRE(done.size() == 18);
  for (const auto& [i, result] : done)
    CHECK(result == std::string(i * 10000, 'x') + std::to_string(i));
}

TEST_CASE("what a caller of the pool throws ends its workers and comes through") {
  PoolJob job;
  job.items = {0, 1, 2, 3};
  job.processes = 2;
  job.work = [](std::size_t i) {
    if (i > 0) ::pause();
    return std::string("x");
  };
  job.done = [](std::size_t, const std::string&) {
    throw Error(ErrorId::FileWrite, "log", "no space");
  };
  job.lost = [](std::size_t, const std::string&) {};
  CHECK_THROWS_WITH(run_pool(job), Contains("no space"));
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
}
