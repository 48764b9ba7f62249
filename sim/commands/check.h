// vernier check PROGRAM: the static checker on a program file.
#pragma once

#include <string>

namespace vernier {

// Loads and checks a program; prints one line about it to stdout. Returns kExitOk; throws what
// load_program and check_program throw.
int run_check(const std::string& program_path);

}  // namespace vernier
