// Where status lists speak of a certificate.
#include "suoi/domain/status_place.hpp"

#include <catch2/catch.hpp>

using namespace suoi::domain;

TEST_CASE("A certificate's place in the status lists follows from its number") {
  const auto lai_chau = *UnitKey::parse("2025:12");
  const auto place = status_place(lai_chau, 2026, 1);
  REQUIRE(place);
  CHECK(place->list == 26121);
  CHECK(place->index == 0);
  const auto list = parse_status_list("26121");
  REQUIRE(list);
  CHECK(list->numbers_begin == "12-2026-");
  CHECK(list->purpose == StatusPurpose::revocation);
  CHECK(index_in_list(*list, "12-2026-000001") == 0);
  CHECK(index_in_list(*list, "12-2026-131073") == 131072);
  CHECK(parse_status_list("26123")->purpose == StatusPurpose::supersession);
  for (const char* number : {"12-2026-", "12-2026-000000", "12-2026-x", "11-2026-000001", "12-2026--1", ""}) {
    CHECK_FALSE(index_in_list(*list, number).has_value());
  }
}

TEST_CASE("What names no status list is none") {
  for (const char* digits : {"", "0", "1", "26120", "26124", "126121", "x6121", "-6121", "06121", "26 21"}) {
    CAPTURE(digits);
    CHECK_FALSE(parse_status_list(digits).has_value());
  }
  CHECK_FALSE(status_place(*UnitKey::parse("2025:03442"), 2026, 1).has_value());
  CHECK_FALSE(status_place(*UnitKey::parse("2025:12"), 1999, 1).has_value());
  CHECK_FALSE(status_place(*UnitKey::parse("2025:12"), 2026, 0).has_value());
}
