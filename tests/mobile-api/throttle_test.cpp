// Who guesses has to wait, and nobody else.

#include "../../mobile-api/src/throttle.hpp"

#include <catch2/catch.hpp>

namespace suoi::mobile_api {

TEST_CASE("After the free tries each further one waits twice as long, up to a bound") {
  Throttle throttle({.free_tries = 3, .first_pause_ms = 1'000, .longest_pause_ms = 3'000});
  std::int64_t now_ms = 1'000'000;
  for (int count = 0; count < 3; ++count) CHECK(throttle.begin_try("a", now_ms) == 0);
  CHECK(throttle.begin_try("a", now_ms) == 1'000);
  CHECK(throttle.begin_try("a", now_ms + 400) == 600);
  CHECK(throttle.begin_try("a", now_ms += 1'000) == 0);
  CHECK(throttle.begin_try("a", now_ms) == 2'000);
  CHECK(throttle.begin_try("a", now_ms += 2'000) == 0);
  CHECK(throttle.begin_try("a", now_ms) == 3'000);
  CHECK(throttle.begin_try("b", now_ms) == 0);
  now_ms += 6'001;  // quiet for longer than any pause: all is forgotten
  for (int count = 0; count < 3; ++count) CHECK(throttle.begin_try("a", now_ms) == 0);
}

TEST_CASE("A try that was good costs nothing, and does not wipe out those that were bad") {
  Throttle throttle({.free_tries = 2, .first_pause_ms = 1'000, .longest_pause_ms = 9'000});
  for (int count = 0; count < 100; ++count) {
    CHECK(throttle.begin_try("a", 5) == 0);
    throttle.take_back("a");
  }
  CHECK(throttle.begin_try("a", 5) == 0);
  CHECK(throttle.begin_try("a", 5) == 0);
  throttle.take_back("a");
  CHECK(throttle.begin_try("a", 5) == 0);
  CHECK(throttle.begin_try("a", 5) == 1'000);
  throttle.forget("a");
  CHECK(throttle.begin_try("a", 5) == 0);
}

TEST_CASE("However many addresses guess, what is remembered stays bounded, the latest best") {
  Throttle throttle({.free_tries = 1, .first_pause_ms = 1'000, .longest_pause_ms = 9'000, .keys_max = 10});
  for (int count = 0; count < 50; ++count) throttle.begin_try(std::to_string(count), 100 + count);
  CHECK(throttle.begin_try("49", 200) > 0);
  CHECK(throttle.begin_try("0", 200) == 0);
}

TEST_CASE("All addresses of one IPv6 household count as one") {
  CHECK(address_key("192.0.2.7") == "192.0.2.7");
  CHECK(address_key("2001:db8::1") == address_key("2001:db8:0:0:ffff::2"));
  CHECK(address_key("2001:db8:0:1::1") != address_key("2001:db8::1"));
  CHECK(address_key("::ffff:192.0.2.7") == "::ffff:192.0.2.7");
}

}  // namespace suoi::mobile_api
