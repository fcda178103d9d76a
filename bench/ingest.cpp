// Durable ingest over HTTPS.

#include <sys/resource.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "bench.hpp"
#include "suoi/client/https_link.hpp"
#include "suoi/client/ids.hpp"

namespace suoi::bench {
namespace {

using domain::Value;
using Seconds = std::chrono::duration<double>;

constexpr int kNeedsInASet = 30;

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Value change(std::int64_t seq, const char* collection, const domain::RecordId& record, Value::Object set) {
  return Value::Object{{"seq", Value(seq)},
                       {"at", Value(now_ms())},
                       {"collection", Value(collection)},
                       {"record", Value(record.text())},
                       {"base", Value(0)},
                       {"set", Value(std::move(set))}};
}

// CPU that children which have ended took, user and system.
double children_cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_CHILDREN, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double metric(const client::LocalServer& server, const std::string& name) {
  const auto answer = server.link()->get("/metrics");
  const std::size_t at = answer ? answer->body.find(name + " ") : std::string::npos;
  if (at == std::string::npos) throw std::runtime_error("the server gives no " + name);
  return std::stod(answer->body.substr(at + name.size() + 1));
}

void send_all(client::Link& link, const std::string& token, const std::vector<std::string>& bodies) {
  for (const std::string& body : bodies) {
    const auto answer = link.post("/v1/sync", token, body);
    if (!answer || answer->status != 200) throw std::runtime_error("a change set was not taken");
  }
}

}  // namespace

const std::vector<std::string> kCommunes = {"2025:03442", "2025:03445", "2025:03433", "2025:03463",
                                            "2025:03478", "2025:03549", "2025:03394", "2025:03424"};

Phone join(client::LocalServer& server, const std::string& name, const std::string& role, const std::string& unit) {
  const auto invited = server.run({"invite", "--name", name, "--role", role, "--unit", unit});
  const Value* code = invited.json.find("code");
  if (code == nullptr || code->text() == nullptr) throw std::runtime_error("no invitation: " + invited.err);
  Phone phone;
  phone.link = server.link(false);
  phone.device = std::make_unique<client::Device>(*phone.link, client::system_clock());
  if (!phone.device->enrol(*code->text(), name)) throw std::runtime_error("a phone could not enrol");
  return phone;
}

std::string change_set_body(const client::LocalStore& store, std::int64_t first_seq, const std::string& unit) {
  Value::Array changes;
  std::int64_t seq = first_seq;
  for (int index = 0; index < 10; ++index) {
    changes.push_back(
        change(seq++, "place", client::new_record_id(now_ms()),
               {{"unit", Value(unit)}, {"kind", Value("school_point")}, {"name", Value("Điểm trường Nậm Củm")}}));
  }
  for (int index = 0; index < kNeedsInASet; ++index) {
    const domain::RecordId need = client::new_record_id(now_ms());
    changes.push_back(change(seq++, "need", need,
                             {{"unit", Value(unit)},
                              {"category", Value("warm_clothing")},
                              {"item", Value("Áo ấm trẻ em")},
                              {"unit_of_measure", Value("piece")},
                              {"priority", Value(2)}}));
    changes.push_back(change(seq++, "assessment", client::new_record_id(now_ms()),
                             {{"unit", Value(unit)},
                              {"need", Value(need.text())},
                              {"quantity", Value(40 + index)},
                              {"basis", Value("counted")},
                              {"assessed_on", Value("2026-11-02")}}));
    changes.push_back(change(seq++, "need", need,
                             {{"note", Value("Trường mới nhận thêm học sinh từ bản bên, cần trước đợt rét.")},
                              {"needed_by", Value("2026-12-20")}}));
  }
  Value::Object body{{"protocol", Value(1)},
                     {"schema_version", Value(1)},
                     {"epoch", Value(store.epoch)},
                     {"incarnation", Value(store.life.incarnation.text())},
                     {"last", Value(seq - 1)},
                     {"clock", Value(now_ms())},
                     {"changes", Value(std::move(changes))},
                     {"want", Value(Value::Array{})}};
  return domain::canonical_json(Value(std::move(body)));
}

Ingest measure_ingest(const std::filesystem::path& binary, const std::filesystem::path& data, int connections, int sets,
                      const std::vector<std::string>& serve_options) {
  client::LocalServer server(binary, data);
  if (server.run({"init"}).exit_status != 0) throw std::runtime_error("init failed");
  server.start(serve_options);
  std::vector<Phone> phones;
  std::vector<std::vector<std::string>> bodies;
  for (int index = 0; index < connections; ++index) {
    const std::string& unit = kCommunes[static_cast<std::size_t>(index) % kCommunes.size()];
    phones.push_back(join(server, "Người đo " + std::to_string(index + 1), "volunteer", unit));
    auto& own = bodies.emplace_back();
    for (int set = 0; set < sets; ++set)
      own.push_back(change_set_body(phones.back().device->store(), set * 100 + 1, unit));
  }
  const double cpu_before = children_cpu_seconds();
  const double groups_before = metric(server, "suoi_commit_groups_total");
  const double jobs_before = metric(server, "suoi_commit_jobs_total");
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::thread> senders;
  for (int index = 0; index < connections; ++index) {
    const auto at = static_cast<std::size_t>(index);
    senders.emplace_back([&, at] { send_all(*phones[at].link, phones[at].device->store().token, bodies[at]); });
  }
  for (std::thread& sender : senders) sender.join();
  Ingest result;
  result.seconds = Seconds(std::chrono::steady_clock::now() - begin).count();
  result.changes = std::int64_t{100} * connections * sets;
  const double groups = metric(server, "suoi_commit_groups_total") - groups_before;
  result.jobs_per_group = (metric(server, "suoi_commit_jobs_total") - jobs_before) / groups;
  server.stop();
  result.server_cpu_seconds = children_cpu_seconds() - cpu_before;
  return result;
}

}  // namespace suoi::bench
