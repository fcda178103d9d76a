// The chains of the audit trail: whoever alters, takes out or cuts off a stored change breaks one.
//
// Shapes:  link n = SHA-256(link n-1, SHA-256 of the row, id of the device); link 0 is 32 zeros. Of a change that was
//          kept aside the row counts as it was then: its release is a change of its own.
// Threads: the connection's. Errors: StoreFault where the disk cannot be read.
#pragma once

#include <functional>
#include <map>
#include <span>

#include "rows.hpp"
#include "suoi/storage/store.hpp"

namespace suoi::storage {

struct Chain {
  std::int64_t count = 0;
  Digest link{};

  friend bool operator==(const Chain&, const Chain&) = default;
};

// `digest` is that of the row as it stands (rows.hpp).
void extend(Chain& chain, const ChangeRow& row, const Digest& digest, const domain::Hashing& hashing);

// The stored state of one chain; an empty one where there is none yet.
Chain stored_chain(Connection& connection, std::int64_t stream);
void store_chain(Connection& connection, std::int64_t stream, const Chain& chain);

// Walks all changes in order; `each` sees the chain of a stream after every one.
using EachLink = std::function<void(std::int64_t stream, const Chain& chain)>;
std::map<std::int64_t, Chain> walk_chains(Connection& connection, const Context& context, const EachLink& each);

Store::AuditReport verify_chains(Connection& connection, const Context& context, std::span<const ChainHead> kept,
                                 const std::function<void(std::int64_t, std::int64_t)>& progress);

}  // namespace suoi::storage
