// The script that a seed stands for: ordinary days in the mountains, with every kind of fault now and then.

#include <algorithm>

#include "dice.hpp"
#include "script.hpp"

namespace suoi::sim {
namespace {

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : dice_(mixed(seed, 0x5c21)) { script_.seed = seed; }

  Script write() {
    script_.phones = 6 + dice_.roll(5);
    script_.days = 10 + static_cast<std::int64_t>(dice_.roll(11));
    if (dice_.chance(15)) go_back_twice();
    if (dice_.chance(25)) year_after_ = 3 + static_cast<std::int64_t>(dice_.roll(5));
    for (std::size_t phone = 0; phone < script_.phones; ++phone) life_of(static_cast<std::int64_t>(phone));
    for (std::int64_t day = 0; day < script_.days; ++day) server_day(day);
    std::stable_sort(script_.steps.begin(), script_.steps.end(),
                     [](const Step& a, const Step& b) { return a.at_ms < b.at_ms; });
    return std::move(script_);
  }

 private:
  Step& add(std::int64_t day, Act act) {
    Step step;
    step.at_ms = day * kDayMs + dice_.between(0, kDayMs - 1);
    step.act = act;
    step.dice = dice_.next() >> 32;
    script_.steps.push_back(std::move(step));
    return script_.steps.back();
  }
  Step& add(std::int64_t day, Act act, std::int64_t phone) {
    Step& step = add(day, act);
    step.with["phone"] = phone;
    return step;
  }

  void life_of(std::int64_t phone) {
    std::int64_t black_until = 0;  // days without any link
    const auto is_away = [&](std::int64_t day) { return phone == away_ && away_from_ <= day && day < away_from_ + 3; };
    for (std::int64_t day = 0; day < script_.days; ++day) {
      for (std::size_t count = dice_.roll(8); count > 0; --count) add(day, Act::write, phone);
      if (day >= black_until && dice_.chance(8)) black_until = day + 1 + static_cast<std::int64_t>(dice_.roll(6));
      if (day >= black_until && !is_away(day)) {
        for (std::size_t count = dice_.roll(4); count > 0; --count) sync(day, phone);
      }
      if (dice_.chance(4)) clock(day, phone);
      if (dice_.chance(5)) add(day, Act::reboot, phone);
      if (dice_.chance(4)) bundle(day, phone);
      if (dice_.chance(6)) add(day, Act::back_up_phone, phone);
      if (dice_.chance(4)) add(day, Act::restore_phone, phone);
    }
  }

  // The server goes back twice while one phone is away that had seen more than the first backup.
  void go_back_twice() {
    away_ = static_cast<std::int64_t>(dice_.roll(script_.phones));
    away_from_ = 4 + static_cast<std::int64_t>(dice_.roll(4));
    const auto at = [&](std::int64_t day, Act act, std::int64_t hour) {
      add(day, act).at_ms = day * kDayMs + hour * kHourMs;
    };
    at(away_from_ - 1, Act::back_up_server, 1);
    at(away_from_ - 1, Act::sync, 23);
    script_.steps.back().with["phone"] = away_;
    at(away_from_, Act::restore_server, 1);
    at(away_from_ + 1, Act::back_up_server, 12);
    at(away_from_ + 2, Act::restore_server, 1);
  }

  void sync(std::int64_t day, std::int64_t phone) {
    Step& step = add(day, Act::sync, phone);
    const auto page = [&] { return dice_.chance(70) ? std::int64_t{1} : dice_.between(1, 4); };
    if (dice_.chance(12)) step.with["mute"] = page();
    if (dice_.chance(5)) step.with["lose"] = page();
    if (dice_.chance(6)) step.with["twice"] = page();
    if (dice_.chance(5)) {
      step.with["late"] = page();
      step.with["late_ms"] = dice_.between(1, dice_.chance(80) ? 2 * kHourMs : 5 * kDayMs);
    }
    if (dice_.chance(4)) step.with["crash"] = page();
    if (dice_.chance(3)) step.with["kill"] = page();
    if (dice_.chance(15)) step.with["pages"] = dice_.between(1, 4);
    if (dice_.chance(25)) step.with["page_bytes"] = dice_.between(1024, 8192);
    if (dice_.chance(15)) step.with["send"] = dice_.between(1, 3);
    if (dice_.chance(4)) step.with["own_stream"] = 1;
  }

  void clock(std::int64_t day, std::int64_t phone) {
    Step& step = add(day, Act::set_clock, phone);
    switch (dice_.roll(6)) {
      case 0:
        step.with["offset_ms"] = dice_.between(-3 * kHourMs, 3 * kHourMs);
        return;
      case 1:
        step.with["offset_ms"] = (dice_.chance(50) ? 1 : -1) * dice_.between(1, 3650) * kDayMs;
        return;
      case 2:
        step.with["from_zero"] = 1;  // the battery died: 1 January 1970
        return;
      case 3:
        step.with["ppm"] = dice_.between(-20'000, 20'000);
        return;
      default:
        return;  // set right again
    }
  }

  void bundle(std::int64_t day, std::int64_t phone) {
    const std::int64_t sealed_ms = add(day, Act::seal, phone).at_ms;
    for (std::size_t count = 1 + dice_.roll(2); count > 0; --count) {
      Step& step = add(day, Act::carry, static_cast<std::int64_t>(dice_.roll(script_.phones)));
      step.at_ms = sealed_ms + dice_.between(kMinuteMs, dice_.chance(60) ? 6 * kHourMs : 6 * kDayMs);
      step.with["home"] = dice_.chance(50) ? 1 : 0;  // the receipt travels back
    }
  }

  void server_day(std::int64_t day) {
    if (dice_.chance(25)) add(day, Act::cut_power).with["writes"] = dice_.between(0, 60);
    if (dice_.chance(10)) add(day, Act::kill_server);
    if (dice_.chance(10)) trouble(day);
    if (dice_.chance(20)) add(day, Act::checkpoint);
    if (dice_.chance(35)) add(day, Act::back_up_server);
    if (dice_.chance(5)) add(day, Act::restore_server);
    if (dice_.chance(8)) add(day, Act::copy_store);
    if (dice_.chance(5)) add(day, Act::put_copy_back);
    if (dice_.chance(12)) add(day, Act::grant).with["days"] = dice_.chance(40) ? dice_.between(0, 5) : -1;
    if (dice_.chance(10)) add(day, Act::withdraw);
    if (dice_.chance(50)) add(day, Act::issue);
    if (dice_.chance(6)) add(day, Act::set_server).with["offset_ms"] = dice_.between(-2 * kDayMs, 2 * kDayMs);
    if (dice_.chance(20)) add(day, Act::set_server);
    if (day == year_after_) {
      add(day, Act::pass_year).at_ms = (day + 1) * kDayMs - 2;
      add(day, Act::forget).at_ms = (day + 1) * kDayMs - 1;
    }
    if (dice_.chance(2)) add(day, Act::revoke).with["stolen"] = dice_.chance(40) ? 1 : 0;
    if (dice_.chance(5)) add(day, Act::clone_phone, static_cast<std::int64_t>(dice_.roll(script_.phones)));
  }

  void trouble(std::int64_t day) {
    Step& step = add(day, Act::trouble_disk);
    const std::int64_t at_ms = step.at_ms;
    step.with["full"] = dice_.chance(50) ? 1 : 0;
    add(day, Act::heal_disk).at_ms = at_ms + dice_.between(kMinuteMs, 12 * kHourMs);
  }

  Dice dice_;
  Script script_;
  std::int64_t away_ = -1;  // this phone has no link for three days from `away_from_` on
  std::int64_t away_from_ = 0;
  std::int64_t year_after_ = -1;
};

}  // namespace

Script script_of(std::uint64_t seed) {
  return Generator(seed).write();
}

}  // namespace suoi::sim
