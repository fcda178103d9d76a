#include "day.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <thread>

#include "suoi/client/ids.hpp"
#include "suoi/client/json.hpp"

namespace suoi::demo {
namespace {

using client::ShownRecord;
using domain::RecordId;
using domain::Value;

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kVietNam = 7 * kHour;  // UTC+7
constexpr std::int64_t kYear = 365 * kDay;
constexpr int kSigningTriesMax = 100;  // 50 ms apart

std::int64_t midnight() {
  const std::int64_t local = client::system_clock().wall_ms() + kVietNam;
  return local - local % kDay - kVietNam;
}

std::string date_of(std::int64_t time_ms) {
  const auto day = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(time_ms + kVietNam)));
  const std::chrono::year_month_day date(day);
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()));
  return text;
}

// Only the years of two people's clocks are wrong; everybody else's are right.
constexpr std::int64_t kClockOfSung = -6 * kYear;
constexpr std::int64_t kClockOfDua = 5 * kYear;

bool is_about(const ShownRecord& opened, const RecordId& a, const RecordId& b) {
  const Value* subject = opened.field("subject");
  if (subject == nullptr || subject->array() == nullptr) return false;
  const auto& ids = *subject->array();
  const auto named = [&](const RecordId& id) {
    return std::find(ids.begin(), ids.end(), Value(id.text())) != ids.end();
  };
  return named(a) && named(b);
}

}  // namespace

Day::Day(client::LocalServer& server, std::uint64_t seed, Narrator& narrator)
    : server_(server),
      tell_(narrator),
      random_(seed),
      today_ms_(midnight()),
      mai_(server, "Lò Thị Mai", seed + 1, 0),
      sung_(server, "Giàng A Súng", seed + 2, kClockOfSung),
      dua_(server, "Vàng Thị Dua", seed + 3, kClockOfDua),
      lu_(server, "Pờ Xè Lừ", seed + 4, 0),
      my_(server, "Chang Thị Mỷ", seed + 5, 0),
      everybody_({&mai_, &sung_, &dua_, &lu_, &my_}) {}

void Day::play() {
  everybody_joins();
  morning_with_signal();
  without_signal();
  evening_sync();
  look_at_duplicate();
  look_at_coats();
  look_at_clocks();
  look_at_attendance();
  confirm_and_issue();
  clear_double_attendance();
  check_everybody_agrees();
  check_without_network();
}

void Day::everybody_joins() {
  tell_.part("06:30", {"Mọi người nhận mã mời và vào nhóm. Mạng ở đây rất yếu.",
                       "Everybody gets an invitation and joins. The network here is very weak."});
  const std::vector<std::string> communes = {kPaU, kTaTong, kBumTo, kMuongTe};
  mai_.join(server_, "volunteer", communes);
  sung_.join(server_, "volunteer", communes);
  dua_.join(server_, "team_leader", communes);
  lu_.join(server_, "commune_leader", {kPaU, kBumTo});
  my_.join(server_, "coordinator", {kLaiChau});
  for (Actor* one : everybody_) one->sync();
  tell_.expect(mai_.phone().record(mai_.person_id()).has_value(),
               {"Mai, Súng (tình nguyện viên), Dua (đội trưởng), Lừ (lãnh đạo xã) và Mỷ (điều phối) đã vào đủ.",
                "Mai, Súng (volunteers), Dua (team leader), Lừ (commune leader) and Mỷ (coordinator) are all in."});
}

void Day::morning_with_signal() {
  tell_.part("07:00", {"Ở trung tâm xã còn sóng. Đội ghi việc sửa đường vào bản và số áo ấm cần cho trẻ ở Tà Tổng.",
                       "There is still signal at the centre. The team records road work and the coats that children in "
                       "Tà Tổng need."});
  road_work_ = activity(dua_, kPaU, "Sửa đường vào bản", today_ms_ + 8 * kHour, today_ms_ + 12 * kHour);
  own_participation_ = put_on_list(dua_, kPaU, road_work_);
  coats_ = mai_.phone().create(
      "need",
      {{"unit", Value(kTaTong)}, {"category", "warm_clothing"}, {"item", "áo ấm"}, {"unit_of_measure", "piece"}});
  mai_.phone().create("assessment", {{"unit", Value(kTaTong)},
                                     {"need", Value(coats_.text())},
                                     {"quantity", 120},
                                     {"basis", "list"},
                                     {"assessed_on", Value(date_of(today_ms_ - 19 * kDay))}});
  sync_in_any_order();
  sync_in_any_order();
  const auto need = sung_.phone().record(coats_);
  tell_.expect(need && need->integer("quantity") == 120,
               {"Máy của Súng đã có: Tà Tổng cần 120 áo ấm.", "Súng's phone has it: Tà Tổng needs 120 coats."});
}

void Day::without_signal() {
  tell_.part("08:00", {"Đội vào bản, không còn sóng. Ai làm gì đều ghi ngay trên máy mình.",
                       "The team goes to the villages, beyond any signal. Everybody records on their own phone."});
  clinic_of_mai_ = activity(mai_, kPaU, "Khám bệnh cho trẻ em Pa Ủ", today_ms_ + 13 * kHour, today_ms_ + 16 * kHour);
  clinic_of_sung_ =
      activity(sung_, kPaU, "Khám bệnh trẻ em ở Pa Ủ", today_ms_ + 13 * kHour + 30 * kMinute, today_ms_ + 16 * kHour);
  tell_.say({"Mai và Súng cùng ghi một buổi khám bệnh ở Pa Ủ mà không biết người kia cũng ghi.",
             "Mai and Súng both record the same clinic in Pa Ủ without knowing of each other."});

  sung_.phone().create("distribution", {{"unit", Value(kTaTong)},
                                        {"need", Value(coats_.text())},
                                        {"quantity", 120},
                                        {"date", Value(date_of(today_ms_))}});
  dua_.phone().create("assessment", {{"unit", Value(kTaTong)},
                                     {"need", Value(coats_.text())},
                                     {"quantity", 180},
                                     {"basis", "counted"},
                                     {"assessed_on", Value(date_of(today_ms_))}});
  tell_.say({"Súng trao 120 áo ở Tà Tổng. Cùng lúc, Dua đếm lại: các em cần 180 áo.",
             "Súng hands out 120 coats in Tà Tổng. Meanwhile Dua counts again: 180 are needed."});

  tick(sung_, kPaU, own_participation_, today_ms_ + 8 * kHour, today_ms_ + 11 * kHour + 30 * kMinute);
  tick(dua_, kPaU, own_participation_, today_ms_ + 8 * kHour + 15 * kMinute, today_ms_ + 12 * kHour);
  tell_.say({"Súng ghi Mai làm đường từ 8:00 đến 11:30, Dua ghi từ 8:15 đến 12:00.",
             "Súng ticks Mai for the road work from 8:00 to 11:30, Dua from 8:15 to 12:00."});

  const auto bum_to = activity(sung_, kBumTo, "Dạy chữ buổi tối", today_ms_ + 18 * kHour, today_ms_ + 20 * kHour);
  in_bum_to_ = put_on_list(sung_, kBumTo, bum_to);
  tick(sung_, kBumTo, in_bum_to_, today_ms_ + 18 * kHour, today_ms_ + 20 * kHour);
  const auto muong_te = activity(dua_, kMuongTe, "Văn nghệ thanh niên", today_ms_ + 18 * kHour, today_ms_ + 20 * kHour);
  in_muong_te_ = put_on_list(dua_, kMuongTe, muong_te);
  tick(dua_, kMuongTe, in_muong_te_, today_ms_ + 18 * kHour, today_ms_ + 20 * kHour);
  tell_.say({"Tối nay tên Mai có trong hai danh sách cùng giờ: ở Bum Tở và ở Mường Tè.",
             "Tonight Mai stands on two lists for the same hour: in Bum Tở and in Mường Tè."});

  dua_.phone().edit(coats_, {{"priority", 3}});
  tell_.say({"Máy của Súng từng hết pin nên đồng hồ chậm 6 năm. Máy của Dua lại nhanh 5 năm.",
             "Súng's battery once died, so his clock is 6 years slow. Dua's is 5 years fast."});
  tell_.say({"Dua ghi mức ưu tiên của số áo là 3.", "Dua sets the priority of the coats to 3."});
}

void Day::evening_sync() {
  tell_.part("20:30",
             {"Về trung tâm, các máy lần lượt gửi dữ liệu, ai trước cũng được. Mạng chập chờn, gửi hay bị mất.",
              "Back at the centre the phones sync in any order. The network comes and goes, much is lost."});
  sync_in_any_order();
  sync_in_any_order();
  const bool all_sent = std::all_of(everybody_.begin(), everybody_.end(), [](Actor* one) {
    return !one->phone().store().life.has_unsent() && one->phone().store().earlier_lives.empty();
  });
  int losses = 0;
  for (const Actor* one : everybody_) losses += one->losses();
  const std::string vi = "Mọi ghi chép đã lên máy chủ, dù đã có " + std::to_string(losses) + " lần mất sóng.";
  const std::string en = "Everything has reached the server, though " + std::to_string(losses) + " messages were lost.";
  tell_.expect(all_sent, {vi, en});
}

void Day::look_at_duplicate() {
  auto& phone = my_.phone();
  tell_.expect(phone.record(clinic_of_mai_) && phone.record(clinic_of_sung_),
               {"Cả hai bản ghi buổi khám bệnh đều còn nguyên.", "Both records of the clinic arrived unharmed."});
  const auto opened = open_case("possible_duplicate");
  tell_.expect(opened && is_about(*opened, clinic_of_mai_, clinic_of_sung_),
               {"Mỷ được báo: có thể hai bản ghi này là một buổi. Chị sẽ xem và quyết định.",
                "Mỷ is told: these two may be the same clinic. She will look and decide."});
}

void Day::look_at_coats() {
  const auto need = my_.phone().record(coats_);
  tell_.expect(
      need && need->integer("quantity") == 180 && need->integer("delivered") == 120 && need->integer("open") == 60,
      {"Tà Tổng: cần 180 áo, đã trao 120, còn thiếu 60. Không ghi chép nào bị mất.",
       "Tà Tổng: 180 coats needed, 120 handed out, 60 still missing. Nothing anybody wrote was lost."});
}

void Day::look_at_clocks() {
  tell_.part("20:45", {"Súng xem mức ưu tiên mà Dua ghi rồi sửa thành 1.",
                       "Súng reads the priority that Dua wrote, and sets it to 1."});
  const auto seen = sung_.phone().record(coats_);
  tell_.expect(seen && seen->integer("priority") == 3,
               {"Trên máy của Súng có mức ưu tiên 3 của Dua.", "Súng sees Dua's priority 3."});
  sung_.phone().edit(coats_, {{"priority", 1}});
  sync_in_any_order();
  sync_in_any_order();
  const auto need = dua_.phone().record(coats_);
  tell_.expect(need && need->integer("priority") == 1,
               {"Số 1 của Súng được giữ, vì anh sửa sau khi đã xem. Đồng hồ sai không làm mất công của ai.",
                "Súng's 1 stands, for he wrote after having read. A wrong clock costs nobody their work."});
}

void Day::look_at_attendance() {
  const auto own = mai_.phone().record(own_participation_);
  tell_.expect(own && own->integer("minutes") == 240,
               {"Mai làm đường 240 phút: hai lần ghi trùng nhau chỉ tính một lần.",
                "Mai worked on the road for 240 minutes: what was ticked twice counts once."});
  const auto opened = open_case("double_attendance");
  tell_.expect(opened && is_about(*opened, in_bum_to_, in_muong_te_),
               {"Mỷ được báo: Mai không thể cùng giờ ở cả Bum Tở và Mường Tè.",
                "Mỷ is told: Mai cannot be in Bum Tở and in Mường Tè at the same hour."});
}

void Day::confirm_and_issue() {
  tell_.part("21:00", {"Dua xác nhận công của Mai, anh Lừ ở xã kiểm tra, chị Mỷ duyệt.",
                       "Dua attests Mai's work, Lừ of the commune checks it, Mỷ approves."});
  confirm(dua_, "attest", kPaU, own_participation_);
  confirm(lu_, "check", kPaU, own_participation_);
  tell_.expect(!has_certificate(own_participation_),
               {"Mới có hai người xác nhận nên chưa có giấy.", "Two confirmations are not enough for a certificate."});
  confirm(my_, "approve", kPaU, own_participation_);
  const auto certificate = certificate_of(own_participation_);
  if (certificate) qr_ = certificate->text("qr");
  const std::string number = certificate ? certificate->text("number") : "?";
  const std::string vi = "Giấy chứng nhận số " + number + " đã về máy của Mai, kèm mã QR.";
  const std::string en = "Certificate number " + number + " is on Mai's phone, with its QR code.";
  tell_.expect(certificate && certificate->text("holder") == mai_.name() && qr_.rfind("GCN1:", 0) == 0, {vi, en});
}

void Day::clear_double_attendance() {
  for (const auto& [who, step] :
       {std::pair<Actor*, const char*>{&dua_, "attest"}, {&lu_, "check"}, {&my_, "approve"}}) {
    confirm(*who, step, kBumTo, in_bum_to_);
  }
  tell_.expect(
      !has_certificate(in_bum_to_),
      {"Buổi dạy chữ ở Bum Tở cũng đủ ba người xác nhận, nhưng chưa cấp giấy khi chưa rõ Mai ở đâu.",
       "The class in Bum Tở has three confirmations too, but no certificate before it is clear where Mai was."});
  const auto opened = open_case("double_attendance");
  if (!opened) throw std::runtime_error("there is no case to clear");
  my_.phone().edit(opened->id, {{"state", "resolved"}, {"how", "Mai ở Bum Tở"}, {"why", "Đã gọi điện hỏi hai đội"}});
  my_.sync();
  tell_.expect(certificate_of(in_bum_to_).has_value(),
               {"Chị Mỷ gọi điện hỏi, Mai ở Bum Tở. Việc đã rõ và giấy thứ hai được cấp.",
                "Mỷ calls: Mai was in Bum Tở. It is settled, and the second certificate is issued."});
}

void Day::check_everybody_agrees() {
  sync_in_any_order();
  sync_in_any_order();
  const auto same = [&](const char* collection) {
    const auto list = [&](Actor& one) {
      std::string text;
      for (const ShownRecord& record : one.phone().records(collection)) {
        text += record.id.text() + domain::canonical_json(record.fields);
      }
      return text;
    };
    return list(mai_) == list(sung_) && list(mai_) == list(dua_) && list(mai_) == list(my_);
  };
  const auto checked = server_.run({"check"});
  tell_.expect(same("need") && same("activity") && same("participation") && checked.exit_status == 0,
               {"Các máy và máy chủ khớp nhau từng bản ghi.", "The phones and the server agree on every record."});
}

void Day::check_without_network() {
  tell_.part("21:30", {"Tắt máy chủ. Có thể kiểm tra giấy của Mai khi không có mạng không?",
                       "The server is switched off. Can Mai's certificate be checked without a network?"});
  server_.stop();
  const auto good = server_.run({"certificate", "verify", "-"}, qr_);
  tell_.expect(good.exit_status == 0 && client::text_of(good.json, "verdict") == "valid",
               {"Được. Chữ ký trên mã QR đúng, giấy là thật.", "Yes. The signature in the QR code is good."});
  std::string forged = qr_;
  if (forged.size() > 40) forged[forged.size() - 20] = forged[forged.size() - 20] == 'A' ? 'B' : 'A';
  tell_.expect(server_.run({"certificate", "verify", "-"}, forged).exit_status == 1,
               {"Sửa một ký tự thì giấy bị từ chối.", "Change one letter, and it is refused."});
}

void Day::sync_in_any_order() {
  for (std::size_t left = everybody_.size(); left > 1; --left) {
    std::swap(everybody_[left - 1], everybody_[random_() % left]);
  }
  for (Actor* one : everybody_) one->sync();
}

RecordId Day::activity(Actor& by, const std::string& unit, const std::string& title, std::int64_t from_ms,
                       std::int64_t to_ms) {
  const RecordId id = by.phone().create("activity", {{"unit", Value(unit)},
                                                     {"title", Value(title)},
                                                     {"held_start", Value(from_ms)},
                                                     {"held_end", Value(to_ms)},
                                                     {"status", "held"}});
  client::Edit themes;
  themes.add["themes"] = {"volunteering"};
  by.phone().change(id, themes);
  return id;
}

RecordId Day::put_on_list(Actor& by, const std::string& unit, const RecordId& activity) {
  return by.phone().create("participation",
                           {{"unit", Value(unit)},
                            {"activity", Value(activity.text())},
                            {"person", Value(mai_.person())},
                            {"task", "Tình nguyện viên"}},
                           client::derived_id("participation", {activity, mai_.person_id()}));
}

RecordId Day::tick(Actor& by, const std::string& unit, const RecordId& participation, std::int64_t from_ms,
                   std::int64_t to_ms) {
  return by.phone().create("attendance", {{"unit", Value(unit)},
                                          {"participation", Value(participation.text())},
                                          {"from", Value(from_ms)},
                                          {"to", Value(to_ms)},
                                          {"method", "list"}});
}

void Day::confirm(Actor& by, const char* step, const std::string& unit, const RecordId& participation) {
  by.sync();
  std::vector<client::AttendedInterval> attended;
  for (const ShownRecord& one : by.phone().records("attendance")) {
    if (one.text("participation") == participation.text()) {
      attended.push_back({one.id, one.integer("from"), one.integer("to")});
    }
  }
  const auto record = by.phone().record(participation);
  const auto activity = record ? RecordId::parse(record->text("activity")) : std::nullopt;
  if (!activity) throw std::runtime_error(by.name() + " does not have what is to be confirmed");
  by.phone().create("approval", {{"unit", Value(unit)},
                                 {"participation", Value(participation.text())},
                                 {"step", step},
                                 {"digest", Value(client::approval_digest(*activity, mai_.person_id(), attended))}});
  for (const client::Verdict& verdict : by.sync().verdicts) {
    if (verdict.verdict == "quarantined") throw std::runtime_error(by.name() + ": " + verdict.code);
  }
}

// Number and facts are decided with the last confirmation, so even one that is still to be signed would be here.
bool Day::has_certificate(const RecordId& participation) {
  mai_.sync();
  return mai_.phone().record(client::derived_id("certificate", {participation})).has_value();
}

std::optional<ShownRecord> Day::certificate_of(const RecordId& participation) {
  const RecordId id = client::derived_id("certificate", {participation});
  for (int i = 0; i < kSigningTriesMax; ++i) {
    mai_.sync();
    const auto found = mai_.phone().record(id);
    if (found && found->text("status") == "issued") return found;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return std::nullopt;
}

std::optional<ShownRecord> Day::open_case(const char* kind) {
  my_.sync();
  for (const ShownRecord& one : my_.phone().records("case")) {
    if (one.text("kind") == kind && one.text("state") == "open") return one;
  }
  return std::nullopt;
}

}  // namespace suoi::demo
