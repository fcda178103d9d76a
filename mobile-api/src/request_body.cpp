#include "request_body.hpp"

#include "suoi/mobile_api/json_reader.hpp"
#include "suoi/mobile_api/normalise.hpp"

namespace suoi::mobile_api {

tl::expected<domain::Value, Response> read_object(std::string_view json) {
  auto body = read_json(json);
  if (!body || body->object() == nullptr) return tl::unexpected(malformed("the body must be an object"));
  if (has_nul(*body)) return tl::unexpected(malformed("a text contains U+0000"));
  normalise_texts(*body);
  return std::move(*body);
}

std::string text_of(const domain::Value* object, std::string_view member) {
  const domain::Value* found = object != nullptr ? object->find(member) : nullptr;
  return found != nullptr && found->text() != nullptr ? *found->text() : std::string();
}

Response malformed(const std::string& detail) {
  return problem(422, "malformed", detail);
}

}  // namespace suoi::mobile_api
