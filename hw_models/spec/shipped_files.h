// Finds the files that come with the program: configs/hw, configs/energy, configs/models.
#pragma once

#include <string>
#include <vector>

namespace vernier {

// The configs folder: that of the nearest folder above the executable that has one with hw/ in it,
// else that of the source tree the program was built from, else "configs".
const std::string& configs_dir();

// "<configs_dir>/<folder>/<name>.yaml".
std::string shipped_path(const std::string& folder, const std::string& name);

// Names that shipped_path takes, sorted; empty without the folder.
std::vector<std::string> shipped_names(const std::string& folder);

// Whether a word is meant as a path and not as the name of a shipped file: it has a slash or ends
// in .yaml or .yml.
bool is_yaml_path(const std::string& name_or_path);

}  // namespace vernier
