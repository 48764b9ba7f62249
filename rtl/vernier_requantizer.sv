// Requantizer lanes: 32-bit accumulators to codes, for every rounding mode with one multiply, one
// 64-bit add and one arithmetic shift per lane.
//
//   x = wrap(32, (acc + bias) << L)          L = max(shift, 0)      stage 1
//   P = x * multiplier                                              stage 2
//   y = (P + C) >> T                         T = 31 + R             stage 3
//   out = clamp(y + zero_point, lo, hi)      R = max(-shift, 0)     stage 4
//
// so out is about (acc + bias) * multiplier * 2^(shift - 31). Operands of cycle t, results in cycle
// t + 4, one vector per cycle. With h = 2^(30+R) the rounding constant C is
//   Double    R = 0: 2^30    R >= 1: h + 2^30 if P >= -2^30, else h - 2^30
//   DoubleUp  R = 0: 2^30    R >= 1: h + 2^30
//   Single    h
//   HalfAway  h - (P < 0)
//   HalfEven  h - 1 + bit T of P
//   Floor     0
//   Truncate  2h - 1 if P < 0, else 0
//
// It does not saturate before the clamp: a bias add or left shift that leaves 32 bits wraps.
`include "vernier_assert.svh"

module vernier_requantizer
  import vernier_pkg::*;
#(
  // Results per cycle, 1..64.
  parameter int unsigned Lanes = 16
) (
  input  logic                            clk_i,
  input  logic                            rst_ni,  // synchronous

  input  logic                            valid_i,
  input  logic signed [31:0]              acc_i [Lanes],
  input  logic signed [31:0]              bias_i [Lanes],
  input  logic [31:0]                     multiplier_i [Lanes],  // 0..2^31-1
  input  logic signed [5:0]               shift_i [Lanes],       // -31..30, positive is left
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
  rounding_e                       rounding1_q, rounding2_q;
  logic signed [ZeroPointBits-1:0] zero_point1_q, zero_point2_q, zero_point3_q;
  logic signed [31:0]              lo1_q, lo2_q, lo3_q;
  logic signed [31:0]              hi1_q, hi2_q, hi3_q;
  logic signed [31:0]              x1_q [Lanes];
  logic [31:0]                     multiplier1_q [Lanes];
  logic [4:0]                      right1_q [Lanes], right2_q [Lanes];
  logic signed [63:0]              product2_q [Lanes];
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

  // C of the table above; right is R.
  function automatic logic signed [63:0] rounding_constant(rounding_e mode, logic [4:0] right,
                                                           logic signed [63:0] product);
    logic signed [63:0] first;  // half of the first of two steps
    logic signed [63:0] half;   // half of the whole shift
    first = 64'sd1 <<< 30;
    half  = first <<< right;
    case (mode)
      RoundDouble: begin
        if (right == '0)           return first;
        else if (product >= -first) return half + first;
        else                       return half - first;
      end
      RoundDoubleUp: return (right == '0) ? first : half + first;
      RoundSingle:   return half;
      RoundHalfAway: return (product < 0) ? half - 64'sd1 : half;
      RoundHalfEven: return ((product & (half <<< 1)) != 64'sd0) ? half : half - 64'sd1;
      RoundFloor:    return '0;
      RoundTruncate: return (product < 0) ? (half <<< 1) - 64'sd1 : 64'sd0;
      default:       return '0;
    endcase
  endfunction

  // Stage 1: bias and left shift.
  always_ff @(posedge clk_i) begin
    if (valid_i) begin
      rounding1_q   <= rounding_i;
      zero_point1_q <= zero_point_i;
      lo1_q         <= lo_i;
      hi1_q         <= hi_i;
      for (int unsigned l = 0; l < Lanes; l++) begin
        x1_q[l]          <= (acc_i[l] + bias_i[l]) <<< (shift_i[l][5] ? 5'd0 : shift_i[l][4:0]);
        multiplier1_q[l] <= multiplier_i[l];
        right1_q[l]      <= shift_i[l][5] ? 5'(-$unsigned(shift_i[l])) : 5'd0;
      end
    end
  end

  // Stage 2: multiply, s32 by u31.
  always_ff @(posedge clk_i) begin
    if (valid1_q) begin
      rounding2_q   <= rounding1_q;
      zero_point2_q <= zero_point1_q;
      lo2_q         <= lo1_q;
      hi2_q         <= hi1_q;
      for (int unsigned l = 0; l < Lanes; l++) begin
        product2_q[l] <= 64'(x1_q[l]) * $signed({32'd0, multiplier1_q[l]});
        right2_q[l]   <= right1_q[l];
      end
    end
  end

  // Stage 3: rounding constant and right shift. |x * m| < 2^62, so y fits 32 bits.
  always_ff @(posedge clk_i) begin
    if (valid2_q) begin
      zero_point3_q <= zero_point2_q;
      lo3_q         <= lo2_q;
      hi3_q         <= hi2_q;
      for (int unsigned l = 0; l < Lanes; l++) begin
        y3_q[l] <= 32'((product2_q[l] + rounding_constant(rounding2_q, right2_q[l], product2_q[l]))
                       >>> (6'd31 + 6'(right2_q[l])));
      end
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
  logic shifts_legal_q, multipliers_legal_q;
  always_ff @(posedge clk_i) begin
    shifts_legal_q      <= 1'b1;
    multipliers_legal_q <= 1'b1;
    for (int unsigned l = 0; l < Lanes; l++) begin
      if (shift_i[l] == -6'sd32 || shift_i[l] == 6'sd31) shifts_legal_q <= 1'b0;
      if (multiplier_i[l][31]) multipliers_legal_q <= 1'b0;
    end
  end
`endif
  `VERNIER_ASSERT_INIT(lanes_legal, Lanes >= 1 && Lanes <= 64, "Lanes is 1..64")
  `VERNIER_ASSERT(shift_in_range, valid1_q |-> shifts_legal_q, "a shift is not in -31..30")
  `VERNIER_ASSERT(multiplier_in_range, valid1_q |-> multipliers_legal_q,
                  "a multiplier is over 31 bits")
  `VERNIER_ASSERT(rounding_known, valid_i |-> rounding_i <= RoundTruncate,
                  "the rounding mode is unknown")
  `VERNIER_ASSERT(clamp_ordered, valid_i |-> lo_i <= hi_i, "the clamp's low end is over its high end")

endmodule
