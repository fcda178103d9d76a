#include "suoi/mobile_api/http.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "suoi/domain/error_codes.hpp"

namespace suoi::mobile_api {
namespace {

struct Title {
  int status;
  std::string_view text;
};

// RFC 9110, section 15; 426 and 428-431 from RFC 6585, 460 from tus 1.0.0 and 507 from RFC 4918.
constexpr std::array kTitles{Title{400, "Bad Request"},
                             Title{401, "Unauthorized"},
                             Title{403, "Forbidden"},
                             Title{404, "Not Found"},
                             Title{405, "Method Not Allowed"},
                             Title{406, "Not Acceptable"},
                             Title{408, "Request Timeout"},
                             Title{409, "Conflict"},
                             Title{410, "Gone"},
                             Title{411, "Length Required"},
                             Title{412, "Precondition Failed"},
                             Title{413, "Content Too Large"},
                             Title{415, "Unsupported Media Type"},
                             Title{416, "Range Not Satisfiable"},
                             Title{422, "Unprocessable Content"},
                             Title{426, "Upgrade Required"},
                             Title{428, "Precondition Required"},
                             Title{429, "Too Many Requests"},
                             Title{431, "Request Header Fields Too Large"},
                             Title{460, "Checksum Mismatch"},
                             Title{500, "Internal Server Error"},
                             Title{501, "Not Implemented"},
                             Title{503, "Service Unavailable"},
                             Title{507, "Insufficient Storage"}};

std::string_view title_of(int status) {
  for (const auto& title : kTitles) {
    if (title.status == status) return title.text;
  }
  return status < 500 ? "Client Error" : "Server Error";
}

}  // namespace

Response problem(int status, std::string_view code, std::string_view detail,
                 const std::vector<std::pair<std::string, std::string>>& extra) {
  nlohmann::ordered_json body{
      {"type", "about:blank"}, {"title", title_of(status)}, {"status", status}, {"code", code}, {"detail", detail}};
  if (const domain::ErrorCode* known = domain::find_error_code(code)) {
    body["advice"] = {{"vi", known->advice.vi}, {"en", known->advice.en}};
  }
  for (const auto& [name, json] : extra) body[name] = nlohmann::ordered_json::parse(json);

  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  // A detail may quote what a client sent; bytes that are no UTF-8 become U+FFFD instead of a second fault.
  response.body = body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  response.log["code"] = code;
  return response;
}

Response no_content() {
  Response response;
  response.status = 204;
  return response;
}

}  // namespace suoi::mobile_api
