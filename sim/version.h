// The tool's version: part of reports, traces and the keys of sweep points.
#pragma once

namespace vernier {

inline constexpr const char* kToolVersion = "0.1.0";

}  // namespace vernier
