// The first schema of the store.
//
// Shapes:  ids 16 bytes, digests 32; times in ms since 1970 UTC; units packed as domain::UnitKey::packed();
// `collection`
//          and the blobs refer to `name`. `seal` is the first 8 bytes of a SHA-256 over the rest of the row (seal.hpp).
#pragma once

namespace suoi::storage {

inline constexpr char kMigration1[] = R"sql(
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE name (no INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);

CREATE TABLE device (
  id BLOB PRIMARY KEY, person BLOB NOT NULL, jwk TEXT NOT NULL, name TEXT NOT NULL, platform TEXT NOT NULL,
  created INTEGER NOT NULL, last_seen INTEGER NOT NULL, token_until INTEGER NOT NULL, revoked INTEGER,
  stolen INTEGER NOT NULL, token_hash BLOB UNIQUE
) WITHOUT ROWID;
CREATE TABLE device_sync (
  device BLOB NOT NULL, clock INTEGER NOT NULL, arrival INTEGER NOT NULL, PRIMARY KEY (device, clock)
) WITHOUT ROWID;
CREATE TABLE life (
  no INTEGER PRIMARY KEY, device BLOB NOT NULL, incarnation BLOB NOT NULL, acked INTEGER NOT NULL,
  safe INTEGER NOT NULL, last_corrected INTEGER NOT NULL, continues_no INTEGER, continues_seq INTEGER,
  UNIQUE (device, incarnation)
);
CREATE TABLE lost (
  life INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (life, first)
) WITHOUT ROWID;
CREATE TABLE invitation (
  code_hash BLOB PRIMARY KEY, person BLOB NOT NULL, expires INTEGER NOT NULL, redeemed_by TEXT NOT NULL,
  redeemed INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE change (
  no INTEGER PRIMARY KEY, life INTEGER NOT NULL, seq INTEGER NOT NULL, arrival INTEGER NOT NULL,
  corrected INTEGER NOT NULL, digest BLOB NOT NULL, content BLOB NOT NULL, verdict BLOB, record BLOB NOT NULL,
  version INTEGER, base INTEGER NOT NULL, filed_under INTEGER, person BLOB NOT NULL, seal INTEGER NOT NULL,
  UNIQUE (life, seq)
);
CREATE INDEX change_of_record ON change (record, version);
CREATE VIEW stored_change AS
  SELECT c.no, c.life, c.seq, c.arrival, c.corrected, c.digest, c.content, c.verdict, c.record, c.version, c.base,
         c.filed_under, c.person, c.seal, l.device
  FROM change AS c JOIN life AS l ON l.no = c.life;

CREATE TABLE record (
  no INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, collection INTEGER NOT NULL, stream INTEGER NOT NULL,
  position INTEGER NOT NULL, version INTEGER NOT NULL, live INTEGER NOT NULL, state BLOB NOT NULL,
  seal INTEGER NOT NULL
);
CREATE INDEX record_in_stream ON record (stream, position, collection);
CREATE TABLE stream (
  no INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, head INTEGER NOT NULL, sum INTEGER NOT NULL,
  before_epoch INTEGER NOT NULL
);
CREATE TABLE tombstone (
  stream INTEGER NOT NULL, position INTEGER NOT NULL, record BLOB NOT NULL, version INTEGER NOT NULL,
  PRIMARY KEY (stream, position)
) WITHOUT ROWID;
CREATE UNIQUE INDEX tombstone_of_record ON tombstone (record, stream);

CREATE TABLE link (
  target BLOB NOT NULL, collection INTEGER NOT NULL, record BLOB NOT NULL, PRIMARY KEY (target, collection, record)
) WITHOUT ROWID;
CREATE TABLE activity_time (
  unit INTEGER NOT NULL, until INTEGER NOT NULL, record BLOB NOT NULL, since INTEGER NOT NULL,
  PRIMARY KEY (unit, until, record)
) WITHOUT ROWID;
CREATE TABLE certificate (
  no INTEGER PRIMARY KEY, record BLOB NOT NULL UNIQUE, number TEXT NOT NULL, issuing INTEGER NOT NULL
);
CREATE INDEX certificate_number_of ON certificate (number);
CREATE INDEX certificate_issuing ON certificate (no) WHERE issuing = 1;
CREATE TABLE certificate_number (
  unit INTEGER NOT NULL, year INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (unit, year)
) WITHOUT ROWID;
)sql";

}  // namespace suoi::storage
