#include "suoi/server/write_queue.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

namespace suoi::server {
namespace {

constexpr std::size_t kGroupMax = 32;  // change sets: a longer transaction would hold up the next ones
constexpr std::chrono::seconds kIdle{1};

bool is_full(const std::exception_ptr& fault) {
  if (!fault) return false;
  try {
    std::rethrow_exception(fault);
  } catch (const storage::StoreFault& of_store) {
    return of_store.is_full;
  } catch (...) {
    return false;
  }
}

}  // namespace

WriteQueue::WriteQueue(storage::Store& store, Ballast ballast)
    : store_(store), ballast_(std::move(ballast)), thread_([this] { work(); }) {}

WriteQueue::~WriteQueue() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_all();
  thread_.join();
}

void WriteQueue::run(const storage::Store::Job& job) {
  Waiting waiting;
  waiting.job = &job;
  std::unique_lock lock(mutex_);
  waiting_.push_back(&waiting);
  arrived_.notify_one();
  waiting.finished.wait(lock, [&] { return waiting.done; });
  if (waiting.fault) std::rethrow_exception(waiting.fault);
}

WriteQueue::Counts WriteQueue::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void WriteQueue::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    const bool woken = arrived_.wait_for(lock, kIdle, [&] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty() && stopping_) return;
    if (!woken) {
      lock.unlock();
      ballast_.hold();
      lock.lock();
      continue;
    }
    const auto last = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kGroupMax));
    const std::deque<Waiting*> group(waiting_.begin(), last);
    waiting_.erase(waiting_.begin(), last);
    lock.unlock();
    commit(group);
    lock.lock();
    counts_.groups += 1;
    counts_.jobs += group.size();
    // Under the lock: once it sees `done`, the waiting thread takes its condition away.
    for (Waiting* one : group) {
      one->done = true;
      one->finished.notify_one();
    }
  }
}

void WriteQueue::commit(const std::deque<Waiting*>& group) {
  std::vector<storage::Store::Job> jobs;
  for (const Waiting* one : group) jobs.push_back(*one->job);
  try {
    if (!ballast_.hold()) throw storage::StoreFault("the room that is left is the operator's", true);
    const std::vector<std::exception_ptr> faults = store_.commit_group(jobs);
    for (std::size_t index = 0; index < group.size(); ++index) group[index]->fault = faults[index];
    if (std::any_of(faults.begin(), faults.end(), is_full)) make_room();
  } catch (...) {  // whatever undid the group is what every one of its jobs is told
    for (Waiting* one : group) one->fault = std::current_exception();
  }
}

// Moves what was acknowledged into the store, while there is something to move it with.
void WriteQueue::make_room() {
  ballast_.release();
  try {
    store_.checkpoint();
  } catch (const storage::StoreFault&) {  // it stays in the log, where it is just as durable
  }
}

}  // namespace suoi::server
