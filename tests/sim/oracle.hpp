// The oracle: slow, obvious, and without a line of `sync`. It takes the full list of changes that the store accepted
// and works out from the words of protocol.md and merge.md what every record must be, then looks at the server and at
// every phone. (It reads the store's rows through the types of `sync`, which are data.)
//
// Errors: throws Broken with the first thing that does not hold.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "books.hpp"
#include "server.hpp"

namespace suoi::sim {

struct Figures;

// One stored change of a record.
struct Entry {
  std::optional<std::int64_t> mark;  // nothing: the server's own
  std::string device;
  std::string person;
  sync::LifeNo life = 0;
  std::int64_t seq = 0;
  std::int64_t version = 0;  // of the record once applied; 0: kept aside
  std::int64_t base = 0;     // what stood on the screen, at most what there was
  std::int64_t corrected_ms = 0;
  std::int64_t arrival_ms = 0;
  std::string filed_under;
  bool is_delete = false;
  bool quarantined = false;
  Value content;

  bool by_server() const { return !mark.has_value(); }
  const Value& set() const { return member(content, "set"); }
};

struct Fact {
  sync::Record record;
  std::vector<Entry> entries;  // in order of arrival
  std::vector<Entry> applied;  // in order of version
};

// Everything that the store holds.
struct Facts {
  std::map<RecordId, Fact> records;
  // Which incarnation each one takes over from, and up to which seq.
  std::map<sync::LifeNo, std::pair<sync::LifeNo, std::int64_t>> continues;

  // merge.md, "Order": the change saw a value if its version is ≤ the base, or if the same device wrote it earlier.
  bool saw(const Entry& later, const Entry& earlier) const;
};

// Records that people said are one thing (merge.md, "Join").
class Groups {
 public:
  explicit Groups(const Facts& facts);
  // The records that are read as one with a live one, itself among them, and the one of them that shows.
  std::set<RecordId> members(const RecordId& id) const;
  RecordId head(const RecordId& id) const;

 private:
  struct Link {
    RecordId from, into;
    const Entry* said;
  };
  std::set<RecordId> reached(const RecordId& id, bool both_ways) const;
  void read_lists(const Facts& facts);

  std::vector<Link> links_;
  std::map<RecordId, RecordId> heads_;
};

Facts gather(Server& server, const Books& books, const std::vector<const Phone*>& phones);

// All checks of the end of a run.
void check_promise(Server& server, const Books& books, const std::vector<const Phone*>& phones,
                   const std::function<void(const std::string&)>& tell, Figures& figures);

// oracle_fields.cpp: fields and their cases (properties 1, 4, 5, 6).
void check_fields(const Facts& facts);
// oracle_existence.cpp: what lives and what was deleted, where it is filed.
void check_existence(const Facts& facts);
// oracle_figures.cpp: totals, quorums, certificates.
void check_figures(const Facts& facts);
// oracle_joins.cpp: which records are one thing.
void check_joins(const Facts& facts);
// oracle_rights.cpp: what was kept aside and why.
void check_quarantine(const Facts& facts);

// A readable field as it stands in the store, groups taken apart.
Value::Object fields_of(const sync::Record& record);
std::string shown(const Facts& facts, const Fact& fact);

}  // namespace suoi::sim
