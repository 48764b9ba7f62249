// The command line: verbs stand in commands/, one file each; every error leaves here as one line
// and an exit code.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <systemc>

#include "hw_models/spec/error.h"
#include "hw_models/spec/suggest.h"
#include "hw_models/spec/temporary.h"
#include "sim/commands/command_line.h"
#include "sim/version.h"

namespace vernier {
namespace {

std::string command_text(int argc, char** argv) {
  std::string text;
  for (int i = 0; i < argc; ++i) text += (i == 0 ? "" : " ") + escaped(argv[i]);
  return text;
}

int fail(const std::string& line, int exit_code) {
  std::fprintf(stderr, "%s\n", line.c_str());
  return exit_code;
}

// What the user may have meant by a word that CLI11 does not know.
std::string usage_fix(const CLI::App& app, const CLI::ParseError& e, int argc, char** argv) {
  std::vector<std::string> words;
  for (const auto* s : app.get_subcommands([](const CLI::App*) { return true; })) {
    words.push_back(s->get_name());
    for (const auto* o : s->get_options()) {
      for (const auto& name : o->get_lnames()) words.push_back("--" + name);
    }
  }
  for (int i = 1; i < argc; ++i) {
    const std::string word = std::string(argv[i]).substr(0, std::string(argv[i]).find('='));
    const bool blamed = std::string(e.what()).find(word) != std::string::npos || i == 1;
    if (!blamed || std::find(words.begin(), words.end(), word) != words.end()) continue;
    if (e.get_name() != "ExtrasError" && e.get_name() != "RequiredError") break;
    return fmt::format("did you mean '{}'? see vernier --help", nearest_word(word, words));
  }
  return "see vernier --help";
}

int run(int argc, char** argv) {
  CLI::App app{"Bit-accurate simulator for fixed-point neural-network accelerators", "vernier"};
  app.set_version_flag("--version", fmt::format("vernier {}", kToolVersion));
  app.require_subcommand(1);
  app.fallthrough();
  CommonOptions common;
  common.command = command_text(argc, argv);
  app.add_flag("--quiet", common.quiet, "print errors only");
  app.add_flag("--json", common.json, "run: print the report as JSON");
  Action action;
  add_run(app, common, &action);
  add_compile(app, &action);
  add_program_verbs(app, &action);
  add_rtl(app, &action);
  add_sweep(app, common, &action);
  add_config_verbs(app, &action);
  add_trace(app, &action);
  add_bench(app, &action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    const Error error(ErrorId::Usage, "command line", escaped(e.what()),
                      usage_fix(app, e, argc, argv));
    return fail(error.what(), error.exit_code());
  }
  return action();
}

}  // namespace
}  // namespace vernier

// Called by sc_elab_and_sim, so that SystemC is ready when a verb elaborates the core.
int sc_main(int argc, char** argv) {
  using namespace vernier;
  handle_signals();
  try {
    return run(argc, argv);
  } catch (const Error& e) {
    return fail(e.what(), e.exit_code());
  } catch (const std::bad_alloc&) {
    const Error e(ErrorId::OutOfMemory, "vernier", "an allocation failed");
    return fail(e.what(), e.exit_code());
  } catch (const std::exception& e) {
    const Error internal(ErrorId::Internal, command_text(argc, argv), escaped(e.what()));
    return fail(internal.what(), internal.exit_code());
  }
}

int main(int argc, char** argv) {
  // SystemC prints a banner at start-up unless it is told not to.
  ::setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  return sc_core::sc_elab_and_sim(argc, argv);
}
