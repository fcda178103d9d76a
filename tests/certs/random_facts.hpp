// Facts of invented certificates as people may write them: long names, quotes, marks above letters.
#pragma once

#include <rapidcheck.h>

#include <string>

#include "sample_facts.hpp"

namespace suoi::certs::test {

inline std::string random_words(int least, int most) {
  std::string text;
  for (int left = *rc::gen::inRange(least, most + 1); left > 0; --left) {
    if (!text.empty()) text += ' ';
    text += *rc::gen::elementOf(std::vector<std::string>{"Nguyễn", "Thị", "Ánh", "Lò", "H'Bia", "đường", "Ổ", "Nậm-Cúm",
                                                         "\"tình\"", "a\xcc\x81", "\\", "<b>", "&amp;", "{holder}"});
  }
  return text;
}

inline Facts random_facts(const SigningKey& key) {
  Facts facts = sample_facts(key);
  facts.issued_at_ms = *rc::gen::inRange<std::int64_t>(0, 4294967295999);
  for (auto& byte : facts.id.uuid.bytes) byte = *rc::gen::arbitrary<std::uint8_t>();
  for (auto& byte : facts.salt) byte = *rc::gen::arbitrary<std::uint8_t>();
  facts.holder = random_words(1, 12);
  facts.activity = random_words(1, 20);
  facts.role = random_words(0, 8);
  facts.minutes = *rc::gen::inRange<std::int64_t>(0, 4294967296);
  facts.issuing_unit = random_words(0, 12);
  facts.approvers.clear();
  for (int left = *rc::gen::inRange(0, 4); left > 0; --left) facts.approvers.push_back(random_words(1, 6));
  facts.birth_year.reset();
  if (*rc::gen::arbitrary<bool>()) facts.birth_year = *rc::gen::inRange(1900, 2100);
  if (*rc::gen::arbitrary<bool>()) facts.status.reset();
  return facts;
}

}  // namespace suoi::certs::test
