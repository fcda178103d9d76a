// The one writer: groups the change sets that wait at one moment into one durable transaction (group commit).
//
// Ownership: borrows the store; starts one thread and joins it in the destructor, after every waiting job is done.
// Threads:   run() from many threads at once; each waits until its job is durable.
// Errors:    run() throws what undid the job: its own exception, or the StoreFault of the commit.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "suoi/mobile_api/service.hpp"
#include "suoi/server/ballast.hpp"

namespace suoi::server {

class WriteQueue final : public mobile_api::Writer {
 public:
  // `ballast` is given up when the disk is full; until it is back every job fails as on a full disk.
  WriteQueue(storage::Store& store, Ballast ballast);
  ~WriteQueue() override;

  void run(const storage::Store::Job& job) override;

  // Groups committed so far, and the jobs in them.
  struct Counts {
    std::size_t groups = 0;
    std::size_t jobs = 0;
  };
  Counts counts() const;

 private:
  struct Waiting {
    const storage::Store::Job* job = nullptr;
    bool done = false;
    std::exception_ptr fault;
    std::condition_variable finished;  // of its own, so that only those wake whose group is durable
  };

  void work();
  void commit(const std::deque<Waiting*>& group);
  void make_room();

  storage::Store& store_;
  Ballast ballast_;  // the thread's own
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Waiting*> waiting_;
  Counts counts_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace suoi::server
