// Brings what an earlier release stored to the form of this one, where SQL alone cannot: seals personal values, chains
// the changes. New stores are complete from the beginning.
//
// Threads: the holder of the write lock, outside a transaction. Errors: StoreFault; nothing was changed then.
#pragma once

#include "rows.hpp"

namespace suoi::storage {

void complete_prior_store(Connection& connection, const Context& context);

}  // namespace suoi::storage
