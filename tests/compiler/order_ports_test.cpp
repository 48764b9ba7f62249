// Who waits for whom at a port of the activation memory: LOAD and POST write, MAC, POST and STORE
// read. Addresses: one bank's worth of bytes, base picks the page.
#include "compiler/passes/order_ports.h"

#include <catch2/catch.hpp>

using namespace vernier;
using namespace vernier::compiler;

namespace {

class PortsOf {
 public:
  PortsOf() { config_.act_mem_banks = 1; }

  std::int64_t page(int p) const { return std::int64_t{p} * config_.act_bank_page_bytes(); }

  // Each returns the instruction's index.
  int load(int to) {
    insn::LoadAct l;
    transfer(&l, to);
    return push(l);
  }
  int store(int from) {
    insn::StoreAct s;
    transfer(&s, from);
    return push(s);
  }
  int rescale(int from, int to) {
    insn::PostSourceA a;
    image(&a, from);
    push(a);
    ofmap(to);
    insn::PostRescale r;
    r.rows = 1;
    return push(r);
  }
  int tile(int from) {
    insn::MacIfmap f;
    image(&f, from);
    f.height = f.width = 1;
    insn::MacKernel k;
    k.kernel_h = k.kernel_w = k.stride_h = k.stride_w = k.dilation_h = k.dilation_w = 1;
    insn::MacReduce r;
    r.passes = 4;
    insn::MacTile t;
    t.height = t.width = 1;
    push(f);
    push(k);
    push(r);
    return push(t);
  }
  int drain(int to) {
    ofmap(to);
    insn::PostDrain d;
    d.height = d.width = 1;
    d.cols = 16;
    return push(d);
  }

  int need(int index, Engine from) {
    if (!ordered_) order_ports(config_, &s_);
    ordered_ = true;
    return s_.insns[static_cast<std::size_t>(index)].needs[static_cast<std::size_t>(from)];
  }

 private:
  template <class Transfer>
  void transfer(Transfer* t, int p) {
    t->base = page(p);
    t->row_pitch = t->row_bytes = 64;
    t->rows = 1;
  }
  template <class Descriptor>
  void image(Descriptor* d, int p) {
    d->base = page(p);
    d->row_pitch = d->channels = 64;
    d->height = d->width = 1;
  }
  void ofmap(int p) {
    insn::PostOfmap o;
    o.base = page(p);
    o.row_pitch = o.channels = 64;
    o.width = 1;
    push(o);
  }
  int push(Instruction i) {
    ScheduledInsn one;
    one.insn = std::move(i);
    s_.insns.push_back(one);
    return static_cast<int>(s_.insns.size()) - 1;
  }

  HwConfig config_;
  Schedule s_;
  bool ordered_ = false;
};

}  // namespace

TEST_CASE("POST waits for a LOAD that writes its page's port, of another page it does not") {
  PortsOf p;
  const int l = p.load(0);
  const int other = p.rescale(2, 1), same = p.rescale(2, 0);
  CHECK(p.need(other, Engine::Load) == -1);
  CHECK(p.need(same, Engine::Load) == l);
}

TEST_CASE("LOAD waits for POST that writes the same port, not for those who read there") {
  PortsOf p;
  p.rescale(1, 2);
  const int drain = p.drain(0);
  p.tile(1);
  const int read = p.load(1), written = p.load(0);
  CHECK(p.need(read, Engine::Post) == -1);
  CHECK(p.need(read, Engine::Mac) == -1);
  CHECK(p.need(written, Engine::Post) == drain);
}

TEST_CASE("a tile waits for POST and for STORE that read its port in front of it") {
  PortsOf p;
  const int post = p.rescale(0, 3), store = p.store(0);
  const int beside = p.tile(1), tile = p.tile(0);
  CHECK(p.need(beside, Engine::Post) == -1);
  CHECK(p.need(beside, Engine::Store) == -1);
  CHECK(p.need(tile, Engine::Post) == post);
  CHECK(p.need(tile, Engine::Store) == store);
}

TEST_CASE("POST waits for STORE where both read or where it only writes beside, as ports ask") {
  PortsOf p;
  const int store = p.store(0);
  const int reads = p.rescale(0, 1), writes = p.rescale(2, 0);
  CHECK(p.need(reads, Engine::Store) == store);
  CHECK(p.need(writes, Engine::Store) == -1);  // the write port is another one
}

TEST_CASE("STORE waits for POST that reads its port, and for a tile by the drain behind it") {
  PortsOf p;
  const int post = p.rescale(0, 3);
  p.tile(1);
  const int drain = p.drain(3);
  p.tile(1);  // not drained yet: STORE may not stand here in a real program
  const int of_post = p.store(0), of_tile = p.store(1), of_none = p.store(2);
  CHECK(p.need(of_post, Engine::Post) == post);
  CHECK(p.need(of_tile, Engine::Post) == drain);
  CHECK(p.need(of_tile, Engine::Mac) == -1);
  CHECK(p.need(of_none, Engine::Post) == -1);
}

TEST_CASE("only the last user in front counts, needs never point forward") {
  PortsOf p;
  p.rescale(0, 1);
  const int last = p.rescale(0, 1);
  const int tile = p.tile(0);
  p.rescale(0, 1);
  CHECK(p.need(tile, Engine::Post) == last);
}
