// What the command line decides about a certificate that was issued. It is written as an approval of the server's own
// device, so it is merged, kept and shown like the decision of a coordinator (docs/certificates.md, "Never edited").
//
// Threads: inside a write transaction. Errors: AdminFault says in plain words what is wrong; nothing is stored then.
#pragma once

#include <string>

#include "suoi/mobile_api/administration.hpp"

namespace suoi::mobile_api {

// `step`: suspend, reinstate, revoke or reissue. Gives the number of the certificate that counts afterwards: a new one
// after `reissue`.
std::string decide_certificate(storage::Transaction& transaction, const sync::Rules& rules, std::int64_t now_ms,
                               const std::string& number, const std::string& step, const std::string& reason);

}  // namespace suoi::mobile_api
