#include "open_needs.hpp"

#include <algorithm>
#include <array>
#include <tl/expected.hpp>

#include "open_needs_forms.hpp"
#include "sync_endpoint.hpp"

namespace suoi::mobile_api {
namespace {

constexpr std::int64_t kFreshMs = 60'000;
constexpr std::size_t kNeedsMax = 10'000;

struct Form {
  std::string_view name;
  std::string_view content_type;
  std::string (*write)(const OpenNeedsPage& page);
};
constexpr std::array kForms = {
    Form{"json", "application/json", &open_needs_json},
    Form{"csv", "text/csv; charset=utf-8", &open_needs_csv},
    Form{"geojson", "application/geo+json", &open_needs_geojson},
};

std::vector<sync::StreamKey> all_unit_streams(const domain::AdminUnits& units) {
  std::vector<sync::StreamKey> streams;
  for (const domain::Register list : {domain::Register::pre2025, domain::Register::y2025}) {
    for (const domain::AdminUnit* unit : units.all(list)) {
      streams.push_back({sync::StreamType::unit, unit->key, {}});
    }
  }
  return streams;
}

std::optional<std::int64_t> people_in(const domain::Value& bands) {
  if (bands.object() == nullptr) return std::nullopt;
  std::int64_t people = 0;
  for (const auto& [band, count] : *bands.object()) people += count.integer() != nullptr ? *count.integer() : 0;
  return people;
}

OpenNeed public_part(const sync::Record& record) {
  const bool* confirmed = record.value("confirmed").flag();
  OpenNeed need;
  need.commune = record.unit;
  need.category = record.text("category");
  if (confirmed != nullptr && *confirmed) need.item = record.text("item");
  need.unit_of_measure = record.text("unit_of_measure");
  need.quantity = record.integer("quantity").value_or(0);
  need.open = record.integer("open").value_or(0);
  need.beneficiaries = people_in(record.value("beneficiaries"));
  need.needed_by = record.text("needed_by");
  return need;
}

bool comes_before(const OpenNeed& a, const OpenNeed& b) {
  const auto key = [](const OpenNeed& need) {
    return std::tuple(need.commune, need.needed_by.empty(), std::string_view(need.needed_by));
  };
  return key(a) < key(b);
}

std::vector<OpenNeed> read_needs(const Service& service) {
  const domain::Collection& collection = *service.rules.catalogue.find("need");
  const auto streams = all_unit_streams(service.rules.units);
  std::vector<OpenNeed> needs;
  service.store.read([&](storage::Reader& reader) {
    for (const storage::StreamEntry& entry : reader.list(collection, streams, std::nullopt, kNeedsMax)) {
      // A need for which another one shows has the same figures as that one.
      const bool shows = entry.record.value(domain::kSameAs).is_null();
      if (shows && entry.record.integer("open").value_or(0) > 0) needs.push_back(public_part(entry.record));
    }
  });
  std::stable_sort(needs.begin(), needs.end(), comes_before);
  return needs;
}

const Form* form_named(std::string_view name) {
  const auto found = std::find_if(kForms.begin(), kForms.end(), [&](const Form& form) { return form.name == name; });
  return found != kForms.end() ? &*found : nullptr;
}

// The first form that Accept names; JSON where it names none. Weights are not looked at.
const Form& accepted_form(const Request& request) {
  const auto accept = request.headers.find("accept");
  const std::string_view wanted = accept != request.headers.end() ? std::string_view(accept->second) : "";
  const Form* first = kForms.data();
  std::size_t first_at = std::string_view::npos;
  for (const Form& form : kForms) {
    const std::size_t at = wanted.find(form.content_type.substr(0, form.content_type.find(';')));
    if (at >= first_at) continue;
    first = &form;
    first_at = at;
  }
  return *first;
}

struct Query {
  const Form* form = nullptr;
  std::optional<domain::UnitKey> unit;
  std::string category;
};

Response bad_filter(const std::string& name) {
  return problem(400, "bad_filter", "the filter `" + name + "` has no such value");
}

tl::expected<Query, Response> read_query(const Service& service, const Request& request) {
  const domain::Field& category = *service.rules.catalogue.find("need")->field("category");
  Query query{&accepted_form(request), std::nullopt, ""};
  for (const auto& [name, value] : request.query) {
    bool good = true;
    if (name == "unit") {
      query.unit = domain::UnitKey::parse(value);
      good = query.unit.has_value();
    } else if (name == "category") {
      query.category = value;
      good = std::find(category.values.begin(), category.values.end(), value) != category.values.end();
    } else if (name == "format") {
      query.form = form_named(value);
      good = query.form != nullptr;
    } else {
      return tl::unexpected(problem(400, "unknown_filter", "this list has no filter `" + name + "`"));
    }
    if (!good) return tl::unexpected(bad_filter(name));
  }
  return query;
}

}  // namespace

std::shared_ptr<const OpenNeeds::Snapshot> OpenNeeds::current(const Service& service) {
  const std::lock_guard lock(mutex_);
  const std::int64_t now_ms = service.now_ms();
  if (!known_ || now_ms >= known_->as_of_ms + kFreshMs || now_ms < known_->as_of_ms) {
    known_ = std::make_shared<const Snapshot>(Snapshot{now_ms, read_needs(service)});
  }
  return known_;
}

Response open_needs_endpoint(const Service& service, OpenNeeds& list, const Request& request) {
  const auto query = read_query(service, request);
  if (!query) return query.error();
  const auto snapshot = list.current(service);
  OpenNeedsPage page{snapshot->as_of_ms, service.rules.units, {}};
  for (const OpenNeed& need : snapshot->needs) {
    if (query->unit && !service.rules.units.covers(*query->unit, need.commune)) continue;
    if (!query->category.empty() && need.category != query->category) continue;
    page.needs.push_back(&need);
  }
  Response response;
  response.content_type = query->form->content_type;
  response.headers = {{"Cache-Control", "public, max-age=60"}, {"Vary", "Accept"}};
  response.body = query->form->write(page);
  return response;
}

}  // namespace suoi::mobile_api
