// POST /v1/enrolments: a phone joins with a single-use code and its own key; and what signing in shares with it.
//
// A code that has to be compared is claimed by the first key that shows it: that one gets 202 with four digits, and 201
// to the same request once the inviter has typed these digits in.
#pragma once

#include "callers.hpp"
#include "suoi/certs/signing_key.hpp"
#include "throttle.hpp"

namespace suoi::mobile_api {

// `guesses` slows down addresses that try codes.
Response enrolment_endpoint(const Service& service, Throttle& guesses, const Request& request);

// The hash by which an invitation is kept; codes are read without case, blanks and dashes.
storage::Digest invitation_hash(std::string_view code);

struct NewDevice {
  certs::PublicKey key;
  std::string name;
  std::string platform;
};

// Takes "device": {"name", "platform"} from a body; false: a text is too long.
bool read_device_texts(const domain::Value& body, NewDevice& device);
std::string new_token(const Service& service);
// UUID of version 5 of the key's thumbprint (protocol.md, "Enrolment").
domain::DeviceId device_id(const Service& service, const certs::PublicKey& key);
// Whether the key is nobody's yet, or this person's and not revoked.
bool may_hold(storage::Transaction& transaction, const Service& service, const certs::PublicKey& key,
              const domain::PersonId& person);
// Adds or renews the device with a fresh token.
storage::Device put_device(storage::Transaction& transaction, const Service& service, const NewDevice& given,
                           const domain::PersonId& person, const std::string& token, std::int64_t now_ms,
                           std::int64_t token_until_ms);
// 201 with all that a device needs to work; `expires` stands in it where the token has an end.
Response answer_enrolment(const Service& service, const storage::Device& device, const std::string& token,
                          std::int64_t arrival_ms);

}  // namespace suoi::mobile_api
