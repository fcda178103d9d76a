// Runs all measurements and prints them as a table; see README.md.

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <limits>

#include "bench.hpp"

namespace {

using namespace suoi::bench;

constexpr int kConnections = 8;
constexpr int kSets = 120;
constexpr int kRounds = 5;

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "suoi-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Each side as fast as it was in the best of its rounds: what else the machine does only ever slows it down.
void run_ingest(const std::filesystem::path& binary, const char* over, const std::vector<std::string>& serve_options) {
  Ingest best;
  double bare = std::numeric_limits<double>::infinity();
  for (int round = 0; round < kRounds; ++round) {
    const Folder folder;
    const std::filesystem::path data = folder.path() / "ingest";
    const Ingest ingest = measure_ingest(binary, data, kConnections, kSets, serve_options);
    const auto group = static_cast<std::int64_t>(100 * ingest.jobs_per_group);
    bare = std::min(bare, write_same_rows(data / "store" / "store.db", folder.path() / "bare.db", group));
    if (round == 0 || ingest.seconds < best.seconds) best = ingest;
  }
  const auto changes = static_cast<double>(best.changes);
  std::printf("ingest: %.0f durable changes/s over %s, %.1f change sets a commit\n", changes / best.seconds, over,
              best.jobs_per_group);
  std::printf("bare SQLite, the same rows: %.0f changes/s; ratio %.2f (goal: at least 0.50)\n", changes / bare,
              bare / best.seconds);
  std::printf("server CPU: %.1f us for a change (goal: at most 40)\n", best.server_cpu_seconds * 1e6 / changes);
}

void run_pull(const std::filesystem::path& binary, std::int64_t large) {
  const Folder folder;
  const double small_ms = measure_pull(binary, folder.path() / "small", 10'000);
  const double large_ms = measure_pull(binary, folder.path() / "large", large);
  std::printf("pull of 100: %.2f ms from 10000 records, %.2f ms from %lld; ratio %.2f (goal: at most 1.50)\n", small_ms,
              large_ms, static_cast<long long>(large), large_ms / small_ms);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "Usage: bench/run [--quick | --ingest]\n");
    return 2;
  }
  const auto chosen = [&](const char* option) { return argc > 2 && std::strcmp(argv[2], option) == 0; };
  try {
    run_ingest(argv[1], "HTTP", {"--plain-http"});
    run_ingest(argv[1], "HTTPS", {});
    if (!chosen("--ingest")) run_pull(argv[1], chosen("--quick") ? 100'000 : 1'000'000);
    return 0;
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "bench: %s\n", fault.what());
    return 1;
  }
}
