// A link over HTTPS (or plain HTTP on loopback) that trusts exactly one certificate file.
//
// Purpose: how a phone reaches its server: kept-alive connection, requests and answers in gzip.
// Shapes:  origin "https://HOST:PORT" without a path; limits in milliseconds.
// Ownership: the connection; copies are not possible. Threads: one thread at a time; many links may exist.
// Errors:  std::invalid_argument for an origin that cannot be read; no connection, a wrong certificate, a time-out or
//          an answer cut short are no answer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "suoi/client/link.hpp"

namespace suoi::client {

class HttpsLink : public Link {
 public:
  struct Options {
    std::filesystem::path ca_file;    // PEM; the only authority that is trusted
    std::int64_t timeout_ms = 30000;  // for connecting and for each read
    bool gzip_requests = true;        // bodies from 512 bytes on
  };

  HttpsLink(std::string_view origin, Options options);
  ~HttpsLink() override;

  std::optional<Answer> exchange(const LinkRequest& request) override;

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace suoi::client
