// The static checker accepts what the compiler emits, at once, and sees single fields that are
// wrong in it.
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>

#include "compiler/compile.h"
#include "compiler/import/tflite.h"
#include "hw_models/spec/checker.h"
#include "hw_models/spec/error.h"
#include "hw_models/spec/hw_config_io.h"
#include "hw_models/spec/shipped_files.h"
#include "tests/support/model_builder.h"

using namespace vernier;

namespace {

const std::string kSource = VERNIER_SOURCE_DIR;

std::string finding(const Program& p) {
  try {
    check_program(p, "p.vern");
  } catch (const Error& e) {
    return e.what();
  }
  return "legal";
}

// Compiles a model for every shipped machine and checks each program.
void check_on_all_machines(const Graph& graph) {
  const auto names = shipped_names("hw");
  REQUIRE(names.size() >= 7);
  for (const auto& name : names) {
    const Program p = compiler::compile(graph, find_config(name));
    const auto begin = std::chrono::steady_clock::now();
    const CheckReport report = check_program(p, name);
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
    CAPTURE(graph.file, name);
    CHECK(report.instructions == p.words.size());
    CHECK(report.tokens > 0);
    CHECK(report.port_users > 0);
    CHECK(time.count() < 0.5);
  }
}

// Two convolutions, an ADD over one's input and output, a pool and a classifier.
Graph residual() {
  ModelBuilder m;
  const int x = m.input({1, 12, 12, 8}, 0.5F, -3);
  const auto conv = [&m](int from, int channels) {
    const int w =
        m.weights({channels, 3, 3, 8},
                  std::vector<std::int8_t>(static_cast<std::size_t>(channels) * 72, 3), {0.1F});
    return m.conv(from, w,
                  m.bias(from, w, std::vector<std::int32_t>(static_cast<std::size_t>(channels), 7)),
                  {}, 1.0F, 0);
  };
  const int a = conv(x, 8);
  const int b = conv(a, 8);
  const int sum = m.add(a, b, {}, 1.5F, 1);
  OpOptions pool;
  pool.same = false;
  pool.filter_h = pool.filter_w = pool.stride_h = pool.stride_w = 12;
  const int mean = m.average_pool(sum, pool);
  const int flat = m.reshape(mean, {1, 8});
  const int w = m.weights({10, 8}, std::vector<std::int8_t>(80, -2), {0.1F});
  const int logits = m.fully_connected(flat, w, -1, {}, 1.0F, 0);
  m.mark_output(m.softmax(logits));
  return import_tflite(m.bytes(), "residual.tflite");
}

}  // namespace

TEST_CASE("Every program for a shipped machine is legal, and checked in well under a second") {
  check_on_all_machines(residual());
  check_on_all_machines(import_tflite_file(kSource + "/configs/models/builtin.tflite"));
}

TEST_CASE("Programs of the MLPerf Tiny networks are legal on every shipped machine") {
  const std::string models = kSource + "/../shared/models/mlperf_tiny/";
  if (!std::filesystem::exists(models)) {
    WARN("SKIPPED: " << models << " is absent");
    return;
  }
  for (const char* name : {"ic_resnet8_int8", "ad_autoencoder_int8"}) {
    check_on_all_machines(import_tflite_file(models + name + ".tflite"));
  }
}

TEST_CASE("A compiled program without any one of its tokens' senders or takers is refused") {
  const Program p = compiler::compile(residual(), find_config("base16"));
  REQUIRE(finding(p) == "legal");
  int senders = 0, takers = 0;
  for (std::size_t pc = 0; pc < p.words.size(); ++pc) {
    const Instruction original = decode(p.words[pc], "test", pc);
    std::visit(
        [&](const auto& one) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(one)>, std::monostate>) {
            auto changed = one;
            insn::fields(changed,
                         [&](const char* name, std::int64_t& value, int, bool, const char*) {
                           const std::string field = name;
                           if (value == 0 || field.rfind("signal_", 0) != 0) return;
                           value = 0;
                           Program q = p;
                           q.words[pc] = encode(changed);
                           value = 1;
                           ++senders;
                           CAPTURE(pc, field);
                           CHECK_THAT(finding(q), Catch::Contains("E-PRG-006"));
                         });
            insn::fields(changed,
                         [&](const char* name, std::int64_t& value, int, bool, const char*) {
                           const std::string field = name;
                           if (field.rfind("wait_", 0) != 0) return;
                           ++value;
                           Program q = p;
                           q.words[pc] = encode(changed);
                           --value;
                           ++takers;
                           CAPTURE(pc, field);
                           CHECK_THAT(finding(q), Catch::Contains("E-PRG-006"));
                         });
          }
        },
        original);
  }
  CHECK(senders > 10);
  CHECK(takers > 10);
}

TEST_CASE("An ADD moved onto its operand's ports is refused") {
  Program p = compiler::compile(residual(), find_config("base16"));
  std::int64_t base = -1, bank = -1;
  for (std::size_t pc = 0; pc < p.words.size(); ++pc) {
    const Instruction i = decode(p.words[pc], "test", pc);
    if (const auto* a = std::get_if<insn::PostSourceA>(&i); a != nullptr && base < 0) {
      base = a->base;
      bank = a->bank;
    }
    if (const auto* b = std::get_if<insn::PostSourceB>(&i)) {
      insn::PostSourceB moved = *b;
      moved.base = base + 1;
      moved.bank = bank;
      p.words[pc] = encode(moved);
      CHECK_THAT(finding(p), Catch::Contains("E-PRG-007") && Catch::Contains("post.add"));
      return;
    }
  }
  FAIL("no ADD in the program");
}
