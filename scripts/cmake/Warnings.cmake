# The warnings that all of our own code is built with, as errors. Code of others (Verilated models,
# FlatBuffers' generated header) comes in as SYSTEM and is not held to them.
add_library(vernier_warnings INTERFACE)
target_compile_options(vernier_warnings INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror
                       # Golden's float derivations must round where C++ says they do.
                       -ffp-contract=off)
target_include_directories(vernier_warnings INTERFACE ${CMAKE_SOURCE_DIR})
