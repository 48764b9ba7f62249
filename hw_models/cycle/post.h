// POST: accumulators or activations through bias, requantizer or barrel shifter, zero point, clamp,
// elementwise, pool, table, softmax, to the activation memory.
#pragma once

#include "hw_models/cycle/engine.h"
#include "hw_models/spec/durations.h"
#include "hw_models/spec/numerics.h"

namespace vernier::cycle {

class Post : public Engine {
 public:
  Post(sc_core::sc_module_name name, MachineState& state, Clock& clock)
      : Engine(name, vernier::Engine::Post, state, clock) {}
  void reset() override;

 protected:
  std::int64_t start(std::uint32_t pc, std::int64_t now) override;
  void finish(std::uint32_t pc, std::int64_t now) override;

 private:
  // One vector of lanes on its way through the pipeline.
  struct Vector {
    int n = 0;                 // lanes in use
    std::int64_t entered = 0;  // vector number of the instruction
    std::vector<std::int32_t> acc, bias, multiplier, out;
    std::vector<std::int8_t> shift;
  };
  void drain(const insn::PostDrain& d);
  void add(const insn::PostAdd& a);
  void rescale(const insn::PostRescale& q);
  void move(const insn::PostMove& m);
  void pool(const insn::PostPool& p);
  void pool_vector(const insn::PostPool& p, std::int64_t oy, std::int64_t ox, std::int64_t c0,
                   int n);
  void softmax(const insn::PostSoftmax& s);
  void softmax_pixel(const std::vector<std::uint32_t>& table, std::int64_t y, std::int64_t x,
                     std::int64_t first_cycle);

  // The requantizer on the vector in v_, which enters it in relative cycle `cycle`: out =
  // requantize(acc + bias). To the output's clamp, or unclamped 32 bits when the result is an
  // operand.
  void requantize(Rounding mode, bool operand, std::int64_t cycle);
  void shift_by(Rounding mode, bool operand, std::int64_t cycle);
  // bytes of source row y at byte x of the row; traps when outside or never written.
  template <class Source>
  const std::uint8_t* source(const Source& s, std::int64_t y, std::int64_t x, std::int64_t n) const;
  // Writes v_.out as bytes to output row y at byte x, in relative cycle `cycle`.
  void write(std::int64_t y, std::int64_t x, std::int64_t cycle);
  void write_bytes(std::int64_t y, std::int64_t x, const std::uint8_t* bytes, int n,
                   std::int64_t cycle);
  Rounding layer_rounding() const { return static_cast<Rounding>(state_.regs.post.ofmap.rounding); }
  void check_operands(std::uint32_t pc) const;
  void disagree();

  std::uint32_t pc_ = 0;
  std::int64_t begin_ = 0;
  Vector v_;
  // Relative cycles in which the instruction's vectors entered the units; only with units.
  std::vector<std::int64_t> requantizer_at_, shifter_at_;
};

}  // namespace vernier::cycle
