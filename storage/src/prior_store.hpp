// Brings what an earlier release stored to the form of this one, where SQL alone cannot: seals personal values, chains
// the changes. New stores are complete from the beginning.
//
// Threads: the holder of the write lock, outside a transaction. Errors: StoreFault; nothing was changed then.
#pragma once

#include <filesystem>

#include "rows.hpp"

namespace suoi::storage {

// Gives the pages of a store of an earlier release their seals (sealed_pages.hpp), before anybody else opens it: a copy
// takes its place in one step. Needs room for it, and the store for itself.
void seal_prior_pages(const std::filesystem::path& file);

void complete_prior_store(Connection& connection, const Context& context);

}  // namespace suoi::storage
