// One-time codes as every authenticator app makes them.

#include "../../mobile-api/src/totp.hpp"

#include <catch2/catch.hpp>

namespace suoi::mobile_api {

TEST_CASE("One-time codes are those of RFC 6238, appendix B") {
  const std::string seed = "12345678901234567890";
  const std::pair<std::int64_t, const char*> vectors[] = {{59, "287082"},         {1111111109, "081804"},
                                                          {1111111111, "050471"}, {1234567890, "005924"},
                                                          {2000000000, "279037"}, {20000000000, "353130"}};
  for (const auto& [seconds, code] : vectors) CHECK(totp_code(seed, seconds / 30) == code);
}

TEST_CASE("A one-time code is taken half a minute early or late, never twice, and never an earlier one after it") {
  const std::string seed = "12345678901234567890";
  const std::int64_t step = 1'000'000;
  const std::int64_t now_ms = step * kTotpStepMs + 5'000;
  CHECK(totp_step_of(seed, totp_code(seed, step), now_ms, 0) == step);
  CHECK(totp_step_of(seed, totp_code(seed, step - 1), now_ms, 0) == step - 1);
  CHECK(totp_step_of(seed, totp_code(seed, step + 1), now_ms, 0) == step + 1);
  CHECK_FALSE(totp_step_of(seed, totp_code(seed, step - 2), now_ms, 0));
  CHECK_FALSE(totp_step_of(seed, totp_code(seed, step + 2), now_ms, 0));
  CHECK_FALSE(totp_step_of(seed, totp_code(seed, step), now_ms, step));
  CHECK_FALSE(totp_step_of(seed, totp_code(seed, step - 1), now_ms, step));
  CHECK_FALSE(totp_step_of(seed, "", now_ms, 0));
}

TEST_CASE("Seeds are shown in base 32 as RFC 4648 has it") {
  CHECK(base32("") == "");
  CHECK(base32("f") == "MY");
  CHECK(base32("foobar") == "MZXW6YTBOI");
}

}  // namespace suoi::mobile_api
