#include <fmt/format.h>

#include <algorithm>

#include "compiler/passes.h"
#include "hw_models/spec/error.h"

namespace vernier::compiler {
namespace {

// Bytes [begin, end) of every bank's space that a placement takes.
struct Span {
  std::int64_t begin, end;
};

Span span_of(const HwConfig& config, const Placement& p) {
  const std::int64_t slots = (p.bank + p.rows - 1) / config.act_mem_banks + 1;
  return {p.base, p.base + slots * p.row_pitch};
}

bool overlap(const Span& a, const Span& b) { return a.begin < b.end && b.begin < a.end; }

// Tensors that are operands of one ADD with `t`.
std::vector<int> partners(const Plan& plan, int t) {
  std::vector<int> list;
  for (const auto& layer : plan.layers) {
    if (layer.mode != LayerPlan::Mode::kVector || layer.vector.kind != VectorPlan::Kind::kAdd) {
      continue;
    }
    const int a = plan.tensor(layer.vector.a).storage;
    const int b = plan.tensor(layer.vector.b).storage;
    if (a == t && b != t) list.push_back(b);
    if (b == t && a != t) list.push_back(a);
  }
  return list;
}

// Whether rows y of two tensors can always be read in one cycle: other banks, or other pages.
bool apart(const HwConfig& config, const Placement& a, const Placement& b) {
  if ((a.bank - b.bank) % config.act_mem_banks != 0) return true;
  const std::int64_t page = config.act_bank_page_bytes();
  const Span sa = span_of(config, a), sb = span_of(config, b);
  return (sa.end - 1) / page < sb.begin / page || (sb.end - 1) / page < sa.begin / page;
}

class Placer {
 public:
  explicit Placer(Plan* plan) : plan_(plan), config_(plan->config) {}

  void place(int t) {
    auto& tensor = plan_->tensor(t);
    tensor.place.rows = tensor.rows.h;
    tensor.place.row_bytes = tensor.rows.w * tensor.rows.c;
    tensor.place.row_pitch = tensor.place.row_bytes;
    const auto near = partners(*plan_, t);
    for (int bank = 0; bank < config_.act_mem_banks; ++bank) {
      for (const std::int64_t base : candidates(tensor)) {
        tensor.place.bank = bank;
        tensor.place.base = static_cast<int>(base);
        if (fits(tensor, near)) {
          placed_.push_back(t);
          return;
        }
      }
    }
    refuse(t, near);
  }

 private:
  // Two tensors that hold values at the same time; a layer's output is written while its inputs are
  // read.
  static bool alive_together(const TensorPlan& a, const TensorPlan& b) {
    return a.first <= b.last && b.first <= a.last;
  }

  // First fit: the bottom, behind every tensor that is alive, and at page begins.
  std::vector<std::int64_t> candidates(const TensorPlan& t) const {
    std::vector<std::int64_t> list{0};
    for (const int p : placed_) {
      const auto& other = plan_->tensor(p);
      if (alive_together(t, other)) list.push_back(span_of(config_, other.place).end);
    }
    for (int page = 1; page < config_.act_mem_pages; ++page) {
      list.push_back(std::int64_t{page} * config_.act_bank_page_bytes());
    }
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    return list;
  }

  bool fits(const TensorPlan& t, const std::vector<int>& near) const {
    const Span s = span_of(config_, t.place);
    if (s.end > config_.act_bank_bytes()) return false;
    for (const int p : placed_) {
      const auto& other = plan_->tensor(p);
      if (alive_together(t, other) && overlap(s, span_of(config_, other.place))) return false;
    }
    return std::all_of(near.begin(), near.end(), [&](int p) {
      const auto& other = plan_->tensor(p);
      const bool there = std::find(placed_.begin(), placed_.end(), p) != placed_.end();
      return !there || apart(config_, t.place, other.place);
    });
  }

  // Whether the tensor would have room if no other operand had to be read beside it.
  bool fits_alone(int t) {
    auto& tensor = plan_->tensor(t);
    tensor.place.bank = 0;
    const auto list = candidates(tensor);
    return std::any_of(list.begin(), list.end(), [&](std::int64_t base) {
      tensor.place.base = static_cast<int>(base);
      return fits(tensor, {});
    });
  }

  // "op 3 ADD, tensor 7 'name' (1x8x8x16)", or "graph input, tensor 0 ...".
  std::string tensor_text(int t) const {
    const Graph& graph = *plan_->graph;
    const int first = plan_->tensor(t).first;
    return fmt::format("{}, tensor {} '{}' ({})",
                       first < 0 ? "graph input" : layer_text(graph, first), t,
                       escaped(graph.tensor(t).name), shape_text(graph.tensor(t).shape));
  }

  [[noreturn]] void refuse(int t, const std::vector<int>& near) {
    const auto& tensor = plan_->tensor(t);
    if (!near.empty() && fits_alone(t)) refuse_ports(t, near);
    std::int64_t live = std::int64_t{tensor.place.rows} * tensor.place.row_bytes;
    for (const int p : placed_) {
      const auto& other = plan_->tensor(p);
      if (alive_together(tensor, other)) {
        live += std::int64_t{other.place.rows} * other.place.row_bytes;
      }
    }
    throw Error(
        ErrorId::CompileFit, plan_->graph->file,
        fmt::format("{}: {} bytes are alive with it in rows over {} banks of {} bytes, act_mem "
                    "holds {} bytes",
                    tensor_text(t), live, config_.act_mem_banks, config_.act_bank_bytes(),
                    config_.act_mem_kib * 1024),
        config_.act_mem_banks > 1 && live <= std::int64_t{config_.act_mem_kib} * 1024
            ? "lower act_mem.banks or enlarge act_mem.kib"
            : "enlarge act_mem.kib");
  }

  [[noreturn]] void refuse_ports(int t, const std::vector<int>& near) const {
    throw Error(
        ErrorId::CompileFit, plan_->graph->file,
        fmt::format("{}: ADD reads it in one cycle with tensor {}, which act_mem with {} banks and "
                    "{} pages of {} bytes a bank cannot hold in another bank or page",
                    tensor_text(t), near.front(), config_.act_mem_banks, config_.act_mem_pages,
                    config_.act_bank_page_bytes()),
        "raise act_mem.banks or act_mem.pages");
  }

  Plan* plan_;
  const HwConfig& config_;
  std::vector<int> placed_;
};

}  // namespace

void place(Plan* plan) {
  Placer placer(plan);
  for (const int t : plan->graph->inputs) {
    if (plan->tensor(t).is_read()) placer.place(t);
  }
  for (const auto& layer : plan->layers) {
    if (layer.mode != LayerPlan::Mode::kAlias) placer.place(layer.output);
  }
  for (const auto& layer : plan->layers) {
    auto& t = plan->tensor(layer.output);
    t.place = plan->tensor(t.storage).place;
  }
}

}  // namespace vernier::compiler
