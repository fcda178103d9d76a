// Facts of invented certificates.
#pragma once

#include <string>

#include "suoi/certs/certificate.hpp"

namespace suoi::certs::test {

inline constexpr std::int64_t kIssuedAt = 1795255200000;  // 2026-11-21 10:00 UTC

inline Facts sample_facts(const SigningKey& key) {
  Facts facts;
  facts.issuer_kid = key.public_key().thumbprint();
  facts.issued_at_ms = kIssuedAt;
  for (std::size_t i = 0; i < 16; ++i) {
    facts.id.uuid.bytes[i] = static_cast<std::uint8_t>(i + 1);
    facts.salt[i] = static_cast<std::uint8_t>(0xf0 + i);
  }
  facts.number = "0012/2026/GCN-TNTN";
  facts.holder = "Lò Thị Mai";
  facts.birth_year = 2004;
  facts.activity = "Dọn đường sau lũ ở bản Nậm Cúm";
  facts.commune = "2025:03442";
  facts.from = "2026-10-03";
  facts.to = "2026-11-15";
  facts.minutes = 2415;
  facts.role = "Tình nguyện viên";
  facts.status = StatusEntry{1, 40213};
  facts.issuing_unit = "Ban Chỉ huy Chiến dịch xã";
  facts.approvers = {"Giàng A Páo", "Hoàng Văn Sơn"};
  return facts;
}

// Every member as long as the bounds allow, and longer where it is cut.
inline Facts largest_facts(const SigningKey& key) {
  Facts facts = sample_facts(key);
  facts.issued_at_ms = 4294967295000;
  facts.birth_year = 2000;
  facts.number = std::string(kNumberBytesMax, '9');
  facts.holder = std::string(200, 'N');
  facts.activity = std::string(200, 'H');
  facts.commune = "2025:" + std::string(kCommuneBytesMax - 5, '9');
  facts.from = facts.to = "2149-06-06";
  facts.minutes = 4294967295;
  facts.role = std::string(200, 'R');
  facts.status = StatusEntry{4294967295, 4294967295};
  facts.issuing_unit = std::string(200, 'U');
  facts.approvers.assign(5, std::string(200, 'A'));
  return facts;
}

}  // namespace suoi::certs::test
