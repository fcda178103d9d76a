#include "open_needs_forms.hpp"

#include <cstdio>

#include "suoi/mobile_api/json_writer.hpp"

namespace suoi::mobile_api {
namespace {

constexpr std::int64_t kSmallestCount = 5;
constexpr std::string_view kSmall = "<5";
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kHead =
    "commune,commune_name,province_name,category,item,unit_of_measure,quantity,open,beneficiaries,needed_by\r\n";

std::string name_of(const domain::AdminUnits& units, const std::optional<domain::UnitKey>& key) {
  const domain::AdminUnit* unit = key ? units.find(*key) : nullptr;
  return unit != nullptr ? std::string(unit->full_name) : std::string();
}

void write_count(JsonWriter& answer, std::string_view name, const std::optional<std::int64_t>& count) {
  answer.key(name);
  if (!count) {
    answer.null();
  } else if (*count < kSmallestCount) {
    answer.text(kSmall);
  } else {
    answer.integer(*count);
  }
}

void write_text(JsonWriter& answer, std::string_view name, const std::string& text) {
  answer.key(name);
  text.empty() ? answer.null() : answer.text(text);
}

void write_members(JsonWriter& answer, const OpenNeed& need, const domain::AdminUnits& units) {
  answer.key("commune").text(need.commune.text());
  write_text(answer, "commune_name", name_of(units, need.commune));
  write_text(answer, "province_name", name_of(units, units.province(need.commune)));
  answer.key("category").text(need.category);
  write_text(answer, "item", need.item);
  write_text(answer, "unit_of_measure", need.unit_of_measure);
  write_count(answer, "quantity", need.quantity);
  write_count(answer, "open", need.open);
  write_count(answer, "beneficiaries", need.beneficiaries);
  write_text(answer, "needed_by", need.needed_by);
}

// What begins like a formula becomes text for a spreadsheet, too.
std::string cell(std::string_view text) {
  std::string quoted = "\"";
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) quoted += '\'';
  for (const char letter : text) {
    if (letter == '"') quoted += '"';
    quoted += letter;
  }
  return quoted + '"';
}

std::string count_cell(const std::optional<std::int64_t>& count) {
  if (!count) return "";
  return *count < kSmallestCount ? std::string(kSmall) : std::to_string(*count);
}

// A number of millionths as GeoJSON writes it; six digits after the point hold it exactly.
std::string degrees(std::int32_t millionths) {
  char text[24];
  std::snprintf(text, sizeof text, "%.6f", millionths / 1e6);
  return text;
}

}  // namespace

std::string open_needs_json(const OpenNeedsPage& page) {
  JsonWriter answer;
  answer.object().key("as_of").integer(page.as_of_ms).key("items").array();
  for (const OpenNeed* need : page.needs) {
    answer.object();
    write_members(answer, *need, page.units);
    answer.end_object();
  }
  answer.end_array().end_object();
  return answer.take();
}

std::string open_needs_csv(const OpenNeedsPage& page) {
  std::string text(kByteOrderMark);
  text += kHead;
  for (const OpenNeed* need : page.needs) {
    text += cell(need->commune.text()) + ',' + cell(name_of(page.units, need->commune)) + ',';
    text += cell(name_of(page.units, page.units.province(need->commune))) + ',' + cell(need->category) + ',';
    text += cell(need->item) + ',' + cell(need->unit_of_measure) + ',' + count_cell(need->quantity) + ',';
    text += count_cell(need->open) + ',' + count_cell(need->beneficiaries) + ',' + need->needed_by + "\r\n";
  }
  return text;
}

std::string open_needs_geojson(const OpenNeedsPage& page) {
  JsonWriter answer;
  answer.object().key("type").text("FeatureCollection").key("as_of").integer(page.as_of_ms).key("features").array();
  for (const OpenNeed* need : page.needs) {
    answer.object().key("type").text("Feature").key("geometry");
    const domain::UnitFacts* facts = page.units.facts(need->commune);
    if (facts == nullptr) {
      answer.null();
    } else {
      const std::string place = '[' + degrees(facts->label.lon_e6) + ',' + degrees(facts->label.lat_e6) + ']';
      answer.object().key("type").text("Point").key("coordinates").raw(place).end_object();
    }
    answer.key("properties").object();
    write_members(answer, *need, page.units);
    answer.end_object().end_object();
  }
  answer.end_array().end_object();
  return answer.take();
}

}  // namespace suoi::mobile_api
