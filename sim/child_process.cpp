#include "sim/child_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <exception>
#include <thread>

#include "hw_models/spec/error.h"

namespace vernier {
namespace {

pid_t start(const Job& job, const std::string& folder) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, job.log.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0644);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  std::vector<char*> argv;
  for (const auto& word : job.argv) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  pid_t pid = -1;
  const int failed = posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) {
    throw Error(ErrorId::RtlTool, job.argv[0],
                std::string("cannot be started: ") + std::strerror(failed));
  }
  return pid;
}

// Whether a child has ended; its success then.
bool ended(pid_t pid, bool* success) {
  int status = 0;
  const pid_t got = waitpid(pid, &status, WNOHANG);
  if (got == 0 || (got < 0 && errno == EINTR)) return false;
  *success = got == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return true;
}

struct Child {
  pid_t pid;
  int job;
};

}  // namespace

int run_jobs(const std::vector<Job>& jobs, const std::string& folder, int at_once,
             const std::function<void(int done)>& tick) {
  std::vector<Child> running;
  std::size_t next = 0;
  int done = 0, failed = -1;
  std::exception_ptr broken;
  while (true) {
    while (failed < 0 && !broken && next < jobs.size() &&
           static_cast<int>(running.size()) < at_once) {
      try {
        running.push_back({start(jobs[next], folder), static_cast<int>(next)});
        ++next;
      } catch (const Error&) {
        broken = std::current_exception();  // the others must still be waited for
      }
    }
    if (running.empty()) break;
    for (std::size_t i = 0; i < running.size();) {
      bool success = false;
      if (!ended(running[i].pid, &success)) {
        ++i;
        continue;
      }
      if (!success && failed < 0) failed = running[i].job;
      ++done;
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
    }
    tick(done);
    if (!running.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  if (broken) std::rethrow_exception(broken);
  return failed;
}

}  // namespace vernier
