#include "hw_models/spec/pages.h"

#include <fmt/format.h>

#include "hw_models/spec/error.h"
#include "hw_models/spec/machine.h"

namespace vernier {
namespace {

class PageChecker {
 public:
  PageChecker(const Program& program, const std::vector<Instruction>& insns,
              const std::string& where)
      : program_(program), insns_(insns), where_(where) {}

  void run() {
    const auto& begins = program_.page_begin;
    if (begins.empty() || begins[0] != 0) fail("no page begins at pc 0");
    for (std::size_t page = 0; page < begins.size(); ++page) {
      if (end_of(page) <= begins[page] || end_of(page) > insns_.size()) {
        fail(fmt::format("page {} begins at pc {} and ends before pc {} of {} instructions", page,
                         begins[page], end_of(page), insns_.size()));
      }
      check_size(page);
      check_closing(page);
      check_fetch(page);
    }
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorId::ProgramEnd, where_, what);
  }
  std::size_t end_of(std::size_t page) const {
    return page + 1 < program_.page_begin.size() ? program_.page_begin[page + 1] : insns_.size();
  }
  bool is_last(std::size_t page) const { return page + 1 == program_.page_begin.size(); }

  void check_size(std::size_t page) const {
    const std::size_t words = end_of(page) - program_.page_begin[page];
    const auto most = static_cast<std::size_t>(program_.config.program_half_words());
    if (words > most) {
      fail(fmt::format("page {}: {} instructions, half of program memory holds {}", page, words,
                       most));
    }
  }

  void check_closing(std::size_t page) const {
    const std::size_t end = end_of(page);
    for (std::size_t pc = program_.page_begin[page]; pc < end; ++pc) {
      const bool ends = std::holds_alternative<insn::End>(insns_[pc]);
      const bool switches = std::holds_alternative<insn::Switch>(insns_[pc]);
      const bool closing = pc + 1 == end;
      if (ends == (closing && is_last(page)) && switches == (closing && !is_last(page))) continue;
      fail(fmt::format("pc {}: {} as instruction {} of {} of page {} of {}", pc,
                       disassemble(insns_[pc]), pc - program_.page_begin[page] + 1,
                       end - program_.page_begin[page], page + 1, program_.page_begin.size()));
    }
  }

  // One fetch a page keeps the half that is running from being overwritten.
  void check_fetch(std::size_t page) const {
    std::size_t fetches = 0;
    for (std::size_t pc = program_.page_begin[page]; pc < end_of(page); ++pc) {
      const auto* fetch = std::get_if<insn::LoadProgram>(&insns_[pc]);
      if (fetch == nullptr) continue;
      if (is_last(page)) {
        fail(fmt::format("pc {}: {} in the last page: no page is behind it", pc,
                         disassemble(insns_[pc])));
      }
      const std::size_t begin = program_.page_begin[page + 1];
      const std::size_t count = end_of(page + 1) - begin;
      if (fetch->dram_addr != static_cast<std::int64_t>(begin * kInstructionBytes) ||
          fetch->count != static_cast<std::int64_t>(count)) {
        fail(fmt::format("pc {}: {}, page {} needs dram_addr={} count={}", pc,
                         disassemble(insns_[pc]), page + 1, begin * kInstructionBytes, count));
      }
      if (++fetches > 1) fail(fmt::format("pc {}: page {} is fetched twice", pc, page + 1));
    }
    if (fetches == 0 && !is_last(page)) {
      fail(fmt::format("page {}: no load.program fetches page {}, its switch would wait for ever",
                       page, page + 1));
    }
  }

  const Program& program_;
  const std::vector<Instruction>& insns_;
  const std::string& where_;
};

}  // namespace

void check_pages(const Program& program, const std::vector<Instruction>& insns,
                 const std::string& where) {
  PageChecker(program, insns, where).run();
}

}  // namespace vernier
