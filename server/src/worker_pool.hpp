// Threads that each carry one task to its end, made when they are needed and let go when they are not.
//
// Threads: submit from one thread or many; tasks run on the pool's threads, with SIGPIPE blocked, because OpenSSL
// writes
//          to sockets without MSG_NOSIGNAL.
// Errors:  a task must not throw.
#pragma once

#include <Poco/Runnable.h>
#include <Poco/ThreadPool.h>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>

namespace suoi::server {

class WorkerPool : private Poco::Runnable {
 public:
  using Task = std::function<void()>;

  // Up to `queue_max` tasks wait when all threads are busy.
  WorkerPool(const std::string& name, std::size_t threads_max, std::size_t queue_max, std::size_t stack_bytes);
  ~WorkerPool() override;

  // Takes `task`, or returns false and leaves it untouched: no thread and no place to wait.
  bool submit(Task& task);

  // Runs what was taken, then ends all threads; takes nothing any more.
  void drain();

 private:
  void run() override;
  bool start_thread();

  const std::size_t threads_max_;
  const std::size_t queue_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> queue_;
  std::size_t threads_ = 0;
  std::size_t idle_ = 0;
  bool draining_ = false;
  Poco::ThreadPool pool_;
};

}  // namespace suoi::server
