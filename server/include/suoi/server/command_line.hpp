// The command `suoi` (protocol.md, "Command line that automation relies on").
//
// Errors: exit codes 0 success, 1 failure, 2 wrong usage; messages on stderr, with --json one JSON object on stdout.
#pragma once

namespace suoi::server {

int run_command_line(int argc, char** argv);

}  // namespace suoi::server
