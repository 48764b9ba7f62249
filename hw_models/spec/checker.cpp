#include "hw_models/spec/checker.h"

#include <fmt/format.h>

#include "hw_models/spec/checker_fields.h"
#include "hw_models/spec/checker_listing.h"
#include "hw_models/spec/checker_order.h"
#include "hw_models/spec/checker_ports.h"
#include "hw_models/spec/pages.h"

namespace vernier {
namespace {

void check_words(const Program& program, const std::string& where) {
  if (program.words.empty() || program.words.size() > kMostInstructions) {
    throw Error(
        ErrorId::ProgramEnd, where,
        fmt::format("{} instructions, must be 1..{}", program.words.size(), kMostInstructions),
        "compile the model again");
  }
}

}  // namespace

CheckReport check_program(const Program& program, const std::string& where) {
  check_words(program, where);
  const Listing listing(program, where);
  check_pages(program, listing.insns, where);
  check_fields(listing);
  PortChecker ports(listing);
  CheckReport report;
  report.tokens = run_in_order(listing, [&ports](const OrderedInsn& i) { ports.use(i); });
  report.instructions = listing.size();
  report.pages = program.page_begin.size();
  report.port_users = ports.users();
  report.port_orders = ports.orders();
  return report;
}

}  // namespace vernier
