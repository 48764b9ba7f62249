// The parser half of strict_yaml.h: a tree built from yaml-cpp's events, so that nothing is
// resolved, merged or shared before it has been looked at, and a hostile text stops at the event
// that is over a limit.
#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>

#include "hw_models/spec/error.h"
#include "hw_models/spec/file.h"
#include "hw_models/spec/strict_yaml.h"
#include "hw_models/spec/yaml_bytes.h"

namespace vernier {
namespace {

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const std::string& text, const std::string& where, const YamlLimits& limits)
      : text_(text), where_(where), limits_(limits) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 1) return;
    throw Error(ErrorId::ConfigDocument, yaml_place(where_, mark.line + 1),
                "the map of keys has ended, yet a second document or stray text begins here");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    require_plain(mark, "?", anchor);
    if (expects_key()) refuse_key(mark, "an empty key");
    add(mark, YamlNode::Kind::kNull);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Error(ErrorId::ConfigReference, yaml_place(where_, mark.line + 1), "an alias (*)");
  }
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    throw Error(ErrorId::ConfigReference, yaml_place(where_, mark.line + 1),
                fmt::format("an anchor (&{})", escaped(name)));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    require_plain(mark, tag, anchor);
    if (tag == "!") require_closed(mark);
    if (expects_key()) {
      add_key(mark, value);
      return;
    }
    YamlNode& node = add(mark, YamlNode::Kind::kScalar);
    node.text = value;
    node.quoted = tag == "!";
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::kList);
  }
  void OnSequenceEnd() override { stack_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::kMap);
  }
  void OnMapEnd() override { stack_.pop_back(); }

  YamlNode take_root() { return std::move(root_); }

 private:
  // A map or list that is being filled. A parent's vector does not grow while its last element is
  // open, so the pointers stay good.
  struct Open {
    YamlNode* node;
    bool has_key;  // maps: the last entry waits for its value
  };

  bool expects_key() const {
    return !stack_.empty() && stack_.back().node->kind == YamlNode::Kind::kMap &&
           !stack_.back().has_key;
  }

  // "?" is yaml-cpp's tag of plain nodes, "!" that of quoted ones.
  void require_plain(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) OnAnchor(mark, "");
    if (!tag.empty() && tag != "?" && tag != "!") {
      throw Error(ErrorId::ConfigTag, yaml_place(where_, mark.line + 1),
                  fmt::format("tag {}", escaped(tag)));
    }
    if (++nodes_ > limits_.nodes) {
      throw Error(ErrorId::ConfigLimit, yaml_place(where_, mark.line + 1),
                  fmt::format("more than {} keys and values", limits_.nodes));
    }
  }

  // yaml-cpp takes the end of the text for a missing closing quote, and so would lose every key
  // below it; it also shows "!" for a bare tag.
  void require_closed(const YAML::Mark& mark) {
    const auto at = static_cast<std::size_t>(mark.pos);
    const char quote = at < text_.size() ? text_[at] : '\0';
    if (quote == '!') {
      throw Error(ErrorId::ConfigTag, yaml_place(where_, mark.line + 1), "tag !");
    }
    if (quote != '"' && quote != '\'') return;
    for (std::size_t i = at + 1; i < text_.size(); ++i) {
      if (text_[i] == '\\' && quote == '"') {
        ++i;
      } else if (text_[i] == quote) {
        const bool doubled = quote == '\'' && i + 1 < text_.size() && text_[i + 1] == quote;
        if (!doubled) return;
        ++i;
      }
    }
    throw Error(ErrorId::ConfigSyntax, yaml_place(where_, mark.line + 1),
                fmt::format("column {}: a quote that is not closed", mark.column + 1));
  }

  [[noreturn]] void refuse_key(const YAML::Mark& mark, const char* found) {
    throw Error(ErrorId::ConfigType, yaml_place(where_, mark.line + 1),
                fmt::format("{}, a key must be a word", found));
  }

  void add_key(const YAML::Mark& mark, const std::string& key) {
    const int line = mark.line + 1;
    if (key == "<<") {
      throw Error(ErrorId::ConfigReference, yaml_place(where_, line), "a merge key (<<)");
    }
    if (key.empty()) refuse_key(mark, "an empty key");
    YamlNode& map = *stack_.back().node;
    if (const YamlEntry* first = map.find(key)) {
      throw Error(ErrorId::ConfigDuplicate, yaml_place(where_, line),
                  fmt::format("key {} on lines {} and {}", escaped(key), first->line, line));
    }
    map.entries.push_back({key, line, {}});
    stack_.back().has_key = true;
  }

  YamlNode& add(const YAML::Mark& mark, YamlNode::Kind kind) {
    YamlNode* node = &root_;
    int line = mark.line + 1;
    if (!stack_.empty()) {
      Open& parent = stack_.back();
      if (parent.node->kind == YamlNode::Kind::kMap) {
        YamlEntry& entry = parent.node->entries.back();
        parent.has_key = false;
        node = &entry.value;
        // An absent value is told at its key: yaml-cpp's mark is that of whatever follows.
        if (kind == YamlNode::Kind::kNull) line = entry.line;
      } else {
        parent.node->items.emplace_back();
        node = &parent.node->items.back();
      }
    }
    node->kind = kind;
    node->line = line;
    node->column = mark.column + 1;
    return *node;
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            YamlNode::Kind kind) {
    require_plain(mark, tag, anchor);
    if (expects_key()) refuse_key(mark, kind == YamlNode::Kind::kMap ? "a map" : "a list");
    YamlNode& node = add(mark, kind);
    stack_.push_back({&node, false});
    if (stack_.size() > static_cast<std::size_t>(limits_.depth)) {
      throw Error(ErrorId::ConfigLimit, yaml_place(where_, mark.line + 1),
                  fmt::format("nested deeper than {} maps and lists", limits_.depth));
    }
  }

  const std::string& text_;
  const std::string& where_;
  const YamlLimits& limits_;
  YamlNode root_;
  std::vector<Open> stack_;
  int documents_ = 0;
  int nodes_ = 0;
};

// yaml-cpp meets some anchors, aliases and tags as mistakes of its own; they are refused under the
// same IDs as the well-formed ones.
ErrorId syntax_error_id(const std::string& message) {
  const auto has = [&](const char* word) { return message.find(word) != std::string::npos; };
  if (has("anchor") || has("alias")) return ErrorId::ConfigReference;
  if (has("tag")) return ErrorId::ConfigTag;
  return ErrorId::ConfigSyntax;
}

}  // namespace

YamlNode parse_yaml(std::string_view text, const std::string& where, const YamlLimits& limits) {
  const std::string checked = checked_yaml_text(text, where, limits);
  std::istringstream stream(checked);
  TreeBuilder builder(checked, where, limits);
  bool any = false;
  try {
    YAML::Parser parser(stream);
    any = parser.HandleNextDocument(builder);
    if (any) parser.HandleNextDocument(builder);
  } catch (const YAML::Exception& e) {
    const int line = e.mark.is_null() ? 1 : e.mark.line + 1;
    throw Error(syntax_error_id(e.msg), yaml_place(where, line),
                fmt::format("column {}: {}", e.mark.is_null() ? 1 : e.mark.column + 1, e.msg));
  }
  if (!any)
    throw Error(ErrorId::ConfigDocument, yaml_place(where, 1), "no keys: the file is empty");
  YamlNode root = builder.take_root();
  if (root.kind != YamlNode::Kind::kMap) {
    throw Error(ErrorId::ConfigDocument, yaml_place(where, root.line),
                fmt::format("{} at the top, must be a map of keys", yaml_shown(root)));
  }
  return root;
}

YamlNode load_yaml(const std::string& path, const YamlLimits& limits) {
  const std::vector<std::uint8_t> bytes = read_file(path, limits.bytes);
  return parse_yaml({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path, limits);
}

}  // namespace vernier
