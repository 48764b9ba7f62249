// Barrel shifter lanes: what the requantizer does for a scale that is a power of two, without its
// multiplier.
//
//   out = clamp(y + zero_point, lo, hi)
//   y = wrap(32, x << -n)                    n <= 0
//   y = (x + C) >> n                         n >= 1
//
// Operands of cycle t, results in cycle t + 4, one vector per cycle: as the requantizer, so that
// the two may take turns. With h = 2^(n-1) the rounding constant C is
//   Double             n = 1: 1    n >= 2: h + 1 if x >= 0, else h - 1
//   DoubleUp           n = 1: 1    n >= 2: h + 1
//   Single             h                     ties up
//   HalfAway           h - (x < 0)
//   HalfEven           h - 1 + bit n of x
//   Floor              0
//   Truncate           2h - 1 if x < 0, else 0
// Double and DoubleUp are what the requantizer's two roundings make of a power of two; they are no
// textbook roundings.
//
// It does not saturate before the clamp: a left shift that leaves 32 bits wraps.
`include "vernier_assert.svh"

module vernier_barrel_shifter
  import vernier_pkg::*;
#(
  // Results per cycle, 1..64.
  parameter int unsigned Lanes = 16
) (
  input  logic                            clk_i,
  input  logic                            rst_ni,  // synchronous

  input  logic                            valid_i,
  input  logic signed [31:0]              x_i [Lanes],
  input  logic signed [5:0]               right_i [Lanes],  // n, -31..31; negative is left
  input  rounding_e                       rounding_i,
  input  logic signed [ZeroPointBits-1:0] zero_point_i,
  input  logic signed [31:0]              lo_i,
  input  logic signed [31:0]              hi_i,

  // Four cycles behind valid_i.
  output logic                            valid_o,
  output logic signed [31:0]              out_o [Lanes]
);

  // Data registers need no reset: the valid bits qualify them.
  logic                            valid1_q, valid2_q, valid3_q;
  rounding_e                       rounding1_q;
  logic signed [ZeroPointBits-1:0] zero_point1_q, zero_point2_q, zero_point3_q;
  logic signed [31:0]              lo1_q, lo2_q, lo3_q;
  logic signed [31:0]              hi1_q, hi2_q, hi3_q;
  logic signed [31:0]              x1_q [Lanes];
  logic [4:0]                      right1_q [Lanes], right2_q [Lanes];
  logic signed [32:0]              sum2_q [Lanes];
  logic signed [31:0]              y3_q [Lanes];

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      valid1_q <= 1'b0;
      valid2_q <= 1'b0;
      valid3_q <= 1'b0;
      valid_o  <= 1'b0;
    end else begin
      valid1_q <= valid_i;
      valid2_q <= valid1_q;
      valid3_q <= valid2_q;
      valid_o  <= valid3_q;
    end
  end

  // C of the table above for n >= 1, and 0 for n = 0. At n = 31, 2h - 1 is the largest number that
  // 32 bits hold.
  function automatic logic signed [32:0] rounding_constant(rounding_e mode, logic [4:0] right,
                                                           logic signed [31:0] x);
    logic signed [32:0] unit;  // 2^n
    logic signed [32:0] half;  // 2^(n-1)
    unit = 33'sd1 <<< right;
    half = unit >>> 1;
    if (right == '0) return '0;
    case (mode)
      RoundDouble: begin
        if (right == 5'd1) return half;
        else               return (x < 0) ? half - 33'sd1 : half + 33'sd1;
      end
      RoundDoubleUp: return (right == 5'd1) ? half : half + 33'sd1;
      RoundSingle:   return half;
      RoundHalfAway: return (x < 0) ? half - 33'sd1 : half;
      RoundHalfEven: return ((33'(x) & unit) != 33'sd0) ? half : half - 33'sd1;
      RoundFloor:    return '0;
      RoundTruncate: return (x < 0) ? unit - 33'sd1 : 33'sd0;
      default:       return '0;
    endcase
  endfunction

  // Stage 1: left shift.
  always_ff @(posedge clk_i) begin
    if (valid_i) begin
      rounding1_q   <= rounding_i;
      zero_point1_q <= zero_point_i;
      lo1_q         <= lo_i;
      hi1_q         <= hi_i;
      for (int unsigned l = 0; l < Lanes; l++) begin
        x1_q[l]     <= x_i[l] <<< (right_i[l][5] ? 5'(-$unsigned(right_i[l])) : 5'd0);
        right1_q[l] <= right_i[l][5] ? 5'd0 : right_i[l][4:0];
      end
    end
  end

  // Stage 2: rounding constant.
  always_ff @(posedge clk_i) begin
    if (valid1_q) begin
      zero_point2_q <= zero_point1_q;
      lo2_q         <= lo1_q;
      hi2_q         <= hi1_q;
      for (int unsigned l = 0; l < Lanes; l++) begin
        sum2_q[l]   <= 33'(x1_q[l]) + rounding_constant(rounding1_q, right1_q[l], x1_q[l]);
        right2_q[l] <= right1_q[l];
      end
    end
  end

  // Stage 3: right shift. A sum of 33 bits was shifted by one at least, so y fits 32.
  always_ff @(posedge clk_i) begin
    if (valid2_q) begin
      zero_point3_q <= zero_point2_q;
      lo3_q         <= lo2_q;
      hi3_q         <= hi2_q;
      for (int unsigned l = 0; l < Lanes; l++) y3_q[l] <= 32'(sum2_q[l] >>> right2_q[l]);
    end
  end

  // Stage 4: zero point and clamp. The sum needs a 33rd bit.
  function automatic logic signed [31:0] clamped(logic signed [32:0] value, logic signed [31:0] lo,
                                                 logic signed [31:0] hi);
    if (value < 33'(lo)) return lo;
    if (value > 33'(hi)) return hi;
    return 32'(value);
  endfunction

  always_ff @(posedge clk_i) begin
    if (valid3_q) begin
      for (int unsigned l = 0; l < Lanes; l++) begin
        out_o[l] <= clamped(33'(y3_q[l]) + 33'(zero_point3_q), lo3_q, hi3_q);
      end
    end
  end

`ifndef SYNTHESIS
  // Registered with the operands: Verilator 5.006 cannot sample an unpacked port of one lane.
  logic counts_legal_q;
  always_ff @(posedge clk_i) begin
    counts_legal_q <= 1'b1;
    for (int unsigned l = 0; l < Lanes; l++) begin
      if (right_i[l] == -6'sd32) counts_legal_q <= 1'b0;
    end
  end
`endif
  `VERNIER_ASSERT_INIT(lanes_legal, Lanes >= 1 && Lanes <= 64, "Lanes is 1..64")
  `VERNIER_ASSERT(count_in_range, valid1_q |-> counts_legal_q, "a shift count is not in -31..31")
  `VERNIER_ASSERT(rounding_known, valid_i |-> rounding_i <= RoundTruncate,
                  "the rounding mode is unknown")
  `VERNIER_ASSERT(clamp_ordered, valid_i |-> lo_i <= hi_i, "the clamp's low end is over its high end")

endmodule
