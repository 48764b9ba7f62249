#include "hw_models/spec/suggest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace vernier {
namespace {

// Longer words are no typing mistakes; the bound keeps a hostile key from costing time.
constexpr std::size_t kLongestWord = 64;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view last_part(std::string_view word) {
  const std::size_t dot = word.rfind('.');
  return dot == std::string_view::npos ? word : word.substr(dot + 1);
}

int score(std::string_view word, std::string_view candidate) {
  return std::min(edit_distance(word, candidate),
                  1 + edit_distance(last_part(word), last_part(candidate)));
}

}  // namespace

int edit_distance(std::string_view a, std::string_view b) {
  a = a.substr(0, kLongestWord);
  b = b.substr(0, kLongestWord);
  // d[i][j]: edits from the first i characters of a to the first j of b.
  std::vector<std::vector<int>> d(a.size() + 1, std::vector<int>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = static_cast<int>(i);
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int change = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
          lower(a[i - 2]) == lower(b[j - 1])) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

std::string nearest_word(std::string_view word, const std::vector<std::string>& candidates) {
  std::string nearest;
  int least = 0;
  for (const std::string& candidate : candidates) {
    const int s = score(word, candidate);
    if (!nearest.empty() && s >= least) continue;
    nearest = candidate;
    least = s;
  }
  return nearest;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates,
                       std::string_view noun) {
  const std::string nearest = nearest_word(word, candidates);
  if (nearest.empty()) return "none is known";
  const int close = std::max(2, static_cast<int>(std::min(word.size(), kLongestWord)) / 3);
  if (score(word, nearest) <= close) return fmt::format("did you mean {}?", nearest);
  return fmt::format("the nearest known {} is {}", noun, nearest);
}

}  // namespace vernier
