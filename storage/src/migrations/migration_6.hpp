// Keys of people, and the chains of the audit trail.
//
// Shapes:  `wrapped` is a person's key under the master key (certs/secret_box.hpp), `subject` the id of the record that
//          the key is for: mostly a person's. `stream` of a change is that of its record when it was stored, 0 where it
//          was kept aside; audit_chain has one row for each of these, the latest link and how many there are.
#pragma once

namespace suoi::storage {

inline constexpr char kMigration6[] = R"sql(
CREATE TABLE person_key (subject BLOB PRIMARY KEY, wrapped BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE erased (subject BLOB PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO meta (key, value) VALUES ('erasures', 0);

ALTER TABLE change ADD COLUMN stream INTEGER NOT NULL DEFAULT 0;
DROP VIEW stored_change;
CREATE VIEW stored_change AS
  SELECT c.no, c.life, c.seq, c.arrival, c.corrected, c.digest, c.content, c.verdict, c.record, c.version, c.base,
         c.filed_under, c.person, c.seal, l.device, c.mended, c.schema, c.stream
  FROM change AS c JOIN life AS l ON l.no = c.life;
CREATE TABLE audit_chain (stream INTEGER PRIMARY KEY, count INTEGER NOT NULL, link BLOB NOT NULL);
)sql";

}  // namespace suoi::storage
