// Erasing a person (domain.md, "Personal data"): the key that their name is sealed under is destroyed.
//
// What goes: the name wherever it stands (records, history, audit, quarantine, certificates), roles, the way to sign
// in, open invitations. Phones get the record without a name and are told to wipe themselves. What stays: that somebody
// took part, with minutes and approvals; free text; backups made before, until the journal is replayed on them.
// Threads: inside a write transaction. Errors: AdminFault where the id is that of another kind of record.
#pragma once

#include "suoi/mobile_api/administration.hpp"

namespace suoi::mobile_api {

// Also for an id that is not in the store (yet): what phones offer of it is refused from now on. Erasing twice is
// erasing once.
void erase_person(storage::Transaction& transaction, const sync::Rules& rules, std::int64_t now_ms,
                  const domain::PersonId& person);

}  // namespace suoi::mobile_api
