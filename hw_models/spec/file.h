// Whole files in and out: an input is a bounded regular file, read once; an output appears complete
// or not at all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

// The bytes of a regular file of at most `limit` bytes. Its kind and size are looked at before it
// is read. Throws Error: FileOpen (errno is named), FileNotRegular (directory, FIFO, device,
// socket), FileTooLarge (both sizes are named).
std::vector<std::uint8_t> read_file(const std::string& path, std::uint64_t limit);

// Replaces `path` by `bytes`: written to a temporary file beside it, flushed to the disk, renamed.
// On a failure up to the renaming the temporary file is removed and an older file at `path` is as
// it was; Error(FileWrite) names the step and the errno. Refuses to replace anything but a regular
// file.
void write_file_atomically(const std::string& path, const void* bytes, std::size_t size);
void write_file_atomically(const std::string& path, const std::vector<std::uint8_t>& bytes);
void write_file_atomically(const std::string& path, std::string_view text);

}  // namespace vernier
