#include "suoi/client/https_link.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/RejectCertificateHandler.h>
#include <Poco/Net/SSLManager.h>
#include <Poco/String.h>
#include <Poco/URI.h>

#include <iterator>
#include <mutex>
#include <stdexcept>

#include "gzip.hpp"

namespace suoi::client {
namespace {

constexpr std::size_t kGzipFromBytes = 512;
constexpr std::size_t kAnswerBytesMax = 64UL << 20U;

Poco::Net::Context::Ptr trust(const std::filesystem::path& ca_file) {
  Poco::Net::Context::Params params;
  params.caLocation = ca_file.string();
  params.verificationMode = Poco::Net::Context::VERIFY_STRICT;
  params.verificationDepth = 4;
  params.loadDefaultCAs = false;
  params.cipherList = "ECDHE+AESGCM:ECDHE+CHACHA20";
  return new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, params);
}

// Poco asks its one SSLManager what to do with a certificate that does not verify; without this it would look for a
// configuration of the application instead.
void refuse_bad_certificates(const Poco::Net::Context::Ptr& context) {
  static std::once_flag once;
  std::call_once(once, [&] {
    const Poco::SharedPtr<Poco::Net::InvalidCertificateHandler> refuse = new Poco::Net::RejectCertificateHandler(false);
    Poco::Net::SSLManager::instance().initializeClient(nullptr, refuse, context);
  });
}

}  // namespace

struct HttpsLink::Connection {
  Poco::URI origin;
  Options options;
  std::unique_ptr<Poco::Net::HTTPClientSession> session;

  void open() {
    if (origin.getScheme() == "https") {
      const auto context = trust(options.ca_file);
      refuse_bad_certificates(context);
      session = std::make_unique<Poco::Net::HTTPSClientSession>(origin.getHost(), origin.getPort(), context);
    } else {
      session = std::make_unique<Poco::Net::HTTPClientSession>(origin.getHost(), origin.getPort());
    }
    session->setKeepAlive(true);
    session->setTimeout(Poco::Timespan(options.timeout_ms * 1000));
  }

  std::optional<Answer> attempt(const LinkRequest& asked) {
    Poco::Net::HTTPRequest request(asked.method, asked.target, Poco::Net::HTTPMessage::HTTP_1_1);
    request.setKeepAlive(true);
    request.set("Accept-Encoding", "gzip");
    if (!asked.token.empty()) request.set("Authorization", "Bearer " + asked.token);
    for (const auto& [name, value] : asked.headers) request.set(name, value);
    const bool has_body = asked.method != "GET" && asked.method != "HEAD";
    std::string body = asked.body;
    if (has_body) {
      if (options.gzip_requests && body.size() >= kGzipFromBytes && !request.has("Content-Encoding")) {
        body = gzip(body);
        request.set("Content-Encoding", "gzip");
      }
      request.setContentType(asked.content_type);
      request.setContentLength64(static_cast<Poco::Int64>(body.size()));
    }
    std::ostream& out = session->sendRequest(request);
    if (has_body) out.write(body.data(), static_cast<std::streamsize>(body.size()));
    out.flush();
    return receive(asked.method == "HEAD");
  }

  std::optional<Answer> receive(bool head_only) {
    Poco::Net::HTTPResponse response;
    std::istream& in = session->receiveResponse(response);
    Answer answer;
    answer.status = response.getStatus();
    for (const auto& [name, value] : response) answer.headers[Poco::toLower(name)] = value;
    answer.body.assign(std::istreambuf_iterator<char>(in), {});
    // Poco takes a body cut short for a whole one.
    const bool counted = response.hasContentLength() && !head_only;
    if (counted && static_cast<std::size_t>(response.getContentLength64()) != answer.body.size()) return std::nullopt;
    if (answer.header("content-encoding") == "gzip" && !answer.body.empty()) {
      auto plain = gunzip(answer.body, kAnswerBytesMax);
      if (!plain) return std::nullopt;
      answer.body = std::move(*plain);
    }
    return answer;
  }
};

HttpsLink::HttpsLink(std::string_view origin, Options options) : connection_(std::make_unique<Connection>()) {
  try {
    connection_->origin = Poco::URI(std::string(origin));
  } catch (const Poco::SyntaxException&) {
    throw std::invalid_argument("no origin of a server: " + std::string(origin));
  }
  connection_->options = std::move(options);
}

HttpsLink::~HttpsLink() = default;

std::optional<Answer> HttpsLink::exchange(const LinkRequest& request) {
  const bool reused = connection_->session != nullptr;
  // A kept connection may have been closed meanwhile; that shows only when it is used, and asking again is harmless.
  for (int attempts = reused ? 2 : 1; attempts > 0; --attempts) {
    try {
      if (connection_->session == nullptr) connection_->open();
      auto answer = connection_->attempt(request);
      if (!answer || answer->header("connection") == "close") connection_->session.reset();
      if (answer) return answer;
    } catch (const Poco::TimeoutException&) {
      connection_->session.reset();
      return std::nullopt;
    } catch (const Poco::Exception&) {
      connection_->session.reset();
    }
  }
  return std::nullopt;
}

}  // namespace suoi::client
