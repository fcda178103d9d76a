// The fifth schema of the store: how old a removal is and which were forgotten, changes that a person mended, and who
// carried a change for somebody else.
//
// Shapes:  `buried` is the arrival of the change that removed the record; `forgotten` the highest position of a stream
//          whose removal was dropped; `mended` the content that stands instead of the one that was sent;
//          `schema` the version of the catalogue in whose words a change was sent.
#pragma once

namespace suoi::storage {

inline constexpr char kMigration5[] = R"sql(
ALTER TABLE tombstone ADD COLUMN buried INTEGER NOT NULL DEFAULT 0;
UPDATE tombstone SET buried = ifnull(
  (SELECT max(c.arrival) FROM change AS c WHERE c.record = tombstone.record AND c.version <= tombstone.version), 0);
CREATE INDEX tombstone_by_age ON tombstone (buried);
ALTER TABLE stream ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;

ALTER TABLE change ADD COLUMN mended BLOB;
ALTER TABLE change ADD COLUMN schema INTEGER NOT NULL DEFAULT 1;
DROP VIEW stored_change;
CREATE VIEW stored_change AS
  SELECT c.no, c.life, c.seq, c.arrival, c.corrected, c.digest, c.content, c.verdict, c.record, c.version, c.base,
         c.filed_under, c.person, c.seal, l.device, c.mended, c.schema
  FROM change AS c JOIN life AS l ON l.no = c.life;

CREATE TABLE carried (
  life INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, carrier BLOB NOT NULL,
  arrival INTEGER NOT NULL, PRIMARY KEY (life, first, last, carrier)
) WITHOUT ROWID;
)sql";

}  // namespace suoi::storage
