// Types that the arithmetic units share.
package vernier_pkg;

  // Width of a MAC operand: 8 bits and the guard bit that subtracting a zero point needs.
  localparam int unsigned OperandBits = 9;
  // Width of a zero point that is added to a result.
  localparam int unsigned ZeroPointBits = 16;

  // How a fixed-point product becomes an integer. The numbers are instruction field values.
  typedef enum logic [2:0] {
    RoundDouble   = 3'd0,  // two steps, each to nearest: ties up, then ties away from zero
    RoundDoubleUp = 3'd1,  // two steps, ties up in both
    RoundSingle   = 3'd2,  // nearest, ties up
    RoundHalfAway = 3'd3,  // nearest, ties away from zero
    RoundHalfEven = 3'd4,  // nearest, ties to even
    RoundFloor    = 3'd5,  // toward minus infinity
    RoundTruncate = 3'd6   // toward zero
  } rounding_e;

endpackage
