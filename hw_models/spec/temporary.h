// Temporary files that exist at this moment, so that a signal can remove them: nothing half-written
// stays behind, whenever Ctrl-C comes.
#pragma once

#include <string>

namespace vernier {

// Notes a file that is to be removed if the process is ended by a signal; at most 32 at a time, a
// further one is not noted. Thread-safe.
void note_temporary(const std::string& path);
// The file is complete or gone.
void forget_temporary(const std::string& path);

// SIGINT, SIGTERM and SIGHUP remove what is noted and end the process with 128 + the signal's
// number; a closed pipe and a file-size limit become failing writes.
void handle_signals();

}  // namespace vernier
