// Tells the day: each sentence in Vietnamese with English under it, or in English alone.
#pragma once

#include <string_view>

namespace suoi::demo {

struct Sentence {
  std::string_view vi;
  std::string_view en;
};

class Narrator {
 public:
  explicit Narrator(bool english_only) : english_only_(english_only) {}

  // A new part of the day, with its time.
  void part(std::string_view time, const Sentence& title);
  void say(const Sentence& sentence);
  // Something that has to be so: told with a tick, or with a cross and remembered.
  void expect(bool holds, const Sentence& sentence);

  int failures() const { return failures_; }

 private:
  void lines(std::string_view lead, const Sentence& sentence);

  bool english_only_;
  int failures_ = 0;
};

}  // namespace suoi::demo
