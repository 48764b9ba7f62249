// Conditions over configuration keys: which combinations of a grid become points.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hw_models/spec/hw_config.h"

namespace vernier {

// An integer expression such as "array.rows * array.cols <= 1024 && post.lanes == array.cols".
// Precedence and truncating division are C's; a comparison gives 1 or 0; && and || look at their
// right side only when it matters.
class WhereExpression {
 public:
  // The value of a key in the combination looked at.
  using KeyValue = std::function<long long(const ParamInfo& key)>;

  // `where` ("sweep.yaml:9") goes into messages. Throws Error(SweepExpression) with the column in
  // the text, Error(ConfigUnknownKey) with the nearest key.
  WhereExpression(const std::string& text, const std::string& where);

  // Whether the value is other than 0. Throws Error(SweepExpression) for a division by zero and for
  // a number beyond 64 bits.
  bool holds(const KeyValue& key) const;

 private:
  friend class WhereParser;
  enum class Op { kNumber, kKey, kNegate, kNot, kBinary };
  struct Node {
    Op op = Op::kNumber;
    long long number = 0;
    const ParamInfo* key = nullptr;
    int symbol = 0;  // kBinary: index in the table of operators
    std::size_t left = 0, right = 0;
  };
  long long value(std::size_t node, const KeyValue& key) const;
  long long binary(const Node& node, const KeyValue& key) const;
  [[noreturn]] void fail(const std::string& what) const;

  std::string text_, where_;
  std::vector<Node> nodes_;
  std::size_t root_ = 0;
};

}  // namespace vernier
