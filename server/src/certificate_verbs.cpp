// suoi certificate.

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "suoi/certs/certificate.hpp"

namespace suoi::server {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kCarrierBytesMax = 1 << 20;

std::string read_carrier(const std::string& file) {
  std::ifstream stream;
  if (file != "-") {
    stream.open(file, std::ios::binary);
    if (!stream) throw CommandFault("cannot read " + file);
  }
  std::istream& in = file == "-" ? std::cin : stream;
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (text.size() > kCarrierBytesMax) throw CommandFault(file + " is too large for a certificate");
  const std::size_t end = text.find_last_not_of("\r\n \t");
  text.erase(end == std::string::npos ? 0 : end + 1);
  return text;
}

// Keys from a JWKS file: what a verifier without the server has pinned.
std::vector<certs::IssuerKey> pinned_keys(const std::string& file) {
  std::ifstream stream(file);
  const Json set = Json::parse(stream, nullptr, false);
  if (!set.is_object() || !set.contains("keys") || !set["keys"].is_array()) {
    throw CommandFault(file + " is no JWKS; save the server's /.well-known/jwks.json");
  }
  std::vector<certs::IssuerKey> keys;
  for (const Json& jwk : set["keys"]) {
    auto key = certs::PublicKey::from_jwk(jwk.dump());
    if (key && jwk.value("use", "") == "sig") keys.push_back({*key, 0, std::nullopt});
  }
  return keys;
}

certs::Standing standing_of(storage::Reader& reader, const domain::RecordId& id) {
  const auto certificate = reader.record(id);
  if (!certificate) return certs::Standing::revoked;
  const std::string status = certificate->text("status");
  if (status == "superseded") return certs::Standing::superseded;
  return status == "revoked" || !certificate->live ? certs::Standing::revoked : certs::Standing::in_force;
}

certs::Checked check_here(const std::string& text, Instance& instance) {
  std::vector<certs::IssuerKey> keys;
  for (const certs::OwnKey& own : instance.keys().all(certs::Purpose::certificates)) {
    keys.push_back({own.key.public_key(), own.not_before_ms, std::nullopt});
  }
  certs::StatusKnowledge knowledge;
  knowledge.as_of_ms = system_now_ms();
  knowledge.standing_of = [&](const domain::RecordId& id) {
    certs::Standing standing = certs::Standing::in_force;
    instance.store().read([&](storage::Reader& reader) { standing = standing_of(reader, id); });
    return standing;
  };
  return certs::verify_qr_text(text, keys, system_now_ms(), knowledge);
}

int verify(const Shared& shared, const std::string& file, const std::string& keys_file) {
  const std::string text = read_carrier(file);
  if (shared.data.empty() && keys_file.empty())
    throw UsageFault("name the server's --data, or a JWKS file with --keys");
  certs::Checked checked;
  if (!keys_file.empty()) {
    checked = certs::verify_qr_text(text, pinned_keys(keys_file), system_now_ms(), {});
  } else {
    Instance instance(shared.data, Instance::Start::open);
    checked = check_here(text, instance);
  }
  Json object{{"verdict", certs::name_of(checked.verdict)}, {"as_of", checked.as_of_ms}};
  std::string words = std::string("Verdict: ") + certs::name_of(checked.verdict);
  if (checked.facts) {
    const certs::Facts& facts = *checked.facts;
    object.update({{"number", facts.number},
                   {"holder", facts.holder},
                   {"activity", facts.activity},
                   {"commune", facts.commune},
                   {"from", facts.from},
                   {"to", facts.to},
                   {"minutes", facts.minutes},
                   {"role", facts.role}});
    words += "\n" + facts.number + ": " + facts.holder + ", " + facts.activity + ", " + std::to_string(facts.minutes) +
             " minutes";
  }
  if (checked.as_of_ms == 0) words += "\nWhether it was revoked since is not known without the server.";
  if (!checked.reason.empty()) {
    object["reason"] = checked.reason;
    words += "\n" + checked.reason;
  }
  shared.say(object, words);
  const bool good = checked.verdict == certs::Verdict::valid || checked.verdict == certs::Verdict::valid_as_of;
  return good ? 0 : 1;
}

}  // namespace

void add_certificate_verbs(CLI::App& app, Verb& chosen) {
  auto* certificate = app.add_subcommand("certificate", "Certificates: verify");
  auto* verify_verb = certificate->add_subcommand("verify", "Say whether a certificate is genuine and in force");
  auto file = std::make_shared<std::string>();
  auto keys = std::make_shared<std::string>();
  verify_verb->add_option("file", *file, "A file with the text of the QR code; - for standard input")->required();
  verify_verb->add_option("--keys", *keys, "Check without the server, with its saved /.well-known/jwks.json")
      ->type_name("FILE");
  verify_verb->callback(
      [&chosen, file, keys] { chosen = [file, keys](const Shared& shared) { return verify(shared, *file, *keys); }; });
}

}  // namespace suoi::server
