// What the measurements share.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "suoi/client/device.hpp"
#include "suoi/client/local_server.hpp"

namespace suoi::bench {

// Communes of Lai Châu among which the work is spread.
extern const std::vector<std::string> kCommunes;

struct Ingest {
  std::int64_t changes = 0;
  double seconds = 0;
  double server_cpu_seconds = 0;
  double jobs_per_group = 0;
};

// Sends `sets` change sets of 100 from each of `connections` to a fresh server in `data`.
Ingest measure_ingest(const std::filesystem::path& binary, const std::filesystem::path& data, int connections, int sets,
                      const std::vector<std::string>& serve_options);

// Writes the rows of the store in `data` into a new database with the same tables, in transactions that hold
// `changes_per_group` changes each; gives the seconds.
double write_same_rows(const std::filesystem::path& data, const std::filesystem::path& file,
                       std::int64_t changes_per_group);

// Median milliseconds of a pull of 100 changed records from a store of `records`.
double measure_pull(const std::filesystem::path& binary, const std::filesystem::path& data, std::int64_t records);

// A phone that joined with a fresh invitation.
struct Phone {
  std::unique_ptr<client::Link> link;
  std::unique_ptr<client::Device> device;
};
Phone join(client::LocalServer& server, const std::string& name, const std::string& role, const std::string& unit);

// A change set of 100 as the body of POST /v1/sync: places, needs, assessments and edits of the needs.
std::string change_set_body(const client::LocalStore& store, std::int64_t first_seq, const std::string& unit);

}  // namespace suoi::bench
