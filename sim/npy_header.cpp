#include "sim/npy_header.h"

#include <fmt/format.h>

#include "hw_models/spec/error.h"

namespace vernier {
namespace {

class HeaderParser {
 public:
  HeaderParser(std::string_view text, const std::string& where) : text_(text), where_(where) {}

  NpyHeader parse() {
    NpyHeader h;
    bool has_descr = false, has_order = false, has_shape = false;
    expect('{');
    while (!accept('}')) {
      const std::string key = string_literal();
      bool* const seen = key == "descr"           ? &has_descr
                         : key == "fortran_order" ? &has_order
                         : key == "shape"         ? &has_shape
                                                  : nullptr;
      if (seen == nullptr)
        fail(fmt::format("key '{}', known are descr, fortran_order, shape", key));
      if (*seen) fail(fmt::format("key '{}' a second time", key));
      *seen = true;
      expect(':');
      if (seen == &has_descr) {
        descr(h);
      } else if (seen == &has_order) {
        h.fortran_order = boolean();
      } else {
        h.shape = tuple();
      }
      if (accept(',')) continue;
      expect('}');
      break;
    }
    skip_spaces();
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    if (at_ != text_.size()) fail("text behind the dictionary");
    const char* missing = !has_descr   ? "descr"
                          : !has_order ? "fortran_order"
                          : !has_shape ? "shape"
                                       : nullptr;
    if (missing != nullptr) fail(fmt::format("no key '{}'", missing));
    return h;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorId::NpyFormat, where_, fmt::format("header byte {}: {}", at_, escaped(what)));
  }

  void skip_spaces() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  bool accept(char c) {
    skip_spaces();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void expect(char c) {
    if (accept(c)) return;
    if (at_ >= text_.size()) fail(fmt::format("the header ends where '{}' is wanted", c));
    fail(fmt::format("'{}' where '{}' is wanted", text_[at_], c));
  }

  bool accept_word(std::string_view word) {
    skip_spaces();
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  // A quoted string without escapes.
  std::string string_literal() {
    skip_spaces();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote != '\'' && quote != '"') fail("a quoted string is wanted");
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) fail("a string that does not end");
    const std::string_view value = text_.substr(at_ + 1, end - at_ - 1);
    if (value.find('\\') != std::string_view::npos) fail("a string with an escape");
    at_ = end + 1;
    return std::string(value);
  }

  // A type name, or the list of fields of a structured type, which is kept as text to be named.
  void descr(NpyHeader& h) {
    if (!accept('[')) {
      h.descr = string_literal();
      return;
    }
    h.structured = true;
    const std::size_t begin = at_ - 1;
    for (int depth = 1; depth > 0; ++at_) {
      if (at_ >= text_.size()) fail("a list that does not end");
      if (text_[at_] == '[') ++depth;
      if (text_[at_] == ']') --depth;
    }
    h.descr = std::string(text_.substr(begin, at_ - begin));
  }

  bool boolean() {
    if (accept_word("True")) return true;
    if (accept_word("False")) return false;
    fail("True or False is wanted");
  }

  std::int64_t integer() {
    skip_spaces();
    const std::size_t begin = at_;
    std::int64_t value = 0;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
      if (value > (INT64_MAX - 9) / 10) fail("a dimension above 2^63");
      value = value * 10 + (text_[at_++] - '0');
    }
    if (at_ == begin) fail("a dimension is wanted, decimal digits only");
    if (text_[begin] == '0' && at_ - begin > 1) fail("a dimension with a leading zero");
    return value;
  }

  // (), (5,), (2, 3): one dimension needs its comma, as in Python.
  std::vector<std::int64_t> tuple() {
    std::vector<std::int64_t> dims;
    expect('(');
    bool comma = true;
    while (!accept(')')) {
      if (!comma) fail("',' or ')' is wanted");
      dims.push_back(integer());
      comma = accept(',');
    }
    if (dims.size() == 1 && !comma) fail("an integer in brackets, not a shape: write (5,)");
    return dims;
  }

  std::string_view text_;
  const std::string& where_;
  std::size_t at_ = 0;
};

}  // namespace

NpyHeader parse_npy_header(std::string_view text, const std::string& where) {
  return HeaderParser(text, where).parse();
}

}  // namespace vernier
