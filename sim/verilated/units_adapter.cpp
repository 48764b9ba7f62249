// The Verilated units behind units_abi.h. Compiled into the library, once per geometry; the only
// file that sees the generated classes. VERNIER_ROWS, _COLS, _ACC_BITS, _LANES and
// VERNIER_IDENTITY come from the build.
#include <verilated.h>

#include <cstdarg>
#include <cstdio>
#include <memory>
#include <string>

#include "VArray.h"
#include "VRequantizer.h"
#include "VShifter.h"
#include "sim/verilated/units_abi.h"

namespace {

constexpr int kRows = VERNIER_ROWS;
constexpr int kCols = VERNIER_COLS;
constexpr int kAccBits = VERNIER_ACC_BITS;
constexpr int kLanes = VERNIER_LANES;

// A step runs in one thread from start to end, so what its model says belongs to that step.
thread_local std::string printed;  // the last line that the model printed
thread_local std::string failed;   // why the model stopped

void stop(const std::string& otherwise) {
  if (failed.empty()) failed = printed.empty() ? otherwise : printed;
}

constexpr std::uint32_t low_bits(std::int32_t v, int bits) {
  return static_cast<std::uint32_t>(v) & (0xffffffffU >> (32 - bits));
}
constexpr std::int32_t sign_extended(std::uint32_t v, int bits) {
  return static_cast<std::int32_t>(v << (32 - bits)) >> (32 - bits);
}

// Drives a port element with the low bits of a value.
template <class Port>
void drive(Port& port, std::int32_t value, int bits) {
  port = static_cast<Port>(low_bits(value, bits));
}

// One cycle in two halves: the operands settle, then the clock rises.
template <class Model>
void settle(Model& m) {
  m.clk_i = 0;
  m.eval();
}
template <class Model>
void rise(Model& m) {
  m.clk_i = 1;
  m.eval();
}

}  // namespace

int vernier_units_printf(const char* format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  const int n = std::vsnprintf(text, sizeof text, format, args);
  va_end(args);
  printed = text;
  while (!printed.empty() && printed.back() == '\n') printed.pop_back();
  // A stop follows an error and tells it; anything else is the module's own talk.
  if (printed.find("%Error") == std::string::npos && printed.find("%Fatal") == std::string::npos) {
    std::fprintf(stderr, "%s", text);
    printed.clear();
  }
  return n;
}
void vl_stop(const char* file, int line, const char*) {
  stop(std::string("$stop at ") + file + ":" + std::to_string(line));
}
void vl_finish(const char* file, int line, const char*) {
  stop(std::string("$finish at ") + file + ":" + std::to_string(line));
}
void vl_fatal(const char* file, int line, const char*, const char* message) {
  stop(std::string(message) + " at " + file + ":" + std::to_string(line));
}

struct VernierUnits {
  VerilatedContext context;
  VArray array{&context, "vernier_mac_array"};
  VRequantizer requantizer{&context, "vernier_requantizer"};
  VShifter shifter{&context, "vernier_barrel_shifter"};
  std::string failure;

  // The Verilated runtime keeps a current context per thread, which other units may have left
  // pointing at theirs, alive or not. To be called on every way in.
  void enter() { Verilated::threadContextp(&context); }

  ~VernierUnits() {
    enter();
    array.final();
    requantizer.final();
    shifter.final();
  }

  // Runs the rising edge and tells whether an assertion failed in this step.
  template <class Model>
  std::int32_t clock(Model& m) {
    rise(m);
    if (failed.empty()) return 0;
    if (failure.empty()) failure = failed;
    failed.clear();
    return 1;
  }

  void reset() {
    enter();
    failure.clear();
    failed.clear();
    printed.clear();
    reset_unit(array);
    reset_unit(requantizer);
    reset_unit(shifter);
  }

 private:
  template <class Model>
  void reset_unit(Model& m) {
    m.rst_ni = 0;
    m.valid_i = 0;
    for (int i = 0; i < 2; ++i) {
      settle(m);
      clock(m);
    }
    m.rst_ni = 1;
  }
};

namespace {

VernierUnits* create() {
  auto units = std::make_unique<VernierUnits>();
  units->reset();
  return units.release();
}
void destroy(VernierUnits* u) { delete u; }
void reset(VernierUnits* u) { u->reset(); }
const char* failure(const VernierUnits* u) { return u->failure.c_str(); }

std::int32_t array_step(VernierUnits* u, const VernierArrayIn* in, VernierArrayOut* out) {
  u->enter();
  VArray& m = u->array;
  m.valid_i = in->valid;
  m.clear_i = in->clear;
  m.load_i = in->load;
  m.swap_i = in->swap;
  m.depthwise_i = in->depthwise;
  if (in->valid && in->depthwise) {
    for (int r = 0; r < kRows; ++r) {
      for (int c = 0; c < kCols; ++c) drive(m.window_i[r][c], in->window[r * kCols + c], 9);
    }
  } else if (in->valid) {
    for (int r = 0; r < kRows; ++r) drive(m.ifmap_i[r], in->ifmap[r], 9);
  }
  if (in->valid) {
    for (int c = 0; c < kCols; ++c) drive(m.acc_i[c], in->acc[c], kAccBits);
  }
  if (in->load) {
    drive(m.load_row_i, in->load_row, 7);
    for (int c = 0; c < kCols; ++c) drive(m.weight_i[c], in->weights[c], 9);
  }
  settle(m);
  out->valid = m.valid_o;
  if (out->valid) {
    for (int c = 0; c < kCols; ++c) out->acc[c] = sign_extended(m.acc_o[c], kAccBits);
    for (int c = 0; c < kCols; ++c) out->overflow[c] = m.overflow_o[c];
  }
  return u->clock(m);
}

// What the two kinds of lanes have in common.
template <class Model, class In>
void drive_vector(Model& m, const In& in) {
  m.valid_i = in.valid;
  if (!in.valid) return;
  drive(m.rounding_i, in.rounding, 3);
  drive(m.zero_point_i, in.zero_point, 16);
  drive(m.lo_i, in.lo, 32);
  drive(m.hi_i, in.hi, 32);
}
template <class Model>
void read_vector(const Model& m, VernierLanesOut* out) {
  out->valid = m.valid_o;
  if (!out->valid) return;
  for (int l = 0; l < kLanes; ++l) out->out[l] = static_cast<std::int32_t>(m.out_o[l]);
}

std::int32_t requantizer_step(VernierUnits* u, const VernierRequantizerIn* in,
                              VernierLanesOut* out) {
  u->enter();
  VRequantizer& m = u->requantizer;
  drive_vector(m, *in);
  if (in->valid) {
    for (int l = 0; l < kLanes; ++l) {
      const bool used = l < in->lanes;
      drive(m.acc_i[l], used ? in->acc[l] : 0, 32);
      drive(m.bias_i[l], used ? in->bias[l] : 0, 32);
      drive(m.multiplier_i[l], used ? in->multiplier[l] : 0, 32);
      drive(m.shift_i[l], used ? in->shift[l] : 0, 6);
    }
  }
  settle(m);
  read_vector(m, out);
  return u->clock(m);
}

std::int32_t shifter_step(VernierUnits* u, const VernierShifterIn* in, VernierLanesOut* out) {
  u->enter();
  VShifter& m = u->shifter;
  drive_vector(m, *in);
  if (in->valid) {
    for (int l = 0; l < kLanes; ++l) {
      const bool used = l < in->lanes;
      drive(m.x_i[l], used ? in->x[l] : 0, 32);
      drive(m.right_i[l], used ? in->right[l] : 0, 6);
    }
  }
  settle(m);
  read_vector(m, out);
  return u->clock(m);
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const VernierUnitsApi* vernier_units_api() {
  static const VernierUnitsApi api = {VERNIER_UNITS_ABI,
                                      VERNIER_IDENTITY,
                                      {kRows, kCols, kAccBits, kLanes},
                                      create,
                                      destroy,
                                      reset,
                                      array_step,
                                      requantizer_step,
                                      shifter_step,
                                      failure};
  return &api;
}
