// One error type for everything a user can cause, with its ID, exit code and fix from errors.def.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace vernier {

inline constexpr int kExitOk = 0;          // everything asked for was done and agreed
inline constexpr int kExitDivergence = 1;  // two machines disagree, or nothing was compared
inline constexpr int kExitUsage = 2;       // the command line is wrong
inline constexpr int kExitRejected = 3;    // an input file is wrong
inline constexpr int kExitResource = 4;    // I/O, memory or a missing tool
inline constexpr int kExitInternal = 70;   // a bug of ours

enum class ErrorId {
#define VERNIER_ERROR(name, id, exit_code, what, fix) name,
#include "hw_models/spec/errors.def"
#undef VERNIER_ERROR
};

// One row of the registry.
struct ErrorInfo {
  ErrorId error;
  const char* id;    // "E-TFL-012"
  int exit_code;     // one of kExit...
  const char* what;  // the class of mistake
  const char* fix;   // what the user can do
};

// The registry's row of an ID; total over ErrorId.
const ErrorInfo& error_info(ErrorId id);
// The whole registry, in order.
const ErrorInfo* error_table(std::size_t* count);

// A mistake in an input, told in one line:
//   error[E-TFL-012]: net.tflite: subgraph 0, op 7 CONV_2D, field stride_h: 0, must be 1..255;
//   <fix>
// `where` is the file (or the option), `what` names place, value found and value wanted. Both are
// escaped, so a hostile name cannot break the line.
class Error : public std::runtime_error {
 public:
  Error(ErrorId id, std::string_view where, std::string_view what);
  // As above with another fix than the registry's.
  Error(ErrorId id, std::string_view where, std::string_view what, std::string_view fix);

  ErrorId id() const { return id_; }
  int exit_code() const { return error_info(id_).exit_code; }

 private:
  ErrorId id_;
};

// Text of any length with control and non-ASCII bytes as \xNN.
std::string printable(std::string_view text);
// A string from a file, safe to print: control and non-ASCII bytes as \xNN, at most 200 characters.
std::string escaped(std::string_view text);

// Misuse of our own API or a broken invariant; stays on in release builds. Throws Error(Internal).
void check(bool ok, std::string_view what);

}  // namespace vernier
