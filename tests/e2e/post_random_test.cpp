// Random chains of the operators that POST does alone, on random machines and profiles: golden =
// cycle for every element of every tensor.
//
//   VERNIER_SEED=n          runs the chain of one seed
//   VERNIER_POST_CHAINS=n   runs n seeds in place of the default
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>

#include "compiler/import/tflite.h"
#include "hw_models/spec/checker.h"
#include "hw_models/spec/error.h"
#include "sim/inputs.h"
#include "sim/simulation.h"
#include "tests/support/model_builder.h"
#include "tests/support/random_graph.h"

using namespace vernier;

namespace {

constexpr std::uint64_t kFirstSeed = 70000;
constexpr int kChains = 400;

std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr || *text == '\0' ? otherwise : std::stoull(text);
}

class Chain {
 public:
  explicit Chain(std::uint64_t seed) : r_(seed) {
    type_ = r_.between(0, 2) == 0 ? DType::kUint8 : DType::kInt8;
    shape_ = {1, r_.between(1, 14), r_.between(1, 14), r_.between(1, 40)};
    at_ = m_.input(shape_, scale(), zero(), type_);
    const int links = r_.between(1, 6);
    for (int i = 0; i < links; ++i) link();
    m_.mark_output(at_);
  }
  const ModelBuilder& model() const { return m_; }
  std::string text() const { return text_; }

 private:
  float scale() { return static_cast<float>(r_.between(3, 200)) / 1000.0F; }
  int zero() { return least() + r_.between(0, 255); }
  int least() const { return type_ == DType::kUint8 ? 0 : -128; }
  OpOptions fused() {
    OpOptions o;
    constexpr int kActivations[] = {0, 0, 1, 3};
    o.activation = kActivations[r_.between(0, 3)];
    return o;
  }
  void now(const char* what, int tensor) {
    at_ = tensor;
    shape_ = Shape(m_.tensors[static_cast<std::size_t>(tensor)].shape.begin(),
                   m_.tensors[static_cast<std::size_t>(tensor)].shape.end());
    text_ += fmt::format(" {} {}", what, shape_text(shape_));
  }
  std::vector<int> codes(std::int64_t n) {
    std::vector<int> list;
    for (std::int64_t i = 0; i < n; ++i) list.push_back(least() + r_.between(0, 255));
    return list;
  }
  // The other operand: the tensor itself, a whole one, a pixel or a byte.
  int other() {
    const Shape shapes[] = {shape_, {1, 1, 1, shape_[3]}, {1}, {shape_[3]}};
    const int which = r_.between(0, 5);
    if (which == 0) return at_;
    const Shape& s = shapes[which % 4];
    if (which == 5) return m_.input(shape_, scale(), zero(), type_);
    return m_.constant(s, codes(element_count(s)), scale(), zero(), type_);
  }

  void link() {
    switch (r_.between(0, 13)) {
      case 0: {
        const int b = other();
        return r_.between(0, 1) == 0 ? now("add", m_.add(at_, b, fused(), scale(), zero()))
                                     : now("add", m_.add(b, at_, fused(), scale(), zero()));
      }
      case 1: {
        const int b = other();
        return r_.between(0, 1) == 0 ? now("sub", m_.sub(at_, b, fused(), scale(), zero()))
                                     : now("sub", m_.sub(b, at_, fused(), scale(), zero()));
      }
      case 2: {
        const int b = other();
        return r_.between(0, 1) == 0 ? now("mul", m_.mul(at_, b, fused(), scale(), zero()))
                                     : now("mul", m_.mul(b, at_, fused(), scale(), zero()));
      }
      case 3:
        return now("quantize", m_.quantize(at_, scale(), zero(), type_));
      case 4:
        return now("leaky_relu", m_.leaky_relu(at_, 0.3F, scale(), zero()));
      case 5:
        return now("logistic", m_.logistic(at_));
      case 6:
        return pool();
      case 7: {
        std::vector<int> before{0}, after{0};
        for (int d = 0; d < 3; ++d) {
          before.push_back(std::max(0, r_.between(-2, 2)));
          after.push_back(std::max(0, r_.between(-2, 3)));
        }
        return now("pad", m_.pad(at_, before, after));
      }
      case 8: {
        std::vector<int> perm{1, 2, 3};
        for (int i = 2; i > 0; --i) {
          std::swap(perm[static_cast<std::size_t>(i)],
                    perm[static_cast<std::size_t>(r_.between(0, i))]);
        }
        return now("transpose", m_.transpose(at_, {0, perm[0], perm[1], perm[2]}));
      }
      case 9: {
        const auto& t = m_.tensors[static_cast<std::size_t>(at_)];
        const auto own = static_cast<int>(t.zero_point[0]);
        const int axis = r_.between(1, 3);
        Shape more = shape_;
        more[static_cast<std::size_t>(axis)] = r_.between(1, 9);
        const int b = m_.constant(more, codes(element_count(more)), t.scale[0], own, type_);
        return r_.between(0, 1) == 0
                   ? now("concatenation", m_.concatenation({at_, b, at_}, axis, t.scale[0], own))
                   : now("concatenation", m_.concatenation({b, at_}, axis, t.scale[0], own));
      }
      case 10:
        return slice();
      case 11:
        return now("resize", m_.resize_nearest(at_, r_.between(1, 20), r_.between(1, 20),
                                               r_.between(0, 1) == 1));
      case 12: {
        std::vector<int> axes;
        for (int d = 1; d < 4; ++d) {
          if (r_.between(0, 1) == 1) axes.push_back(d);
        }
        if (axes.empty()) axes.push_back(2);
        return now("mean", m_.mean(at_, axes, true, scale(), zero()));
      }
      default:
        return now("softmax", m_.softmax(at_, 0.5F));
    }
  }

  void pool() {
    OpOptions o;
    o.filter_h = r_.between(1, std::min(5, shape_[1]));
    o.filter_w = r_.between(1, std::min(5, shape_[2]));
    o.stride_h = r_.between(1, 3);
    o.stride_w = r_.between(1, 3);
    o.same = r_.between(0, 1) == 1;
    if (r_.between(0, 1) == 1) return now("average_pool", m_.average_pool(at_, o));
    now("max_pool", m_.max_pool(at_, o));
  }

  void slice() {
    std::vector<int> begin{0}, end{1}, step{1};
    for (std::size_t d = 1; d < 4; ++d) {
      begin.push_back(r_.between(0, shape_[d] - 1));
      end.push_back(r_.between(begin.back() + 1, shape_[d]));
      step.push_back(r_.between(1, 4));
    }
    now("strided_slice", m_.strided_slice(at_, begin, end, step));
  }

  Random r_;
  ModelBuilder m_;
  DType type_;
  Shape shape_;
  int at_ = -1;
  std::string text_;
};

}  // namespace

TEST_CASE("random chains of POST's operators agree on random machines") {
  const std::uint64_t only = number_of("VERNIER_SEED", 0);
  const std::uint64_t first = only != 0 ? only : kFirstSeed;
  const std::uint64_t count = only != 0 ? 1 : number_of("VERNIER_POST_CHAINS", kChains);
  std::map<ErrorId, int> refused;
  std::uint64_t ran = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const Chain chain(seed);
    HwConfig config = random_config(seed);
    config.act_mem_kib = std::max(config.act_mem_kib, 16);
    Graph graph = import_tflite(chain.model().bytes(), "chain.tflite");
    constexpr Profile kProfiles[] = {Profile::kTflm, Profile::kTflm, Profile::kLitertRef,
                                     Profile::kRuy, Profile::kSingle};
    for (Op& op : graph.ops) op.profile = kProfiles[seed % 5];
    INFO("VERNIER_SEED=" << seed << ":" << chain.text());
    try {
      SimulationRequest request;
      request.graph = &graph;
      request.config = config;
      request.levels.golden = request.levels.cycle = true;
      request.inputs = random_inputs(graph, 2, seed);
      SimulationResult result;
      simulate(request, &result);
      if (result.divergences != 0) {
        FAIL(divergence_text(result.divergence, result.program, graph, result.decoded, ""));
      }
      REQUIRE_NOTHROW(check_program(result.program, "chain"));
      ++ran;
    } catch (const Error& e) {
      INFO(e.what());
      REQUIRE((e.id() == ErrorId::CompileFit || e.id() == ErrorId::CompileOp));
      ++refused[e.id()];
    }
  }
  // What does not fit a small machine is refused; most chains must run.
  CHECK(ran * 10 >= count * (only != 0 ? 0 : 8));
}
