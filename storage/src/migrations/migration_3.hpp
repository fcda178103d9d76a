// Signing in with a password, and invitations that the inviter confirms.
//
// Shapes:  `login` is a keyed digest, `totp` a sealed seed (certs/secret_box.hpp), `password` Argon2id in its encoded
//          form. `inviter` is nil for what the command line invited to.
#pragma once

namespace suoi::storage {

inline constexpr char kMigration3[] = R"sql(
ALTER TABLE invitation ADD COLUMN inviter BLOB NOT NULL DEFAULT x'00000000000000000000000000000000';
ALTER TABLE invitation ADD COLUMN compared INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invitation ADD COLUMN digits TEXT NOT NULL DEFAULT '';
ALTER TABLE invitation ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invitation ADD COLUMN wrong_digits INTEGER NOT NULL DEFAULT 0;
CREATE INDEX invitation_by ON invitation (inviter, expires);

CREATE TABLE sign_in (
  person BLOB PRIMARY KEY, login BLOB NOT NULL UNIQUE, password TEXT NOT NULL, totp BLOB NOT NULL,
  totp_step INTEGER NOT NULL
) WITHOUT ROWID;
)sql";

}  // namespace suoi::storage
