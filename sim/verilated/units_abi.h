/* The C ABI between the host and a library of Verilated arithmetic units: vernier_mac_array,
 * vernier_requantizer and vernier_barrel_shifter of one geometry.
 *
 * A library exports one symbol, vernier_units_api(). Pointers of the host are read during the call
 * only. A step is one clock cycle of one unit: the operands are applied, what the unit shows in
 * this cycle is read back, then the clock rises. So a vector given to step t of a unit with latency
 * n comes back from step t + n. Nothing here throws or ends the process: a failed assertion or a
 * $stop makes the step return non-zero, and failure() tells its sentence from then on. */
#ifndef VERNIER_UNITS_ABI_H
#define VERNIER_UNITS_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VERNIER_UNITS_ABI 2
#define VERNIER_UNITS_MOST 64 /* rows, columns and lanes */

typedef struct VernierUnitsGeometry {
  int32_t rows, cols, acc_bits, lanes;
} VernierUnitsGeometry;

typedef struct VernierArrayIn {
  uint8_t valid, clear, load, swap, depthwise;
  int32_t load_row;
  const int16_t* ifmap;   /* [rows] 9-bit signed; read when valid and not depthwise */
  const int16_t* window;  /* [rows * cols] row by row, as ifmap; read when valid and depthwise */
  const int32_t* acc;     /* [cols] read when valid */
  const int16_t* weights; /* [cols] 9-bit signed; read when load */
} VernierArrayIn;

typedef struct VernierArrayOut {
  uint8_t valid;
  int32_t acc[VERNIER_UNITS_MOST]; /* sign-extended; set when valid */
  uint8_t overflow[VERNIER_UNITS_MOST];
} VernierArrayOut;

typedef struct VernierRequantizerIn {
  uint8_t valid;
  int32_t rounding, zero_point, lo, hi;
  int32_t lanes;             /* the first ones are read; the others get zeros */
  const int32_t* acc;        /* [lanes] */
  const int32_t* bias;       /* [lanes] */
  const int32_t* multiplier; /* [lanes] */
  const int8_t* shift;       /* [lanes] */
} VernierRequantizerIn;

typedef struct VernierShifterIn {
  uint8_t valid;
  int32_t rounding, zero_point, lo, hi;
  int32_t lanes;
  const int32_t* x;    /* [lanes] */
  const int8_t* right; /* [lanes] */
} VernierShifterIn;

typedef struct VernierLanesOut {
  uint8_t valid;
  int32_t out[VERNIER_UNITS_MOST]; /* set when valid */
} VernierLanesOut;

typedef struct VernierUnits VernierUnits;

typedef struct VernierUnitsApi {
  uint32_t abi;         /* VERNIER_UNITS_ABI; first in every version */
  const char* identity; /* SHA-256 of sources, parameters and tools, hex */
  VernierUnitsGeometry geometry;
  VernierUnits* (*create)(void); /* out of reset */
  void (*destroy)(VernierUnits*);
  void (*reset)(VernierUnits*); /* pipelines empty, weights zero, failure forgotten */
  int32_t (*array_step)(VernierUnits*, const VernierArrayIn*, VernierArrayOut*);
  int32_t (*requantizer_step)(VernierUnits*, const VernierRequantizerIn*, VernierLanesOut*);
  int32_t (*shifter_step)(VernierUnits*, const VernierShifterIn*, VernierLanesOut*);
  const char* (*failure)(const VernierUnits*); /* "" while all is well */
} VernierUnitsApi;

typedef const VernierUnitsApi* (*VernierUnitsApiFn)(void);

#ifdef __cplusplus
}
#endif
#endif
