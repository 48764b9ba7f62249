#include "sim/inputs.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "hw_models/spec/error.h"
#include "sim/npy.h"

namespace vernier {
namespace {

std::string input_list(const Graph& graph) {
  std::string list;
  for (const int i : graph.inputs) {
    const TensorInfo& t = graph.tensor(i);
    list += fmt::format("{}{} ({} {})", list.empty() ? "" : ", ", escaped(t.name),
                        dtype_name(t.dtype), shape_text(t.shape));
  }
  return list.empty() ? "none" : list;
}

// Whether `given`, from dimension `first` on, is `want` with some of its 1s left out.
bool same_but_ones(const Shape& given, std::size_t first, const Shape& want) {
  std::size_t i = first;
  for (const int d : want) {
    if (i < given.size() && given[i] == d) {
      ++i;
    } else if (d != 1) {
      return false;
    }
  }
  return i == given.size();
}

// Runs in a file of this shape for one graph input.
int runs_in(const Tensor& file, const TensorInfo& input, const std::string& path) {
  if (file.dtype != input.dtype) {
    throw Error(ErrorId::InputType, path,
                fmt::format("{} given, input {} takes {}", dtype_name(file.dtype),
                            escaped(input.name), dtype_name(input.dtype)));
  }
  if (same_but_ones(file.shape, 0, input.shape)) return 1;
  if (!file.shape.empty() && same_but_ones(file.shape, 1, input.shape)) return file.shape[0];
  throw Error(ErrorId::InputShape, path,
              fmt::format("shape {} given, input {} takes {}, or N of them as Nx...",
                          shape_text(file.shape), escaped(input.name), shape_text(input.shape)));
}

// SplitMix64 (Steele, Lea, Flood 2014): a counter through a mixing function.
class SplitMix64 {
 public:
  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}
  std::uint64_t operator()() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t state_;
};

// One element of a random input.
std::uint64_t draw_code(SplitMix64* draw, std::size_t width) {
  return (*draw)() >> (64 - 8 * width);
}

std::uint64_t draw_float(SplitMix64* draw) {
  constexpr double kUnit = 1.0 / 9007199254740992.0;  // 2^-53
  constexpr double kTwoPi = 6.283185307179586;
  const double u = static_cast<double>(((*draw)() >> 11) + 1) * kUnit;
  const double v = static_cast<double>((*draw)() >> 11) * kUnit;
  const auto value = static_cast<float>(std::sqrt(-2.0 * std::log(u)) * std::cos(kTwoPi * v));
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

}  // namespace

std::vector<InputSet> load_inputs(const Graph& graph, const std::vector<std::string>& npy_files) {
  const std::size_t count = graph.inputs.size();
  if (npy_files.size() != count) {
    throw Error(ErrorId::InputCount, graph.file,
                fmt::format("{} input files given, the model has {} inputs: {}", npy_files.size(),
                            count, input_list(graph)));
  }
  std::vector<InputSet> sets;
  for (std::size_t k = 0; k < count; ++k) {
    const TensorInfo& input = graph.tensor(graph.inputs[k]);
    const Tensor file = read_npy(npy_files[k]);
    const int runs = runs_in(file, input, npy_files[k]);
    if (k == 0) sets.resize(static_cast<std::size_t>(runs));
    if (sets.size() != static_cast<std::size_t>(runs)) {
      throw Error(ErrorId::InputRuns, npy_files[k],
                  fmt::format("{} runs for input {}, {} holds {}", runs, escaped(input.name),
                              escaped(npy_files[0]), sets.size()));
    }
    const std::size_t bytes = file.bytes.size() / sets.size();
    for (std::size_t run = 0; run < sets.size(); ++run) {
      Tensor tensor(input.dtype, input.shape);
      std::memcpy(tensor.bytes.data(), file.bytes.data() + run * bytes, bytes);
      sets[run].push_back(std::move(tensor));
    }
  }
  return sets;
}

std::vector<InputSet> random_inputs(const Graph& graph, int n, std::uint64_t seed) {
  check(n >= 1, "at least one random input");
  SplitMix64 draw(seed);
  std::vector<InputSet> sets(static_cast<std::size_t>(n));
  for (InputSet& set : sets) {
    for (const int i : graph.inputs) {
      const TensorInfo& input = graph.tensor(i);
      check(input.dtype != DType::kBool, "random inputs of an integer type or float32");
      const bool is_float = input.dtype == DType::kFloat32;
      Tensor tensor(input.dtype, input.shape);
      const auto width = static_cast<std::size_t>(dtype_bytes(input.dtype));
      for (std::size_t at = 0; at < tensor.bytes.size(); at += width) {
        const std::uint64_t code = is_float ? draw_float(&draw) : draw_code(&draw, width);
        std::memcpy(tensor.bytes.data() + at, &code, width);
      }
      set.push_back(std::move(tensor));
    }
  }
  return sets;
}

}  // namespace vernier
