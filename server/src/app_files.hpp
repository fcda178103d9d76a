// The web app's files, served beside the contract: what the bundle has is answered here, everything else further on.
//
// Purpose: a decorator of a Handler. Reads the folder once, at the start: `/` is index.html; of each file the forms
//          that the build compressed (.br, .gz) are kept beside it and chosen by Accept-Encoding.
// Shapes:  files under /assets/ carry their hash in their name and never change; all others are asked for again, with
//          an ETag. GET only (the front makes HEAD of it).
// Owner:   keeps a reference to the handler behind it, which must outlive it.
// Threads: immutable after construction.
// Errors:  the constructor throws std::runtime_error where the folder has no index.html or a file cannot be read.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "suoi/mobile_api/http.hpp"

namespace suoi::server {

class AppFiles : public mobile_api::Handler {
 public:
  AppFiles(const std::filesystem::path& folder, mobile_api::Handler& next);

  mobile_api::BodyLimits limits_for(std::string_view method, std::string_view path) const override;
  mobile_api::Response handle(const mobile_api::Request& request) override;
  tl::expected<std::unique_ptr<mobile_api::Intake>, mobile_api::Response> intake(
      const mobile_api::Request& request) override {
    return next_.intake(request);
  }

 private:
  struct File {
    std::string content_type;
    std::string cache_control;
    std::string tag;                           // without quotes; of the plain form
    std::map<std::string, std::string> forms;  // content coding → bytes; "" is the plain form
  };

  static mobile_api::Response answer(const File& file, const mobile_api::Request& request);

  std::map<std::string, File, std::less<>> files_;
  mobile_api::Handler& next_;
};

}  // namespace suoi::server
