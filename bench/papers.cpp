// How long one core needs for codes, files and papers of certificates, in CPU time; see README.md.

#include <cstdio>
#include <ctime>
#include <functional>

#include "suoi/certs/paper.hpp"

namespace {

using namespace suoi::certs;

constexpr std::int64_t kIssuedAt = 1795255200000;
constexpr int kPapers = 40;
constexpr int kCodes = 2000;

Facts facts_of(const SigningKey& key, int number) {
  Facts facts;
  facts.issuer_kid = key.public_key().thumbprint();
  facts.issued_at_ms = kIssuedAt;
  facts.id.uuid.bytes[0] = static_cast<std::uint8_t>(number);
  facts.number = "12-2026-" + std::to_string(100000 + number);
  facts.holder = "Nguyễn Thị Hương Giang";
  facts.activity = "Khám bệnh và phát thuốc cho trẻ em các bản vùng cao";
  facts.commune = "2025:03442";
  facts.from = "2026-10-03";
  facts.to = "2026-11-15";
  facts.minutes = 2415 + number;
  facts.role = "Tình nguyện viên";
  facts.status = StatusEntry{26121, number};
  facts.issuing_unit = "Tỉnh Lai Châu";
  return facts;
}

double cpu_seconds(const std::function<void()>& work) {
  const std::clock_t begin = std::clock();
  work();
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

}  // namespace

int main() {
  const SigningKey key = SigningKey::generate();
  const BadgeIssuer issuer{"did:web:suoi.example", badge_key(key)};
  const PaperSigner signer{key, signer_certificate(key, 0)};
  const PaperTexts texts{"xã Pa Ủ, tỉnh Lai Châu", "Lai Châu", "ABCDEF", "https://suoi.example/#/verify"};
  const auto paper_of = [&](int number) {
    const Facts facts = facts_of(key, number);
    return Paper{facts, texts, qr_text(facts, key), open_badge(facts, "", issuer)};
  };
  const double codes = cpu_seconds([&] {
    for (int i = 0; i < kCodes; ++i) qr_text(facts_of(key, i), key);
  });
  const double files = cpu_seconds([&] {
    for (int i = 0; i < kCodes; ++i) open_badge(facts_of(key, i), "", issuer);
  });
  const double first = cpu_seconds([&] { signed_paper(paper_of(0), built_in_template(), signer); });
  const double papers = cpu_seconds([&] {
    for (int i = 0; i < kPapers; ++i) signed_paper(paper_of(i), built_in_template(), signer);
  });
  const double sheets = cpu_seconds([&] {
    std::vector<Paper> all;
    for (int i = 0; i < kPapers; ++i) all.push_back(paper_of(i));
    papers_to_print(all, built_in_template());
  });
  std::printf("codes: %.0f a second on one core\n", kCodes / codes);
  std::printf("files: %.0f a second on one core\n", kCodes / files);
  std::printf("signed paper: the first %.0f ms, each further one %.1f ms (goal: at most 80)\n", first * 1000,
              papers * 1000 / kPapers);
  std::printf("one PDF to print from: %.1f pages a second on one core (goal: at least 20)\n", kPapers / sheets);
  return 0;
}
