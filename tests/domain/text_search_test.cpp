#include "suoi/domain/text_search.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "suoi/domain/admin_units.hpp"

using namespace suoi::domain;

namespace {

// The decomposed form of "Tiếng Việt, Hoà Bình, Đường ơ ă": vowel, then its marks.
const std::string kDecomposed =
    "Tie\u0302\u0301ng Vie\u0323\u0302t, Hoa\u0300 Bi\u0300nh, \u0110u\u031Bo\u031B\u0300ng o\u031B a\u0306";
const std::string kComposed = "Tiếng Việt, Hoà Bình, Đường ơ ă";

bool before(std::string_view a, std::string_view b) {
  return compare_vi(a, b) < 0;
}
bool equivalent(std::string_view a, std::string_view b) {
  return compare_vi(a, b) == 0;
}

std::vector<std::string> sorted(std::vector<std::string> words) {
  std::reverse(words.begin(), words.end());
  std::stable_sort(words.begin(), words.end(), before);
  return words;
}

// Texts made of what Vietnamese text is made of, and of bytes that are no text.
rc::Gen<std::string> vietnamese_or_not() {
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
                          "a", "Ă", "â", "Ẫ", "đ", "Đ", "e", "Ệ", "o", "Ơ", "ờ", "U", "ự", "h", "H", " ", "-", "7",
                          "\u0300", "\u0302", "\u031B", "\u0323", "\xC3", "\xA0", "\xE1\xBB", "中", "😀")),
                      [](const std::vector<std::string>& parts) {
                        std::string text;
                        for (const std::string& part : parts) text += part;
                        return text;
                      });
}

}  // namespace

TEST_CASE("A search key has small letters without marks") {
  CHECK(fold("Sìn Hồ") == "sin ho");
  CHECK(fold("ĐIỆN BIÊN PHỦ") == "dien bien phu");
  CHECK(fold("Đắk Lắk, Ia H'Drai 12/7") == "dak lak, ia h'drai 12/7");
  CHECK(fold("") == "");
}

TEST_CASE("Every Vietnamese letter, small or capital, folds to its bare one") {
  const std::pair<std::string, char> rows[] = {
      {"aàảãáạăằẳẵắặâầẩẫấậAÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬ", 'a'},
      {"eèẻẽéẹêềểễếệEÈẺẼÉẸÊỀỂỄẾỆ", 'e'},
      {"iìỉĩíịIÌỈĨÍỊ", 'i'},
      {"oòỏõóọôồổỗốộơờởỡớợOÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢ", 'o'},
      {"uùủũúụưừửữứựUÙỦŨÚỤƯỪỬỮỨỰ", 'u'},
      {"yỳỷỹýỵYỲỶỸÝỴ", 'y'},
      {"dđDĐ", 'd'},
  };
  for (const auto& [letters, bare] : rows) {
    const auto is_start = [](char byte) { return (byte & 0xC0) != 0x80; };
    const auto count = static_cast<std::size_t>(std::count_if(letters.begin(), letters.end(), is_start));
    CHECK(fold(letters) == std::string(count, bare));
  }
}

TEST_CASE("Hòa and Hoà are found by the same key") {
  CHECK(fold("Hòa Bình") == fold("Hoà Bình"));
  CHECK(equivalent("Hòa Bình", "Hoà Bình"));
  CHECK(before("Hòa", "Hóa"));
}

TEST_CASE("Composed and decomposed text are the same to a search and in a list") {
  REQUIRE(kComposed != kDecomposed);
  CHECK(fold(kDecomposed) == "tieng viet, hoa binh, duong o a");
  CHECK(fold(kComposed) == fold(kDecomposed));
  CHECK(equivalent(kComposed, kDecomposed));
}

TEST_CASE("Letters and bytes that Vietnamese lacks stay as they are") {
  CHECK(fold("ß中ñ😀") == "ß中ñ😀");
  CHECK(fold("a\xFF\xC3") == "a\xFF\xC3");
  CHECK(fold("\xC0\x80") == "\xC0\x80");
}

TEST_CASE("The names of the country's units without diacritics are those the register spells in ASCII") {
  const auto units = AdminUnits::embedded();
  std::size_t others = 0;
  for (const AdminUnit* unit : units->all(Register::pre2025)) {
    const std::string key = fold(unit->name);
    const bool ascii = std::all_of(key.begin(), key.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    INFO(unit->name);
    CHECK(ascii);
    if (key != fold(unit->name_en)) ++others;
  }
  CHECK(others == 0);
}

TEST_CASE("Two volunteers' titles of the same clinic day are alike, those of other days less") {
  CHECK(similarity("Khám bệnh cho trẻ em bản Pa Ủ", "kham benh tre em ban pa u") > 0.9);
  CHECK(similarity("Khám bệnh, Pa Ủ", "Pa Ủ – khám bệnh") == 1.0);
  CHECK(similarity("Khám bệnh đợt 1", "Khám bệnh đợt 2") == Approx(0.75));
  CHECK(similarity("Khám bệnh cho trẻ em", "Tặng áo ấm học sinh") == 0.0);
  CHECK(similarity("", "") == 0.0);
  CHECK(similarity("…", "Khám bệnh") == 0.0);
}

TEST_CASE("A word that stands twice counts twice") {
  CHECK(similarity("áo áo", "áo") == Approx(2.0 / 3.0));
  CHECK(similarity("áo áo", "áo áo") == 1.0);
}

TEST_CASE("Lists follow the Vietnamese alphabet") {
  const std::vector<std::string> alphabet{"a", "ă", "â", "b", "c", "d", "đ", "e", "ê", "g", "h", "i", "k", "l", "m",
                                          "n", "o", "ô", "ơ", "p", "q", "r", "s", "t", "u", "ư", "v", "x", "y"};
  CHECK(sorted(alphabet) == alphabet);
}

TEST_CASE("Of the same letters the tone decides, and only then the capital") {
  const std::vector<std::string> tones{"ma", "Ma", "mà", "mả", "mã", "má", "mạ", "mạch", "mă", "mâ", "mẫ"};
  CHECK(sorted(tones) == tones);
}

TEST_CASE("A tone decides only after all letters have") {
  const std::vector<std::string> names{"Bản Bo",   "Bản Lang", "Bình Lư", "Bum Nưa",  "Bum Tở",    "Dào San",
                                       "Đoàn Kết", "Hồng Thu", "Hua Bum", "Khoen On", "Khổng Lào", "Khun Há"};
  CHECK(sorted(names) == names);
}

TEST_CASE("Words before longer words, numbers before letters") {
  const std::vector<std::string> names{"Ba", "Ba 1", "Ba Đình", "Bà Rịa", "Bac"};
  CHECK(sorted(names) == names);
}

TEST_CASE("Folding twice changes nothing, and decides nothing that the order keeps apart") {
  CHECK(rc::check("fold(fold(x)) == fold(x)", [] {
    const std::string text = *vietnamese_or_not();
    RC_ASSERT(fold(fold(text)) == fold(text));
  }));
  CHECK(rc::check("equivalent texts have one search key", [] {
    const std::string a = *vietnamese_or_not();
    const std::string b = *rc::gen::oneOf(vietnamese_or_not(), rc::gen::just(a));
    if (equivalent(a, b)) RC_ASSERT(fold(a) == fold(b));
  }));
}

TEST_CASE("The order of lists is an order") {
  CHECK(rc::check("antisymmetric and transitive", [] {
    const std::string a = *vietnamese_or_not();
    const std::string b = *vietnamese_or_not();
    const std::string c = *vietnamese_or_not();
    RC_ASSERT(before(a, b) + before(b, a) + equivalent(a, b) == 1);
    RC_ASSERT(equivalent(a, a));
    if (!before(b, a) && !before(c, b)) RC_ASSERT(!before(c, a));
  }));
}

TEST_CASE("Likeness is symmetric and stays between 0 and 1") {
  CHECK(rc::check("similarity", [] {
    const std::string a = *vietnamese_or_not();
    const std::string b = *vietnamese_or_not();
    const double likeness = similarity(a, b);
    RC_ASSERT(likeness >= 0.0);
    RC_ASSERT(likeness <= 1.0);
    RC_ASSERT(likeness == similarity(b, a));
  }));
}
