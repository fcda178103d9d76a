// Files: uploads, their pieces, what became of them, and which records name them.
//
// Shapes:  `piece.upload` is the number of the upload that brought the piece; a file keeps it as `pieces` when that
//          upload is gone, so the numbers are never used again.
#pragma once

namespace suoi::storage {

inline constexpr char kMigration2[] = R"sql(
CREATE TABLE upload (
  no INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE, person BLOB NOT NULL, length INTEGER NOT NULL,
  received INTEGER NOT NULL, metadata TEXT NOT NULL, file BLOB, expires INTEGER NOT NULL
);
CREATE INDEX upload_expires ON upload (expires);
CREATE INDEX upload_unfinished ON upload (person) WHERE file IS NULL;
CREATE TABLE piece (
  no INTEGER PRIMARY KEY, upload INTEGER NOT NULL, first INTEGER NOT NULL, bytes BLOB NOT NULL, UNIQUE (upload, first)
);
CREATE TABLE file (
  digest BLOB PRIMARY KEY, pieces INTEGER NOT NULL UNIQUE, media_type TEXT NOT NULL, length INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE file_from (digest BLOB NOT NULL, person BLOB NOT NULL, PRIMARY KEY (digest, person)) WITHOUT ROWID;
CREATE TABLE named_file (
  digest BLOB NOT NULL, record BLOB NOT NULL, PRIMARY KEY (digest, record)
) WITHOUT ROWID;
)sql";

}  // namespace suoi::storage
