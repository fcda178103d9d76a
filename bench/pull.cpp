// A pull of 100 changed records, from a small and from a large store.

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "bench.hpp"

namespace suoi::bench {
namespace {

constexpr int kRepeats = 51;
constexpr int kFillers = 4;

void post(client::Link& link, const std::string& token, const std::string& body) {
  const auto answer = link.post("/v1/sync", token, body);
  if (!answer || answer->status != 200) throw std::runtime_error("a change set was not taken");
}

// 70 records in a change set of 100.
void fill(client::LocalServer& server, std::int64_t records) {
  const std::int64_t sets = records / 70 / kFillers + 1;
  std::vector<Phone> phones;
  std::vector<std::thread> fillers;
  for (int index = 0; index < kFillers; ++index) {
    phones.push_back(join(server, "Người ghi " + std::to_string(index + 1), "volunteer",
                          kCommunes[static_cast<std::size_t>(index)]));
  }
  for (int index = 0; index < kFillers; ++index) {
    const auto at = static_cast<std::size_t>(index);
    fillers.emplace_back([&, at] {
      const client::LocalStore& store = phones[at].device->store();
      for (std::int64_t set = 0; set < sets; ++set)
        post(*phones[at].link, store.token, change_set_body(store, set * 100 + 1, kCommunes[at]));
    });
  }
  for (std::thread& filler : fillers) filler.join();
}

}  // namespace

double measure_pull(const std::filesystem::path& binary, const std::filesystem::path& data, std::int64_t records) {
  client::LocalServer server(binary, data);
  if (server.run({"init"}).exit_status != 0) throw std::runtime_error("init failed");
  server.start();
  fill(server, records);
  ::sync();  // what the filling left to be written would slow the flushes of a large store only
  const std::string& unit = kCommunes.front();
  const Phone writer = join(server, "Người sửa", "volunteer", unit);
  const Phone puller = join(server, "Người nhận", "commune_leader", unit);
  puller.device->want({unit});
  if (puller.device->sync().outcome != client::SyncOutcome::done) throw std::runtime_error("the first pull failed");
  std::vector<double> milliseconds;
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    for (int index = 0; index < 100; ++index) {
      writer.device->create("place", {{"unit", domain::Value(unit)},
                                      {"name", domain::Value("Nhà văn hóa bản " + std::to_string(index))}});
    }
    if (writer.device->sync().outcome != client::SyncOutcome::done)
      throw std::runtime_error("the writer could not sync");
    const std::string body = domain::canonical_json(domain::Value::Object{
        {"protocol", domain::Value(1)},
        {"schema_version", domain::Value(1)},
        {"epoch", domain::Value(puller.device->store().epoch)},
        {"incarnation", domain::Value(puller.device->store().life.incarnation.text())},
        {"last", domain::Value(0)},
        {"clock", domain::Value(0)},
        {"changes", domain::Value(domain::Value::Array{})},
        {"want", domain::Value(domain::Value::Array{domain::Value(unit)})},
        {"cursors",
         domain::Value(domain::Value::Object{{unit, domain::Value(puller.device->store().cursors.at(unit))}})}});
    const auto begin = std::chrono::steady_clock::now();
    post(*puller.link, puller.device->store().token, body);
    milliseconds.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    if (puller.device->sync().records_received != 100) throw std::runtime_error("the pull did not bring 100 records");
  }
  server.stop();
  std::nth_element(milliseconds.begin(), milliseconds.begin() + kRepeats / 2, milliseconds.end());
  return milliseconds[kRepeats / 2];
}

}  // namespace suoi::bench
