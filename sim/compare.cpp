#include "sim/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "hw_models/spec/error.h"

namespace vernier {

Comparator::Comparator(const Program& program, const Graph& graph, const golden::Values* golden,
                       int run)
    : program_(program), graph_(graph), golden_(golden), run_(run) {
  observed_.resize(graph.tensors.size());
  written_.resize(program.layers.size());
  count_.assign(program.layers.size(), 0);
  for (std::size_t i = 0; i < program.layers.size(); ++i) {
    const auto& info = graph.tensor(program.layers[i].tensor);
    observed_[static_cast<std::size_t>(program.layers[i].tensor)] = Tensor(info.dtype, info.shape);
    if (program.layers[i].mapping != "alias") {
      written_[i].assign(static_cast<std::size_t>(element_count(info.shape)), 0);
    }
  }
}

void Comparator::report(Divergence d) {
  if (diverged()) return;
  d.run = run_;
  d.last_agreed_cycle = last_agreed_cycle_;
  divergence_ = std::move(d);
}

void Comparator::instruction(Engine, std::uint32_t, std::int64_t, std::int64_t) {}

void Comparator::write(std::int64_t cycle, std::uint32_t pc, int bank, int offset,
                       const std::uint8_t* bytes, int n) {
  if (diverged()) return;
  const auto layer = static_cast<std::size_t>(program_.layer_of[pc]);
  const auto& info = program_.layers[layer];
  const auto& p = info.place;
  Divergence d;
  d.layer = static_cast<int>(layer);
  d.cycle = cycle;
  d.pc = pc;
  // Inverse of Placement: which row, which byte of it.
  const int banks = program_.config.act_mem_banks;
  const int slot = offset < p.base || p.row_pitch <= 0 ? -1 : (offset - p.base) / p.row_pitch;
  const int y = slot * banks + bank - p.bank;
  const int x = slot < 0 ? -1 : (offset - p.base) % p.row_pitch;
  if (slot < 0 || y < 0 || y >= p.rows || x + n > p.row_bytes) {
    d.kind = "place";
    d.detail = fmt::format("bank {} bytes {}..{} are not the tensor's", bank, offset, offset + n);
    return report(d);
  }
  const std::int64_t element = std::int64_t{y} * p.row_bytes + x;
  auto& seen = written_[layer];
  auto& tensor = observed_[static_cast<std::size_t>(info.tensor)];
  if (element + n > static_cast<std::int64_t>(seen.size())) {
    d.kind = "place";
    d.detail = fmt::format("elements {}..{} of a tensor of {}", element, element + n, seen.size());
    return report(d);
  }
  const Tensor* want =
      golden_ != nullptr ? &(*golden_)[static_cast<std::size_t>(info.tensor)] : nullptr;
  for (int i = 0; i < n; ++i) {
    const auto e = static_cast<std::size_t>(element + i);
    d.element = element + i;
    d.lane = i;
    if (want != nullptr && want->bytes[e] != bytes[i]) {
      d.kind = "value";
      d.want = static_cast<std::int8_t>(want->bytes[e]);
      d.got = static_cast<std::int8_t>(bytes[i]);
      return report(d);
    }
    if (seen[e] != 0) {
      d.kind = "place";
      d.detail = "the element is written twice";
      return report(d);
    }
    seen[e] = 1;
    tensor.bytes[e] = bytes[i];
  }
  count_[layer] += n;
  last_agreed_cycle_ = cycle;
  if (want != nullptr) elements_compared_ += n;
}

void Comparator::finish(const std::vector<std::uint8_t>& dram) {
  for (std::size_t i = 0; i < program_.layers.size() && !diverged(); ++i) {
    if (program_.layers[i].mapping == "alias") continue;
    const auto& seen = written_[i];
    const auto hole = std::find(seen.begin(), seen.end(), 0);
    if (hole != seen.end()) {
      Divergence d;
      d.kind = "missing";
      d.layer = static_cast<int>(i);
      d.element = hole - seen.begin();
      d.detail = fmt::format("{} of {} elements were written", count_[i], seen.size());
      return report(d);
    }
    if (golden_ != nullptr) ++tensors_compared_;
  }
  if (!diverged()) compare_aliases();
  if (!diverged()) compare_outputs(dram);
}

// A renamed tensor is its source's bytes: golden's value of the new name against what was written
// under the old one.
void Comparator::compare_aliases() {
  for (std::size_t i = 0; i < program_.layers.size(); ++i) {
    const auto& info = program_.layers[i];
    if (info.mapping != "alias") continue;
    const auto t = static_cast<std::size_t>(info.tensor);
    const auto& op = graph_.ops[i];
    const auto source = static_cast<std::size_t>(op.inputs[0]);
    const bool of_input = info.alias_of < 0;
    if (of_input && golden_ == nullptr) continue;
    const Tensor& from = of_input ? (*golden_)[source] : observed_[source];
    observed_[t].bytes = from.bytes;
    if (golden_ == nullptr) continue;
    const auto& want = (*golden_)[t].bytes;
    const auto& got = observed_[t].bytes;
    const auto at = std::mismatch(want.begin(), want.end(), got.begin(), got.end());
    if (at.first != want.end() || at.second != got.end()) {
      Divergence d;
      d.kind = "value";
      d.layer = static_cast<int>(i);
      d.element = at.first - want.begin();
      if (at.first != want.end() && at.second != got.end()) {
        d.want = static_cast<std::int8_t>(*at.first);
        d.got = static_cast<std::int8_t>(*at.second);
      }
      d.detail = "the tensor renames another one, but golden's bytes differ from it";
      return report(d);
    }
    ++tensors_compared_;
    elements_compared_ += static_cast<std::int64_t>(want.size());
  }
}

void Comparator::compare_outputs(const std::vector<std::uint8_t>& dram) {
  if (golden_ == nullptr) return;
  for (const auto& o : program_.outputs) {
    const auto& want = (*golden_)[static_cast<std::size_t>(o.tensor)].bytes;
    check(want.size() == o.bytes, "a graph output has another size in DRAM than in golden");
    const auto at = std::mismatch(want.begin(), want.end(), dram.begin() + o.addr);
    if (at.first == want.end()) continue;
    Divergence d;
    d.kind = "output";
    const auto writer = std::find_if(program_.layers.begin(), program_.layers.end(),
                                     [&](const LayerInfo& l) { return l.tensor == o.tensor; });
    d.layer = static_cast<int>(writer - program_.layers.begin());
    d.element = at.first - want.begin();
    d.want = static_cast<std::int8_t>(*at.first);
    d.got = static_cast<std::int8_t>(*at.second);
    d.detail = fmt::format("graph output tensor {} in DRAM at {} is not what golden computed",
                           o.tensor, o.addr);
    return report(d);
  }
}

}  // namespace vernier
