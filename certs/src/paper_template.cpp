#include "paper_template.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "data_integrity.hpp"
#include "strict_json.hpp"

namespace suoi::certs {
namespace {

using domain::Value;

constexpr std::int64_t kVietnamMs = 7LL * 60 * 60 * 1000;
constexpr std::size_t kTemplateBytesMax = 65536;
constexpr std::array<std::string_view, 10> kStyles = {"state", "motto", "issuer",  "title", "subtitle",
                                                      "text",  "name",  "english", "place", "role"};

constexpr std::string_view kBuiltIn = R"json({
  "format": "suoi-template-1",
  "ink": "#2b2622",
  "accent": "#8c1d18",
  "head": [
    {"style": "state", "text": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"},
    {"style": "motto", "text": "Độc lập – Tự do – Hạnh phúc"}
  ],
  "body": [
    {"style": "title", "text": "GIẤY CHỨNG NHẬN"},
    {"style": "subtitle", "text": "Tham gia hoạt động tình nguyện"},
    {"style": "issuer", "text": "{issuer} chứng nhận"},
    {"style": "name", "text": "{holder}"},
    {"style": "text", "text": "Sinh năm {birth_year}"},
    {"style": "text", "text": "đã tham gia “{activity}” tại {commune}, {period}, tổng thời gian {duration}."},
    {"style": "text", "text": "Nhiệm vụ: {role}"}
  ],
  "signature": [
    {"style": "place", "text": "{place}, ngày {day} tháng {month} năm {year}"},
    {"style": "role", "text": "ĐẠI DIỆN ĐƠN VỊ CẤP"}
  ],
  "check": "Số: {number}\nMã kiểm tra: {check_code}\nQuét mã hoặc kiểm tra tại\n{check_address}"
})json";

[[noreturn]] void refuse(const std::string& what) {
  throw std::invalid_argument("the template: " + what);
}

std::string text_at(const Value& json, const char* name) {
  const Value* member = json.find(name);
  if (member == nullptr || member->text() == nullptr) refuse(std::string("`") + name + "` is missing or no text");
  return *member->text();
}

std::string colour_at(const Value& json, const char* name) {
  std::string colour = text_at(json, name);
  const bool good =
      colour.size() == 7 && colour[0] == '#' && colour.find_first_not_of("0123456789abcdef", 1) == std::string::npos;
  if (!good) refuse(std::string("`") + name + "` is no colour such as #8c1d18");
  return colour;
}

// Every {name} is one that facts exist for.
void check_names(const std::string& text) {
  static const auto kKnown = template_facts({}, {});
  for (std::size_t open = text.find('{'); open != std::string::npos; open = text.find('{', open + 1)) {
    const std::size_t close = text.find('}', open);
    const std::string name = close == std::string::npos ? "" : text.substr(open + 1, close - open - 1);
    if (kKnown.count(name) == 0) refuse("nothing is called {" + name + "}");
  }
}

std::vector<TemplateLine> lines_at(const Value& json, const char* name) {
  const Value* member = json.find(name);
  if (member == nullptr || member->array() == nullptr) refuse(std::string("`") + name + "` is no list of lines");
  std::vector<TemplateLine> lines;
  for (const Value& item : *member->array()) {
    TemplateLine line{text_at(item, "style"), text_at(item, "text")};
    if (std::find(kStyles.begin(), kStyles.end(), line.style) == kStyles.end()) {
      refuse("there is no style `" + line.style + "`");
    }
    check_names(line.text);
    lines.push_back(std::move(line));
  }
  return lines;
}

// "2026-10-03" -> "03/10/2026"
std::string day_text(const std::string& date) {
  return date.size() == 10 ? date.substr(8, 2) + "/" + date.substr(5, 2) + "/" + date.substr(0, 4) : date;
}

std::string duration_text(std::int64_t minutes) {
  const std::int64_t hours = minutes / 60, rest = minutes % 60;
  if (hours == 0) return std::to_string(rest) + " phút";
  return std::to_string(hours) + " giờ" + (rest > 0 ? " " + std::to_string(rest) + " phút" : "");
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

std::string_view built_in_template() {
  return kBuiltIn;
}

PaperTemplate parse_template(std::string_view json) {
  if (json.size() > kTemplateBytesMax) refuse("it is larger than 64 KiB");
  const auto value = parse_strict_json(json);
  if (!value || value->object() == nullptr) refuse("it is no JSON object");
  if (text_at(*value, "format") != "suoi-template-1") refuse("`format` is not suoi-template-1");
  PaperTemplate made{colour_at(*value, "ink"), colour_at(*value, "accent"),   lines_at(*value, "head"),
                     lines_at(*value, "body"), lines_at(*value, "signature"), text_at(*value, "check")};
  check_names(made.check);
  return made;
}

std::string filled(const std::string& text, const std::map<std::string, std::string>& facts) {
  std::string result;
  bool names_any = false, has_any = false;
  std::size_t at = 0;
  for (std::size_t open = text.find('{'); open != std::string::npos; open = text.find('{', at)) {
    const std::size_t close = text.find('}', open);
    const std::string& fact = facts.at(text.substr(open + 1, close - open - 1));
    names_any = true;
    has_any = has_any || !fact.empty();
    result += text.substr(at, open - at) + fact;
    at = close + 1;
  }
  return names_any && !has_any ? std::string() : result + text.substr(at);
}

std::map<std::string, std::string> template_facts(const Facts& facts, const PaperTexts& texts) {
  const std::string issued = utc_text(facts.issued_at_ms + kVietnamMs);
  return {{"number", facts.number},
          {"holder", facts.holder},
          {"birth_year", facts.birth_year ? std::to_string(*facts.birth_year) : std::string()},
          {"activity", facts.activity},
          {"commune", texts.commune},
          {"place", texts.place},
          {"period", facts.from == facts.to ? "ngày " + day_text(facts.from)
                                            : "từ ngày " + day_text(facts.from) + " đến ngày " + day_text(facts.to)},
          {"duration", duration_text(facts.minutes)},
          {"role", facts.role},
          {"issuer", facts.issuing_unit},
          {"approvers", joined(facts.approvers)},
          {"day", issued.substr(8, 2)},
          {"month", issued.substr(5, 2)},
          {"year", issued.substr(0, 4)},
          {"check_code", texts.check_code},
          {"check_address", texts.check_address}};
}

}  // namespace suoi::certs
