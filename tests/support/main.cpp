// Catch2's session inside sc_main, so a test may elaborate SystemC modules. libsystemc's own main
// calls sc_main.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#include <systemc>

int sc_main(int argc, char* argv[]) { return Catch::Session().run(argc, argv); }
