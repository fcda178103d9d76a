#include "suoi/domain/text_search.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <tuple>
#include <vector>

namespace suoi::domain {
namespace {

// Bytes that are no UTF-8 become code points beyond Unicode's last, so that they survive and sort last.
constexpr char32_t kRawByte = 0x110000;

// A letter with its marks taken apart.
struct Letter {
  char32_t base = 0;         // small, without the marks below
  std::uint8_t variant = 0;  // which letter of the alphabet: 0 a, 1 ă, 2 â; 0 d, 1 đ; 0 o, 1 ô, 2 ơ …
  std::uint8_t tone = 0;     // 0 none, 1 grave, 2 hook, 3 tilde, 4 acute, 5 dot below
  bool capital = false;
};

constexpr std::uint8_t kTones = 6;

// A vowel with its six tones, in their order.
struct Vowel {
  char base;
  std::uint8_t variant;
  std::array<char16_t, kTones> tones;
};

constexpr std::array<Vowel, 12> kVowels{{
    {'a', 0, {u'a', u'à', u'ả', u'ã', u'á', u'ạ'}},
    {'a', 1, {u'ă', u'ằ', u'ẳ', u'ẵ', u'ắ', u'ặ'}},
    {'a', 2, {u'â', u'ầ', u'ẩ', u'ẫ', u'ấ', u'ậ'}},
    {'e', 0, {u'e', u'è', u'ẻ', u'ẽ', u'é', u'ẹ'}},
    {'e', 1, {u'ê', u'ề', u'ể', u'ễ', u'ế', u'ệ'}},
    {'i', 0, {u'i', u'ì', u'ỉ', u'ĩ', u'í', u'ị'}},
    {'o', 0, {u'o', u'ò', u'ỏ', u'õ', u'ó', u'ọ'}},
    {'o', 1, {u'ô', u'ồ', u'ổ', u'ỗ', u'ố', u'ộ'}},
    {'o', 2, {u'ơ', u'ờ', u'ở', u'ỡ', u'ớ', u'ợ'}},
    {'u', 0, {u'u', u'ù', u'ủ', u'ũ', u'ú', u'ụ'}},
    {'u', 1, {u'ư', u'ừ', u'ử', u'ữ', u'ứ', u'ự'}},
    {'y', 0, {u'y', u'ỳ', u'ỷ', u'ỹ', u'ý', u'ỵ'}},
}};

// The combining marks of the tones, in their order; the first has none.
constexpr std::array<char32_t, kTones> kToneMarks{0, 0x0300, 0x0309, 0x0303, 0x0301, 0x0323};
constexpr char32_t kBreve = 0x0306;
constexpr char32_t kCircumflex = 0x0302;
constexpr char32_t kHorn = 0x031B;

bool is_combining(char32_t c) {
  return c >= 0x0300 && c <= 0x036F;
}

// Of ASCII, Latin-1 and the Vietnamese letters beyond.
bool is_capital(char32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z';
  if (c < 0x100) return c >= 0xC0 && c <= 0xDE && c != 0xD7;
  if (c >= 0x1EA0 && c <= 0x1EF9) return c % 2 == 0;
  return c == U'Ă' || c == U'Đ' || c == U'Ĩ' || c == U'Ũ' || c == U'Ơ' || c == U'Ư';
}

// Small letters stand 32 behind their capitals up to Latin-1, right behind them beyond.
char32_t small(char32_t c) {
  if (!is_capital(c)) return c;
  return c < 0x100 ? c + 0x20 : c + 1;
}

// Decodes one code point at `at` and moves behind it.
char32_t decode(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  const std::size_t length = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
  char32_t code = length == 1 ? lead : lead & (0xFFu >> (length + 1));
  bool whole = length > 0 && at + length <= text.size();
  for (std::size_t i = 1; whole && i < length; ++i) {
    whole = byte(at + i) >> 6 == 2;
    code = code << 6 | (byte(at + i) & 0x3Fu);
  }
  constexpr std::array<char32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
  whole = whole && code >= kLeast[length] && code < kRawByte;
  at += whole ? length : 1;
  return whole ? code : kRawByte + lead;
}

void encode(std::string& out, char32_t c) {
  const auto continuation = [&](int shift) { out += static_cast<char>(0x80 | ((c >> shift) & 0x3F)); };
  if (c >= kRawByte) {
    out += static_cast<char>(c - kRawByte);
  } else if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    continuation(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    continuation(6);
    continuation(0);
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

Letter letter_of(char32_t c) {
  Letter letter{small(c), 0, 0, is_capital(c)};
  if (letter.base < 0x80) return letter;
  if (letter.base == U'đ') {
    letter.base = 'd';
    letter.variant = 1;
    return letter;
  }
  for (const Vowel& vowel : kVowels) {
    const auto at = std::find(vowel.tones.begin(), vowel.tones.end(), letter.base);
    if (at == vowel.tones.end()) continue;
    letter.base = static_cast<unsigned char>(vowel.base);
    letter.variant = vowel.variant;
    letter.tone = static_cast<std::uint8_t>(at - vowel.tones.begin());
    break;
  }
  return letter;
}

// Adds a combining mark of the decomposed form to the letter before it; marks that Vietnamese lacks are dropped.
void add_mark(Letter& letter, char32_t mark) {
  const auto tone = std::find(kToneMarks.begin() + 1, kToneMarks.end(), mark);
  if (tone != kToneMarks.end()) letter.tone = static_cast<std::uint8_t>(tone - kToneMarks.begin());
  const char32_t base = letter.base;
  if (mark == kBreve && base == 'a') letter.variant = 1;
  if (mark == kCircumflex && base == 'a') letter.variant = 2;
  if (mark == kCircumflex && (base == 'e' || base == 'o')) letter.variant = 1;
  if (mark == kHorn && base == 'o') letter.variant = 2;
  if (mark == kHorn && base == 'u') letter.variant = 1;
}

// Takes a text apart, letter by letter.
class Letters {
 public:
  explicit Letters(std::string_view text) : text_(text) {}

  std::optional<Letter> next() {
    if (at_ == text_.size()) return std::nullopt;
    Letter letter = letter_of(decode(text_, at_));
    // A mark behind a stray byte stays: dropping it could join two such bytes to a letter that nobody wrote.
    if (letter.base >= kRawByte) return letter;
    for (std::size_t after = at_; after < text_.size(); at_ = after) {
      const char32_t mark = decode(text_, after);
      if (!is_combining(mark)) break;
      add_mark(letter, mark);
    }
    return letter;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

bool is_digit(char32_t c) {
  return c >= '0' && c <= '9';
}

// Letters of any script; ASCII's signs, the blanks and signs of Latin-1 and general punctuation part words.
bool is_letter(char32_t base) {
  if (base < 0x80) return base >= 'a' && base <= 'z';
  return base >= 0xC0 && !(base >= 0x2000 && base <= 0x206F);
}

std::vector<std::string> sorted_words(std::string_view text) {
  std::vector<std::string> words;
  bool inside = false;
  Letters letters(text);
  for (auto letter = letters.next(); letter; letter = letters.next()) {
    const bool belongs = is_letter(letter->base) || is_digit(letter->base);
    if (belongs && !inside) words.emplace_back();
    if (belongs) encode(words.back(), letter->base);
    inside = belongs;
  }
  std::sort(words.begin(), words.end());
  return words;
}

// What decides first: signs, digits, letters; then the place in the alphabet.
std::tuple<int, char32_t, std::uint8_t> rank(const Letter& letter) {
  const int kind = is_letter(letter.base) ? 2 : is_digit(letter.base) ? 1 : 0;
  return {kind, letter.base, letter.variant};
}

std::weak_ordering compare_letters(std::string_view text_a, std::string_view text_b) {
  Letters a(text_a), b(text_b);
  for (;;) {
    const auto letter_a = a.next();
    const auto letter_b = b.next();
    if (!letter_a || !letter_b) return letter_a.has_value() <=> letter_b.has_value();
    const auto order = rank(*letter_a) <=> rank(*letter_b);
    if (order != 0) return order;
  }
}

// The tones, then the capitals, of two texts with the same letters. A syllable has one tone, wherever its mark stands.
std::weak_ordering compare_marks(std::string_view text_a, std::string_view text_b) {
  Letters a(text_a), b(text_b);
  std::uint8_t tone_a = 0, tone_b = 0;
  std::weak_ordering by_capitals = std::weak_ordering::equivalent;
  for (;;) {
    const auto letter_a = a.next();
    const auto letter_b = b.next();
    const bool inside = letter_a && letter_b && is_letter(letter_a->base);
    if (!inside && tone_a != tone_b) return tone_a <=> tone_b;
    if (!letter_a || !letter_b) return by_capitals;
    tone_a = inside ? std::max(tone_a, letter_a->tone) : std::uint8_t{0};
    tone_b = inside ? std::max(tone_b, letter_b->tone) : std::uint8_t{0};
    if (by_capitals == 0) by_capitals = letter_a->capital <=> letter_b->capital;
  }
}

}  // namespace

std::string fold(std::string_view text) {
  std::string key;
  key.reserve(text.size());
  Letters letters(text);
  for (auto letter = letters.next(); letter; letter = letters.next()) encode(key, letter->base);
  return key;
}

double similarity(std::string_view a, std::string_view b) {
  const auto words_a = sorted_words(a);
  const auto words_b = sorted_words(b);
  if (words_a.empty() || words_b.empty()) return 0;
  std::vector<std::string> common;
  std::set_intersection(words_a.begin(), words_a.end(), words_b.begin(), words_b.end(), std::back_inserter(common));
  return 2.0 * static_cast<double>(common.size()) / static_cast<double>(words_a.size() + words_b.size());
}

std::weak_ordering compare_vi(std::string_view a, std::string_view b) {
  const std::weak_ordering by_letters = compare_letters(a, b);
  return by_letters != 0 ? by_letters : compare_marks(a, b);
}

}  // namespace suoi::domain
