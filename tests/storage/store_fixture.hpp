// A store in a folder of its own, and people who write into it the way a request does: plan, apply, commit.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "suoi/domain/admin_units.hpp"
#include "suoi/storage/store.hpp"

namespace suoi::storage::test {

// An empty folder that goes away with its owner.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

Store::Options options();
const sync::Rules& rules();

domain::UnitKey unit(std::string_view text);
sync::StreamKey stream(std::string_view text);
// The n-th id of an arbitrary series (UUIDs of version 7).
domain::RecordId record_id(std::uint64_t n);

// A phone with its queue; it names what it saw by `base`.
struct Phone {
  domain::DeviceId device;
  domain::PersonId person;
  domain::Incarnation incarnation;
  std::int64_t last_seq = 0;
  std::int64_t clock_ms = 1'790'000'000'000;

  explicit Phone(std::uint64_t n);
};

// What a phone sends of one record.
struct Edit {
  std::string collection;
  domain::RecordId record;
  std::int64_t base = 0;
  domain::Value::Object set;
  bool is_delete = false;
};

// Takes the next numbers of the phone for the edits and stores them in the transaction.
sync::MergePlan submit(Transaction& transaction, Phone& phone, const std::vector<Edit>& edits);
// The same as one group with one job; rethrows what undid it.
sync::MergePlan send(Store& store, Phone& phone, const std::vector<Edit>& edits);
// Runs one job; rethrows what undid it.
void commit(Store& store, const Store::Job& job);

Edit new_activity(const domain::RecordId& id, std::string_view unit_text, std::string_view title);
Edit set_field(std::string_view collection, const domain::RecordId& id, std::int64_t base, std::string_view field,
               domain::Value value);
Edit delete_record(std::string_view collection, const domain::RecordId& id, std::int64_t base);

// Reads on a snapshot and hands the answer out.
template <class Ask>
auto ask(Store& store, const Ask& question) {
  std::optional<decltype(question(std::declval<Reader&>()))> answer;
  store.read([&](Reader& reader) { answer.emplace(question(reader)); });
  return std::move(*answer);
}

std::vector<StreamEntry> page_of(Store& store, std::string_view stream_text, std::int64_t after = 0);

// The sum of a stream as protocol.md defines it, from the whole records that a phone would hold.
std::uint64_t recomputed_sum(Store& store, std::string_view stream_text);

// Opens the database beside the store and changes it as a bad disk or a clumsy hand would.
void tamper(const std::filesystem::path& folder, const std::string& sql);
// Takes everything out of a closed store that its first schema did not have.
void back_to_first_schema(const std::filesystem::path& folder);

}  // namespace suoi::storage::test
