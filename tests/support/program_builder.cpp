#include "tests/support/program_builder.h"

#include "hw_models/spec/error.h"
#include "hw_models/spec/machine.h"

namespace vernier {

ProgramBuilder::ProgramBuilder(const HwConfig& config, std::uint32_t free_bytes)
    : config_(config), free_bytes_(free_bytes) {}

std::uint32_t ProgramBuilder::constant(const std::vector<std::uint8_t>& bytes) {
  image_.resize((image_.size() + 63) / 64 * 64);
  const auto addr = static_cast<std::uint32_t>(kImageAddr + image_.size());
  image_.insert(image_.end(), bytes.begin(), bytes.end());
  return addr;
}

std::uint32_t ProgramBuilder::records(const std::vector<Record>& list) {
  std::vector<std::uint8_t> bytes;
  const auto word = [&bytes](std::uint32_t v) {
    for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
  };
  for (const Record& r : list) {
    word(static_cast<std::uint32_t>(r.bias));
    word(r.multiplier);
    word(static_cast<std::uint8_t>(r.shift));
  }
  return constant(bytes);
}

std::uint32_t ProgramBuilder::weights(int rows, std::int8_t value) {
  return constant(std::vector<std::uint8_t>(static_cast<std::size_t>(rows * config_.array_cols),
                                            static_cast<std::uint8_t>(value)));
}

ProgramBuilder& ProgramBuilder::line(const std::string& text) {
  pages_.back().push_back(assemble(text, "test"));
  return *this;
}

ProgramBuilder& ProgramBuilder::new_page() {
  pages_.emplace_back();
  return *this;
}

std::size_t ProgramBuilder::next_pc() const {
  std::size_t pc = 2 * (pages_.size() - 1);  // the fetch and the switch of every page before
  for (const auto& page : pages_) pc += page.size();
  return pc;
}

std::uint32_t ProgramBuilder::free_addr() const {
  return static_cast<std::uint32_t>((kImageAddr + image_.size() + 63) / 64 * 64);
}

Program ProgramBuilder::program() const {
  Program p;
  p.config = config_;
  p.model_sha256 = "test";
  p.profile = "tflm";
  auto pages = pages_;
  for (std::size_t n = 0; n < pages.size(); ++n) {
    const bool last = n + 1 == pages.size();
    if (!last) pages[n].insert(pages[n].begin(), insn::LoadProgram{});
    pages[n].push_back(last ? Instruction{insn::End{}} : Instruction{insn::Switch{}});
  }
  std::int64_t begin = 0;
  for (std::size_t n = 0; n < pages.size(); ++n) {
    p.page_begin.push_back(static_cast<std::uint32_t>(begin));
    begin += static_cast<std::int64_t>(pages[n].size());
    if (n + 1 == pages.size()) continue;
    auto& fetch = std::get<insn::LoadProgram>(pages[n][0]);
    fetch.dram_addr = begin * kInstructionBytes;
    fetch.count = static_cast<std::int64_t>(pages[n + 1].size());
  }
  for (const auto& page : pages) {
    for (const auto& i : page) p.words.push_back(encode(i));
  }
  check(p.words.size() * kInstructionBytes <= kImageAddr, "a test program too long for its image");
  p.layer_of.assign(p.words.size(), 0);
  LayerInfo layer;
  layer.op = "TEST";
  layer.name = "test";
  p.layers.push_back(layer);
  p.image = image_;
  p.image_addr = kImageAddr;
  p.dram_bytes = free_addr() + free_bytes_;
  return p;
}

}  // namespace vernier
