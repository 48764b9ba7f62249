// The nearest known word, for "did you mean".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vernier {

// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other,
// case ignored.
int edit_distance(std::string_view a, std::string_view b);

// The candidate nearest to a word, the first of equals; "" without candidates. Words may be dotted
// paths: the right last part under a wrong parent counts as one edit.
std::string nearest_word(std::string_view word, const std::vector<std::string>& candidates);

// "did you mean array.rows?" when the nearest candidate is close, "the nearest known key is
// array.rows" otherwise; `noun` stands for "key".
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates,
                       std::string_view noun = "key");

}  // namespace vernier
