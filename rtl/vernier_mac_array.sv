// Weight-stationary MAC array: Rows reduction lanes by Cols output channels.
//
// An activation vector that enters in cycle t meets the active weight tile; its accumulators
//   acc_o[c] = wrap(AccBits, (clear_i ? 0 : acc_i[c]) + sum over r of ifmap_i[r] * weight[r][c])
// are there in cycle t + 2. One vector may enter per cycle. With depthwise_i every PE has an operand
// of its own, window_i[r][c] in the place of ifmap_i[r].
//
// Weights are double-buffered. A row enters the shadow tile with load_i; after a cycle with swap_i
// the active tile is a copy of the shadow tile, a row loaded in that very cycle included. The vector
// that enters together with swap_i still meets the old tile. Rows that were not loaded since the
// last swap keep their weights: the feeder gives zero operands on lanes that are not used.
//
// It does not saturate: sums wrap, and overflow_o tells. It does not stall either.
`include "vernier_assert.svh"

module vernier_mac_array
  import vernier_pkg::OperandBits;
#(
  // Reduction lanes and output channels, 1..64 each.
  parameter int unsigned Rows    = 16,
  parameter int unsigned Cols    = 16,
  // Accumulator width, 16..32.
  parameter int unsigned AccBits = 32
) (
  input  logic                          clk_i,
  input  logic                          rst_ni,      // synchronous

  // An activation vector and the accumulators it is added to.
  input  logic                          valid_i,
  input  logic signed [OperandBits-1:0] ifmap_i [Rows],
  input  logic                          depthwise_i, // operands come from window_i, not ifmap_i
  input  logic signed [OperandBits-1:0] window_i [Rows][Cols],
  input  logic                          clear_i,     // the sums replace the accumulators
  input  logic signed [AccBits-1:0]     acc_i [Cols],

  // Weight tile. load_row_i is wider than 0..Rows-1 needs, so that a row beyond it is seen.
  input  logic                          load_i,
  input  logic [6:0]                    load_row_i,
  input  logic signed [OperandBits-1:0] weight_i [Cols],
  input  logic                          swap_i,

  // Two cycles behind valid_i.
  output logic                          valid_o,
  output logic signed [AccBits-1:0]     acc_o [Cols],
  output logic                          overflow_o [Cols]  // the exact sum did not fit
);

  // Operand register. Its data need no reset: valid_q qualifies them.
  logic               valid_q, clear_q, swap_q, depthwise_q;
  logic signed [31:0] acc_q [Cols];

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      valid_q     <= 1'b0;
      clear_q     <= 1'b0;
      swap_q      <= 1'b0;
      depthwise_q <= 1'b0;
    end else begin
      valid_q <= valid_i;
      clear_q <= clear_i;
      swap_q  <= swap_i;
      if (valid_i) depthwise_q <= depthwise_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (valid_i) begin
      for (int unsigned c = 0; c < Cols; c++) acc_q[c] <= 32'(acc_i[c]);
    end
  end

  // One row: its operand, its weights, and the sums of the rows up to it. |sum| <= 64 * 2^16, so 32
  // bits hold it exactly. Operands are kept sign-extended; synthesis folds the copies away.
  for (genvar r = 0; r < Rows; r++) begin : g_row
    logic signed [31:0] ifmap_q;
    logic signed [31:0] window_q [Cols];
    logic signed [31:0] shadow_q [Cols];
    logic signed [31:0] weight_q [Cols];
    logic signed [31:0] sum [Cols];

    always_ff @(posedge clk_i) begin
      if (valid_i && !depthwise_i) ifmap_q <= 32'(ifmap_i[r]);
    end

    // Idle, and its registers still, outside depthwise mode.
    always_ff @(posedge clk_i) begin
      if (valid_i && depthwise_i) begin
        for (int unsigned c = 0; c < Cols; c++) window_q[c] <= 32'(window_i[r][c]);
      end
    end

    always_ff @(posedge clk_i) begin
      if (!rst_ni) begin
        for (int unsigned c = 0; c < Cols; c++) shadow_q[c] <= '0;
      end else if (load_i && load_row_i == 7'(r)) begin
        for (int unsigned c = 0; c < Cols; c++) shadow_q[c] <= 32'(weight_i[c]);
      end
    end

    // A cycle behind swap_i: the vector that came with it is still in the operand register.
    always_ff @(posedge clk_i) begin
      if (!rst_ni) begin
        for (int unsigned c = 0; c < Cols; c++) weight_q[c] <= '0;
      end else if (swap_q) begin
        for (int unsigned c = 0; c < Cols; c++) weight_q[c] <= shadow_q[c];
      end
    end

    if (r == 0) begin : g_first
      always_comb begin
        if (depthwise_q) begin
          for (int unsigned c = 0; c < Cols; c++) sum[c] = window_q[c] * weight_q[c];
        end else begin
          for (int unsigned c = 0; c < Cols; c++) sum[c] = ifmap_q * weight_q[c];
        end
      end
    end else begin : g_next
      always_comb begin
        if (depthwise_q) begin
          for (int unsigned c = 0; c < Cols; c++) begin
            sum[c] = g_row[r-1].sum[c] + window_q[c] * weight_q[c];
          end
        end else begin
          for (int unsigned c = 0; c < Cols; c++) begin
            sum[c] = g_row[r-1].sum[c] + ifmap_q * weight_q[c];
          end
        end
      end
    end
  end

  // Accumulate: base + sum modulo 2^32, then modulo 2^AccBits.
  logic signed [31:0] base [Cols];
  logic signed [31:0] total [Cols];
  logic               overflow [Cols];

  always_comb begin
    for (int unsigned c = 0; c < Cols; c++) begin
      base[c]  = clear_q ? 32'sd0 : acc_q[c];
      total[c] = base[c] + g_row[Rows-1].sum[c];
    end
  end

  if (AccBits == 32) begin : g_full
    // Operands of one sign and a result of the other.
    always_comb begin
      for (int unsigned c = 0; c < Cols; c++) begin
        overflow[c] = base[c][31] == g_row[Rows-1].sum[c][31] && total[c][31] != base[c][31];
      end
    end
  end else begin : g_narrow
    // 32 bits hold the exact total; it fits when the bits above the sign repeat it.
    always_comb begin
      for (int unsigned c = 0; c < Cols; c++) begin
        overflow[c] = total[c][31:AccBits-1] != {33 - AccBits{total[c][31]}};
      end
    end
  end

  // Sum register.
  always_ff @(posedge clk_i) begin
    if (!rst_ni) valid_o <= 1'b0;
    else         valid_o <= valid_q;
  end

  always_ff @(posedge clk_i) begin
    if (valid_q) begin
      for (int unsigned c = 0; c < Cols; c++) begin
        acc_o[c]      <= AccBits'(total[c]);
        overflow_o[c] <= overflow[c];
      end
    end
  end

  `VERNIER_ASSERT_INIT(rows_legal, Rows >= 1 && Rows <= 64, "Rows is 1..64")
  `VERNIER_ASSERT_INIT(cols_legal, Cols >= 1 && Cols <= 64, "Cols is 1..64")
  `VERNIER_ASSERT_INIT(acc_bits_legal, AccBits >= 16 && AccBits <= 32, "AccBits is 16..32")
  `VERNIER_ASSERT(load_row_in_tile, load_i |-> 32'(load_row_i) < Rows,
                  "a weight row is loaded beyond the last row of the tile")

endmodule
