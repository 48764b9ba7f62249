#include "hw_models/spec/temporary.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstring>

namespace vernier {
namespace {

// A handler may only touch memory that is there and complete, so slots are static and a slot is
// published by its flag.
struct Slot {
  std::atomic<int> state{0};  // 0 free, 1 being written, 2 holds a path
  std::array<char, 4096> path{};
};
std::array<Slot, 32> slots;

void end(int signal) {
  for (auto& slot : slots) {
    if (slot.state.load(std::memory_order_acquire) == 2) ::unlink(slot.path.data());
  }
  ::_exit(128 + signal);
}

}  // namespace

void note_temporary(const std::string& path) {
  if (path.size() + 1 > slots[0].path.size()) return;
  for (auto& slot : slots) {
    int free = 0;
    if (!slot.state.compare_exchange_strong(free, 1)) continue;
    std::memcpy(slot.path.data(), path.c_str(), path.size() + 1);
    slot.state.store(2, std::memory_order_release);
    return;
  }
}

void forget_temporary(const std::string& path) {
  for (auto& slot : slots) {
    if (slot.state.load(std::memory_order_acquire) == 2 && path == slot.path.data()) {
      slot.state.store(0, std::memory_order_release);
    }
  }
}

void handle_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    // What the caller has set to be ignored (nohup) stays ignored.
    if (std::signal(signal, end) == SIG_IGN) std::signal(signal, SIG_IGN);
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace vernier
