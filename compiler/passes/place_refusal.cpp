#include "compiler/passes/place_refusal.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw_models/spec/error.h"

namespace vernier::compiler {
namespace {

// "op 3 ADD, tensor 7 'name' (1x8x8x16)", or "graph input, tensor 0 ...".
std::string tensor_text(const Plan& plan, int t) {
  const Graph& graph = *plan.graph;
  const int first = plan.tensor(t).first;
  return fmt::format("{}, tensor {} '{}' ({})",
                     first < 0 ? "graph input" : layer_text(graph, first), t,
                     escaped(graph.tensor(t).name), shape_text(graph.tensor(t).shape));
}

}  // namespace

bool lacks_port_alone(Placer* placer) {
  return !placer->items()[placer->failed()].partners.empty() && placer->fits_without_partners();
}

void refuse_placement(const Plan& plan, Placer* placer) {
  const auto& config = plan.config;
  const auto& failed = placer->items()[placer->failed()];
  const std::int64_t live = placer->live_bytes();
  if (lacks_port_alone(placer)) {
    throw Error(
        ErrorId::CompileFit, plan.graph->file,
        fmt::format("{}: it is read in one cycle with tensor {}, which act_mem with {} banks and "
                    "{} pages of {} bytes a bank cannot hold in another bank or page",
                    tensor_text(plan, failed.tensor), failed.partners.front(), config.act_mem_banks,
                    config.act_mem_pages, config.act_bank_page_bytes()),
        "raise act_mem.banks or act_mem.pages");
  }
  throw Error(
      ErrorId::CompileFit, plan.graph->file,
      fmt::format("{}: {} bytes are alive with it in rows over {} banks of {} bytes, act_mem holds "
                  "{} bytes, not even row by row",
                  tensor_text(plan, failed.tensor), live, config.act_mem_banks,
                  config.act_bank_bytes(), config.act_mem_kib * 1024),
      config.act_mem_banks > 1 && live <= std::int64_t{config.act_mem_kib} * 1024
          ? "lower act_mem.banks or enlarge act_mem.kib"
          : "enlarge act_mem.kib");
}

void refuse_layer(const Plan& plan, int layer) {
  const auto& config = plan.config;
  const int t = plan.layers[static_cast<std::size_t>(layer)].output;
  const auto& rows = plan.tensor(t).rows;
  throw Error(ErrorId::CompileFit, plan.graph->file,
              fmt::format("{}: its rows of {} bytes and those that it reads at a time do not fit "
                          "together, row by row, in {} banks of {} bytes, act_mem holds {} bytes",
                          tensor_text(plan, t), std::int64_t{rows.w} * rows.c, config.act_mem_banks,
                          config.act_bank_bytes(), config.act_mem_kib * 1024),
              config.act_mem_banks > 1 ? "lower act_mem.banks or enlarge act_mem.kib"
                                       : "enlarge act_mem.kib");
}

}  // namespace vernier::compiler
