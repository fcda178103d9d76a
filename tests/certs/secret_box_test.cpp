// What lies sealed in the store.

#include "suoi/certs/secret_box.hpp"

#include <catch2/catch.hpp>

#include "suoi/certs/hashing.hpp"

namespace suoi::certs {

TEST_CASE("What a box seals only this key opens, and only for the purpose it was sealed for") {
  const SecretBox box(std::string(32, 'k'));
  for (const std::string secret : {"", "Lò Thị Mai", "\0\0"}) {
    const std::string sealed = box.seal("name", secret);
    CHECK(box.open("name", sealed) == secret);
    CHECK(SecretBox(std::string(32, 'k')).open("name", sealed) == secret);
    CHECK_FALSE(box.open("phone", sealed));
    CHECK_FALSE(SecretBox(std::string(32, 'l')).open("name", sealed));
  }
  CHECK(box.seal("name", "Mai") != box.seal("name", "Mai"));
  CHECK_THROWS(SecretBox("short"));
}

TEST_CASE("A sealed text that was altered in any bit or cut short opens nothing") {
  const SecretBox box(std::string(32, 'k'));
  const std::string sealed = box.seal("name", "Mai");
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string altered = sealed;
    altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << (bit % 8)));
    CHECK_FALSE(box.open("name", altered));
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) CHECK_FALSE(box.open("name", sealed.substr(0, size)));
}

TEST_CASE("A keyed digest is the same each time, and another for another key, purpose or text") {
  const SecretBox box(std::string(32, 'k'));
  CHECK(box.mac("login", "mai") == box.mac("login", "mai"));
  CHECK(box.mac("login", "mai") != box.mac("login", "lan"));
  CHECK(box.mac("login", "mai") != box.mac("other", "mai"));
  CHECK(box.mac("login", "mai") != SecretBox(std::string(32, 'l')).mac("login", "mai"));
}

TEST_CASE("HMAC-SHA-1 is that of RFC 2202") {
  const auto mac = hmac_sha1("Jefe", "what do ya want for nothing?");
  CHECK(mac[0] == 0xef);
  CHECK(mac[1] == 0xfc);
  CHECK(mac[19] == 0x79);
}

}  // namespace suoi::certs
