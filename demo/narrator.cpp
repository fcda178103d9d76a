#include "narrator.hpp"

#include <iostream>
#include <string>

namespace suoi::demo {
namespace {

constexpr std::string_view kBlank = "       ";

}  // namespace

void Narrator::lines(std::string_view lead, const Sentence& sentence) {
  if (english_only_) {
    std::cout << lead << sentence.en << "\n";
  } else {
    std::cout << lead << sentence.vi << "\n" << kBlank << "  " << sentence.en << "\n";
  }
  std::cout.flush();
}

void Narrator::part(std::string_view time, const Sentence& title) {
  std::cout << "\n";
  lines(std::string(time) + "  ", title);
}

void Narrator::say(const Sentence& sentence) {
  lines(kBlank, sentence);
}

void Narrator::expect(bool holds, const Sentence& sentence) {
  if (!holds) ++failures_;
  lines(holds ? "    ✓  " : "    ✗  ", sentence);
}

}  // namespace suoi::demo
