#include "worker_pool.hpp"

#include <Poco/Exception.h>
#include <pthread.h>

#include <chrono>
#include <csignal>

namespace suoi::server {
namespace {

constexpr auto kIdleTime = std::chrono::seconds(5);
constexpr int kPocoIdleSeconds = 1;
// A thread that has just left run() counts in Poco's pool for a moment still.
constexpr int kLeaving = 8;

void block_sigpipe() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace

WorkerPool::WorkerPool(const std::string& name, std::size_t threads_max, std::size_t queue_max, std::size_t stack_bytes)
    : threads_max_(threads_max),
      queue_max_(queue_max),
      pool_(name, 1, static_cast<int>(threads_max) + kLeaving, kPocoIdleSeconds, static_cast<int>(stack_bytes)) {}

WorkerPool::~WorkerPool() {
  drain();
}

bool WorkerPool::submit(Task& task) {
  const std::lock_guard lock(mutex_);
  if (draining_) return false;
  const bool someone_free = idle_ > queue_.size();
  if (!someone_free && !start_thread() && (threads_ == 0 || queue_.size() >= idle_ + queue_max_)) return false;
  queue_.push_back(std::move(task));
  changed_.notify_one();
  return true;
}

bool WorkerPool::start_thread() {
  if (threads_ >= threads_max_) return false;
  try {
    pool_.start(*this);
  } catch (const Poco::Exception&) {
    return false;  // the system gives no more threads: the same as having reached threads_max
  }
  ++threads_;
  return true;
}

void WorkerPool::run() {
  block_sigpipe();
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    changed_.wait_for(lock, kIdleTime, [this] { return !queue_.empty() || draining_; });
    --idle_;
    if (queue_.empty()) break;
    {
      const Task task = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      task();
    }
    lock.lock();
  }
  --threads_;
}

void WorkerPool::drain() {
  {
    const std::lock_guard lock(mutex_);
    draining_ = true;
  }
  changed_.notify_all();
  pool_.joinAll();
}

}  // namespace suoi::server
