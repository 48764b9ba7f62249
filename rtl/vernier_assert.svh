// Assertions that live in simulation: Verilator checks them when it is run with --assert, and every
// build of this project is. A failing one stops the run with its sentence.
//
// Synthesis and formal front ends that define SYNTHESIS see nothing of them, because they reject
// concurrent assertions. Use the macros in modules that have clk_i and the active-low, synchronous
// rst_ni.
`ifndef VERNIER_ASSERT_SVH
`define VERNIER_ASSERT_SVH

`ifdef SYNTHESIS
  `define VERNIER_ASSERT(name_, property_, sentence_)
  `define VERNIER_ASSERT_INIT(name_, condition_, sentence_)
`else
  // In every cycle out of reset, property_ holds.
  `define VERNIER_ASSERT(name_, property_, sentence_)                           \
    name_ : assert property (@(posedge clk_i) disable iff (!rst_ni) (property_)) \
      else $error(sentence_);

  // A parameter is legal; checked once, before the first clock.
  `define VERNIER_ASSERT_INIT(name_, condition_, sentence_) \
    initial begin : name_                                   \
      if (!(condition_)) $fatal(1, sentence_);              \
    end
`endif

`endif  // VERNIER_ASSERT_SVH
