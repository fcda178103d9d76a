// A world that plays a script: people with phones, couriers, a network and a server, all of them in simulated time.
//
// Errors: run() gives what was broken; nothing: all that was promised was kept.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "books.hpp"
#include "phone.hpp"
#include "script.hpp"
#include "server.hpp"

namespace suoi::sim {

struct Figures {
  std::int64_t changes = 0;
  std::int64_t requests = 0;
  std::int64_t answers_lost = 0;
  std::int64_t power_cuts = 0;
  std::int64_t forks = 0;
  std::int64_t epochs = 0;
  std::int64_t bundles = 0;
  std::int64_t quarantined = 0;
  std::int64_t cases = 0;
  std::int64_t certificates = 0;
  void add(const Figures& other);
};

class World {
 public:
  // `story`, if any, is told what happens, line by line.
  explicit World(const Script& script, std::ostream* story = nullptr);

  std::optional<std::string> run();
  const Figures& figures() const { return figures_; }

 private:
  static constexpr std::int64_t kStartMs = 1'795'000'000'000;  // 18 November 2026

  struct Bundle {
    std::size_t phone = 0;  // whose
    std::string incarnation;
    std::vector<Kept> changes;
    std::string sealed;
    Value::Object body;
  };
  // A request that is still on its way after its sender gave up.
  struct Straggler {
    std::int64_t due_ms = 0;
    std::size_t phone = 0;
    SyncRequest request;
    std::string token;
  };
  struct Exchange {
    int status = 0;  // 0: no answer came
    Value answer;
  };

  void set_up();
  void play(const Step& step);
  void quiet_end();
  void check_end();

  // Steps.
  void write(const Step& step);
  void sync(const Step& step);
  void seal(const Step& step);
  void carry(const Step& step);
  void set_clock(const Step& step);
  void restore_phone(Phone& phone);
  void clone_phone(Phone& phone, Dice dice);
  void restore_server();
  void put_copy_back();
  void revoke(const Step& step);
  void grant(const Step& step);
  void withdraw(const Step& step);

  void enrol(Phone& phone);
  void converse(Phone& phone, const Step& step);
  Exchange exchange(Phone& phone, const SyncRequest& request, const Step& step, std::int64_t number);
  Exchange deliver(const SyncRequest& request, const std::string& token, std::size_t phone);
  void deliver_stragglers();
  void observe(const SyncRequest& request, int status, const Value& answer, std::size_t phone);
  void check_settled(const SyncRequest& request, const Value& settled, const Phone& phone) const;
  void check_answer(const SyncRequest& request, const Value& answer, const Phone& phone);
  void note_taken(Phone& phone, const SyncRequest& request, const Taken& taken);
  bool is_behind_forgotten(const SyncRequest& request, const std::string& stream);
  std::set<std::int64_t> stored_marks();
  void note_set_back(const std::set<std::int64_t>& before);
  void note_promises(const Phone& phone);
  std::set<std::string> streams_of(const Phone& phone);
  mobile_api::Response ask(const std::string& method, const std::string& path, std::string body,
                           const std::string& token, const std::string& type);
  std::int64_t server_ms() const { return now_ms_ + server_skew_ms_; }
  Phone* phone_of(const Step& step);
  void tell(const std::string& line);

  Script script_;
  std::ostream* story_;
  std::int64_t now_ms_ = kStartMs;
  std::int64_t server_skew_ms_ = 0;  // what is wrong with the server's clock
  std::int64_t paused_ms_ = 0;       // how much later everything happens than the script says
  Server server_;
  std::deque<Phone> phones_;
  std::vector<Bundle> bundles_;
  std::vector<Straggler> stragglers_;
  Books books_;
  Figures figures_;
  std::map<RecordId, std::size_t> assignments_;  // ids of role assignments, and whose
  std::size_t next_id_ = 0;
  bool all_is_known_ = false;  // everybody has synced twice: nothing new may come
};

}  // namespace suoi::sim
