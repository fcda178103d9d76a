// One day in four communes of Mường Tè, Lai Châu: what people did, what became of it, and whether that is right.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "cast.hpp"
#include "narrator.hpp"

namespace suoi::demo {

class Day {
 public:
  Day(client::LocalServer& server, std::uint64_t seed, Narrator& narrator);

  // Plays it all; std::runtime_error where it cannot go on.
  void play();

 private:
  void everybody_joins();
  void morning_with_signal();
  void without_signal();
  void evening_sync();
  void look_at_duplicate();
  void look_at_coats();
  void look_at_clocks();
  void look_at_attendance();
  void confirm_and_issue();
  void clear_double_attendance();
  void check_without_network();
  void check_everybody_agrees();

  void sync_in_any_order();
  domain::RecordId activity(Actor& by, const std::string& unit, const std::string& title, std::int64_t from_ms,
                            std::int64_t to_ms);
  domain::RecordId put_on_list(Actor& by, const std::string& unit, const domain::RecordId& activity);
  domain::RecordId tick(Actor& by, const std::string& unit, const domain::RecordId& participation, std::int64_t from_ms,
                        std::int64_t to_ms);
  void confirm(Actor& by, const char* step, const std::string& unit, const domain::RecordId& participation);
  bool has_certificate(const domain::RecordId& participation);
  // The certificate of a participation on Mai's phone, once it is signed; nullopt: it does not come.
  std::optional<client::ShownRecord> certificate_of(const domain::RecordId& participation);
  std::optional<client::ShownRecord> open_case(const char* kind);

  client::LocalServer& server_;
  Narrator& tell_;
  std::mt19937_64 random_;
  std::int64_t today_ms_;  // midnight in Viet Nam
  Actor mai_, sung_, dua_, lu_, my_;
  std::vector<Actor*> everybody_;

  domain::RecordId road_work_, own_participation_;
  domain::RecordId coats_;
  domain::RecordId clinic_of_mai_, clinic_of_sung_;
  domain::RecordId in_bum_to_, in_muong_te_;
  std::string qr_;
};

}  // namespace suoi::demo
