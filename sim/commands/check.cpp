#include "sim/commands/check.h"

#include <fmt/format.h>

#include "hw_models/spec/checker.h"
#include "hw_models/spec/error.h"
#include "sim/commands/command_line.h"

namespace vernier {

int run_check(const std::string& program_path) {
  const CheckReport report = check_program(load_program(program_path), program_path);
  print(fmt::format(
      "{}: legal: {} instructions in {} pages, {} tokens, {} instructions use ports of the "
      "activation memory, {} uses of one port by two engines are ordered\n",
      escaped(program_path), report.instructions, report.pages, report.tokens, report.port_users,
      report.port_orders));
  return kExitOk;
}

}  // namespace vernier
