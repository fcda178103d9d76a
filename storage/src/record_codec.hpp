// The state of a record as bytes: everything of sync::Record but what stands in columns of its row (id, collection,
// version, live).
//
// Shapes:  format 1 (record_codec.cpp): the distinct writers, the distinct stamps made of them, then the fields, which
//          name stamps by their place. Versions count down from the record's, times from its creation.
// Errors:  StoreFault for stored bytes that the writer never makes.
#pragma once

#include <string>
#include <string_view>

#include "names.hpp"
#include "suoi/sync/record.hpp"

namespace suoi::storage {

std::string record_state(const sync::Record& record, const Names& names);

// Completes `record`, whose id, collection, version and live flag are set, from its stored state.
void read_record_state(sync::Record& record, std::string_view state, const Names& names);

}  // namespace suoi::storage
