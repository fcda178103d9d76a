#include "lists.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "suoi/certs/base64url.hpp"
#include "suoi/mobile_api/json_writer.hpp"
#include "sync_endpoint.hpp"

namespace suoi::mobile_api {
namespace {

using Position = std::pair<sync::StreamKey, std::int64_t>;

constexpr std::size_t kItemsDefault = 100;
constexpr std::size_t kItemsMax = 1'000;
constexpr std::size_t kEntriesAtOnce = 500;
constexpr std::size_t kEntriesMax = 10'000;  // that one request looks through; `next` goes on from there

struct Listed {
  std::string_view path;
  std::string_view collection;
};
constexpr std::array kLists = {
    Listed{"/v1/needs", "need"},
    Listed{"/v1/activities", "activity"},
    Listed{"/v1/cases", "case"},
    Listed{"/v1/quarantine", "quarantine"},
    Listed{"/v1/certificates", "certificate"},
    Listed{"/v1/people", "person"},
    Listed{"/v1/organisations", "organisation"},
    Listed{"/v1/places", "place"},
    Listed{"/v1/participations", "participation"},
    Listed{"/v1/distributions", "distribution"},
    Listed{"/v1/joins", "join"},
    Listed{"/v1/donors", "donor"},
    Listed{"/v1/pledges", "pledge"},
    Listed{"/v1/receipts", "receipt"},
    Listed{"/v1/allocations", "allocation"},
    Listed{"/v1/campaigns", "campaign"},
    Listed{"/v1/trainings", "training"},
    Listed{"/v1/inspections", "inspection"},
    Listed{"/v1/events", "event"},
    Listed{"/v1/plans", "plan"},
    Listed{"/v1/reports", "report"},
    Listed{"/v1/awards", "award"},
};

struct Query {
  std::vector<std::pair<const domain::Field*, std::string>> filters;
  std::optional<domain::UnitKey> unit;
  std::optional<Position> after;
  std::size_t items_max = kItemsDefault;
};

Response bad_filter(const std::string& name) {
  return problem(400, "bad_filter", "the filter `" + name + "` has no such value");
}

std::string cursor_text(const Position& position) {
  return certs::base64url(position.first.text() + "|" + std::to_string(position.second));
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::optional<Position> parse_cursor(const std::string& text) {
  const auto plain = certs::parse_base64url(text);
  const std::size_t bar = plain ? plain->rfind('|') : std::string::npos;
  if (bar == std::string::npos) return std::nullopt;
  const auto stream = sync::StreamKey::parse(std::string_view(*plain).substr(0, bar));
  const auto position = parse_integer(std::string_view(*plain).substr(bar + 1));
  return stream && position ? std::optional(Position{*stream, *position}) : std::nullopt;
}

tl::expected<Query, Response> read_query(const Request& request, const domain::Collection& collection) {
  Query query;
  for (const auto& [name, value] : request.query) {
    if (name == "unit") {
      query.unit = domain::UnitKey::parse(value);
      if (!query.unit) return tl::unexpected(bad_filter(name));
      continue;
    }
    if (name == "after") {
      query.after = parse_cursor(value);
      if (!query.after) return tl::unexpected(bad_filter(name));
      continue;
    }
    if (name == "limit") {
      const auto items = parse_integer(value);
      if (!items || *items < 1 || *items > static_cast<std::int64_t>(kItemsMax)) {
        return tl::unexpected(bad_filter(name));
      }
      query.items_max = static_cast<std::size_t>(*items);
      continue;
    }
    const domain::Field* field = collection.field(name);
    if (field == nullptr || !can_filter(*field)) {
      return tl::unexpected(problem(400, "unknown_filter", "this list has no filter `" + name + "`"));
    }
    const bool word = field->type != domain::FieldType::enumeration ||
                      std::find(field->values.begin(), field->values.end(), value) != field->values.end();
    if (!word) return tl::unexpected(bad_filter(name));
    query.filters.emplace_back(field, value);
  }
  return query;
}

bool matches(const sync::Record& record, const Query& query, const domain::AdminUnits& units) {
  if (query.unit && !units.covers(*query.unit, record.unit)) return false;
  return std::all_of(query.filters.begin(), query.filters.end(), [&](const auto& filter) {
    const domain::Value& value = record.value(filter.first->name);
    if (value.flag() != nullptr) return (*value.flag() ? "true" : "false") == filter.second;
    return value.text() != nullptr && *value.text() == filter.second;
  });
}

// Writes the items; gives where the next page begins, if there is one.
std::optional<Position> write_items(JsonWriter& answer, storage::Reader& reader, const domain::Collection& collection,
                                    const std::vector<sync::StreamKey>& streams, const Query& query,
                                    const domain::AdminUnits& units) {
  std::optional<Position> after = query.after;
  std::size_t items = 0;
  for (std::size_t looked = 0; looked < kEntriesMax; looked += kEntriesAtOnce) {
    const auto entries = reader.list(collection, streams, after, kEntriesAtOnce);
    for (const storage::StreamEntry& entry : entries) {
      if (matches(entry.record, query, units)) {
        if (items == query.items_max) return after;
        write_record(answer, entry.record);
        ++items;
      }
      after = Position{entry.record.stream, entry.position};
    }
    if (entries.size() < kEntriesAtOnce) return std::nullopt;
  }
  return after;
}

}  // namespace

bool can_filter(const domain::Field& field) {
  return field.type == domain::FieldType::enumeration || field.type == domain::FieldType::ref ||
         field.type == domain::FieldType::flag;
}

std::vector<std::pair<std::string_view, std::string_view>> listed_paths() {
  std::vector<std::pair<std::string_view, std::string_view>> paths;
  for (const Listed& list : kLists) paths.emplace_back(list.path, list.collection);
  return paths;
}

const domain::Collection* listed_collection(const domain::Catalogue& catalogue, std::string_view path) {
  const auto found = std::find_if(kLists.begin(), kLists.end(), [&](const Listed& list) { return list.path == path; });
  return found != kLists.end() ? catalogue.find(found->collection) : nullptr;
}

Response list_endpoint(const Service& service, const Request& request, const domain::Collection& collection) {
  const auto caller = authenticate(service, request);
  if (!caller) return caller.error();
  if (caller->device.revoked_ms) return problem(403, "device_revoked", "this device was revoked");
  const auto query = read_query(request, collection);
  if (!query) return query.error();
  std::vector<sync::StreamKey> streams =
      streams_of(service.rules.units, caller->device.person, caller->assignments, request.received_ms);
  std::sort(streams.begin(), streams.end());
  JsonWriter answer(16'384);
  answer.object().key("items").array();
  service.store.read([&](storage::Reader& reader) {
    const auto next = write_items(answer, reader, collection, streams, *query, service.rules.units);
    answer.end_array().key("next");
    next ? answer.text(cursor_text(*next)) : answer.null();
  });
  answer.end_object();
  Response response;
  response.body = answer.take();
  return response;
}

}  // namespace suoi::mobile_api
