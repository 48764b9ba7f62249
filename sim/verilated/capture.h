// Included ahead of every file of a Verilated library: what the Verilated runtime would print or
// abort on comes to the adapter instead.
#pragma once

#define VL_USER_STOP
#define VL_USER_FATAL
#define VL_USER_FINISH
#define VL_PRINTF vernier_units_printf

int vernier_units_printf(const char* format, ...) __attribute__((format(printf, 1, 2)));
