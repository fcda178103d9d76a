#include "suoi/mobile_api/sign_in.hpp"

#include "password.hpp"
#include "suoi/certs/hashing.hpp"
#include "suoi/mobile_api/normalise.hpp"
#include "totp.hpp"

namespace suoi::mobile_api {
namespace {

constexpr std::size_t kLoginMin = 3;
constexpr std::size_t kLoginMax = 64;
constexpr std::string_view kLoginSigns = "abcdefghijklmnopqrstuvwxyz0123456789._-@";

std::string lower(std::string_view login) {
  std::string plain(login);
  for (char& sign : plain) {
    if (sign >= 'A' && sign <= 'Z') sign = static_cast<char>(sign - 'A' + 'a');
  }
  return plain;
}

void require_login(std::string_view login) {
  const bool fits = login.size() >= kLoginMin && login.size() <= kLoginMax &&
                    lower(login).find_first_not_of(kLoginSigns) == std::string::npos;
  if (!fits) throw AdminFault("a login has 3 to 64 letters a-z, digits or . _ - @");
}

storage::SignIn required_sign_in(storage::Transaction& transaction, const domain::PersonId& person) {
  auto known = transaction.sign_in_of(person);
  if (!known) throw AdminFault("this person has no password yet; give one first: suoi person password");
  return std::move(*known);
}

}  // namespace

storage::Digest login_digest(const certs::SecretBox& box, std::string_view login) {
  return box.mac("login", lower(login));
}

std::string keep_password(std::string_view password) {
  const std::string normal = to_nfc(password);
  const std::size_t signs = code_points(normal);
  if (signs < kPasswordSignsMin || signs > kPasswordSignsMax) {
    throw AdminFault("a password has 12 to 128 signs; several words are easy to keep in mind");
  }
  return hash_password(normal);
}

std::string random_password() {
  static constexpr std::string_view kSigns = "23456789abcdefghjkmnpqrstuvwxyz";
  constexpr std::size_t kLength = 20;                                 // about 98 bits
  constexpr std::size_t kFair = 256 / kSigns.size() * kSigns.size();  // bytes from here on would prefer some signs
  std::string password;
  for (std::size_t signs = 0; signs < kLength;) {
    const auto number = static_cast<unsigned char>(certs::random_bytes(1).front());
    if (number >= kFair) continue;
    if (signs > 0 && signs % 5 == 0) password += '-';
    password += kSigns[number % kSigns.size()];
    ++signs;
  }
  return password;
}

void set_password(storage::Transaction& transaction, const certs::SecretBox& box, const domain::PersonId& person,
                  std::string_view login, std::string kept_password, std::int64_t now_ms) {
  require_person(transaction, person);
  const auto known = transaction.sign_in_of(person);
  if (!known && login.empty()) throw AdminFault("a first password needs a login, too: --login");
  storage::SignIn sign_in = known.value_or(storage::SignIn{});
  sign_in.person = person;
  sign_in.password = std::move(kept_password);
  if (!login.empty()) {
    require_login(login);
    sign_in.login = login_digest(box, login);
  }
  if (!transaction.put_sign_in(sign_in)) throw AdminFault("somebody else has this login; choose another");
  transaction.end_sessions(person, now_ms);
}

void remove_password(storage::Transaction& transaction, const domain::PersonId& person, std::int64_t now_ms) {
  required_sign_in(transaction, person);
  transaction.drop_sign_in(person);
  transaction.end_sessions(person, now_ms);
}

NewTotp set_totp(storage::Transaction& transaction, const certs::SecretBox& box, const domain::PersonId& person,
                 std::string_view host) {
  storage::SignIn sign_in = required_sign_in(transaction, person);
  const std::string seed = certs::random_bytes(kTotpSeedBytes);
  sign_in.totp = box.seal(kTotpPurpose, seed);
  sign_in.totp_step = 0;
  transaction.put_sign_in(sign_in);
  const std::string secret = base32(seed);
  return {secret, "otpauth://totp/Suoi:" + std::string(host) + "?secret=" + secret + "&issuer=Suoi"};
}

void remove_totp(storage::Transaction& transaction, const domain::PersonId& person) {
  storage::SignIn sign_in = required_sign_in(transaction, person);
  sign_in.totp.clear();
  transaction.put_sign_in(sign_in);
}

}  // namespace suoi::mobile_api
