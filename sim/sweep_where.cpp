#include "sim/sweep_where.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <string_view>

#include "hw_models/spec/error.h"
#include "hw_models/spec/suggest.h"

namespace vernier {
namespace {

constexpr std::size_t kLongest = 1000;  // bounds the depth of evaluation as well
constexpr int kDeepest = 64;            // parentheses and signs inside each other

enum class Symbol { kOr, kAnd, kEq, kNe, kLe, kGe, kLt, kGt, kAdd, kSub, kMul, kDiv, kMod };
struct Operator {
  const char* text;
  Symbol symbol;
  int binds;  // tighter with larger numbers
};
// Longer spellings stand before their beginnings.
constexpr Operator kOperators[] = {
    {"||", Symbol::kOr, 1}, {"&&", Symbol::kAnd, 2}, {"==", Symbol::kEq, 3}, {"!=", Symbol::kNe, 3},
    {"<=", Symbol::kLe, 4}, {">=", Symbol::kGe, 4},  {"<", Symbol::kLt, 4},  {">", Symbol::kGt, 4},
    {"+", Symbol::kAdd, 5}, {"-", Symbol::kSub, 5},  {"*", Symbol::kMul, 6}, {"/", Symbol::kDiv, 6},
    {"%", Symbol::kMod, 6},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool starts_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

std::vector<std::string> number_keys() {
  std::vector<std::string> words;
  std::size_t count = 0;
  const ParamInfo* params = param_table(&count);
  for (std::size_t i = 0; i < count; ++i) words.emplace_back(params[i].key);
  const AliasInfo* aliases = alias_table(&count);
  for (std::size_t i = 0; i < count; ++i) words.emplace_back(aliases[i].word);
  return words;
}

}  // namespace

// Precedence climbing over the text.
class WhereParser {
 public:
  explicit WhereParser(WhereExpression* out) : out_(*out), text_(out->text_) {}

  std::size_t whole() {
    const std::size_t root = binary(1, 0);
    skip_spaces();
    if (at_ < text_.size()) fail(fmt::format("'{}' is no operator", escaped(rest())));
    return root;
  }

 private:
  using Node = WhereExpression::Node;
  using Op = WhereExpression::Op;

  std::string rest() const { return std::string(text_.substr(at_, 10)); }
  void skip_spaces() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  [[noreturn]] void fail(const std::string& what) const {
    out_.fail(fmt::format("column {}: {}", at_ + 1, what));
  }
  std::size_t add(const Node& node) {
    out_.nodes_.push_back(node);
    return out_.nodes_.size() - 1;
  }

  // Index of the operator that stands here, or -1.
  int peek() {
    skip_spaces();
    for (std::size_t i = 0; i < std::size(kOperators); ++i) {
      const std::string_view word = kOperators[i].text;
      if (text_.substr(at_, word.size()) == word) return static_cast<int>(i);
    }
    return -1;
  }

  std::size_t binary(int least, int depth) {
    std::size_t left = unary(depth);
    while (true) {
      const int i = peek();
      if (i < 0 || kOperators[i].binds < least) return left;
      at_ += std::string_view(kOperators[i].text).size();
      Node node;
      node.op = Op::kBinary;
      node.symbol = i;
      node.left = left;
      node.right = binary(kOperators[i].binds + 1, depth);
      left = add(node);
    }
  }

  std::size_t unary(int depth) {
    if (depth > kDeepest) fail(fmt::format("more than {} levels of parentheses", kDeepest));
    skip_spaces();
    if (at_ == text_.size()) fail("the text ends where a key or a number is wanted");
    const char c = text_[at_];
    if (c == '-' || c == '!') {
      ++at_;
      Node node;
      node.op = c == '-' ? Op::kNegate : Op::kNot;
      node.left = unary(depth + 1);
      return add(node);
    }
    if (c == '(') {
      ++at_;
      const std::size_t inner = binary(1, depth + 1);
      skip_spaces();
      if (at_ == text_.size() || text_[at_] != ')') fail("a ')' is missing");
      ++at_;
      return inner;
    }
    if (is_digit(c)) return number();
    if (starts_word(c)) return key();
    fail(fmt::format("'{}' where a key or a number is wanted", escaped(rest())));
  }

  std::size_t number() {
    Node node;
    const char* end = text_.data() + text_.size();
    const auto read = std::from_chars(text_.data() + at_, end, node.number);
    if (read.ec != std::errc()) fail("a number beyond 64 bits");
    const auto next = static_cast<std::size_t>(read.ptr - text_.data());
    if (next < text_.size() && (starts_word(text_[next]) || text_[next] == '.')) {
      fail(fmt::format("'{}' is no whole number in decimal digits", escaped(rest())));
    }
    at_ = next;
    return add(node);
  }

  std::size_t key() {
    const std::size_t begin = at_;
    while (at_ < text_.size() &&
           (starts_word(text_[at_]) || is_digit(text_[at_]) || text_[at_] == '.')) {
      ++at_;
    }
    const std::string word(text_.substr(begin, at_ - begin));
    Node node;
    node.op = Op::kKey;
    node.key = find_param_or_alias(word);
    if (node.key == nullptr) {
      throw Error(
          ErrorId::ConfigUnknownKey, out_.where_,
          fmt::format("where: unknown key {}, {}", escaped(word), suggestion(word, number_keys())));
    }
    return add(node);
  }

  WhereExpression& out_;
  std::string_view text_;
  std::size_t at_ = 0;
};

WhereExpression::WhereExpression(const std::string& text, const std::string& where)
    : text_(text), where_(where) {
  if (text.size() > kLongest) {
    fail(fmt::format("{} characters, at most {} are read", text.size(), kLongest));
  }
  root_ = WhereParser(this).whole();
}

void WhereExpression::fail(const std::string& what) const {
  throw Error(ErrorId::SweepExpression, where_, fmt::format("'{}': {}", escaped(text_), what));
}

bool WhereExpression::holds(const KeyValue& key) const { return value(root_, key) != 0; }

long long WhereExpression::value(std::size_t at, const KeyValue& key) const {
  const Node& node = nodes_[at];
  switch (node.op) {
    case Op::kNumber:
      return node.number;
    case Op::kKey:
      return key(*node.key);
    case Op::kNot:
      return value(node.left, key) == 0 ? 1 : 0;
    case Op::kNegate: {
      long long result = 0;
      if (__builtin_sub_overflow(0LL, value(node.left, key), &result)) {
        fail("a number beyond 64 bits");
      }
      return result;
    }
    case Op::kBinary:
      return binary(node, key);
  }
  return 0;
}

long long WhereExpression::binary(const Node& node, const KeyValue& key) const {
  const Operator& op = kOperators[node.symbol];
  const long long a = value(node.left, key);
  if (op.symbol == Symbol::kOr && a != 0) return 1;
  if (op.symbol == Symbol::kAnd && a == 0) return 0;
  const long long b = value(node.right, key);
  long long result = 0;
  bool overflow = false;
  switch (op.symbol) {
    case Symbol::kOr:
    case Symbol::kAnd:
      return b != 0 ? 1 : 0;
    case Symbol::kEq:
      return a == b ? 1 : 0;
    case Symbol::kNe:
      return a != b ? 1 : 0;
    case Symbol::kLe:
      return a <= b ? 1 : 0;
    case Symbol::kGe:
      return a >= b ? 1 : 0;
    case Symbol::kLt:
      return a < b ? 1 : 0;
    case Symbol::kGt:
      return a > b ? 1 : 0;
    case Symbol::kAdd:
      overflow = __builtin_add_overflow(a, b, &result);
      break;
    case Symbol::kSub:
      overflow = __builtin_sub_overflow(a, b, &result);
      break;
    case Symbol::kMul:
      overflow = __builtin_mul_overflow(a, b, &result);
      break;
    case Symbol::kDiv:
    case Symbol::kMod:
      if (b == 0) fail("a division by zero");
      overflow = a == INT64_MIN && b == -1;
      if (!overflow) result = op.symbol == Symbol::kDiv ? a / b : a % b;
      break;
  }
  if (overflow) fail("a number beyond 64 bits");
  return result;
}

}  // namespace vernier
