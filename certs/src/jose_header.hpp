// The protected header that JWS and JWE share; private to this module.
#pragma once

#include <array>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "suoi/certs/jws.hpp"
#include "suoi/domain/value.hpp"

namespace suoi::certs {

// The object in the base64url `segment`; nullopt where it is too long or no strict JSON object.
std::optional<domain::Value::Object> parse_header(std::string_view segment);

// The members that are texts.
HeaderTexts header_texts(const domain::Value::Object& header);

// `own` and `extras` together, as canonical JSON in base64url; std::invalid_argument where an extra is reserved.
std::string header_segment(domain::Value::Object own, const HeaderTexts& extras,
                           std::initializer_list<std::string_view> reserved);

// Exactly kCount parts between dots; nullopt for more or fewer.
template <std::size_t kCount>
std::optional<std::array<std::string_view, kCount>> split_token(std::string_view token) {
  std::array<std::string_view, kCount> parts;
  for (std::size_t i = 0; i + 1 < kCount; ++i) {
    const std::size_t dot = token.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    parts[i] = token.substr(0, dot);
    token.remove_prefix(dot + 1);
  }
  if (token.find('.') != std::string_view::npos) return std::nullopt;
  parts[kCount - 1] = token;
  return parts;
}

}  // namespace suoi::certs
