// suoi certificate.

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "suoi/certs/carrier.hpp"
#include "suoi/mobile_api/certificate_decisions.hpp"

namespace suoi::server {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kKeysBytesMax = 1 << 20;

std::string read_file(const std::string& file, std::size_t bytes_max) {
  std::ifstream stream;
  if (file != "-") {
    stream.open(file, std::ios::binary);
    if (!stream) throw CommandFault("cannot read " + file);
  }
  std::istream& in = file == "-" ? std::cin : stream;
  std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (bytes.size() > bytes_max) throw CommandFault(file + " is too large");
  return bytes;
}

// A text may have been saved with a line end behind it; of a PDF every byte counts.
std::string read_carrier(const std::string& file) {
  std::string bytes = read_file(file, certs::kPaperBytesMax);
  if (bytes.rfind("%PDF-", 0) == 0) return bytes;
  const std::size_t end = bytes.find_last_not_of("\r\n \t");
  bytes.erase(end == std::string::npos ? 0 : end + 1);
  return bytes;
}

// What a verifier without the server has saved: the list of keys, with the name of the root that it trusts, or a JWKS.
certs::IssuerKeys pinned_keys(const std::string& file, const std::string& root) {
  const std::string text = read_file(file, kKeysBytesMax);
  if (root.empty()) {
    if (certs::read_key_list(text)) throw UsageFault(file + " is a list of keys: name its root with --root");
    auto keys = certs::issuer_keys(text);
    if (!keys) throw CommandFault(file + " is no JWKS; save the server's /v1/key-list or /.well-known/jwks.json");
    return std::move(*keys);
  }
  const auto list = certs::read_key_list(text);
  if (!list) throw CommandFault(file + " is no signed list of keys; save the server's /v1/key-list");
  if (list->root != root) throw CommandFault(file + " is signed by another root: " + list->root);
  return certs::issuer_keys(list->list);
}

std::vector<certs::StatusList> saved_lists(const std::vector<std::string>& files, const certs::IssuerKeys& keys) {
  std::vector<certs::StatusList> lists;
  for (const std::string& file : files) {
    auto list = certs::read_status_list(read_file(file, certs::kStatusListBytesMax), keys.badges);
    if (!list)
      throw CommandFault(file + " is no status list signed by these keys; save the server's /v1/status-lists/N");
    lists.push_back(std::move(*list));
  }
  return lists;
}

certs::Standing standing_of(storage::Reader& reader, const domain::RecordId& id) {
  const auto certificate = reader.record(id);
  if (!certificate || !certificate->live) return certs::Standing::revoked;
  const std::string status = certificate->text("status");
  if (status == "suspended") return certs::Standing::suspended;
  if (status == "superseded") return certs::Standing::superseded;
  return status == "revoked" ? certs::Standing::revoked : certs::Standing::in_force;
}

certs::Checked check_here(const std::string& carrier, Instance& instance) {
  certs::StatusKnowledge knowledge;
  knowledge.as_of_ms = system_now_ms();
  knowledge.standing_of = [&](const certs::Facts& facts) {
    certs::Standing standing = certs::Standing::in_force;
    instance.store().read([&](storage::Reader& reader) { standing = standing_of(reader, facts.id); });
    return standing;
  };
  knowledge.place_in_log = [&](const certs::Facts& facts) {
    std::optional<std::int64_t> place;
    instance.store().read(
        [&](storage::Reader& reader) { place = reader.log_place(certs::log_entry(certs::LogEvent::issued, facts)); });
    return place;
  };
  return certs::verify_carrier(carrier, certs::issuer_keys(instance.keys()), system_now_ms(), knowledge);
}

struct VerifyOptions {
  std::string file;
  std::string keys;
  std::string root;
  std::string proof;
  std::vector<std::string> lists;
};

int verify(const Shared& shared, const VerifyOptions& options) {
  const std::string text = read_carrier(options.file);
  if (shared.data.empty() && options.keys.empty()) {
    throw UsageFault("name the server's --data, or a list of keys with --keys");
  }
  if (!(options.lists.empty() && options.root.empty() && options.proof.empty()) && options.keys.empty()) {
    throw UsageFault("--status, --root and --proof go with --keys");
  }
  certs::Checked checked;
  if (!options.keys.empty()) {
    const certs::IssuerKeys keys = pinned_keys(options.keys, options.root);
    const std::string proof = options.proof.empty() ? "" : read_file(options.proof, certs::kLogNoteBytesMax);
    checked = certs::verify_carrier(text, keys, system_now_ms(), saved_lists(options.lists, keys), proof);
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
                   {"role", facts.role},
                   {"log_entry", certs::proof_name(facts)}});
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

int decide(const Shared& shared, const std::string& step, const std::string& number, const std::string& reason) {
  Instance instance(shared.data, Instance::Start::open);
  std::string counts;
  instance.write([&](storage::Transaction& transaction) {
    counts = mobile_api::decide_certificate(transaction, instance.rules(), system_now_ms(), number, step, reason);
  });
  Json object{{"number", number}, {"decision", step}};
  if (counts != number) object["replaced_by"] = counts;
  shared.say(object, counts != number ? number + " is replaced by " + counts + "." : number + ": " + step + ", noted.");
  return 0;
}

// An invented certificate in the look of a template, so that an operator sees what it does.
int preview(const Shared& shared, const std::string& template_file, const std::string& to) {
  const certs::SigningKey key = certs::SigningKey::generate();
  certs::Facts facts;
  facts.issuer_kid = key.public_key().thumbprint();
  facts.issued_at_ms = system_now_ms();
  facts.number = "00-2026-000000";
  facts.holder = "Nguyễn Thị Mẫu";
  facts.birth_year = 2000;
  facts.activity = "Hoạt động tình nguyện viết ra để xem thử mẫu giấy";
  facts.commune = "2025:03442";
  facts.from = "2026-10-03";
  facts.to = "2026-11-15";
  facts.minutes = 2415;
  facts.role = "Tình nguyện viên";
  facts.issuing_unit = "Tỉnh Lai Châu";
  const certs::PaperTexts texts{"xã Pa Ủ, tỉnh Lai Châu", "Lai Châu", "ABCDEF", "https://suoi.example/#/verify"};
  const std::string look =
      template_file.empty() ? std::string(certs::built_in_template()) : read_file(template_file, certs::kPaperBytesMax);
  std::string pdf;
  try {
    pdf = certs::papers_to_print({{facts, texts, certs::qr_text(facts, key), ""}}, look);
  } catch (const std::invalid_argument& fault) {
    throw CommandFault(fault.what());
  }
  std::ofstream out(to, std::ios::binary);
  out << pdf;
  if (!out.flush()) throw CommandFault("cannot write " + to);
  shared.say(Json{{"file", to}}, "Written: " + to);
  return 0;
}

void add_decision(CLI::App& certificate, Verb& chosen, const std::string& step, const std::string& words) {
  auto* verb = certificate.add_subcommand(step, words);
  auto number = std::make_shared<std::string>();
  auto reason = std::make_shared<std::string>();
  verb->add_option("number", *number, "The certificate's number, for example 12-2026-000001")->required();
  verb->add_option("--reason", *reason, "Why; kept with the decision")->required();
  verb->callback([&chosen, step, number, reason] {
    chosen = [step, number, reason](const Shared& shared) { return decide(shared, step, *number, *reason); };
  });
}

}  // namespace

void add_certificate_verbs(CLI::App& app, Verb& chosen) {
  auto* certificate =
      app.add_subcommand("certificate", "Certificates: verify, suspend, reinstate, revoke, reissue, preview");
  auto* verify_verb = certificate->add_subcommand("verify", "Say whether a certificate is genuine and in force");
  auto options = std::make_shared<VerifyOptions>();
  verify_verb
      ->add_option("file", options->file,
                   "A PDF, an Open Badges file, or a file with the text of the QR code; - for standard input")
      ->required();
  verify_verb->add_option("--keys", options->keys, "Check without the server, with its saved /v1/key-list (or JWKS)")
      ->type_name("FILE");
  verify_verb->add_option("--root", options->root, "The root that must have signed the list of keys, by its name")
      ->type_name("NAME");
  verify_verb->add_option("--status", options->lists, "A saved status list, /v1/status-lists/N; may be given again")
      ->type_name("FILE");
  verify_verb
      ->add_option("--proof", options->proof, "A saved proof of the log, /v1/log/proofs/ENTRY; the answer names ENTRY")
      ->type_name("FILE");
  verify_verb->callback(
      [&chosen, options] { chosen = [options](const Shared& shared) { return verify(shared, *options); }; });
  add_decision(*certificate, chosen, "suspend", "Set a certificate aside for now");
  add_decision(*certificate, chosen, "reinstate", "Put a suspended certificate into force again");
  add_decision(*certificate, chosen, "revoke", "Withdraw a certificate for good");
  add_decision(*certificate, chosen, "reissue", "Replace a certificate by a corrected one");
  auto* preview_verb = certificate->add_subcommand("preview", "Show an invented certificate in the look of a template");
  auto look = std::make_shared<std::string>();
  auto to = std::make_shared<std::string>();
  preview_verb->add_option("--template", *look, "The template; without it the one that is built in")->type_name("FILE");
  preview_verb->add_option("--to", *to, "The PDF to write")->type_name("FILE")->required();
  preview_verb->callback(
      [&chosen, look, to] { chosen = [look, to](const Shared& shared) { return preview(shared, *look, *to); }; });
}

}  // namespace suoi::server
