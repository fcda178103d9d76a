// Large sets take time in proportion, not more.
#include <algorithm>
#include <ctime>

#include "world.hpp"

using namespace suoi::testing;

namespace {

constexpr unsigned kLargest = 5000;  // changes in one set (protocol.md, "limits")

// Of processor time. In proportion each of these takes a tenth of it, on a slow machine; as a square ten times more.
constexpr double kSecondsMax = 5;

double seconds_since(std::clock_t begin) {
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

template <class Note>
void takes_little_time(const Note& note) {
  World world;
  Phone phone = world.phone(1);
  std::vector<suoi::sync::TimedChange> all;
  for (unsigned number = 0; number < kLargest; ++number) all.push_back(note(world, phone, number));
  const std::clock_t begin = std::clock();
  const std::vector<Verdict> verdicts = world.send(phone, std::move(all));
  CHECK(seconds_since(begin) < kSecondsMax);
  CHECK(std::all_of(verdicts.begin(), verdicts.end(),
                    [](const Verdict& verdict) { return verdict.kind == VerdictKind::applied; }));
}

}  // namespace

TEST_CASE("5,000 new needs in one set") {
  takes_little_time([](World& world, Phone& phone, unsigned number) {
    return world.note(phone, "need", id_of(number), 0, new_need({{"priority", Value(1)}, {"item", Value("áo")}}),
                      kNowMs);
  });
}

TEST_CASE("5,000 new activities of different days in one set") {
  takes_little_time([](World& world, Phone& phone, unsigned number) {
    const Value start(kNowMs + number * kDayMs);
    return world.note(phone, "activity", id_of(number), 0, new_activity({{"planned_start", start}}), kNowMs);
  });
}

TEST_CASE("5,000 edits of one record in one set") {
  takes_little_time([](World& world, Phone& phone, unsigned number) {
    const Value text("lần " + std::to_string(number));
    if (number == 0) return world.note(phone, "activity", id_of(1), 0, new_activity(), kNowMs);
    return world.note(phone, "activity", id_of(1), 0, set({{"narrative", text}, {"model", text}}), kNowMs);
  });
}

TEST_CASE("A plain edit asks for no history") {
  World world;
  Phone phone = world.phone(1);
  Phone other = world.phone(2);
  world.write(phone, "activity", id_of(1), 0, new_activity({{"status", Value("planned")}}));
  world.write(other, "activity", id_of(1), 1, set({{"status", Value("open")}, {"planned_start", Value(kNowMs)}}));
  world.write(phone, "activity", id_of(1), 2, set({{"status", Value("held")}, {"narrative", Value("xong")}}));
  CHECK(world.state.histories_read() == 0);
  world.write(other, "activity", id_of(1), 2, set({{"status", Value("held")}}));
  CHECK(world.state.histories_read() == 1);
}

TEST_CASE("5,000 edits of a record that somebody else edits, too, are merged as fast") {
  World world;
  Phone other = world.phone(1);
  Phone phone = world.phone(2);
  world.write(other, "activity", id_of(1), 0, new_activity({{"planned_start", Value(kNowMs)}}));
  world.write(other, "activity", id_of(1), 1, set({{"model", Value("a")}, {"planned_start", Value(kNowMs + 1)}}));
  std::vector<suoi::sync::TimedChange> all;
  for (unsigned number = 0; number < kLargest; ++number) {
    all.push_back(world.note(phone, "activity", id_of(1), 1,
                             set({{"model", std::to_string(number)}, {"planned_start", Value(std::int64_t{number})}}),
                             kNowMs));
  }
  const std::size_t before = world.state.histories_read();
  const std::clock_t begin = std::clock();
  world.send(phone, std::move(all));
  CHECK(seconds_since(begin) < kSecondsMax);
  CHECK(world.state.histories_read() <= before + 2);
  CHECK(world.open_case("field_conflict", {id_of(1)}, "planned_start")->value("candidates").array()->size() == 2);
}

TEST_CASE("1,000 places that were joined in five groups, in one set") {
  constexpr unsigned kGroup = 200;  // as many as are joined into one
  World world;
  Phone phone = world.phone(1);
  std::vector<suoi::sync::TimedChange> all;
  for (unsigned number = 0; number < 1000; ++number) {
    all.push_back(world.note(phone, "place", id_of(1000 + number), 0, new_place(), kNowMs));
    if (number % kGroup == 0) continue;
    all.push_back(world.note(phone, "join", id_of(5000 + number), 0,
                             set({{"unit", Value(kPaU)},
                                  {"from", Value(id_of(1000 + number).text())},
                                  {"into", Value(id_of(999 + number).text())}}),
                             kNowMs + number));
  }
  const std::clock_t begin = std::clock();
  world.send(phone, std::move(all));
  CHECK(world.record(id_of(1199)).text("same_as") == id_of(1000).text());
  // Ten more, each in a set of its own.
  for (unsigned number = 0; number < 10; ++number) {
    world.write(phone, "join", id_of(7000 + number), 0,
                set({{"unit", Value(kPaU)},
                     {"from", Value(id_of(1000 + number).text())},
                     {"into", Value(id_of(1100 + number).text())}}));
  }
  CHECK(seconds_since(begin) < kSecondsMax);
}
