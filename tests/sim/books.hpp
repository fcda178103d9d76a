// What the simulation knows that no device and no server knows: every change that was ever written, and what was
// promised for it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "phone.hpp"

namespace suoi::sim {

struct Written {
  RecordId record;
  std::string device;
  std::string incarnation;
  std::int64_t seq = 0;
  Value content;
  std::int64_t true_ms = 0;         // when it was saved
  bool clock_right = false;         // the phone's clock was right then
  std::optional<std::int64_t> was;  // the mark before it was numbered anew
  bool promised = false;            // somebody got a receipt for it, or was told that it is there
};

class Books {
 public:
  void note(std::int64_t mark, Written written) { written_[mark] = std::move(written); }
  void note_renumbered(std::int64_t old_mark, const Kept& kept, const std::string& incarnation) {
    Written fresh = written_.at(old_mark);
    fresh.incarnation = incarnation;
    fresh.seq = kept.seq;
    fresh.content = kept.content;
    fresh.was = old_mark;
    fresh.promised = false;
    written_[kept.mark] = std::move(fresh);
  }
  void promise(std::int64_t mark) { written_.at(mark).promised = true; }
  // The verdict that an answer gave, "applied" where it said nothing. The first one stands.
  void note_verdict(std::int64_t mark, const std::string& verdict) {
    const auto [known, is_first] = verdicts_.emplace(mark, verdict);
    if (is_first || known->second == verdict) return;
    throw Broken("change " + std::to_string(mark) + " got two verdicts: first " + known->second + ", now " + verdict);
  }
  // The store was set back to an older state: what was stored since is judged anew.
  void forget_verdicts() { verdicts_.clear(); }

  const std::map<std::int64_t, Written>& written() const { return written_; }
  const std::map<std::int64_t, std::string>& verdicts() const { return verdicts_; }
  std::int64_t next_mark = 1;
  // (device, incarnation) -> the incarnation that it takes over from, and up to which seq.
  std::map<std::pair<std::string, std::string>, std::pair<std::string, std::int64_t>> continued;
  std::set<std::int64_t> set_back;  // stored once, and not any more after the store went back

 private:
  std::map<std::int64_t, Written> written_;
  std::map<std::int64_t, std::string> verdicts_;
};

}  // namespace suoi::sim
