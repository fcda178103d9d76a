// Which values of a change or a record are somebody's (domain.md, "Personal data"), and how they are put away.
//
// Purpose: the one place that knows where personal values stand: fields that the catalogue calls personal, the change
//          inside a record of quarantine or of a returned change, also as mended, the candidates of a case about such a
//          field.
// Threads: pure, but for `seal`. Errors: what `seal` throws.
#pragma once

#include <functional>
#include <optional>

#include "suoi/domain/catalogue.hpp"
#include "suoi/sync/record.hpp"

namespace suoi::storage {

// Gives what is stored instead of a value of this subject; null where nothing may be kept.
using Seal = std::function<domain::Value(const domain::Uuid& subject, const domain::Value& value)>;

// Cheap: whether records or changes of a collection can hold anything personal at all.
bool may_be_personal(const domain::Collection& collection);

// The content of a change with its personal values sealed; nothing: there are none. `after` is the record as it stands
// after the change, or null.
std::optional<domain::Value> sealed_content(const domain::Value& content, const domain::Catalogue& catalogue,
                                            const domain::RecordId& record, const sync::Record* after,
                                            const Seal& seal);

// The same for a record; nothing: there are none.
std::optional<sync::Record> sealed_record(const sync::Record& record, const domain::Catalogue& catalogue,
                                          const Seal& seal);

// Whose the first personal value of a change is, by what the change itself says; nothing: it has none.
std::optional<domain::Uuid> first_subject(const domain::Value& content, const domain::Catalogue& catalogue,
                                          const domain::RecordId& record);

}  // namespace suoi::storage
