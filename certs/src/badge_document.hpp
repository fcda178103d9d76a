// The unsigned Open Badges file of a certificate, both ways; private to this module.
#pragma once

#include <optional>
#include <string>

#include "data_integrity.hpp"
#include "suoi/certs/certificate.hpp"

namespace suoi::certs {

struct BadgeContent {
  Facts facts;
  std::string basis_digest;
  std::string did;
};

UnsecuredDocument badge_document(const BadgeContent& content);

// The content of a file by what its members say. What it leaves unread shows when badge_document() makes another file
// of it.
std::optional<BadgeContent> read_badge(const domain::Value& json);

}  // namespace suoi::certs
