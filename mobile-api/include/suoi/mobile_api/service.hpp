// What the endpoints work with: the store, the keys, the rules, the clock.
//
// Ownership: everything is the caller's and outlives the service.
// Threads:   `Writer::run` and `store.read` may be called from many threads at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "suoi/certs/hashing.hpp"
#include "suoi/certs/key_store.hpp"
#include "suoi/certs/paper.hpp"
#include "suoi/certs/transparency_log.hpp"
#include "suoi/storage/store.hpp"
#include "suoi/sync/plan.hpp"

namespace suoi::mobile_api {

// Puts a job into the next group commit and returns once it is durable; throws what undid it.
class Writer {
 public:
  virtual ~Writer() = default;
  virtual void run(const storage::Store::Job& job) = 0;
};

struct Service {
  storage::Store& store;
  Writer& writer;
  const certs::KeyStore& keys;
  sync::Rules rules;
  std::function<std::int64_t()> now_ms;
  // That many bytes, fit for tokens; a simulation takes them from its seed.
  std::function<std::string(std::size_t count)> random_bytes = certs::random_bytes;
  // "https://suoi.example": where strangers reach the server; certificates name it.
  std::function<std::string()> origin = [] { return std::string("https://127.0.0.1:8443"); };
  // The template of paper certificates of that name (certs/paper.hpp).
  std::function<std::string(const std::string& name)> paper_template = [](const std::string&) {
    return std::string(certs::built_in_template());
  };
  // Who signs checkpoints of the log beside it (C2SP tlog-cosignature).
  std::function<std::vector<certs::NoteKey>()> witnesses = [] { return std::vector<certs::NoteKey>(); };
};

}  // namespace suoi::mobile_api
