// A good configuration to spoil, and the message of a refusal.
#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "hw_models/spec/error.h"
#include "hw_models/spec/hw_config_io.h"

namespace vernier {

// The default machine, every key of hw_config.def with its default. Line numbers in the tests count
// these lines: schema, name and clock_mhz, then array as a block (array.rows is line 5), then one
// line for each section.
inline std::string good_config() {
  std::string text = "schema: 1\nname: good\n", open;
  const auto close = [&] {
    if (!open.empty() && open != "array") text += "}\n";
    open.clear();
  };
  std::size_t count = 0;
  const ParamInfo* params = param_table(&count);
  for (const ParamInfo* p = params; p != params + count; ++p) {
    const std::string key = p->key, value = std::to_string(p->initial);
    const std::size_t dot = key.find('.');
    const std::string section = key.substr(0, dot == std::string::npos ? 0 : dot);
    const std::string entry = key.substr(section.empty() ? 0 : dot + 1) + ": " + value;
    if (section != open) close();
    if (section.empty()) {
      text += entry + "\n";
    } else if (section == "array") {
      text += (open.empty() ? "array:\n  " : "  ") + entry + "\n";
    } else {
      text += (open.empty() ? section + ": {" : ", ") + entry;
    }
    open = section;
  }
  close();
  return text + "energy: {table: 45nm}\n";
}
inline const std::string kGoodConfig = good_config();

// `text` with the first `from` replaced by `to`; the test fails when there is none.
inline std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}
inline std::string good_with(const std::string& from, const std::string& to) {
  return with(kGoodConfig, from, to);
}

// The whole message of the refusal of a configuration, "accepted" without one.
inline std::string refusal(const std::string& text) {
  try {
    parse_config(text, "m.yaml");
  } catch (const Error& e) {
    CHECK(std::string(e.what()).find('\n') == std::string::npos);
    return e.what();
  }
  return "accepted";
}
inline int exit_of(const std::string& text) {
  try {
    parse_config(text, "m.yaml");
  } catch (const Error& e) {
    return e.exit_code();
  }
  return kExitOk;
}

}  // namespace vernier
