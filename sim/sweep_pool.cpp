#include "sim/sweep_pool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <deque>

#include "hw_models/spec/error.h"

namespace vernier {
namespace {

// A second item waits in the worker while the first result is on its way.
constexpr std::size_t kAhead = 2;
constexpr int kPollMs = 100;

struct Reply {
  std::uint64_t item, bytes;
};

bool write_all(int fd, const void* data, std::size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t n = ::write(fd, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

bool read_all(int fd, void* data, std::size_t size) {
  char* at = static_cast<char*>(data);
  while (size > 0) {
    const ssize_t n = ::read(fd, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

// Closes what the parent had open: a lock must not outlive it in a worker.
void close_all_but(int a, int b) {
  const auto lo = static_cast<unsigned>(std::min(a, b)), hi = static_cast<unsigned>(std::max(a, b));
  constexpr unsigned kFirst = STDERR_FILENO + 1;
  if (lo > kFirst) ::close_range(kFirst, lo - 1, 0);
  if (hi > lo + 1) ::close_range(lo + 1, hi - 1, 0);
  ::close_range(hi + 1, ~0U, 0);
}

[[noreturn]] void worker(const PoolJob& job, int requests, int replies, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(0);
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGHUP, SIG_IGN);
  ::signal(SIGTERM, SIG_DFL);
  close_all_but(requests, replies);
  const int null = ::open("/dev/null", O_WRONLY);
  if (null >= 0) ::dup2(null, STDOUT_FILENO);  // results are the parent's to print
  std::uint64_t item = 0;
  while (read_all(requests, &item, sizeof(item))) {
    const std::string result = job.work(static_cast<std::size_t>(item));
    const Reply reply{item, result.size()};
    if (!write_all(replies, &reply, sizeof(reply)) ||
        !write_all(replies, result.data(), result.size())) {
      break;
    }
  }
  ::_exit(0);
}

class Pool {
 public:
  explicit Pool(const PoolJob& job) : job_(job), waiting_(job.items.begin(), job.items.end()) {
    // A worker that is gone shows as the end of its replies, not as a signal.
    struct sigaction ignore = {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, &old_pipe_);
  }
  ~Pool() {
    for (auto& w : workers_) end(&w, SIGKILL);
    ::sigaction(SIGPIPE, &old_pipe_, nullptr);
  }

  bool run() {
    const std::size_t processes =
        std::min(job_.items.size(), static_cast<std::size_t>(std::max(1, job_.processes)));
    while (workers_.size() < processes) start();
    while (busy()) {
      if (job_.stop && job_.stop()) return false;
      step();
    }
    return true;
  }

 private:
  struct Worker {
    pid_t pid = -1;
    int requests = -1, replies = -1;
    std::deque<std::size_t> items;  // handed out, results not yet seen
    std::string buffer;
  };

  bool busy() const {
    return !waiting_.empty() || std::any_of(workers_.begin(), workers_.end(),
                                            [](const Worker& w) { return !w.items.empty(); });
  }

  [[noreturn]] static void fail(const char* step) {
    throw Error(ErrorId::SweepWorker, "sweep",
                fmt::format("cannot start a worker process: {}: {}", step, std::strerror(errno)),
                "give a smaller -j, or raise the limit of processes");
  }

  void start() {
    int down[2], up[2];
    if (::pipe2(down, O_CLOEXEC) != 0) fail("pipe");
    if (::pipe2(up, O_CLOEXEC) != 0) {
      ::close(down[0]);
      ::close(down[1]);
      fail("pipe");
    }
    std::fflush(nullptr);
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid == 0) worker(job_, down[0], up[1], parent);
    ::close(down[0]);
    ::close(up[1]);
    if (pid < 0) {
      ::close(down[1]);
      ::close(up[0]);
      fail("fork");
    }
    Worker w;
    w.pid = pid;
    w.requests = down[1];
    w.replies = up[0];
    workers_.push_back(std::move(w));
    feed(&workers_.back());
  }

  void feed(Worker* w) {
    while (w->items.size() < kAhead && !waiting_.empty()) {
      const std::uint64_t item = waiting_.front();
      // A worker that is gone is noticed at its replies; the item counts as handed to it.
      write_all(w->requests, &item, sizeof(item));
      w->items.push_back(waiting_.front());
      waiting_.pop_front();
    }
  }

  // Ends a worker; returns its wait status.
  static int end(Worker* w, int signal) {
    if (w->pid < 0) return 0;
    if (signal != 0) ::kill(w->pid, signal);
    ::close(w->requests);
    ::close(w->replies);
    int status = 0;
    while (::waitpid(w->pid, &status, 0) < 0 && errno == EINTR) {
    }
    w->pid = -1;
    return status;
  }

  void step() {
    std::vector<pollfd> fds;
    for (const auto& w : workers_) fds.push_back({w.replies, POLLIN, 0});
    if (::poll(fds.data(), fds.size(), kPollMs) <= 0) return;
    for (std::size_t i = 0; i < fds.size(); ++i) {
      if (fds[i].revents == 0 || receive(&workers_[i])) continue;
      replace(i);
      return;  // the workers have other places now
    }
  }

  // Takes what has arrived; false at the end of the worker.
  bool receive(Worker* w) {
    char chunk[1 << 16];
    const ssize_t n = ::read(w->replies, chunk, sizeof(chunk));
    if (n < 0 && errno == EINTR) return true;
    if (n <= 0) return false;
    w->buffer.append(chunk, static_cast<std::size_t>(n));
    std::size_t at = 0;
    Reply reply{};
    while (w->buffer.size() - at >= sizeof(reply)) {
      std::memcpy(&reply, w->buffer.data() + at, sizeof(reply));
      if (w->buffer.size() - at - sizeof(reply) < reply.bytes) break;
      check(!w->items.empty() && w->items.front() == reply.item,
            "a worker answers for another item than it was given");
      w->items.pop_front();
      job_.done(static_cast<std::size_t>(reply.item),
                w->buffer.substr(at + sizeof(reply), static_cast<std::size_t>(reply.bytes)));
      at += sizeof(reply) + static_cast<std::size_t>(reply.bytes);
    }
    w->buffer.erase(0, at);
    feed(w);
    return true;
  }

  void replace(std::size_t i) {
    Worker gone = std::move(workers_[i]);
    workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(i));
    const int status = end(&gone, 0);
    const std::string how = WIFSIGNALED(status) ? fmt::format("signal {} ({})", WTERMSIG(status),
                                                              strsignal(WTERMSIG(status)))
                                                : fmt::format("exit code {}", WEXITSTATUS(status));
    if (!gone.items.empty()) {
      const std::size_t item = gone.items.front();
      gone.items.pop_front();
      waiting_.insert(waiting_.begin(), gone.items.begin(), gone.items.end());
      job_.lost(item, how);
    }
    if (!waiting_.empty()) start();
  }

  const PoolJob& job_;
  std::deque<std::size_t> waiting_;
  std::vector<Worker> workers_;
  struct sigaction old_pipe_ = {};
};

}  // namespace

bool run_pool(const PoolJob& job) { return job.items.empty() || Pool(job).run(); }

}  // namespace vernier
