// Places for connections, by address.

#include "../../server/src/address_limit.hpp"

#include <catch2/catch.hpp>

using suoi::server::AddressLimit;

TEST_CASE("An address gets its places and no more, and a place that is left is free again") {
  AddressLimit limit(2);
  auto first = limit.enter("203.0.113.7");
  const auto second = limit.enter("203.0.113.7");
  CHECK(first);
  CHECK(second);
  CHECK_FALSE(limit.enter("203.0.113.7"));
  CHECK(limit.enter("203.0.113.8"));
  first.reset();
  CHECK(limit.enter("203.0.113.7"));
}

TEST_CASE("All addresses of one IPv6 customer share their places") {
  AddressLimit limit(1);
  const auto held = limit.enter("2001:db8:1:2::7");
  CHECK(held);
  CHECK_FALSE(limit.enter("2001:db8:1:2:ffff::1"));
  CHECK(limit.enter("2001:db8:1:3::7"));
}

TEST_CASE("Loopback, where a proxy stands, has no limit, and neither has anybody where it is 0") {
  AddressLimit limit(1);
  const auto proxy = limit.enter("127.0.0.1");
  CHECK(limit.enter("127.0.0.1"));
  const auto six = limit.enter("::1");
  CHECK(limit.enter("::1"));
  AddressLimit none(0);
  const auto held = none.enter("203.0.113.7");
  CHECK(none.enter("203.0.113.7"));
}
