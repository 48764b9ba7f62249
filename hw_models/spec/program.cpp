#include "hw_models/spec/program.h"

#include <fmt/format.h>
#include <zlib.h>

#include <cstring>

#include "hw_models/spec/error.h"
#include "hw_models/spec/file.h"
#include "hw_models/spec/hw_config_io.h"
#include "hw_models/spec/machine.h"

// File format, little-endian, version kProgramVersion:
//   0   8  magic "VERNPROG"
//   8   4  version
//   12  4  number of sections
//   16  4  CRC-32 of everything behind this field
//   then per section: tag (4 bytes of ASCII), length u64, bytes.
// Sections, each exactly once and in this order:
//   CONF configuration as YAML    HASH hash of that machine (hex)    META model hash, profile,
//   sizes TEXT instruction words        PAGE first pc of each page         LYRS layers, layer of
//   each pc IMAG constants                DRAM graph inputs and outputs
namespace vernier {
namespace {

constexpr char kMagic[8] = {'V', 'E', 'R', 'N', 'P', 'R', 'O', 'G'};
constexpr std::size_t kHeaderBytes = 20;
constexpr const char* kSections[] = {"CONF", "HASH", "META", "TEXT",
                                     "PAGE", "LYRS", "IMAG", "DRAM"};
constexpr std::uint64_t kMostWords = 1u << 24;
constexpr std::uint64_t kMostBytes = std::uint64_t{4} << 30;

class Writer {
 public:
  template <class T>
  void num(T v) {
    static_assert(std::is_integral_v<T>);
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      out.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(v) >> (8 * i)));
    }
  }
  void text(const std::string& s) {
    num(static_cast<std::uint32_t>(s.size()));
    out.insert(out.end(), s.begin(), s.end());
  }
  void shape(const Shape& s) {
    num(static_cast<std::uint32_t>(s.size()));
    for (const int d : s) num(static_cast<std::int32_t>(d));
  }
  std::vector<std::uint8_t> out;
};

class Reader {
 public:
  Reader(const std::uint8_t* data, std::size_t begin, std::size_t end, const std::string& where)
      : data_(data), at_(begin), end_(end), where_(where) {}

  template <class T>
  T num() {
    need(sizeof(T));
    std::uint64_t v = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      v |= static_cast<std::uint64_t>(data_[at_ + i]) << (8 * i);
    }
    at_ += sizeof(T);
    return static_cast<T>(v);
  }
  std::string text() {
    const auto n = num<std::uint32_t>();
    need(n);
    std::string s(reinterpret_cast<const char*>(data_ + at_), n);
    at_ += n;
    return s;
  }
  Shape shape() {
    const auto rank = num<std::uint32_t>();
    if (rank > 8) fail(fmt::format("rank {}, must be at most 8", rank));
    Shape s(rank);
    for (auto& d : s) d = num<std::int32_t>();
    return s;
  }
  // A count of items of at least item_bytes each that are still to come.
  std::size_t count(std::size_t item_bytes) {
    const auto n = num<std::uint32_t>();
    if (n > left() / item_bytes) fail(fmt::format("count {}, but {} bytes are left", n, left()));
    return n;
  }
  std::size_t left() const { return end_ - at_; }
  std::size_t at() const { return at_; }
  const std::uint8_t* here() const { return data_ + at_; }
  void skip(std::size_t n) {
    need(n);
    at_ += n;
  }
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorId::ProgramFormat, where_, fmt::format("byte {}: {}", at_, what));
  }

 private:
  void need(std::size_t n) const {
    if (left() < n) fail(fmt::format("truncated: {} bytes wanted, {} left", n, left()));
  }
  const std::uint8_t* data_;
  std::size_t at_, end_;
  const std::string& where_;
};

std::uint32_t crc(const std::uint8_t* data, std::size_t n) {
  return static_cast<std::uint32_t>(crc32_z(0, data, n));
}

void put_place(Writer& w, const Placement& p) {
  for (const int v : {p.base, p.bank, p.rows, p.row_bytes, p.row_pitch, p.ring}) {
    w.num(std::int32_t{v});
  }
}
Placement get_place(Reader& r) {
  Placement p;
  for (int* v : {&p.base, &p.bank, &p.rows, &p.row_bytes, &p.row_pitch, &p.ring}) {
    *v = r.num<std::int32_t>();
  }
  return p;
}

void put_dram(Writer& w, const std::vector<DramTensor>& list) {
  w.num(static_cast<std::uint32_t>(list.size()));
  for (const auto& d : list) {
    w.num(static_cast<std::int32_t>(d.tensor));
    w.num(d.addr);
    w.num(d.bytes);
  }
}
std::vector<DramTensor> get_dram(Reader& r) {
  std::vector<DramTensor> list(r.count(12));
  for (auto& d : list) {
    d.tensor = r.num<std::int32_t>();
    d.addr = r.num<std::uint32_t>();
    d.bytes = r.num<std::uint32_t>();
  }
  return list;
}

void put_section(Writer& w, const Program& p, const std::string& tag) {
  if (tag == "CONF") w.text(config_yaml(p.config));
  if (tag == "HASH") w.text(config_hash(p.config));
  if (tag == "META") {
    w.text(p.model_sha256);
    w.text(p.profile);
    w.num(p.image_addr);
    w.num(p.dram_bytes);
  }
  if (tag == "TEXT") {
    for (const auto& word : p.words) {
      w.num(word.lo);
      w.num(word.hi);
    }
  }
  if (tag == "PAGE") {
    for (const auto pc : p.page_begin) w.num(pc);
  }
  if (tag == "LYRS") {
    w.num(static_cast<std::uint32_t>(p.layers.size()));
    for (const auto& l : p.layers) {
      w.text(l.op);
      w.text(l.name);
      w.shape(l.shape_in);
      w.shape(l.shape_out);
      w.num(l.macs);
      w.num(l.bound_cycles);
      w.text(l.mapping);
      w.num(static_cast<std::int32_t>(l.tensor));
      w.num(static_cast<std::int32_t>(l.alias_of));
      put_place(w, l.place);
    }
    for (const auto layer : p.layer_of) w.num(layer);
  }
  if (tag == "IMAG") w.out.insert(w.out.end(), p.image.begin(), p.image.end());
  if (tag == "DRAM") {
    put_dram(w, p.inputs);
    put_dram(w, p.outputs);
  }
}

void get_layers(Reader& r, Program* p) {
  p->layers.resize(r.count(64));
  for (auto& l : p->layers) {
    l.op = r.text();
    l.name = r.text();
    l.shape_in = r.shape();
    l.shape_out = r.shape();
    l.macs = r.num<std::int64_t>();
    l.bound_cycles = r.num<std::int64_t>();
    l.mapping = r.text();
    l.tensor = r.num<std::int32_t>();
    l.alias_of = r.num<std::int32_t>();
    l.place = get_place(r);
  }
  if (r.left() != 2 * p->words.size()) {
    r.fail(fmt::format("{} bytes name the layers of {} instructions, must be {}", r.left(),
                       p->words.size(), 2 * p->words.size()));
  }
  p->layer_of.resize(p->words.size());
  for (auto& layer : p->layer_of) {
    layer = r.num<std::uint16_t>();
    if (layer >= p->layers.size()) {
      r.fail(fmt::format("layer {}, must be below {}", layer, p->layers.size()));
    }
  }
}

void get_section(Reader& r, Program* p, const std::string& tag, const std::string& where) {
  if (tag == "CONF") p->config = parse_config(r.text(), where + ": section CONF");
  if (tag == "HASH") {
    const auto hash = r.text();
    if (hash != config_hash(p->config)) {
      throw Error(ErrorId::ProgramConfig, where,
                  fmt::format("section HASH: configuration hash {}, but its configuration hashes "
                              "to {}",
                              escaped(hash), config_hash(p->config)));
    }
  }
  if (tag == "META") {
    p->model_sha256 = r.text();
    p->profile = r.text();
    p->image_addr = r.num<std::uint32_t>();
    p->dram_bytes = r.num<std::uint32_t>();
  }
  if (tag == "TEXT") {
    if (r.left() % kInstructionBytes != 0) {
      r.fail(fmt::format("{} bytes of instructions, must be a multiple of 16", r.left()));
    }
    const std::size_t n = r.left() / kInstructionBytes;
    if (n == 0 || n > kMostWords) {
      r.fail(fmt::format("{} instructions, must be 1..{}", n, kMostWords));
    }
    p->words.resize(n);
    for (auto& word : p->words) {
      word.lo = r.num<std::uint64_t>();
      word.hi = r.num<std::uint64_t>();
    }
  }
  if (tag == "PAGE") {
    if (r.left() % 4 != 0 || r.left() == 0) r.fail("pages are 4 bytes each, at least one");
    while (r.left() != 0) {
      const auto pc = r.num<std::uint32_t>();
      const bool ordered = p->page_begin.empty() ? pc == 0 : pc > p->page_begin.back();
      if (!ordered || pc >= p->words.size()) {
        r.fail(fmt::format("page {} begins at pc {}, must rise from 0 and stay below {}",
                           p->page_begin.size(), pc, p->words.size()));
      }
      p->page_begin.push_back(pc);
    }
  }
  if (tag == "LYRS") get_layers(r, p);
  if (tag == "IMAG") {
    p->image.assign(r.here(), r.here() + r.left());
    r.skip(r.left());
  }
  if (tag == "DRAM") {
    p->inputs = get_dram(r);
    p->outputs = get_dram(r);
  }
  if (r.left() != 0) r.fail(fmt::format("{} bytes too many in section {}", r.left(), tag));
}

// What the sections must agree on.
void check_dram(const Program& p, const std::string& where) {
  const auto inside = [&](std::uint64_t addr, std::uint64_t bytes, const char* what) {
    if (addr + bytes > p.dram_bytes) {
      throw Error(ErrorId::ProgramFormat, where,
                  fmt::format("{}: DRAM bytes {}..{}, must end by {}", what, addr, addr + bytes,
                              p.dram_bytes));
    }
  };
  inside(0, p.words.size() * kInstructionBytes, "instructions");
  inside(p.image_addr, p.image.size(), "constants");
  if (p.image_addr < p.words.size() * kInstructionBytes) {
    throw Error(ErrorId::ProgramFormat, where,
                fmt::format("constants at DRAM address {} overlap {} instructions", p.image_addr,
                            p.words.size()));
  }
  for (const auto& d : p.inputs) inside(d.addr, d.bytes, "graph input");
  for (const auto& d : p.outputs) inside(d.addr, d.bytes, "graph output");
}

}  // namespace

std::vector<std::uint8_t> program_bytes(const Program& program) {
  Writer body;
  for (const char* tag : kSections) {
    Writer section;
    put_section(section, program, tag);
    body.out.insert(body.out.end(), tag, tag + 4);
    body.num(static_cast<std::uint64_t>(section.out.size()));
    body.out.insert(body.out.end(), section.out.begin(), section.out.end());
  }
  Writer file;
  file.out.insert(file.out.end(), kMagic, kMagic + sizeof kMagic);
  file.num(kProgramVersion);
  file.num(static_cast<std::uint32_t>(std::size(kSections)));
  file.num(crc(body.out.data(), body.out.size()));
  file.out.insert(file.out.end(), body.out.begin(), body.out.end());
  return file.out;
}

void save_program(const Program& program, const std::string& path) {
  write_file_atomically(path, program_bytes(program));
}

Program load_program(const std::string& path) {
  return parse_program(read_file(path, kMostBytes), path);
}

Program parse_program(const std::vector<std::uint8_t>& bytes, const std::string& where) {
  Reader r(bytes.data(), 0, bytes.size(), where);
  if (bytes.size() < kHeaderBytes || std::memcmp(bytes.data(), kMagic, sizeof kMagic) != 0) {
    r.fail("does not begin with VERNPROG: not a program of vernier compile");
  }
  r.skip(sizeof kMagic);
  const auto version = r.num<std::uint32_t>();
  if (version != kProgramVersion) {
    r.fail(fmt::format("version {}, must be {}", version, kProgramVersion));
  }
  const auto sections = r.num<std::uint32_t>();
  if (sections != std::size(kSections)) {
    r.fail(fmt::format("{} sections, must be {}", sections, std::size(kSections)));
  }
  const auto want = r.num<std::uint32_t>();
  const auto got = crc(bytes.data() + kHeaderBytes, bytes.size() - kHeaderBytes);
  if (want != got) {
    r.fail(fmt::format("checksum {:08x} stands in the header, the bytes give {:08x}", want, got));
  }
  Program p;
  for (const char* tag : kSections) {
    const std::string found(reinterpret_cast<const char*>(r.here()),
                            std::min<std::size_t>(4, r.left()));
    if (found != tag) {
      r.fail(fmt::format("section '{}', must be '{}'", escaped(found), tag));
    }
    r.skip(4);
    const auto length = r.num<std::uint64_t>();
    if (length > r.left()) {
      r.fail(fmt::format("section {} of {} bytes, but {} are left", tag, length, r.left()));
    }
    Reader section(bytes.data(), r.at(), r.at() + static_cast<std::size_t>(length), where);
    get_section(section, &p, tag, where);
    r.skip(static_cast<std::size_t>(length));
  }
  if (r.left() != 0) r.fail(fmt::format("{} bytes behind the last section", r.left()));
  check_dram(p, where);
  return p;
}

}  // namespace vernier
