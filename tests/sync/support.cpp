// The store in memory is shared by several test binaries; each compiles it once.
#include "../support/memory_state.cpp"
