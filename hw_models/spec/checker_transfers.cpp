#include "hw_models/spec/checker_transfers.h"

#include <fmt/format.h>

#include "hw_models/spec/checker_ranges.h"
#include "hw_models/spec/machine.h"
#include "hw_models/spec/read_only.h"

namespace vernier {
namespace {

class TransferChecker {
 public:
  TransferChecker(const Listing& listing, std::size_t pc)
      : listing_(listing), program_(listing.program), pc_(pc), range_(listing, pc) {}

  void run() {
    const Instruction& any = listing_.insns[pc_];
    if (const auto* i = std::get_if<insn::LoadWeights>(&any)) weights(*i);
    if (const auto* i = std::get_if<insn::LoadParams>(&any)) params(*i);
    if (const auto* i = std::get_if<insn::LoadLut>(&any)) lut(*i);
    if (const auto* i = std::get_if<insn::LoadAct>(&any)) {
      act(*i);
      range_.inside("DRAM bytes", i->dram_addr, i->rows * i->row_bytes, program_.dram_bytes);
    }
    if (const auto* i = std::get_if<insn::StoreAct>(&any)) store(*i);
  }

 private:
  void constants(std::int64_t addr, std::int64_t bytes) const {
    const std::int64_t begin = program_.image_addr;
    const auto end = begin + static_cast<std::int64_t>(program_.image.size());
    if (addr >= begin && addr + bytes <= end) return;
    listing_.fail(ErrorId::ProgramAddress, pc_,
                  fmt::format("DRAM bytes {}..{}, must lie in the constants {}..{}", addr,
                              addr + bytes, begin, end));
  }

  void weights(const insn::LoadWeights& i) const {
    const auto& config = listing_.config();
    range_.operand("words", i.words, 1, config.weight_words());
    range_.inside("weight rows", i.w_addr, i.words, config.weight_words());
    constants(i.dram_addr, i.words * config.array_cols);
  }

  void params(const insn::LoadParams& i) const {
    range_.operand("count", i.count, 1, kParamRecords);
    range_.inside("parameter records", i.record, i.count, kParamRecords);
    constants(i.dram_addr, i.count * kParamRecordBytes);
    const std::uint8_t* record = program_.image.data() + (i.dram_addr - program_.image_addr);
    for (std::int64_t n = 0; n < i.count; ++n, record += kParamRecordBytes) {
      const auto shift = static_cast<std::int8_t>(record[8]);
      if ((record[7] & 0x80) != 0 || shift < -31 || shift > 31) {
        listing_.fail(
            ErrorId::ProgramOperand, pc_,
            fmt::format("record {}: multiplier 0x{:02x}{:02x}{:02x}{:02x}, shift {}, must "
                        "be below 2^31 and -31..31",
                        n, record[7], record[6], record[5], record[4], int{shift}));
      }
    }
  }

  void lut(const insn::LoadLut& i) const {
    range_.operand("count", i.count, 1, kLutEntries);
    constants(i.dram_addr, i.count * 4);
  }

  template <class Transfer>
  void act(const Transfer& i) const {
    const std::int64_t most = listing_.config().act_mem_kib * std::int64_t{1024};
    range_.operand("rows", i.rows, 1, most);
    range_.operand("row_bytes", i.row_bytes, 1, most);
    range_.act_rows("activation", {i.base, i.bank, i.row_pitch, i.row_bytes, 0, i.rows});
  }

  void store(const insn::StoreAct& i) const {
    act(i);
    const std::int64_t bytes = i.rows * i.row_bytes;
    range_.inside("DRAM bytes", i.dram_addr, bytes, program_.dram_bytes);
    if (!touches_read_only(program_, i.dram_addr, bytes)) return;
    listing_.fail(
        ErrorId::ProgramAddress, pc_,
        fmt::format("DRAM bytes {}..{} overwrite instructions at 0..{} or constants at "
                    "{}..{}",
                    i.dram_addr, i.dram_addr + bytes, program_.words.size() * kInstructionBytes,
                    program_.image_addr, program_.image_addr + program_.image.size()));
  }

  const Listing& listing_;
  const Program& program_;
  std::size_t pc_;
  RangeChecker range_;
};

}  // namespace

void check_transfer(const Listing& listing, std::size_t pc) { TransferChecker(listing, pc).run(); }

}  // namespace vernier
