#include "suoi/server/command_line.hpp"

int main(int argc, char** argv) {
  return suoi::server::run_command_line(argc, argv);
}
