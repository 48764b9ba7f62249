#include "compiler/plan.h"

#include <algorithm>

namespace vernier::compiler {

std::vector<int> VectorPlan::operands() const {
  std::vector<int> list;
  const auto add = [&](int t) {
    if (t >= 0 && std::find(list.begin(), list.end(), t) == list.end()) list.push_back(t);
  };
  if (kind != Kind::kCopy) add(a);
  add(b);
  for (const auto& c : copies) add(c.a);
  return list;
}

}  // namespace vernier::compiler
