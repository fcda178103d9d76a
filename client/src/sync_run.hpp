// One sync of a device, from the first request to the last page: builds requests, handles every kind of answer.
#pragma once

#include <set>

#include "suoi/client/device.hpp"

namespace suoi::client {

domain::Value continues_value(const Continues& continues);
Problem read_problem(const Answer& answer);

class SyncRun {
 public:
  SyncRun(LocalStore& store, Link& link, const Clock& clock, const std::string& run, std::int64_t page_bytes);

  SyncReport run();

 private:
  // What to do after an answer.
  enum class Next { ask_again, finished };
  struct Batch {
    domain::Value::Array changes;
    std::int64_t first = 0;  // 0: none
    bool of_this_run = true;
    std::int64_t schema_version = 0;
    std::optional<std::pair<std::int64_t, std::int64_t>> lost;
  };

  Life& life_to_send();
  Batch batch_of(const Life& life) const;
  std::string request_body(const Life& life, const Batch& batch) const;

  Next handle(const Answer& answer, Life& life, const Batch& batch);
  Next take(const domain::Value& body, Life& life, const Batch& batch);
  void take_acks(const domain::Value& body, Life& life);
  void take_verdicts(const domain::Value& body, Life& life);
  void take_own_deletes(Life& life);
  void take_removed(const domain::Value& body);
  void take_settled(const domain::Value& body, Life& life);
  void take_records(const domain::Value& body, Life& life);
  void take_streams(const domain::Value& body);
  bool take_sums(const domain::Value& body);
  void reflect_acked();

  Next conflict(const Answer& answer, Life& life);
  void fill_gap(Life& life, std::int64_t expected);
  void fork(Life& life, std::int64_t at);
  void follow_restore(const domain::Value& body, Life& life);
  Next revoked(const Answer& answer, Life& life, const Batch& batch);
  Next split(const Answer& answer, const Batch& batch);
  Next overloaded(const Answer& answer);
  Next finish(SyncOutcome outcome);

  LocalStore& store_;
  Link& link_;
  const Clock& clock_;
  const std::string& run_;
  std::int64_t page_bytes_;
  std::size_t changes_at_once_;
  int setbacks_ = 0;  // answers in a row that were no progress
  int waits_ = 0;
  bool more_ = false;
  SyncReport report_;
};

}  // namespace suoi::client
