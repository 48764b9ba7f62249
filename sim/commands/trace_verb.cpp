// vernier trace: recorded event streams.
#include <CLI/CLI.hpp>
#include <memory>
#include <sstream>

#include "sim/commands/command_line.h"
#include "sim/trace_csv.h"
#include "sim/trace_diff.h"

namespace vernier {

void add_trace(CLI::App& app, Action* action) {
  struct Arguments {
    std::string a, b;
  };
  auto a = std::make_shared<Arguments>();
  auto* trace = app.add_subcommand("trace", "recorded event streams of vernier run --trace");
  trace->require_subcommand(1);
  auto* diff = trace->add_subcommand("diff", "the first difference of two traces");
  diff->add_option("A", a->a, "a trace")->required();
  diff->add_option("B", a->b, "a trace of the same program and inputs")->required();
  diff->callback([=] {
    *action = [=] {
      std::ostringstream text;
      const int code = run_trace_diff(a->a, a->b, text);
      print(text.str());
      return code;
    };
  });
  auto* csv = trace->add_subcommand("csv", "a trace as a table");
  csv->add_option("A", a->a, "a trace")->required();
  csv->add_option("-o", a->b, "CSV file")->required();
  csv->callback([=] {
    *action = [=] {
      check_outputs({a->a}, {a->b});
      write_trace_csv(a->a, a->b);
      return 0;
    };
  });
}

}  // namespace vernier
