// Plain loops, compiled for wider vectors too; which of them runs is chosen when the program
// starts.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define VERNIER_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define VERNIER_CLONES
#endif
