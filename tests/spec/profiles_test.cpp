// Rounding profiles: their table, how they are named on a command line, what they make of a graph.
#include "hw_models/spec/profiles.h"

#include <catch2/catch.hpp>
#include <set>

using namespace vernier;
using Catch::Contains;

namespace {

Graph graph_of(const std::vector<OpType>& types) {
  Graph g;
  g.file = "net.tflite";
  for (const OpType type : types) {
    g.ops.emplace_back();
    g.ops.back().type = type;
  }
  return g;
}

// After the given --profile options.
std::string text_of(Graph g, const std::vector<std::string>& options,
                    const ProfileChoice& base = {}) {
  set_profiles(&g, parse_profiles(options, "--profile", base), "--profile");
  return profile_text(g);
}

const std::vector<OpType> kNet = {OpType::Conv, OpType::DepthwiseConv, OpType::Add,
                                  OpType::FullyConnected, OpType::Softmax};

}  // namespace

TEST_CASE("every profile has a name and a meaning of its own") {
  std::set<std::string> names, meanings;
  for (const ProfileInfo& row : profile_table()) {
    names.insert(row.name);
    meanings.insert(row.meaning);
    CHECK(profile_info(row.profile).name == std::string(row.name));
    CHECK(parse_profiles({row.name}, "x").all == row.profile);
  }
  CHECK(names == std::set<std::string>{"tflm", "litert-ref", "ruy", "single", "f32"});
  CHECK(meanings.size() == names.size());
  CHECK(profile_names() == "tflm, litert-ref, ruy, single, f32");
}

TEST_CASE("a profile rounds each operator as numerics.md 2.3 and 2.6 say") {
  using R = Rounding;
  struct Row {
    Profile profile;
    R conv, depthwise, add, fully_connected, softmax;
  };
  const Row rows[] = {
      {Profile::kTflm, R::kDouble, R::kDouble, R::kDouble, R::kDouble, R::kDouble},
      {Profile::kLitertRef, R::kDouble, R::kDouble, R::kDouble, R::kFloat64, R::kDouble},
      {Profile::kRuy, R::kDoubleUp, R::kDoubleUp, R::kDouble, R::kDoubleUp, R::kDouble},
      {Profile::kSingle, R::kSingle, R::kSingle, R::kDouble, R::kSingle, R::kDouble},
      {Profile::kF32, R::kFloat32, R::kFloat32, R::kFloat32, R::kFloat32, R::kFloat32}};
  for (const Row& r : rows) {
    Graph g = graph_of(kNet);
    for (Op& op : g.ops) op.profile = r.profile;
    INFO(profile_info(r.profile).name);
    CHECK(op_rounding(g.ops[0]) == r.conv);
    CHECK(op_rounding(g.ops[1]) == r.depthwise);
    CHECK(op_rounding(g.ops[2]) == r.add);
    CHECK(op_rounding(g.ops[3]) == r.fully_connected);
    CHECK(op_rounding(g.ops[4]) == r.softmax);
  }
  Op pool;
  pool.type = OpType::AveragePool;
  pool.profile = Profile::kF32;
  CHECK(op_rounding(pool) == R::kDouble);
}

TEST_CASE("the machine has the roundings of one multiply, one add and one shift") {
  for (const Rounding r : {Rounding::kDouble, Rounding::kDoubleUp, Rounding::kSingle}) {
    CHECK(machine_has(r));
  }
  for (const Rounding r : {Rounding::kFloat64, Rounding::kFloat32}) CHECK_FALSE(machine_has(r));
}

TEST_CASE("a name goes to all operators, OP=NAME to one or to a type, the last one wins") {
  const Graph g = graph_of(kNet);
  CHECK(text_of(g, {}) == "tflm");
  CHECK(text_of(g, {"ruy"}) == "ruy");
  CHECK(text_of(g, {"FULLY_CONNECTED=single"}) == "tflm,FULLY_CONNECTED=single");
  CHECK(text_of(g, {"single", "0=ruy"}) == "single,CONV_2D=ruy");
  CHECK(text_of(g, {"0=ruy", "single"}) == "single,CONV_2D=ruy");
  CHECK(text_of(g, {"single,0=ruy"}) == "single,CONV_2D=ruy");
  CHECK(text_of(g, {"3=f32", "FULLY_CONNECTED=ruy"}) == "tflm,FULLY_CONNECTED=ruy");
  CHECK(text_of(g, {"FULLY_CONNECTED=ruy", "3=f32"}) == "tflm,FULLY_CONNECTED=f32");
  CHECK(text_of(g, {"ruy", "ruy"}) == "ruy");
  const Graph two = graph_of({OpType::Conv, OpType::Conv, OpType::Conv, OpType::Add});
  CHECK(text_of(two, {"1=ruy"}) == "tflm,1=ruy");
  CHECK(text_of(two, {"1=ruy", "2=ruy", "0=ruy"}) == "ruy,ADD=tflm");
}

TEST_CASE("the text of a graph's profiles gives the same profiles back") {
  Graph g = graph_of({OpType::Conv, OpType::Conv, OpType::Add, OpType::FullyConnected, OpType::Conv,
                      OpType::Add, OpType::Softmax});
  const std::size_t kinds = profile_table().size();
  for (std::size_t code = 0; code < 5 * 5 * 5 * 5 * 5 * 5 * 5; code += 11) {
    std::vector<Profile> want;
    for (std::size_t i = 0, rest = code; i < g.ops.size(); ++i, rest /= kinds) {
      want.push_back(profile_table()[rest % kinds].profile);
      g.ops[i].profile = want.back();
    }
    const std::string text = profile_text(g);
    set_profiles(&g, parse_profiles({text}, "x"), "x");
    for (std::size_t i = 0; i < want.size(); ++i) {
      INFO(text << ", op " << i);
      REQUIRE(g.ops[i].profile == want[i]);
    }
  }
}

TEST_CASE("a name on the command line replaces all that the machine's file says") {
  const Graph g = graph_of(kNet);
  const ProfileChoice file = parse_profiles({"ruy,FULLY_CONNECTED=single"}, "m.yaml:3");
  CHECK(text_of(g, {}, file) == "ruy,FULLY_CONNECTED=single");
  CHECK(text_of(g, {"ADD=tflm"}, file) == "ruy,ADD=tflm,FULLY_CONNECTED=single");
  CHECK(text_of(g, {"3=ruy"}, file) == "ruy");
  CHECK(text_of(g, {"f32"}, file) == "f32");
  CHECK(text_of(g, {"0=tflm", "f32"}, file) == "f32,CONV_2D=tflm");
}

TEST_CASE("what is no profile is refused with the names there are") {
  const auto refused = [](const std::vector<std::string>& options, const std::string& why) {
    CHECK_THROWS_WITH(parse_profiles(options, "--profile"),
                      Catch::StartsWith("error[E-CLI-005]: --profile: ") && Contains(why));
  };
  const std::string names = "must be tflm, litert-ref, ruy, single, f32";
  for (const char* word : {"", "TFLM", "tflm ", "litert", "tflm,", ",tflm"}) refused({word}, names);
  refused({"FULLY_CONNECTED=x"}, "'x' is no profile, " + names);
  refused({"FULLY_CONNECTED="}, names);
  refused({"=tflm"}, "'' is neither an operator's index nor an operator");
  refused({"CONV2D=tflm"}, "did you mean CONV_2D?");
  refused({"-1=tflm"}, "'-1' is neither");
  refused({"01=tflm"}, "'01' is neither");
  refused({"9999999999=tflm"}, "'9999999999' is neither");
  refused({"tflm", "ruy"}, "'tflm' and 'ruy' for the same operators");
  CHECK_THROWS_WITH(parse_profiles({"x"}, "m.yaml:3", {}, ErrorId::ConfigProfile),
                    Catch::StartsWith("error[E-CFG-018]: m.yaml:3: 'x' is no profile"));
}

TEST_CASE("an override that meets no operator of the graph is refused") {
  for (const char* option : {"5=ruy", "MUL=ruy"}) {
    Graph g = graph_of(kNet);
    CHECK_THROWS_WITH(set_profiles(&g, parse_profiles({option}, "x"), "--profile"),
                      Contains("E-CLI-005") && Contains(option) &&
                          Contains("meets no operator of net.tflite, which has 5 operators"));
  }
}
