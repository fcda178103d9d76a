#include "suoi/domain/id.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <unordered_set>

using namespace suoi::domain;

namespace {

std::string hashed;

// Knows one answer: the SHA-1 that RFC 9562, appendix A.4, states for its example.
std::array<std::uint8_t, 20> sha1_of_example(std::string_view bytes) {
  hashed = bytes;
  return {0x2e, 0xd6, 0x65, 0x7d, 0xe9, 0x27, 0x46, 0x8b, 0x55, 0xe1,
          0x26, 0x65, 0xa8, 0xae, 0xa6, 0xa2, 0x2d, 0xee, 0x3e, 0x35};
}

}  // namespace

TEST_CASE("An id prints as it was read, in lower case") {
  const std::string text = "019a8c3e-7b1f-7c4d-9e2a-0123456789ab";
  const auto uuid = Uuid::parse(text);
  REQUIRE(uuid);
  CHECK(uuid->text() == text);
  CHECK(uuid->version() == 7);
  CHECK_FALSE(uuid->is_nil());
  CHECK(Uuid::parse("019A8C3E-7B1F-7C4D-9E2A-0123456789AB") == uuid);
  CHECK(uuid->bytes.front() == 0x01);
  CHECK(uuid->bytes.back() == 0xAB);
}

TEST_CASE("The id of zeros is no id") {
  const auto nil = Uuid::parse("00000000-0000-0000-0000-000000000000");
  REQUIRE(nil);
  CHECK(nil->is_nil());
}

TEST_CASE("Anything but the 36 characters of an id is refused") {
  const auto* text = GENERATE("", "019a8c3e7b1f7c4d9e2a0123456789ab", "{019a8c3e-7b1f-7c4d-9e2a-0123456789ab}",
                              "019a8c3e-7b1f-7c4d-9e2a-0123456789a", "019a8c3e-7b1f-7c4d-9e2a-0123456789abc",
                              "019a8c3e-7b1f-7c4d-9e2a-0123456789ag", "019a8c3e-7b1f-7c4d-9e2a0-123456789ab",
                              "019a8c3e_7b1f_7c4d_9e2a_0123456789ab", " 19a8c3e-7b1f-7c4d-9e2a-0123456789ab",
                              "-19a8c3e-7b1f-7c4d-9e2a-0123456789ab", "0x9a8c3e-7b1f-7c4d-9e2a-0123456789ab");
  CAPTURE(text);
  CHECK_FALSE(Uuid::parse(text));
}

TEST_CASE("An id with a zero byte in it is refused") {
  std::string text = "019a8c3e-7b1f-7c4d-9e2a-0123456789ab";
  text[5] = '\0';
  CHECK_FALSE(Uuid::parse(text));
}

TEST_CASE("Every id reads back from what it prints, and texts sort like ids") {
  CHECK(rc::check([](std::array<std::uint8_t, 16> a, std::array<std::uint8_t, 16> b) {
    RC_ASSERT(Uuid::parse(Uuid{a}.text()) == Uuid{a});
    RC_ASSERT((Uuid{a} < Uuid{b}) == (Uuid{a}.text() < Uuid{b}.text()));
    RC_ASSERT(Incarnation::parse(Incarnation{a}.text()) == Incarnation{a});
  }));
}

TEST_CASE("An incarnation is 32 hex digits without dashes") {
  const auto incarnation = Incarnation::parse("00ff102030405060708090a0b0c0d0e0");
  REQUIRE(incarnation);
  CHECK(incarnation->text() == "00ff102030405060708090a0b0c0d0e0");
  CHECK_FALSE(Incarnation::parse("00ff1020-3040-5060-7080-90a0b0c0d0e0"));
  CHECK_FALSE(Incarnation::parse("00ff102030405060708090a0b0c0d0e"));
  CHECK_FALSE(Incarnation::parse("00ff102030405060708090a0b0c0d0ez"));
}

TEST_CASE("An id by name is the digest of the space and the name, marked as version 5") {
  const auto dns = *Uuid::parse("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
  const Uuid uuid = uuid_v5(Hashing{sha1_of_example, nullptr}, dns, "www.example.com");
  CHECK(hashed == std::string(dns.bytes.begin(), dns.bytes.end()) + "www.example.com");
  CHECK(uuid.text() == "2ed6657d-e927-568b-95e1-2665a8aea6a2");
  CHECK(uuid.version() == 5);
}

TEST_CASE("An id by name without a digest function is a fault of the program") {
  CHECK_THROWS_AS(uuid_v5(Hashing{}, Uuid{}, "x"), std::invalid_argument);
}

TEST_CASE("Ids can be kept in hash tables") {
  std::unordered_set<RecordId, UuidHash> ids;
  const auto id = *RecordId::parse("019a8c3e-7b1f-7c4d-9e2a-0123456789ab");
  CHECK(ids.insert(id).second);
  CHECK_FALSE(ids.insert(id).second);
  CHECK(ids.count(RecordId{}) == 0);
}
