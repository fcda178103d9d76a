// The thread for work that no phone waits for: signs certificates, forgets what is older than the horizon, warns the
// operator when backups are missing.
//
// Threads: starts one, and ends it when destroyed. Errors: what fails is logged and tried again in the next round.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "suoi/mobile_api/housekeeping.hpp"

namespace suoi::server {

class BackgroundWorker {
 public:
  using Log = std::function<void(const std::string& line)>;

  BackgroundWorker(mobile_api::Service service, Log log);
  ~BackgroundWorker();
  BackgroundWorker(const BackgroundWorker&) = delete;
  BackgroundWorker& operator=(const BackgroundWorker&) = delete;

 private:
  void work();
  // Another process may have made, ended or disowned a key; says so when that cannot be seen.
  void refresh_keys();
  // Each says whether there is more to do at once.
  bool issue();
  bool tidy();
  void warn_of_backups();
  bool warn_of_damage();
  void guarded(const char* event, const std::function<void()>& task);

  mobile_api::Service service_;
  Log log_;
  mobile_api::TakingUp taking_up_;
  std::string keys_fault_;
  std::int64_t tidy_at_ms_ = 0;
  std::int64_t warn_at_ms_ = 0;
  bool warned_of_damage_ = false;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace suoi::server
