// The .npy reader against the catalogue of bad inputs 2.4, and the writer against numpy's files.
#include "sim/npy.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "hw_models/spec/error.h"
#include "hw_models/spec/file.h"
#include "tests/sim/scratch_dir.h"

using namespace vernier;
using Catch::Matchers::Contains;
using Bytes = std::vector<std::uint8_t>;

namespace {

Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

// A file of format `version` with this header text, unpadded, and data.
Bytes file(const std::string& header, const std::string& data, int version = 1) {
  std::string text = std::string("\x93NUMPY") + static_cast<char>(version) + '\0';
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  for (std::size_t i = 0; i < length_bytes; ++i) {
    text += static_cast<char>(header.size() >> (8 * i) & 0xff);
  }
  return bytes_of(text + header + data);
}

std::string header(const std::string& descr, const std::string& shape,
                   const std::string& order = "False") {
  return "{'descr': " + descr + ", 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
}

// The ID and the message of the error that parsing gives.
std::pair<std::string, std::string> refusal(const Bytes& bytes) {
  try {
    parse_npy(bytes, "x.npy");
  } catch (const Error& e) {
    const std::string line = e.what();
    CHECK(e.exit_code() == kExitRejected);
    CHECK_THAT(line, Contains("x.npy: "));
    CHECK(line.find('\n') == std::string::npos);
    return {error_info(e.id()).id, line};
  }
  return {"accepted", ""};
}

void refused(const Bytes& bytes, const std::string& id, const std::string& part) {
  const auto [got, line] = refusal(bytes);
  CHECK(got == id);
  CHECK_THAT(line, Contains(part));
}

}  // namespace

TEST_CASE("formats 1.0, 2.0 and 3.0 are read, keys in any order, either quote") {
  const std::string data("\x01\xff\x03\x04\x05\x06", 6);
  for (const int version : {1, 2, 3}) {
    const Tensor t = parse_npy(file(header("'|i1'", "(2, 3)"), data, version), "x.npy");
    CHECK(t.dtype == DType::kInt8);
    CHECK(t.shape == Shape{2, 3});
    CHECK(t.at(1) == -1);
    CHECK(t.at(5) == 6);
  }
  const std::string other = R"({"shape":(6,),"descr":"|i1","fortran_order":False}   )";
  CHECK(parse_npy(file(other, data), "x.npy").shape == Shape{6});
  CHECK(parse_npy(file(header("'|i1'", "()"), "\x07"), "x.npy").shape.empty());
}

TEST_CASE("every element type that a tensor has is read and written back") {
  for (const DType type : {DType::kInt8, DType::kUint8, DType::kInt16, DType::kInt32, DType::kInt64,
                           DType::kFloat32, DType::kBool}) {
    Tensor t(type, {3, 2});
    for (std::size_t i = 0; i < t.bytes.size(); ++i) t.bytes[i] = static_cast<std::uint8_t>(i);
    CHECK(parse_npy(npy_bytes(t), "x.npy") == t);
  }
}

TEST_CASE("the writer gives numpy.save's bytes") {
  const auto text = [](const Shape& shape, DType type = DType::kInt8) {
    const Bytes b = npy_bytes(Tensor(type, shape));
    return std::string(
        b.begin(), b.end() - static_cast<std::ptrdiff_t>(element_count(shape) * dtype_bytes(type)));
  };
  const auto numpy = [](const std::string& dict, std::size_t length) {
    std::string h = dict;
    h.resize(length - 1, ' ');
    return std::string("\x93NUMPY\x01\0", 8) + static_cast<char>(length) + '\0' + h + '\n';
  };
  CHECK(text({2, 32, 3}) ==
        numpy("{'descr': '|i1', 'fortran_order': False, 'shape': (2, 32, 3), }", 118));
  CHECK(text({5}, DType::kInt32) ==
        numpy("{'descr': '<i4', 'fortran_order': False, 'shape': (5,), }", 118));
  CHECK(text({}) == numpy("{'descr': '|i1', 'fortran_order': False, 'shape': (), }", 118));
  // 97 characters, 20 of growth, 11 around them: the next multiple of 64 after 128 is 192.
  CHECK(text({1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}).size() == 128);
  CHECK(text({1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}).size() == 192);
}

TEST_CASE("numpy's own files come back byte for byte") {
  const std::filesystem::path shared = std::string(VERNIER_SOURCE_DIR) + "/../shared";
  if (!std::filesystem::exists(shared / "expected")) {
    WARN("SKIPPED: no ../shared, so no file of numpy's is compared");
    return;
  }
  int files = 0;
  for (const char* folder : {"expected", "data"}) {
    for (const auto& f : std::filesystem::recursive_directory_iterator(shared / folder)) {
      if (f.path().extension() != ".npy") continue;
      INFO(f.path());
      CHECK(npy_bytes(read_npy(f.path().string())) == read_file(f.path().string(), 1U << 30));
      ++files;
    }
  }
  CHECK(files > 50);
}

TEST_CASE("N1: a wrong magic, version or header length is refused before anything is allocated") {
  refused({}, "E-NPY-001", "0 bytes");
  refused(bytes_of("\x93NUMP"), "E-NPY-001", "5 bytes");
  refused(bytes_of("hello, this is no array"), "E-NPY-001", "\\x93NUMPY");
  refused(file("", "", 4), "E-NPY-001", "version 4.0");
  refused(file("", "", 0), "E-NPY-001", "version 0.0");
  refused(bytes_of(std::string("\x93NUMPY\x02\0\xf0\xff\xff\xff", 12)), "E-NPY-001", "4294967280");
  refused(bytes_of(std::string("\x93NUMPY\x01\0\x05", 9)), "E-NPY-001", "header's length");
  refused(file(header("'|i1'", "(1,)") + std::string(70000, ' '), "\x01", 2), "E-NPY-001",
          "at most 65536");
}

TEST_CASE("N2: the header's grammar is strict and evaluates nothing") {
  const auto bad = [](const std::string& text, const std::string& part) {
    refused(file(text, "\x01"), "E-NPY-001", part);
  };
  bad("{'descr': '|i1', 'fortran_order': False, 'shape': (1,)", "ends where '}'");
  bad("{'descr': '|i1', 'fortran_order': False, 'shape': (1,), 'x': 1}", "key 'x'");
  bad("{'descr': '|i1', 'descr': '|i1', 'shape': (1,)}", "second time");
  bad("{'descr': '|i1', 'fortran_order': False}", "no key 'shape'");
  bad("{'descr': '|i1', 'shape': (1,)}", "no key 'fortran_order'");
  bad("{'fortran_order': False, 'shape': (1,)}", "no key 'descr'");
  bad("{'descr': '|i1", "does not end");
  bad("__import__('os').system('true')", "'_' where '{'");
  bad(header("'|i1'", "(1)"), "(5,)");
  bad(header("'|i1'", "(-1,)"), "decimal digits only");
  bad(header("'|i1'", "(2**60,)"), "',' or ')'");
  bad(header("'|i1'", "(0x10,)"), "',' or ')'");
  bad(header("'|i1'", "(010,)"), "leading zero");
  bad(header("'|i1'", "(1L,)"), "',' or ')'");
  bad(header("'|i1'", "(1 2)"), "',' or ')'");
  bad(header("'|i1'", "(99999999999999999999999,)"), "above 2^63");
  bad(header("'|i1'", "[1]"), "'(' is wanted");
  bad(header("'|i1'", "(1,)", "0"), "True or False");
  bad(header("|i1", "(1,)"), "quoted string");
  bad(header("'|i1", "(1,)"), "'f' where '}'");
  bad(header("'|\\x69'", "(1,)"), "escape");
  bad(header("'|i1'", "(1,)") + "x", "behind the dictionary");
  bad("", "ends where '{'");
  bad(std::string("{'\x1b[31m': 1}"), "\\x1b");
}

TEST_CASE("N3: an impossible shape is refused, data must fill the shape exactly") {
  refused(file(header("'|i1'", "(1152921504606846976,)"), ""), "E-NPY-005", "1152921504606846976");
  refused(file(header("'|i1'", "(65536, 65536, 65536, 65536)"), ""), "E-NPY-005", "65536");
  refused(file(header("'<i4'", "(0, 5)"), ""), "E-NPY-005", "(0, 5)");
  refused(file(header("'<i4'", "(2,)"), "1234567"), "E-NPY-006",
          "7 bytes of data, shape (2,) of int32 takes 8");
  refused(file(header("'<i4'", "(2,)"), "123456789"), "E-NPY-006", "9 bytes");
  // 2 GiB promised, nothing there: refused by size, not by memory.
  refused(file(header("'<i8'", "(2000000000,)"), ""), "E-NPY-006", "16000000000");
}

TEST_CASE("N4: a type that no tensor has is refused by name") {
  refused(file(header("'>i2'", "(1,)"), "12"), "E-NPY-003", "big-endian type '>i2'");
  refused(file(header("'<f8'", "(1,)"), "12345678"), "E-NPY-003", "'<f8'");
  refused(file(header("'<c8'", "(1,)"), "12345678"), "E-NPY-003", "'<c8'");
  refused(file(header("'<U3'", "(1,)"), "123456789012"), "E-NPY-003", "'<U3'");
  refused(file(header("[('a', '<i4'), ('b', '|i1', (2,))]", "(1,)"), ""), "E-NPY-003",
          "structured type [('a', '<i4'), ('b', '|i1', (2,))]");
  refused(file(header("[('a', '<i4')", "(1,)"), ""), "E-NPY-001", "list that does not end");
}

TEST_CASE("N5: Fortran order is refused") {
  refused(file(header("'|i1'", "(2, 2)", "True"), "1234"), "E-NPY-004", "fortran_order True");
}

TEST_CASE("N10: archives and pickled objects are refused with the way to convert them") {
  refused(bytes_of(std::string("PK\x03\x04 a zip file", 16)), "E-NPY-002", "numpy.load");
  refused(file(header("'|O'", "(1,)"), "\x80\x03]."), "E-NPY-002", "never loaded");
}

TEST_CASE("every truncation of a file is refused") {
  Tensor t(DType::kInt16, {2, 3});
  const Bytes whole = npy_bytes(t);
  for (std::size_t n = 0; n < whole.size(); ++n) {
    INFO(n << " bytes");
    const auto [id, line] =
        refusal({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n)});
    CHECK(id != "accepted");
  }
}

TEST_CASE("every flipped bit of the header gives an array or a refusal with an ID") {
  Tensor t(DType::kInt8, {4, 3});
  const Bytes whole = npy_bytes(t);
  int refusals = 0;
  for (std::size_t bit = 0; bit < 8 * (whole.size() - 12); ++bit) {
    Bytes flipped = whole;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << bit % 8));
    const auto [id, line] = refusal(flipped);
    INFO("bit " << bit << ": " << line);
    CHECK((id == "accepted" || id.substr(0, 6) == "E-NPY-"));
    refusals += id != "accepted" ? 1 : 0;
  }
  // What stays legal is few: another 1-byte type, another split of 12, white space for a newline.
  CHECK(refusals > 500);
}

TEST_CASE("N9: an empty file or a directory is refused") {
  const ScratchDir dir;
  std::ofstream(dir / "empty.npy").close();
  CHECK_THROWS_WITH(read_npy(dir / "empty.npy"), Contains("E-NPY-001") && Contains("0 bytes"));
  CHECK_THROWS_WITH(read_npy(dir / ""), Contains("E-IO-002"));
  CHECK_THROWS_WITH(read_npy("/nowhere/x.npy"), Contains("E-IO-001"));
}
