// Writes invented certificates for the tools of others: suoi_carriers FOLDER COUNT SEED. The folder must exist.
//
// did.json: the issuer; signer.der: its certificate for PDF. N.json and N.nq: the file and its canonical N-Quads, N.qr:
// the text of the QR code, N.pdf: the paper, of the first ones. status-list.json and .nq: a list with 0, 5 and 131071
// set.

#include <exception>
#include <fstream>
#include <iostream>
#include <random>

#include "suoi/certs/hashing.hpp"
#include "suoi/certs/open_badge.hpp"
#include "suoi/certs/paper.hpp"
#include "suoi/certs/status_list.hpp"

namespace {

using namespace suoi::certs;

constexpr const char* kDid = "did:web:suoi.example%3A8443";

constexpr int kPapers = 4;

class Chance {
 public:
  explicit Chance(std::uint32_t seed) : engine_(seed) {}
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(engine_);
  }
  std::string words(std::int64_t least, std::int64_t most) {
    static const std::vector<std::string> kWords = {"Nguyễn", "Thị",   "Ánh",  "Lò",       "H'Bia",  "Ksor",  "đường",
                                                    "Ổ",      "Nậm",   "xuân", "\"tình\"", "nguyện", "Giàng", "Páo",
                                                    "\\",     "Mường", "🎋",    "ngữ",      "Quyết",  "ễ"};
    std::string text;
    for (std::int64_t left = between(least, most); left > 0; --left) {
      if (!text.empty()) text += ' ';
      text += kWords[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(kWords.size()) - 1))];
    }
    return text;
  }

 private:
  std::mt19937 engine_;
};

Facts random_facts(Chance& chance, const SigningKey& key, int count) {
  Facts facts;
  facts.issuer_kid = key.public_key().thumbprint();
  facts.issued_at_ms = chance.between(1700000000000, 1900000000000);
  for (auto& byte : facts.id.uuid.bytes) byte = static_cast<std::uint8_t>(chance.between(0, 255));
  for (auto& byte : facts.salt) byte = static_cast<std::uint8_t>(chance.between(0, 255));
  facts.number = "12-2026-" + std::to_string(100000 + count);
  facts.holder = chance.words(2, 9);
  if (chance.between(0, 1) == 1) facts.birth_year = static_cast<int>(chance.between(1950, 2015));
  facts.activity = chance.words(2, 20);
  facts.commune = "2025:03442";
  facts.from = "2026-10-03";
  facts.to = "2026-11-15";
  facts.minutes = chance.between(0, 1) == 1 ? chance.between(1, 400) * 60 : chance.between(1, 100000);
  facts.role = chance.words(0, 5);
  if (chance.between(0, 3) > 0) facts.status = StatusEntry{chance.between(1, 999), chance.between(0, 131071)};
  facts.issuing_unit = chance.words(0, 8);
  for (std::int64_t left = chance.between(0, 4); left > 0; --left) facts.approvers.push_back(chance.words(2, 4));
  return facts;
}

void write(const std::string& file, const std::string& content) {
  std::ofstream out(file, std::ios::binary);
  out << content;
  if (!out.flush()) throw std::runtime_error("cannot write " + file);
}

void write_samples(const std::string& folder, int count, std::uint32_t seed) {
  Chance chance(seed);
  const SigningKey key = SigningKey::generate();
  const BadgeIssuer issuer{kDid, badge_key(key)};
  const PaperSigner signer{key, signer_certificate(key, 1700000000000)};
  write(folder + "/signer.der", signer.x509);
  write(folder + "/did.json", did_document(kDid, {issuer.key.public_key()}));
  StatusList list{26121, suoi::domain::StatusPurpose::revocation, 1760000000000, StatusBits()};
  for (const std::int64_t index : {0, 5, 131071}) list.bits.set(index);
  write(folder + "/status-list.json", status_list_credential(list, issuer));
  write(folder + "/status-list.nq", status_list_quads(list, issuer.did));
  for (int i = 0; i < count; ++i) {
    const Facts facts = random_facts(chance, key, i);
    const std::string name = folder + "/" + std::to_string(i);
    const auto digest = sha256(name);
    std::string basis;
    for (const std::uint8_t byte : digest) {
      basis += "0123456789abcdef"[byte >> 4];
      basis += "0123456789abcdef"[byte & 15];
    }
    if (i % 3 == 0) basis.clear();
    const std::string badge = open_badge(facts, basis, issuer);
    write(name + ".json", badge);
    write(name + ".nq", open_badge_quads(facts, basis, issuer.did));
    const std::string qr = qr_text(facts, key);
    write(name + ".qr", qr);
    if (i < kPapers) {
      const PaperTexts texts{"xã Pa Ủ, tỉnh Lai Châu", "Lai Châu", "K7M2QX", "https://suoi.example:8443/#/verify"};
      write(name + ".print.pdf",
            papers_to_print({{facts, texts, qr, badge}, {facts, texts, qr, badge}}, built_in_template()));
      write(name + ".pdf", signed_paper({facts, texts, qr, badge}, built_in_template(), signer));
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "suoi_carriers FOLDER COUNT SEED\n";
    return 2;
  }
  try {
    write_samples(argv[1], std::stoi(argv[2]), static_cast<std::uint32_t>(std::stoul(argv[3])));
    return 0;
  } catch (const std::exception& fault) {
    std::cerr << fault.what() << '\n';
    return 1;
  }
}
