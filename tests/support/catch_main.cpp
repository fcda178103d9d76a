// The main function of every test binary. Alone in its own library, for it takes Catch2 half a minute to compile.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
