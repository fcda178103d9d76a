// Vietnamese text for people who type without diacritics: search keys, likeness of titles, order of lists.
//
// Purpose: find Hòa by "hoa", find the same event written down twice, sort names as a Vietnamese reader expects.
// Source:  the alphabet a ă â b c d đ e ê … o ô ơ … u ư … y and the order of the tones (none, grave, hook, tilde,
// acute,
//          dot below), as Unicode CLDR's collation for `vi` has them; combining marks as in the Unicode block
//          U+0300-036F.
// Shapes:  UTF-8, composed (NFC) or decomposed (NFD) alike; bytes that are no UTF-8 pass unchanged and sort last.
// Threads: pure functions. Errors: none.
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace suoi::domain {

// The search key: lower case, no diacritics, đ -> d. Folding twice changes nothing. It unites Hòa with Hoà, but also
// Văn Lang with Văn Lăng: a key to find by, never an identity. Letters that Vietnamese does not have keep their marks.
std::string fold(std::string_view text);

// How alike two titles are, from 0 (no word in common) to 1 (the same words in any order): twice the number of folded
// words in common by the sum of both numbers of words (Dice's coefficient; a word that stands twice counts twice). A
// title without words is like nothing, so records that were never titled are no duplicates.
double similarity(std::string_view a, std::string_view b);

// The order of lists: first by letters (blanks and signs before digits, digits before letters), then by the tones,
// syllable after syllable, then small letters before capitals. Equivalent are spellings that differ only in their
// normal form or in the vowel of a syllable that carries the tone mark (Hòa, Hoà).
std::weak_ordering compare_vi(std::string_view a, std::string_view b);

}  // namespace suoi::domain
