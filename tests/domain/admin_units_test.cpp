#include "suoi/domain/admin_units.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <ctime>
#include <unordered_set>

using namespace suoi::domain;
using namespace std::chrono_literals;

namespace {

const AdminUnits& units() {
  static const std::shared_ptr<const AdminUnits> built = AdminUnits::embedded();
  return *built;
}

UnitKey key(std::string_view text) {
  const auto parsed = UnitKey::parse(text);
  REQUIRE(parsed);
  return *parsed;
}

std::size_t count(Register list, UnitLevel level) {
  const auto all = units().all(list);
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const AdminUnit* unit) { return unit->level() == level; }));
}

std::vector<std::string> texts(const std::vector<UnitKey>& keys) {
  std::vector<std::string> found;
  for (const UnitKey& each : keys) found.push_back(each.text());
  return found;
}

// The communes of the old register below a province.
std::vector<UnitKey> old_communes(std::string_view province) {
  std::vector<UnitKey> found;
  for (const UnitKey& district : units().children(key(province))) {
    const auto communes = units().children(district);
    found.insert(found.end(), communes.begin(), communes.end());
  }
  return found;
}

constexpr std::chrono::year_month_day kToday{2026y, std::chrono::November, 21d};

}  // namespace

TEST_CASE("A code without its register names no unit") {
  for (const char* text : {"03442", "12", "", ":", ":03442", "2025:", "2025", "2024:03442", "2025:3442", "2025:0344x",
                           "2025:034420", "2025:107", "2025:03442 ", " 2025:03442", "2025:03442/desk", "2025::3442"}) {
    INFO(text);
    CHECK_FALSE(UnitKey::parse(text));
  }
}

TEST_CASE("A unit's name as text is read back as the same unit") {
  for (const char* text : {"2025:03442", "pre2025:03481", "2025:12", "pre2025:107"}) CHECK(key(text).text() == text);
  CHECK(key("pre2025:03394") != key("2025:03394"));
  CHECK(key("pre2025:99999") < key("2025:00001"));
  CHECK(key("2025:03442") < key("2025:03463"));
}

TEST_CASE("No two units of the country share their hash") {
  std::unordered_set<std::size_t> hashes;
  for (const Register list : {Register::pre2025, Register::y2025}) {
    for (const AdminUnit* unit : units().all(list)) hashes.insert(UnitKeyHash{}(unit->key));
  }
  CHECK(hashes.size() == 14149);
}

TEST_CASE("The registers are complete: 34 and 3,321 units now, 63, 696 and 10,035 before") {
  CHECK(count(Register::y2025, UnitLevel::province) == 34);
  CHECK(count(Register::y2025, UnitLevel::district) == 0);
  CHECK(count(Register::y2025, UnitLevel::commune) == 3321);
  CHECK(count(Register::pre2025, UnitLevel::province) == 63);
  CHECK(count(Register::pre2025, UnitLevel::district) == 696);
  CHECK(count(Register::pre2025, UnitLevel::commune) == 10035);
}

TEST_CASE("Lai Châu has 38 communes and Thái Nguyên 92, made of 106 and 280") {
  CHECK(units().children(key("2025:12")).size() == 38);
  CHECK(units().children(key("2025:19")).size() == 92);
  CHECK(old_communes("pre2025:12").size() == 106);
  CHECK(old_communes("pre2025:19").size() + old_communes("pre2025:06").size() == 280);
}

TEST_CASE("A commune is known by its names, its type and its province") {
  const AdminUnit* unit = units().find(key("2025:03442"));
  REQUIRE(unit != nullptr);
  CHECK(unit->name == "Pa Ủ");
  CHECK(unit->name_en == "Pa U");
  CHECK(unit->full_name == "Xã Pa Ủ");
  CHECK(unit->type == UnitType::commune);
  CHECK(unit->parent == key("2025:12"));
  CHECK(units().province(unit->key) == key("2025:12"));
  CHECK(units().province(key("pre2025:03481")) == key("pre2025:12"));
  CHECK(units().province(key("2025:12")) == key("2025:12"));
  CHECK(units().find(key("2025:99999")) == nullptr);
  CHECK_FALSE(units().province(key("2025:99999")));
}

TEST_CASE("The same code means Thèn Sin before and Sin Suối Hồ after") {
  CHECK(units().find(key("pre2025:03394"))->full_name == "Xã Thèn Sin");
  CHECK(units().find(key("2025:03394"))->full_name == "Xã Sin Suối Hồ");
}

TEST_CASE("A record filed under Lê Lợi of the old register goes to the Lê Lợi of today") {
  const Filing filing = units().resolve_filing(key("pre2025:03481"));
  CHECK(filing.outcome == FilingOutcome::redirected);
  CHECK(filing.to == key("2025:03487"));
  CHECK(filing.successors.empty());
}

TEST_CASE("A record filed under Thượng Đình belongs to Phú Bình or to Điềm Thụy") {
  const Filing filing = units().resolve_filing(key("pre2025:05932"));
  CHECK(filing.outcome == FilingOutcome::split);
  CHECK_FALSE(filing.to);
  CHECK(texts(filing.successors) == std::vector<std::string>{"2025:05908", "2025:05941"});
  CHECK(units().find(filing.successors[0])->name == "Phú Bình");
  CHECK(units().find(filing.successors[1])->name == "Điềm Thụy");
}

TEST_CASE("A unit of today is in force, and one that nobody knows is unknown") {
  const Filing filing = units().resolve_filing(key("2025:03442"));
  CHECK(filing.outcome == FilingOutcome::in_force);
  CHECK(filing.to == key("2025:03442"));
  const Filing unknown = units().resolve_filing(key("2025:99999"));
  CHECK(unknown.outcome == FilingOutcome::unknown);
  CHECK_FALSE(unknown.to);
}

TEST_CASE("A unit that only became a ward on 30 April 2026 stays in force and succeeds nobody by that") {
  CHECK(units().resolve_filing(key("2025:75")).outcome == FilingOutcome::in_force);
  CHECK(units().find(key("2025:75"))->type == UnitType::municipality);
  CHECK(units().successors(key("2025:75")).empty());
  for (const Succession& row : units().predecessors(key("2025:75"))) CHECK(row.from.list == Register::pre2025);
}

TEST_CASE("A dissolved district counts as split into what its communes became") {
  const Filing filing = units().resolve_filing(key("pre2025:107"));
  CHECK(filing.outcome == FilingOutcome::split);
  const auto& found = filing.successors;
  CHECK(std::find(found.begin(), found.end(), key("2025:03442")) != found.end());
  CHECK(std::is_sorted(found.begin(), found.end()));
  CHECK(units().successors(key("pre2025:107")).empty());
}

TEST_CASE("An island district became one special zone, an old province its successor") {
  CHECK(units().resolve_filing(key("pre2025:755")).to == key("2025:26732"));
  CHECK(units().find(key("2025:26732"))->type == UnitType::special_zone);
  CHECK(units().resolve_filing(key("pre2025:06")).to == key("2025:19"));
}

TEST_CASE("Every old unit belongs somewhere today, within the successor of its province") {
  for (const AdminUnit* unit : units().all(Register::pre2025)) {
    INFO(unit->key.text());
    const Filing filing = units().resolve_filing(unit->key);
    const auto province_today = units().resolve_filing(*units().province(unit->key)).to;
    const bool whole = filing.outcome == FilingOutcome::redirected && filing.to && filing.successors.empty();
    const bool parts = filing.outcome == FilingOutcome::split && !filing.to && filing.successors.size() > 1;
    CHECK((whole || parts));
    REQUIRE(province_today);
    if (whole) CHECK(units().covers(*province_today, *filing.to));
    for (const UnitKey& each : filing.successors) CHECK(units().covers(*province_today, each));
  }
}

TEST_CASE("443 old communes were split, into 976 parts; all others went whole") {
  std::size_t split = 0, parts = 0;
  for (const AdminUnit* unit : units().all(Register::pre2025)) {
    if (unit->level() != UnitLevel::commune) continue;
    const auto rows = units().successors(unit->key);
    INFO(unit->key.text());
    CHECK_FALSE(rows.empty());
    const Share share = rows.size() == 1 ? Share::whole : Share::part;
    CHECK(std::all_of(rows.begin(), rows.end(), [&](const Succession& row) { return row.share == share; }));
    if (rows.size() == 1) continue;
    ++split;
    parts += rows.size();
  }
  CHECK(split == 443);
  CHECK(parts == 976);
}

TEST_CASE("Every commune of today has what it was made of, and the rows agree in both directions") {
  std::size_t rows_by_new = 0, rows_by_old = 0;
  for (const AdminUnit* unit : units().all(Register::y2025)) {
    const auto rows = units().predecessors(unit->key);
    INFO(unit->key.text());
    CHECK_FALSE(rows.empty());
    for (const Succession& row : rows) CHECK(row.to == unit->key);
    rows_by_new += rows.size();
  }
  for (const AdminUnit* unit : units().all(Register::pre2025)) rows_by_old += units().successors(unit->key).size();
  CHECK(rows_by_new == 10636);
  CHECK(rows_by_old == rows_by_new);
}

TEST_CASE("A succession says when, how and by which resolution") {
  const auto rows = units().successors(key("pre2025:03481"));
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].share == Share::whole);
  CHECK(rows[0].kind == SuccessionKind::merge);
  CHECK(rows[0].effective == std::chrono::year_month_day{2025y, std::chrono::July, 1d});
  CHECK(rows[0].instrument == "1670/NQ-UBTVQH15");
}

TEST_CASE("An area covers itself and what lies below it in its own register") {
  struct Row {
    const char* area;
    const char* unit;
    bool covered;
  };
  const Row rows[] = {
      {"2025:12", "2025:03442", true},         {"2025:12", "2025:12", true},
      {"2025:03442", "2025:03442", true},      {"2025:03442", "2025:12", false},
      {"2025:03442", "2025:03463", false},     {"2025:19", "2025:03442", false},
      {"pre2025:12", "pre2025:03481", true},   {"pre2025:112", "pre2025:03481", true},
      {"pre2025:107", "pre2025:03481", false}, {"pre2025:12", "pre2025:112", true},
      {"2025:12", "pre2025:03481", false},     {"pre2025:12", "2025:03442", false},
      {"2025:99999", "2025:99999", false},     {"2025:12", "2025:99999", false},
  };
  for (const Row& row : rows) {
    INFO(row.area << " covers " << row.unit);
    CHECK(units().covers(key(row.area), key(row.unit)) == row.covered);
  }
}

TEST_CASE("Two units meet in their commune, else in their province, else nowhere") {
  CHECK(units().nearest_common_unit(key("2025:03442"), key("2025:03442")) == key("2025:03442"));
  CHECK(units().nearest_common_unit(key("2025:03442"), key("2025:03463")) == key("2025:12"));
  CHECK(units().nearest_common_unit(key("2025:12"), key("2025:03463")) == key("2025:12"));
  CHECK(units().nearest_common_unit(key("pre2025:107"), key("pre2025:107")) == key("pre2025:12"));
  CHECK_FALSE(units().nearest_common_unit(key("2025:03442"), key("2025:05908")));
  CHECK_FALSE(units().nearest_common_unit(key("2025:03487"), key("pre2025:03481")));
  CHECK_FALSE(units().nearest_common_unit(key("2025:99999"), key("2025:99999")));
  CHECK_FALSE(units().nearest_common_unit(key("2025:99999"), key("2025:99998")));
}

TEST_CASE("Every commune of today has an area and a point inside the country") {
  std::size_t missing = 0, suspect = 0, without_box = 0;
  for (const AdminUnit* unit : units().all(Register::y2025)) {
    if (unit->level() != UnitLevel::commune) continue;
    const UnitFacts* facts = units().facts(unit->key);
    INFO(unit->key.text());
    REQUIRE(facts != nullptr);
    CHECK(facts->area_ha > 0);
    CHECK(facts->label.lat_e6 > 6'000'000);
    CHECK(facts->label.lat_e6 < 24'000'000);
    CHECK(facts->label.lon_e6 > 102'000'000);
    CHECK(facts->label.lon_e6 < 118'000'000);
    missing += facts->population ? 0 : 1;
    suspect += facts->population_suspect ? 1 : 0;
    without_box += facts->box ? 0 : 1;
  }
  CHECK(missing == 66);
  CHECK(suspect == 33);
  CHECK(without_box == 17);
}

TEST_CASE("Figures of a commune are read to the last decimal") {
  const UnitFacts* facts = units().facts(key("2025:00004"));
  REQUIRE(facts != nullptr);
  CHECK(facts->area_ha == 297);
  CHECK(facts->population == 65023);
  CHECK(facts->label.lat_e6 == 21'038'600);
  CHECK(facts->label.lon_e6 == 105'838'000);
  REQUIRE(facts->box);
  CHECK(facts->box->low.lat_e6 == 21'028'200);
  CHECK(facts->box->high.lon_e6 == 105'850'400);
  CHECK(units().facts(key("2025:12")) == nullptr);
}

TEST_CASE("A suspect population says so") {
  const UnitFacts* facts = units().facts(key("2025:03487"));
  REQUIRE(facts != nullptr);
  CHECK(facts->population == 911);
  CHECK(facts->population_suspect);
}

TEST_CASE("32 communes of Lai Châu are especially difficult from 2026 to 2030") {
  std::size_t listed = 0;
  for (const AdminUnit* unit : units().all(Register::y2025)) {
    const auto region = units().difficulty_region(unit->key, kToday);
    if (!region) continue;
    ++listed;
    CHECK(region == DifficultyRegion::three);
    CHECK(units().covers(key("2025:12"), unit->key));
  }
  CHECK(listed == 32);
  const UnitKey pa_u = key("2025:03442");
  CHECK_FALSE(units().difficulty_region(pa_u, {2025y, std::chrono::December, 31d}));
  CHECK(units().difficulty_region(pa_u, {2030y, std::chrono::December, 31d}));
  CHECK_FALSE(units().difficulty_region(pa_u, {2031y, std::chrono::January, 1d}));
}

TEST_CASE("A commune is found by the spelling of the resolution, too") {
  CHECK(units().other_spellings(key("pre2025:03469")) == std::vector<std::string_view>{"Can Hồ"});
  CHECK(units().other_spellings(key("2025:03469")).empty());
}

// The bound is the product's; a sanitizer multiplies the time.
#ifndef __SANITIZE_ADDRESS__
TEST_CASE("The units are ready within 50 ms of processor time") {
  double best_ms = 1e9;
  for (int i = 0; i < 5; ++i) {
    const std::clock_t begin = std::clock();
    const auto built = AdminUnits::embedded();
    best_ms = std::min(best_ms, 1000.0 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    REQUIRE(built->find(key("2025:03442")) != nullptr);
  }
  CHECK(best_ms < 50);
}
#endif
