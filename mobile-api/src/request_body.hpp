// Small JSON bodies, read whole.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "suoi/domain/value.hpp"
#include "suoi/mobile_api/http.hpp"

namespace suoi::mobile_api {

// An object whose texts are in normal form C and hold no U+0000; else 422 malformed.
tl::expected<domain::Value, Response> read_object(std::string_view json);

// The text of a member; empty where there is none.
std::string text_of(const domain::Value* object, std::string_view member);

Response malformed(const std::string& detail);

}  // namespace suoi::mobile_api
