// The command line: verbs stand in commands/, one file each; every error leaves here as one line
// and an exit code.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <sstream>
#include <system_error>
#include <systemc>

#include "hw_models/spec/error.h"
#include "hw_models/spec/suggest.h"
#include "hw_models/spec/temporary.h"
#include "sim/commands/command_line.h"
#include "sim/version.h"

namespace vernier {
namespace {

// A word as bash reads it back, on one line.
std::string quoted(const std::string& word) {
  const auto plain = [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || (c != '\0' && std::strchr("_./,=:+-@%", c) != nullptr);
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), plain)) return word;
  std::string text = "$'";
  bool printable = true;
  for (const char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    const bool shown = byte >= 0x20 && byte < 0x7f;
    printable &= shown && c != '\'';
    if (c == '\'' || c == '\\') text += '\\';
    text += shown ? std::string(1, c) : fmt::format("\\x{:02x}", byte);
  }
  return printable ? "'" + word + "'" : text + "'";
}

std::string command_text(int argc, char** argv) {
  std::string text;
  for (int i = 0; i < argc; ++i) text += (i == 0 ? "" : " ") + quoted(argv[i]);
  return text;
}

int fail(const std::string& line, int exit_code) {
  std::fprintf(stderr, "%s\n", line.c_str());
  return exit_code;
}

const auto kEvery = [](const CLI::App*) { return true; };

// What CLI11 leaves open: an empty value, as of a shell variable that is not set, is a mistake, and
// so is a flag that is given twice or with a value.
void hold_strictly(CLI::App* app) {
  for (CLI::Option* option : app->get_options()) {
    if (option->get_expected_max() == 0) {
      option->multi_option_policy(CLI::MultiOptionPolicy::Throw)->disable_flag_override();
    } else {
      const auto given = [](std::string& text) {
        return std::string(text.empty() ? "is empty" : "");
      };
      option->check(CLI::Validator(given, ""));
    }
  }
  for (CLI::App* verb : app->get_subcommands(kEvery)) hold_strictly(verb);
}

// The first word that nothing takes, behind the verb it stands behind; "" when all are taken.
std::string usage_fix(const CLI::App& app, int argc, char** argv) {
  const CLI::App* verb = &app;
  std::string fix = "see vernier --help";
  for (int i = 1; i < argc; ++i) {
    const std::string text = argv[i];
    const std::string word = text.substr(0, text.find('='));
    std::vector<std::string> verbs, options;
    for (const auto* s : verb->get_subcommands(kEvery)) verbs.push_back(s->get_name());
    for (const auto* a : {verb, &app}) {
      for (const auto* o : a->get_options()) {
        for (const auto& name : o->get_lnames()) options.push_back("--" + name);
        for (const auto& name : o->get_snames()) options.push_back("-" + name);
      }
    }
    if (word == "--") break;
    const bool option = word.size() > 1 && word[0] == '-';
    const auto& known = option ? options : verbs;
    if (known.empty()) continue;
    if (std::find(known.begin(), known.end(), word) == known.end()) {
      // A short option is near to every other; the numbers below zero look like one.
      if (option && word[1] != '-') continue;
      const auto hint = suggestion(word, known, option ? "option" : "verb");
      return hint + (hint.back() == '?' ? " " : "; ") + fix;
    }
    if (option) continue;
    verb = verb->get_subcommand(word);
    fix = fmt::format("see vernier {} --help", word);
  }
  return fix;
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
  hold_strictly(&app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    std::ostringstream text;
    app.exit(e, text, text);
    print(text.str());
    return kExitOk;
  } catch (const CLI::ParseError& e) {
    const Error error(ErrorId::Usage, "command line", escaped(e.what()),
                      usage_fix(app, argc, argv));
    return fail(error.what(), error.exit_code());
  }
  return action();
}

// Where memory runs out before or beside sc_main (static objects, threads), no handler of ours is
// on the stack; it still ends with one line. Nothing may be allocated here.
[[noreturn]] void end_in_one_line() {
  ErrorId id = ErrorId::Internal;
  try {
    // Without an exception: the runtime found no memory to make one.
    const auto thrown = std::current_exception();
    if (thrown == nullptr) id = ErrorId::OutOfMemory;
    if (thrown != nullptr) std::rethrow_exception(thrown);
  } catch (const std::bad_alloc&) {
    id = ErrorId::OutOfMemory;
  } catch (...) {
  }
  const ErrorInfo& info = error_info(id);
  std::fprintf(stderr, "error[%s]: vernier: %s; %s\n", info.id, info.what, info.fix);
  std::_Exit(info.exit_code);
}

// The loader runs this before the static objects of the libraries, SystemC's among them.
void watch_terminate() { std::set_terminate(end_in_one_line); }
__attribute__((section(".preinit_array"), used)) void (*const kFirst)() = watch_terminate;

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
  } catch (const std::system_error& e) {
    // Threads, files and memory that the system does not grant.
    const bool grown = e.code() == std::errc::resource_unavailable_try_again ||
                       e.code() == std::errc::not_enough_memory;
    const Error error(grown ? ErrorId::OutOfMemory : ErrorId::FileOpen, "vernier",
                      escaped(e.what()));
    return fail(error.what(), error.exit_code());
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
