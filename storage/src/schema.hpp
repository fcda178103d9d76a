// The tables of a store and how they came to be.
//
// Threads: called by the holder of the write lock.
// Errors:  StoreFault for a file that is no store, or one that a newer release wrote.
#pragma once

#include <functional>
#include <span>

#include "names.hpp"
#include "sqlite.hpp"

namespace suoi::storage {

using RandomBytes = std::function<void(std::span<std::uint8_t>)>;

inline constexpr std::int64_t kSchemaVersion = 7;

// A write transaction that is undone unless it was committed.
class Changing {
 public:
  explicit Changing(Connection& connection) : connection_(connection) { connection_.execute("BEGIN IMMEDIATE"); }
  ~Changing() {
    if (!connection_.in_transaction()) return;
    try {
      connection_.execute("ROLLBACK");
    } catch (const StoreFault&) {
      // The fault that led here is on its way already; closing the connection rolls back as well.
      return;
    }
  }
  Changing(const Changing&) = delete;
  Changing& operator=(const Changing&) = delete;
  void commit() { connection_.execute("COMMIT"); }

 private:
  Connection& connection_;
};

// Fills an empty database: all migrations, epoch 0, the server's own device and its first life.
void found_store(Connection& connection, const domain::Catalogue& catalogue, const RandomBytes& random_bytes);
// Refuses what is no store of a known version.
void require_store(Connection& connection);
// Brings an existing store to this release's schema and dictionary.
void migrate(Connection& connection, const domain::Catalogue& catalogue);
// Begins the next epoch, numbered above `above` as well, in the caller's transaction: positions and versions go on
// above its floor.
void begin_epoch(Connection& connection, std::int64_t above, const RandomBytes& random_bytes);

Names load_names(Connection& connection, const domain::Catalogue& catalogue);

}  // namespace suoi::storage
