// The static checker accepts a legal program and names what is wrong with each illegal one.
#include "hw_models/spec/checker.h"

#include <catch2/catch.hpp>

#include "hw_models/spec/error.h"
#include "tests/support/pointwise_program.h"

using namespace vernier;
using Catch::Contains;

namespace {

std::string finding(const Program& p) {
  try {
    check_program(p, "p.vern");
  } catch (const Error& e) {
    return e.what();
  }
  return "legal";
}
std::string finding(const ProgramBuilder& b) { return finding(b.program()); }

// One word of one line of the pointwise program changed.
struct Change {
  std::size_t line;
  const char* from;
  const char* to;
  const char* id;
  const char* part;
};

void check_changes(const std::vector<Change>& changes) {
  const PointwiseProgram p;
  for (const Change& c : changes) {
    CAPTURE(c.line, c.from, c.to);
    REQUIRE(p.lines[c.line].find(c.from) != std::string::npos);
    CHECK_THAT(finding(p.with(c.line, c.from, c.to)), Contains(c.id) && Contains(c.part));
  }
}

using L = PointwiseProgram;
constexpr auto kAddress = "E-PRG-004", kOperand = "E-PRG-005";

}  // namespace

TEST_CASE("The pointwise program is legal and its report counts it") {
  const CheckReport r = check_program(PointwiseProgram().program(), "p.vern");
  CHECK(r.instructions == 11);
  CHECK(r.pages == 1);
  CHECK(r.tokens == 5);
  CHECK(r.port_users == 4);
  CHECK(r.port_orders == 0);  // no port has two users of one kind
}

TEST_CASE("A transfer that leaves either memory is refused with the address") {
  check_changes({
      {L::kWeights, "words=16", "words=0", kOperand, "words 0"},
      {L::kWeights, "words=16", "words=4097", kOperand, "words 4097, must be 1..4096"},
      {L::kWeights, "words=16", "words=16 w_addr=4081", kAddress, "weight rows 4081..4097"},
      {L::kWeights, "words=16", "words=64", kAddress, "must lie in the constants"},
      {L::kWeights, "dram_addr=65536", "dram_addr=65535", kAddress, "must lie in the constants"},
      {L::kWeights, "dram_addr=65536", "dram_addr=4294967295", kAddress, "constants"},
      {L::kParams, "count=16", "count=0", kOperand, "count 0"},
      {L::kParams, "count=16", "count=16 record=1009", kAddress, "1009..1025, must end by 1024"},
      {L::kAct, "rows=4", "rows=0", kOperand, "rows 0"},
      {L::kAct, "row_bytes=64", "row_bytes=0", kOperand, "row_bytes 0"},
      {L::kAct, "row_pitch=64", "row_pitch=64 bank=4", kOperand, "bank 4, must be 0..3"},
      {L::kAct, "row_pitch=64", "row_pitch=64 base=32705", kAddress, "32705..32769"},
      {L::kAct, "rows=4", "rows=2052", kAddress, "must end by 32768"},
      {L::kAct, "row_pitch=64 rows=4", "row_pitch=63 rows=5", kOperand, "row_pitch 63"},
      {L::kStore, "rows=4", "rows=0", kOperand, "rows 0"},
      {L::kStore, "base=8192", "base=32705", kAddress, "32705..32769"},
  });
}

TEST_CASE("The last byte of every memory may be used") {
  const PointwiseProgram p;
  CHECK(finding(p.with(L::kWeights, "words=16", "words=16 w_addr=4080")) == "legal");
  CHECK(finding(p.with(L::kAct, "row_pitch=64", "row_pitch=64 base=32704")) == "legal");
  CHECK(finding(p.with(L::kParams, "count=16", "count=16 record=1008")) == "legal");
}

TEST_CASE("DRAM addresses are checked without wrapping at 2^32") {
  PointwiseProgram p;
  const std::string in = "dram_addr=" + std::to_string(p.in);
  CHECK_THAT(finding(p.with(L::kAct, in, "dram_addr=4294967295")),
             Contains(kAddress) && Contains("4294967295..4294967551"));
  const std::string out = "dram_addr=" + std::to_string(p.out);
  const auto end = p.program().dram_bytes;
  CHECK(finding(p.with(L::kStore, out, fmt::format("dram_addr={}", end - 256))) == "legal");
  CHECK_THAT(finding(p.with(L::kStore, out, fmt::format("dram_addr={}", end - 255))),
             Contains(kAddress) && Contains(fmt::format("must end by {}", end)));
}

TEST_CASE("A store into instructions or constants is refused") {
  PointwiseProgram p;
  const std::string out = "dram_addr=" + std::to_string(p.out);
  CHECK_THAT(finding(p.with(L::kStore, out, "dram_addr=0")),
             Contains(kAddress) && Contains("overwrite instructions"));
  CHECK_THAT(finding(p.with(L::kStore, out, "dram_addr=65535")), Contains("overwrite"));
  CHECK(finding(p.with(L::kStore, out, "dram_addr=1024")) == "legal");
}

TEST_CASE("MAC's operands without a meaning are refused by field") {
  check_changes({
      {L::kIfmap, "height=4", "height=0", kOperand, "height 0"},
      {L::kIfmap, "channels=16", "channels=0", kOperand, "channels 0"},
      {L::kIfmap, "channels=16", "channels=16 zero_point=128", kOperand, "zero_point 128"},
      {L::kIfmap, "channels=16", "channels=16 weight_zero=-129", kOperand, "weight_zero -129"},
      {L::kIfmap, "a_bits_log2=3", "a_bits_log2=2", kOperand, "a_bits_log2 2"},
      {L::kIfmap, "channels=16", "channels=65535", kAddress, "ifmap"},
      {L::kKernel, "kernel_h=1", "kernel_h=0", kOperand, "kernel_h 0"},
      {L::kKernel, "stride_w=1", "stride_w=0", kOperand, "stride_w 0"},
      {L::kKernel, "dilation_h=1", "dilation_h=0", kOperand, "dilation_h 0"},
      {L::kKernel, "mac.kernel", "mac.kernel packed=1", kOperand, "segments 0, must be 1..4"},
      {L::kKernel, "mac.kernel", "mac.kernel packed=1 segments=5", kOperand, "segments 5"},
      {L::kKernel, "dilation_h=1", "packed=1 segments=3 dilation_h=2", kOperand,
       "segments 3, must be 1..2: each kernel row of a pass needs a bank of its own"},
      {L::kKernel, "dilation_w=1", "packed=1 segments=1 dilation_w=2", kOperand, "dilation_w 2"},
      {L::kReduce, "passes=1", "passes=0", kOperand, "passes of mac.reduce 0"},
      {L::kReduce, "passes=1", "passes=2", kOperand, "2 passes, but the kernel ends after 1"},
      {L::kReduce, "passes=1", "passes=1 ky=1", kOperand, "ky of mac.reduce 1"},
      {L::kReduce, "passes=1", "passes=1 offset=16", kOperand, "offset of mac.reduce 16"},
      {L::kTile, "height=4", "height=0", kOperand, "height 0"},
      {L::kTile, "height=4", "height=65", kOperand, "pixels 260, must be 1..256"},
      {L::kTile, "clear=1", "clear=1 buffer=2", kOperand, "buffer 2, must be 0..1"},
      {L::kTile, "clear=1", "clear=1 w_addr=4081", kAddress, "weight rows 4081..4097"},
      {L::kTile, "clear=1", "clear=0", "E-PRG-010", "adds to 16 accumulator entries"},
      {L::kTile, "clear=1", "clear=1 preloaded=1", kOperand, "no tile before it"},
      {L::kTile, "clear=1", "clear=1 next_rows=17", kOperand, "next_rows 17, must be 0..16"},
      {L::kTile, "clear=1", "clear=1 next_rows=16", kOperand, "no tile follows"},
  });
}

TEST_CASE("Consecutive tiles must agree on what is loaded ahead") {
  const auto with = [](const std::string& first, const std::string& second) {
    PointwiseProgram p;
    p.lines[L::kTile] = "mac.tile height=4 width=4 clear=1 wait_load=2 " + first;
    p.lines.insert(p.lines.begin() + L::kTile + 1,
                   "mac.tile height=4 width=4 signal_post=1 " + second);
    return finding(p.program());
  };
  CHECK(with("next_rows=16", "preloaded=1") == "legal");
  CHECK(with("next_rows=16 next_w_addr=5", "preloaded=1 w_addr=5") == "legal");
  CHECK_THAT(with("next_rows=16", ""), Contains("preloaded 0, but pc 6"));
  CHECK_THAT(with("", "preloaded=1"), Contains("no tile before it"));
  CHECK_THAT(with("next_rows=15", "preloaded=1"), Contains("needs 16 rows") && Contains("15"));
  CHECK_THAT(with("next_rows=16 next_w_addr=1", "preloaded=1"), Contains("from 0 on"));
}

TEST_CASE("POST's operands without a meaning are refused by field") {
  check_changes({
      {L::kOfmap, "lo=-128 hi=127", "lo=5 hi=4", kOperand, "lo 5, must be -128..4"},
      {L::kOfmap, "hi=127", "hi=128", kOperand, "hi 128"},
      {L::kOfmap, "hi=127", "hi=127 rounding=7", kOperand, "rounding 7, must be 0..6"},
      {L::kOfmap, "hi=127", "hi=127 bank=4", kOperand, "bank 4"},
      {L::kOfmap, "width=4", "width=3", kAddress, "pixels of a row 0..4, must end by 3"},
      {L::kOfmap, "base=8192", "base=32705", kAddress, "ofmap"},
      {L::kDrain, "height=4", "height=0", kOperand, "height 0"},
      {L::kDrain, "cols=16", "cols=0", kOperand, "cols 0"},
      {L::kDrain, "cols=16", "cols=17", kOperand, "cols 17, must be 1..16"},
      {L::kDrain, "cols=16", "cols=16 channel=1", kAddress, "channels 1..17"},
      {L::kDrain, "cols=16", "cols=16 buffer=3", kOperand, "buffer 3"},
      {L::kDrain, "cols=16", "cols=16 record=1009", kAddress, "parameter records 1009..1025"},
  });
}

TEST_CASE("A record whose shift or multiplier the lanes do not have is refused") {
  for (const ProgramBuilder::Record bad :
       {ProgramBuilder::Record{0, 1u << 31, 0}, {0, 1, 63}, {0, 1, 32}, {0, 1, -32}}) {
    ProgramBuilder b(HwConfig{});
    const auto addr = b.records({{0, 1, 31}, {0, 0x7fffffff, -31}, bad});
    b.line("load.params dram_addr={} count=2", addr);
    CHECK(finding(b) == "legal");
    b.line("load.params dram_addr={} count=3", addr);
    CHECK_THAT(finding(b), Contains(kOperand) && Contains("record 2"));
  }
}

TEST_CASE("Vector operands that do not fit each other are refused") {
  const auto with = [](const std::string& a, const std::string& b, const std::string& op) {
    ProgramBuilder p(HwConfig{});
    p.line("post.ofmap base=16384 row_pitch=64 width=4 channels=16 hi=127");
    p.line("post.source_a row_pitch=64 height=4 width=4 " + a);
    p.line("post.source_b base=8192 row_pitch=64 height=4 width=4 " + b);
    p.line("post.window kernel_h=2 kernel_w=2 stride_h=2 stride_w=2 reciprocal=536870912");
    p.line(op);
    return finding(p);
  };
  const std::string c16 = "channels=16";
  CHECK(with(c16, c16, "post.add rows=4") == "legal");
  CHECK_THAT(with(c16, c16, "post.add rows=0"), Contains("rows 0"));
  CHECK_THAT(with(c16, c16, "post.add rows=4 y0=1"), Contains("rows of A 1..5"));
  CHECK_THAT(with(c16, "channels=15", "post.add rows=4"), Contains("B has rows of 4 x 15"));
  CHECK_THAT(with("channels=15", c16, "post.rescale rows=4"), Contains("bytes of an output row"));
  CHECK_THAT(with(c16, c16, "post.move bytes=257"), Contains("bytes of A 0..257"));
  CHECK_THAT(with(c16, c16, "post.move"), Contains("bytes 0"));
  CHECK_THAT(with(c16, c16, "post.pool rows=3"), Contains("a window must meet the image"));
  CHECK_THAT(finding(ProgramBuilder(HwConfig{}).line("post.drain height=1 width=1 cols=1")),
             Contains("no post.ofmap"));
  CHECK_THAT(finding(ProgramBuilder(HwConfig{}).line("mac.tile height=1 width=1 clear=1")),
             Contains("no mac.ifmap"));
}

TEST_CASE("Page structure: END last, SWITCH between, one fetch a page, no page over half") {
  HwConfig config;
  config.program_mem_kib = 1;  // 32 instructions a half
  ProgramBuilder fits(config);
  for (int n = 0; n < 31; ++n) fits.line("mac.wait");
  CHECK(finding(fits) == "legal");
  CHECK_THAT(finding(fits.line("mac.wait")),
             Contains("E-PRG-009") && Contains("33 instructions, half of program memory holds 32"));
  ProgramBuilder two(config);
  two.line("mac.wait").new_page().line("mac.wait");
  Program p = two.program();
  CHECK(finding(p) == "legal");
  Program q = p;
  q.words[2] = encode(insn::MacWait{});
  CHECK_THAT(finding(q), Contains("E-PRG-009") && Contains("pc 2"));
  q = p;
  q.words.back() = encode(insn::Switch{});
  CHECK_THAT(finding(q), Contains("E-PRG-009") && Contains("switch"));
  q = p;
  q.words[1] = encode(insn::End{});
  CHECK_THAT(finding(q), Contains("E-PRG-009") && Contains("end as instruction 2"));
  q = p;
  q.words[0] = encode(insn::MacWait{});
  CHECK_THAT(finding(q), Contains("no load.program fetches page 1"));
  q = p;
  q.words[1] = q.words[0];
  CHECK_THAT(finding(q), Contains("fetched twice"));
  q = p;
  q.words[0] = encode(assemble("load.program dram_addr=32 count=2", ""));
  CHECK_THAT(finding(q), Contains("page 1 needs dram_addr=48 count=2"));
  q.words.clear();
  CHECK_THAT(finding(q), Contains("0 instructions"));
}

TEST_CASE("A word that is no instruction is refused with its pc") {
  Program p = PointwiseProgram().program();
  p.words[4].lo = 0x3f;
  CHECK_THAT(finding(p), Contains("E-PRG-002") && Contains("pc 4") && Contains("opcode 0x3f"));
}

TEST_CASE("A deadlock names who waits for what") {
  CHECK_THAT(finding(ProgramBuilder(HwConfig{}).line("mac.wait wait_load=3")),
             Contains("E-PRG-006") &&
                 Contains("MAC pc 0 (mac.wait wait_load=3) waits for 3 tokens from LOAD (has 0)"));
  // MAC and POST wait for each other.
  PointwiseProgram p;
  p.lines[L::kTile] += " wait_post=1";
  p.lines[L::kDrain] += " signal_mac=1";
  CHECK_THAT(finding(p.program()), Contains("MAC pc 6") && Contains("1 tokens from POST (has 0)") &&
                                       Contains("POST pc 8") &&
                                       Contains("1 tokens from MAC (has 0)") &&
                                       Contains("STORE pc 9"));
}

TEST_CASE("A queue of the configured depth can hold up the sender: a deadlock the checker sees") {
  const auto with = [](int depth, int waits) {
    HwConfig config;
    config.queue_depth = depth;
    ProgramBuilder b(config);
    const auto w = b.weights(1, 1);
    // MAC's queue fills with heads that wait for a LOAD that stands behind them in the program.
    for (int n = 0; n < waits; ++n) b.line("mac.wait wait_load={}", n == 0 ? 1 : 0);
    b.line("load.weights dram_addr={} words=1 signal_mac=1", w);
    return finding(b);
  };
  CHECK(with(4, 4) == "legal");
  CHECK_THAT(with(4, 5), Contains("E-PRG-006") && Contains("the dispatcher stands at pc 4"));
}

TEST_CASE("More tokens than a counter holds are refused when nothing bounds the sender") {
  const auto with = [](int loads, bool taken) {
    HwConfig config;
    config.program_mem_kib = 128;
    ProgramBuilder b(config);
    const auto w = b.weights(1, 1);
    for (int n = 0; n < loads; ++n) {
      b.line("load.weights dram_addr={} words=1 signal_mac=1", w);
      if (taken) b.line("mac.wait wait_load=1");
    }
    return finding(b);
  };
  CHECK(with(1023, false) == "legal");
  CHECK_THAT(with(1024, false), Contains("E-PRG-006") && Contains("pc 1023") &&
                                    Contains("up to 1024 tokens from LOAD could wait at MAC"));
  CHECK(with(2000, true) == "legal");  // MAC's queue bounds how far it lags
}

TEST_CASE("Unordered writers of one page and bank are refused by name") {
  PointwiseProgram p;
  p.lines.insert(p.lines.begin() + L::kStore,
                 fmt::format("load.act dram_addr={} base=8192 bank=3 row_pitch=64 rows=1 "
                             "row_bytes=64",
                             p.in));
  CHECK_THAT(finding(p.program()), Contains("E-PRG-007") && Contains("POST pc 8 (post.drain") &&
                                       Contains("LOAD pc 9 (load.act") &&
                                       Contains("both use the write port of page 1 bank 3"));
}

TEST_CASE("Other pages and other banks are no conflict, nor are a read and a write") {
  const auto with = [](const std::string& place) {
    PointwiseProgram p;
    p.lines[L::kDrain].replace(p.lines[L::kDrain].find("height=4"), 8, "height=3");
    p.lines.insert(
        p.lines.begin() + L::kStore,
        fmt::format("load.act dram_addr={} row_pitch=64 rows=1 row_bytes=64 {}", p.in, place));
    return finding(p.program());
  };
  CHECK_THAT(with("base=8192 bank=2"), Contains("page 1 bank 2"));
  CHECK(with("base=8192 bank=3") == "legal");                       // the drain writes banks 0..2
  CHECK(with("base=16384 bank=2") == "legal");                      // another page
  CHECK(with("base=0 bank=2") == "legal");                          // where MAC reads
  CHECK_THAT(with("base=8160 bank=2"), Contains("page 1 bank 2"));  // reaches over the page's end
}

TEST_CASE("A token orders two users of a port") {
  PointwiseProgram p;
  const auto second = [&](const std::string& wait) {
    PointwiseProgram q = p;
    q.lines.insert(q.lines.begin() + L::kStore, "load.wait wait_post=1");
    q.lines[L::kDrain] += " signal_load=1";
    q.lines.insert(
        q.lines.begin() + L::kStore + (wait == "behind" ? 1 : 0),
        fmt::format("load.act dram_addr={} base=8192 row_pitch=64 rows=1 row_bytes=64", p.in));
    return finding(q.program());
  };
  CHECK(second("behind") == "legal");
  CHECK_THAT(second("before"), Contains("E-PRG-007"));
}

TEST_CASE("A tile still reads while its drain runs, and has stopped when the drain has ended") {
  // POST reads page 0, where MAC's ifmap lies.
  const std::string source = "post.source_a row_pitch=64 height=4 width=4 channels=16";
  const std::string move = "post.move bytes=256";
  PointwiseProgram behind;
  behind.lines.insert(behind.lines.begin() + L::kStore, {source, move});
  CHECK(finding(behind.program()) == "legal");
  PointwiseProgram beside;
  beside.lines[L::kDrain] = "post.wait wait_load=1 wait_mac=1";
  beside.lines[L::kStore] = source;
  beside.lines.push_back(move);
  CHECK_THAT(finding(beside.program()), Contains("E-PRG-007") && Contains("MAC pc 6") &&
                                            Contains("read port of page 0 bank 0"));
  // Sixteen pixels are read until 16 cycles behind the token; waits and descriptors last one each.
  PointwiseProgram late = beside;
  late.lines.insert(late.lines.begin() + L::kStore, 14, "post.wait");
  CHECK_THAT(finding(late.program()), Contains("E-PRG-007") && Contains("MAC pc 6"));
  late.lines.insert(late.lines.begin() + L::kStore, "post.wait");
  CHECK(finding(late.program()) == "legal");
}

TEST_CASE("The operands of one ADD may not need one port for two addresses") {
  const auto with = [](const std::string& b) {
    ProgramBuilder p(HwConfig{});
    p.line("post.ofmap base=16384 row_pitch=64 width=4 channels=16 hi=127");
    p.line("post.source_a row_pitch=64 height=4 width=4 channels=16");
    p.line("post.source_b row_pitch=64 height=4 width=4 channels=16 " + b);
    p.line("post.add rows=4");
    return finding(p);
  };
  CHECK_THAT(with("base=64"), Contains("E-PRG-007") && Contains("row 0 of both operands"));
  CHECK(with("base=64 bank=1") == "legal");
  CHECK(with("base=8192") == "legal");
  CHECK(with("") == "legal");  // x + x: one read serves both
}
