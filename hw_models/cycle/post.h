// POST: accumulators or activations through bias, requantizer or barrel shifter, zero point, clamp,
// elementwise, pool, table, softmax, to the activation memory.
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "hw_models/cycle/engine.h"
#include "hw_models/spec/durations.h"
#include "hw_models/spec/machine.h"
#include "hw_models/spec/numerics.h"

namespace vernier::cycle {

class Post : public Engine {
 public:
  SC_HAS_PROCESS(Post);
  Post(sc_core::sc_module_name name, MachineState& state, Clock& clock);
  void reset() override;

 protected:
  std::int64_t start(std::uint32_t pc, std::int64_t now) override;
  void finish(std::uint32_t pc, std::int64_t now) override;
  std::int64_t may_start(std::uint32_t pc) const override;
  std::int64_t in_flight() const override { return static_cast<std::int64_t>(draining_.size()); }

 private:
  // Cycle of an instruction in which its first vector has been read.
  static constexpr int kPostReadDone = kPostSetupCycles + kPostReadStages;

  // One vector of lanes on its way through the pipeline.
  struct Vector {
    int n = 0;                       // lanes in use
    std::int64_t entered = 0;        // vector number of the instruction
    std::vector<std::int32_t> a, b;  // the operands' codes
    std::vector<std::int32_t> acc, bias, multiplier, out;
    std::vector<std::int8_t> shift;
  };
  // Where a vector of an elementwise instruction lies: n bytes from byte x on, in row y of A and of
  // the ofmap.
  struct Run {
    std::int64_t y, x;
    int n;
  };
  // Gets a vector whose codes are in v_.a and v_.b, and the cycle behind its read.
  using ElementBody = std::function<void(const Run& run, std::int64_t cycle)>;

  // A drain whose last vectors are still in the lanes, while the next one may feed them already.
  struct Draining {
    std::uint32_t pc;
    std::int64_t start, end;
  };
  // Ends the drains that have written their last vector before cycle `now`.
  void end_drains(std::int64_t now);
  void drained();
  // The vectors of the instruction at `pc`, which started in cycle `begin`, with data.
  void execute(std::uint32_t pc, std::int64_t begin);
  void check_lag(std::uint32_t pc, const insn::PostDrain& d, std::int64_t now) const;
  void drain(const insn::PostDrain& d);
  // The records from `first` on into the lanes of the vector in v_.
  void load_records(std::int64_t first);
  // --- post_elementwise.cpp
  void add(const insn::PostAdd& insn);
  void multiply(const insn::PostMul& insn);
  void rescale(const insn::PostRescale& insn);
  void look_up(const insn::PostLut& insn);
  // `body` for every vector of A's rows y0 .. y0 + rows - 1.
  void each_vector(std::int64_t y0, std::int64_t rows, const ElementBody& body);
  // Likewise with B's elements, broadcast or not.
  void each_pair(std::int64_t y0, std::int64_t rows, const ElementBody& body);
  void run_vector(const Run& run, const std::uint8_t* b, std::int64_t b_step,
                  const ElementBody& body);
  // The output multiplier of PostScale in all lanes.
  void set_scale();
  // --- post_copy.cpp
  void move(const insn::PostMove& m);
  void copy(const insn::PostCopy& c);
  // Bytes from `at` on, at most the lanes', of runs first .. last - 1 of a row.
  void copy_vector(const insn::PostCopy& c, std::int64_t row, std::int64_t first, std::int64_t last,
                   std::int64_t at, std::int64_t cycle);
  // --- post_pool.cpp
  void pool(const insn::PostPool& p);
  // Sum or maximum of the window of output pixel (oy, ox) over n channels from c0 on, into v_.acc.
  // Returns the taps inside the image.
  std::int64_t pool_taps(const insn::PostPool& p, std::int64_t oy, std::int64_t ox,
                         std::int64_t c0);
  // What the requantizer does to v_.acc: nothing, the multiplier of PostScale, a division.
  void keep_code();
  void scale_sum(std::int64_t taps);
  void divide(std::int64_t taps);
  // --- softmax.cpp
  void softmax(const insn::PostSoftmax& s);
  void softmax_pixel(const std::vector<std::uint32_t>& table, std::int64_t y, std::int64_t x,
                     std::int64_t first_cycle);

  // The requantizer on the vector in v_, which enters it in relative cycle `cycle`: out =
  // requantize(acc + bias). To the output's clamp, or unclamped 32 bits when the result is an
  // operand.
  void requantize(Rounding mode, bool operand, std::int64_t cycle);
  void shift_by(Rounding mode, bool operand, std::int64_t cycle);
  // The code that a byte of an activation stands for.
  template <class Source>
  static std::int32_t code(const Source& s, std::uint8_t byte) {
    return s.is_unsigned != 0 ? byte : static_cast<std::int8_t>(byte);
  }
  // n bytes of source row y from byte x of the row on; traps when outside or never written.
  template <class Source>
  const std::uint8_t* source(const Source& s, std::int64_t y, std::int64_t x,
                             std::int64_t n) const {
    return source_bytes(state_.act.row(s.base, s.bank, s.row_pitch, y, s.ring), y, x, n);
  }
  const std::uint8_t* source_bytes(const RowAddress& a, std::int64_t y, std::int64_t x,
                                   std::int64_t n) const;
  // Writes v_.out as bytes to output row y at byte x, in relative cycle `cycle`.
  void write(std::int64_t y, std::int64_t x, std::int64_t cycle);
  void write_bytes(std::int64_t y, std::int64_t x, const std::uint8_t* bytes, int n,
                   std::int64_t cycle);
  Rounding layer_rounding() const { return static_cast<Rounding>(state_.regs.post.ofmap.rounding); }
  void check_operands(std::uint32_t pc) const;
  void disagree();

  sc_core::sc_event drained_;
  std::deque<Draining> draining_;
  std::int64_t drained_until_ = 0;  // first cycle behind the latest drain
  std::uint32_t pc_ = 0;
  std::int64_t begin_ = 0;
  Vector v_;
  // Relative cycles in which the instruction's vectors entered the units; only with units.
  std::vector<std::int64_t> requantizer_at_, shifter_at_;
};

}  // namespace vernier::cycle
