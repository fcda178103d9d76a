// The transparency log.
//
// Shapes:  log_entry holds the entries from 0 on and when each was added (ms); log_tile the hashes of the tree in the
//          order of C2SP tlog-tiles: `hashes` of (level, place) has 32 bytes for each complete subtree of 256^level
//          entries, 256 of them at most. A cosignature is a line of a witness under the checkpoint of that size.
//          certificate.logged tells what of a certificate stands in the log: 1 issued, 2 superseded, 4 revoked.
#pragma once

namespace suoi::storage {

inline constexpr char kMigration7[] = R"sql(
CREATE TABLE log_entry (no INTEGER PRIMARY KEY, entry BLOB NOT NULL UNIQUE, at INTEGER NOT NULL);
CREATE TABLE log_tile (
  level INTEGER NOT NULL, place INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (level, place)
) WITHOUT ROWID;
CREATE TABLE log_cosignature (
  size INTEGER NOT NULL, witness TEXT NOT NULL, line TEXT NOT NULL, PRIMARY KEY (size, witness)
) WITHOUT ROWID;
ALTER TABLE certificate ADD COLUMN logged INTEGER NOT NULL DEFAULT 0;
CREATE INDEX certificate_to_log ON certificate (no)
  WHERE (issuing <> 1 AND logged & 1 = 0) OR (issuing = 3 AND logged & 2 = 0) OR (issuing = 4 AND logged & 4 = 0);
)sql";

}  // namespace suoi::storage
