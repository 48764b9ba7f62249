#include "hw_models/spec/hw_config_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "hw_models/spec/error.h"
#include "hw_models/spec/isa.h"

namespace vernier {
namespace {

constexpr int kBanksMost = 64;              // page decoder and port checker are built for this many
constexpr int kProgramHalfLeast = 64;       // descriptors and tile of one layer, with the switch
constexpr double kMachineMiBMost = 256;     // the largest machine in range takes about 90 MiB
constexpr double kBytesPerAccumulator = 4;  // held in 32 bits whatever mac.acc_bits is
constexpr double kBytesPerMultiplier = 4;   // two weight tiles of 16-bit values

bool power_of_two(long long value) { return value > 0 && (value & (value - 1)) == 0; }

// Addresses that an instruction field reaches.
template <class Insn>
long long field_span(const char* field) {
  long long span = 0;
  insn::fields(Insn{}, [&](const char* name, std::int64_t, int bits, bool, const char*) {
    if (std::string(name) == field) span = 1LL << bits;
  });
  check(span > 0, fmt::format("instruction field {}.{} does not exist", Insn::kMnemonic, field));
  return span;
}

[[noreturn]] void refuse(const std::string& where, const std::string& what) {
  throw Error(ErrorId::ConfigConstraint, where, what);
}

void check_post(const HwConfig& c, const ParamPlace& place) {
  if (c.post_lanes > c.array_cols) {
    refuse(place("post.lanes"), fmt::format("post.lanes: {}, must be at most array.cols = {}",
                                            c.post_lanes, c.array_cols));
  }
}

void check_act_mem(const HwConfig& c, const ParamPlace& place) {
  const int banks = c.act_mem_pages * c.act_mem_banks;
  if (banks > kBanksMost) {
    refuse(place("act_mem.banks"),
           fmt::format("act_mem.pages x act_mem.banks: {} x {} = {}, must be at most {}",
                       c.act_mem_pages, c.act_mem_banks, banks, kBanksMost));
  }
  const int bytes = c.act_mem_kib * 1024;
  const int pair = 2 * c.act_word_bytes();
  if (bytes % (banks * pair) != 0) {
    refuse(
        place("act_mem.kib"),
        fmt::format("act_mem.kib: {} KiB in {} pages x {} banks are {:.6g} bytes a bank, must be "
                    "a whole number of pairs of {}-byte words (the widest of array.rows, "
                    "array.cols, dram.bytes_per_cycle), so act_mem a multiple of {} bytes",
                    c.act_mem_kib, c.act_mem_pages, c.act_mem_banks,
                    static_cast<double>(bytes) / banks, pair / 2, banks * pair));
  }
  const long long reach = field_span<insn::PostOfmap>("base");
  if (c.act_bank_bytes() > reach) {
    refuse(place("act_mem.kib"),
           fmt::format("act_mem.kib: {} KiB in {} banks are {} bytes of offsets a bank, an "
                       "instruction reaches {}",
                       c.act_mem_kib, c.act_mem_banks, c.act_bank_bytes(), reach));
  }
}

void check_weight_mem(const HwConfig& c, const ParamPlace& place) {
  const int tile = c.array_rows * c.array_cols;
  if (c.weight_mem_kib * 1024 < 2 * tile) {
    refuse(place("weight_mem.kib"),
           fmt::format("weight_mem.kib: {} KiB = {} bytes, must hold 2 tiles of array.rows x "
                       "array.cols = {} x {} bytes, {} bytes",
                       c.weight_mem_kib, c.weight_mem_kib * 1024, c.array_rows, c.array_cols,
                       2 * tile));
  }
  const long long reach = field_span<insn::MacTile>("w_addr");
  if (c.weight_words() > reach) {
    refuse(
        place("weight_mem.kib"),
        fmt::format("weight_mem.kib: {} KiB are {} rows of array.cols = {} bytes, an instruction "
                    "reaches {}",
                    c.weight_mem_kib, c.weight_words(), c.array_cols, reach));
  }
}

void check_program_mem(const HwConfig& c, const ParamPlace& place) {
  if (c.program_half_words() < kProgramHalfLeast) {
    refuse(place("program_mem.kib"),
           fmt::format("program_mem.kib: {} KiB hold {} instructions in each half, must be at "
                       "least {}",
                       c.program_mem_kib, c.program_half_words(), kProgramHalfLeast));
  }
}

}  // namespace

void check_param(const ParamInfo& param, long long value, const std::string& where) {
  if (value >= param.least && value <= param.most && (!param.power_of_two || power_of_two(value))) {
    return;
  }
  throw Error(ErrorId::ConfigRange, where,
              fmt::format("{}: {}, must be {}", param.key, value, param_range(param)));
}

void check_machine_size(const ParamValue& value, const ParamPlace& place) {
  const auto of = [&](const char* key) { return static_cast<double>(std::max(0LL, value(key))); };
  constexpr double kMiB = 1024 * 1024;
  struct Part {
    const char* key;
    std::string what;
    double mib;
  };
  const double multipliers = of("array.rows") * of("array.cols");
  const double accumulators = of("acc_mem.entries") * of("acc_mem.buffers") * of("array.cols");
  const Part parts[] = {
      {"array.rows",
       fmt::format("array.rows x array.cols: {} x {} = {:.0f} multipliers", value("array.rows"),
                   value("array.cols"), multipliers),
       multipliers * kBytesPerMultiplier / kMiB},
      {"acc_mem.entries",
       fmt::format("acc_mem.entries x acc_mem.buffers x array.cols: {} x {} x {} = {:.0f} "
                   "accumulators",
                   value("acc_mem.entries"), value("acc_mem.buffers"), value("array.cols"),
                   accumulators),
       accumulators * kBytesPerAccumulator / kMiB},
      {"act_mem.kib", fmt::format("act_mem.kib: {} KiB", value("act_mem.kib")),
       of("act_mem.kib") / 1024},
      {"weight_mem.kib", fmt::format("weight_mem.kib: {} KiB", value("weight_mem.kib")),
       of("weight_mem.kib") / 1024},
      {"program_mem.kib", fmt::format("program_mem.kib: {} KiB", value("program_mem.kib")),
       of("program_mem.kib") / 1024},
  };
  double total = 0;
  const Part* largest = &parts[0];
  for (const Part& part : parts) {
    total += part.mib;
    if (part.mib > largest->mib) largest = &part;
  }
  if (total <= kMachineMiBMost) return;
  throw Error(ErrorId::ConfigAbsurd, place(largest->key),
              fmt::format("{}, the machine would take about {:.0f} MiB, the limit is {:.0f} MiB; "
                          "{} must be {}",
                          largest->what, total, kMachineMiBMost, largest->key,
                          param_range(*find_param(largest->key))));
}

void validate(const HwConfig& config, const ParamPlace& place) {
  check_machine_size(
      [&](const std::string& key) -> long long { return config.*find_param(key)->member; }, place);
  std::size_t count = 0;
  const ParamInfo* params = param_table(&count);
  for (std::size_t i = 0; i < count; ++i) {
    check_param(params[i], config.*params[i].member, place(params[i].key));
  }
  check_post(config, place);
  check_act_mem(config, place);
  check_weight_mem(config, place);
  check_program_mem(config, place);
}

void validate(const HwConfig& config, const std::string& where) {
  validate(config, [&](const std::string&) { return where; });
}

}  // namespace vernier
