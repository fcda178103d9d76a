#include "jose_header.hpp"

#include <algorithm>
#include <stdexcept>

#include "strict_json.hpp"
#include "suoi/certs/base64url.hpp"

namespace suoi::certs {

std::optional<domain::Value::Object> parse_header(std::string_view segment) {
  if (segment.size() > kTokenHeaderBytesMax) return std::nullopt;
  const auto text = parse_base64url(segment);
  if (!text) return std::nullopt;
  auto value = parse_strict_json(*text);
  if (!value || value->object() == nullptr) return std::nullopt;
  return std::move(*value->object());
}

HeaderTexts header_texts(const domain::Value::Object& header) {
  HeaderTexts texts;
  for (const auto& [name, value] : header) {
    if (const auto* text = value.text()) texts.emplace(name, *text);
  }
  return texts;
}

std::string header_segment(domain::Value::Object own, const HeaderTexts& extras,
                           std::initializer_list<std::string_view> reserved) {
  for (const auto& [name, text] : extras) {
    if (std::find(reserved.begin(), reserved.end(), name) != reserved.end()) {
      throw std::invalid_argument("reserved header member: " + name);
    }
    own.emplace(name, text);
  }
  return base64url(domain::canonical_json(std::move(own)));
}

}  // namespace suoi::certs
