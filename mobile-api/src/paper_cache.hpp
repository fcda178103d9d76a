// The papers that were laid out last, so that printing again costs nothing.
//
// Threads: every verb from any thread.
#pragma once

#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace suoi::mobile_api {

class PaperCache {
 public:
  explicit PaperCache(std::size_t papers_max) : papers_max_(papers_max) {}

  std::optional<std::string> find(const std::string& key) {
    const std::lock_guard lock(mutex_);
    for (auto paper = papers_.begin(); paper != papers_.end(); ++paper) {
      if (paper->first != key) continue;
      papers_.splice(papers_.begin(), papers_, paper);
      return papers_.front().second;
    }
    return std::nullopt;
  }

  void put(const std::string& key, std::string pdf) {
    const std::lock_guard lock(mutex_);
    papers_.emplace_front(key, std::move(pdf));
    if (papers_.size() > papers_max_) papers_.pop_back();
  }

 private:
  const std::size_t papers_max_;
  std::mutex mutex_;
  std::list<std::pair<std::string, std::string>> papers_;  // the one used last in front
};

}  // namespace suoi::mobile_api
