#include "sim/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "hw_models/spec/error.h"
#include "sim/boundary.h"
#include "sim/folded_pad.h"

namespace vernier {

Comparator::Comparator(const Program& program, const Graph& graph, const golden::Values* golden,
                       int run)
    : program_(program), graph_(graph), golden_(golden), run_(run), rows_(program) {
  observed_.resize(graph.tensors.size());
  for (std::size_t i = 0; i < program.layers.size(); ++i) {
    const auto& layer = program.layers[i];
    const auto& info = graph.tensor(layer.tensor);
    observed_of(layer.tensor) = Tensor(info.dtype, info.shape);
    mapping_.push_back(is_boundary(program, i)     ? Mapping::kBoundary
                       : layer.mapping == "alias"  ? Mapping::kAlias
                       : layer.mapping == "folded" ? Mapping::kFolded
                                                   : Mapping::kWritten);
    written_.emplace_back(mapping_[i] == Mapping::kWritten ? element_count(info.shape) : 0);
  }
}

void Comparator::set_inputs(const golden::Values& host) {
  for (std::size_t t = 0; t < host.size(); ++t) {
    if (!host[t].bytes.empty()) observed_[t] = host[t];
  }
}

void Comparator::report(Divergence d) {
  if (diverged()) return;
  d.run = run_;
  d.last_agreed_cycle = last_agreed_cycle_;
  divergence_ = std::move(d);
}

void Comparator::write(std::int64_t cycle, std::uint32_t pc, int bank, int offset,
                       const std::uint8_t* bytes, int n) {
  if (diverged()) return;
  const auto layer = static_cast<std::size_t>(program_.layer_of[pc]);
  const auto& info = program_.layers[layer];
  const auto& p = info.place;
  Divergence d;
  const auto misplaced = [&](const std::string& detail) {
    d.kind = "place";
    d.detail = detail;
  };
  // Inverse of Placement: which slot and row, which byte of it.
  const int turn = offset < p.base || p.row_pitch <= 0 ? -1 : (offset - p.base) / p.row_pitch;
  const int slot = turn * program_.config.act_mem_banks + bank - p.bank;
  const int y = turn < 0 || slot < 0 ? -1 : rows_.row(p, pc, slot);
  const int x = offset - p.base - turn * p.row_pitch;
  auto& seen = written_[layer];
  const std::int64_t element = std::int64_t{y} * p.row_bytes + x;
  if (y < 0 || y >= p.rows || x + n > p.row_bytes) {
    misplaced(fmt::format("bank {} bytes {}..{} are not the tensor's", bank, offset, offset + n));
  } else if (element + n > seen.size()) {
    misplaced(fmt::format("elements {}..{} of a tensor of {}", element, element + n, seen.size()));
  } else {
    const auto at = static_cast<std::size_t>(element);
    const auto count = static_cast<std::size_t>(n);
    if (golden_ != nullptr && std::memcmp(wanted(info.tensor).bytes.data() + at, bytes, count)) {
      const auto& want = wanted(info.tensor);
      std::size_t i = 0;
      while (want.bytes[at + i] == bytes[i]) ++i;
      d.kind = "value";
      d.element = element + static_cast<std::int64_t>(i);
      d.lane = static_cast<int>(i);
      d.want = code_at(want.dtype, want.bytes, d.element);
      d.got = code_at(want.dtype, {bytes, bytes + n}, static_cast<std::int64_t>(i));
    } else if (!seen.add(element, n)) {
      d.element = element;
      d.lane = 0;
      misplaced(n == 1 ? "the element is written twice"
                       : fmt::format("one of elements {}..{} is written twice", element,
                                     element + n - 1));
    } else {
      std::memcpy(observed_of(info.tensor).bytes.data() + at, bytes, count);
      last_agreed_cycle_ = cycle;
      if (golden_ != nullptr) elements_compared_ += n;
      return;
    }
  }
  d.layer = static_cast<int>(layer);
  d.cycle = cycle;
  d.pc = pc;
  report(std::move(d));
}

void Comparator::finish(const std::vector<std::uint8_t>& dram) {
  // In execution order: a layer that writes nothing takes its source as found so far.
  for (std::size_t i = 0; i < program_.layers.size() && !diverged(); ++i) {
    const Op& op = graph_.ops[i];
    if (mapping_[i] == Mapping::kWritten) {
      finish_written(i);
      continue;
    }
    auto& source = observed_of(op.inputs[0]);
    if (source.bytes.empty() && golden_ != nullptr) source = wanted(op.inputs[0]);
    if (source.bytes.empty()) continue;  // a graph input of a run without values
    if (mapping_[i] == Mapping::kFolded) {
      finish_folded(i);
    } else if (mapping_[i] == Mapping::kAlias) {
      observed_of(op.outputs[0]).bytes = source.bytes;
      compare_whole(i, "the tensor renames another one, but golden's bytes differ from it");
    } else {
      golden::run_op(graph_, op, &observed_);
      compare_whole(i, "converted at the boundary of the network, but golden's bytes differ");
    }
  }
  if (!diverged()) compare_outputs(dram);
}

void Comparator::finish_written(std::size_t layer) {
  const auto& seen = written_[layer];
  if (seen.count() == seen.size()) {
    if (golden_ != nullptr) ++tensors_compared_;
    return;
  }
  Divergence d;
  d.kind = "missing";
  d.layer = static_cast<int>(layer);
  d.element = seen.first_missing();
  d.detail = fmt::format("{} of {} elements were written", seen.count(), seen.size());
  report(std::move(d));
}

void Comparator::finish_folded(std::size_t layer) {
  const auto feeders = feeder_pads(program_, graph_, static_cast<int>(layer));
  const Op& op = graph_.ops[layer];
  const auto& source = observed_of(op.inputs[0]);
  auto& padded = observed_of(op.outputs[0]);
  const auto tensors = tensors_compared_, elements = elements_compared_;
  for (const auto& feeder : feeders) {
    // Counted once, however many layers read it.
    tensors_compared_ = tensors;
    elements_compared_ = elements;
    bool outside = false;
    padded.bytes = delivered(feeder, source.shape, source.bytes, padded.shape, &outside);
    compare_whole(layer, fmt::format("the feeder of layer {} delivers another padding: {} above, "
                                     "{} to the left, code {}",
                                     feeder.layer, feeder.top, feeder.left, feeder.code));
    if (diverged()) return;
    if (!outside) continue;
    Divergence d;
    d.kind = "place";
    d.layer = static_cast<int>(layer);
    d.detail =
        fmt::format("the feeder of layer {} takes {}x{} pixels of a tensor of {}x{}", feeder.layer,
                    feeder.height, feeder.width, source.shape[1], source.shape[2]);
    return report(std::move(d));
  }
  if (!feeders.empty()) return;
  Divergence d;
  d.kind = "missing";
  d.layer = static_cast<int>(layer);
  d.detail = "folded into the layers that read it, but no tile of the array reads it";
  report(std::move(d));
}

// Golden's tensor of a layer against what was observed for it.
void Comparator::compare_whole(std::size_t layer, const std::string& detail) {
  if (golden_ == nullptr) return;
  const int t = program_.layers[layer].tensor;
  const auto& want = wanted(t);
  const auto& got = observed_of(t).bytes;
  if (want.bytes == got) {
    ++tensors_compared_;
    elements_compared_ += element_count(want.shape);
    return;
  }
  Divergence d;
  d.kind = "value";
  d.layer = static_cast<int>(layer);
  const auto at = std::mismatch(want.bytes.begin(), want.bytes.end(), got.begin(), got.end());
  const auto byte = at.first - want.bytes.begin();
  d.element = byte / dtype_bytes(want.dtype);
  if (at.first != want.bytes.end() && at.second != got.end()) {
    d.want = code_at(want.dtype, want.bytes, d.element);
    d.got = code_at(want.dtype, got, d.element);
  }
  d.detail = detail;
  report(std::move(d));
}

void Comparator::compare_outputs(const std::vector<std::uint8_t>& dram) {
  if (golden_ == nullptr) return;
  for (const auto& o : program_.outputs) {
    const auto& want = wanted(o.tensor);
    check(want.bytes.size() == o.bytes, "a graph output has another size in DRAM than in golden");
    if (std::memcmp(want.bytes.data(), dram.data() + o.addr, o.bytes) == 0) continue;
    const auto at =
        std::mismatch(want.bytes.begin(), want.bytes.end(), dram.begin() + o.addr).first;
    Divergence d;
    d.kind = "output";
    const auto writer = std::find_if(program_.layers.begin(), program_.layers.end(),
                                     [&](const LayerInfo& l) { return l.tensor == o.tensor; });
    if (writer != program_.layers.end()) {
      d.layer = static_cast<int>(writer - program_.layers.begin());
    }
    d.element = (at - want.bytes.begin()) / dtype_bytes(want.dtype);
    d.want = code_at(want.dtype, want.bytes, d.element);
    d.got =
        code_at(want.dtype, {dram.begin() + o.addr, dram.begin() + o.addr + o.bytes}, d.element);
    d.detail = fmt::format("graph output tensor {} in DRAM at {} is not what golden computed",
                           o.tensor, o.addr);
    return report(std::move(d));
  }
}

}  // namespace vernier
