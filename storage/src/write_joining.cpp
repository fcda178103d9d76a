// What a write transaction changes about invitations and signing in.

#include "write_transaction.hpp"

namespace suoi::storage {
namespace {

constexpr char kAddInvitation[] =
    "INSERT INTO invitation (code_hash, person, expires, redeemed_by, redeemed, inviter, compared, digits, confirmed,"
    " wrong_digits) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr char kSetInvitation[] =
    "UPDATE invitation SET expires = ?, redeemed_by = ?, redeemed = ?, compared = ?, digits = ?, confirmed = ?,"
    " wrong_digits = ? WHERE code_hash = ?";
// One that was used answers its phone again for a day; that ends, too.
constexpr char kEndInvitations[] = "UPDATE invitation SET expires = min(expires, ?1), redeemed = 0 WHERE person = ?2";
constexpr char kPutSignIn[] =
    "INSERT INTO sign_in (person, login, password, totp, totp_step) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (person) DO UPDATE SET login = excluded.login, password = excluded.password, totp = excluded.totp,"
    " totp_step = excluded.totp_step";
constexpr char kDropSignIn[] = "DELETE FROM sign_in WHERE person = ?";
constexpr char kEndSession[] = "UPDATE device SET token_until = min(token_until, ?) WHERE id = ?";
// A phone's token has no end.
constexpr char kEndSessions[] =
    "UPDATE device SET token_until = ?1 WHERE person = ?2 AND token_until > ?1 AND token_until < ?3";

}  // namespace

void WriteTransaction::add_invitation(const Invitation& invitation) {
  run(connection(), kAddInvitation, blob(invitation.code_hash), blob(invitation.person), invitation.expires_ms,
      invitation.redeemed_by, invitation.redeemed_ms, blob(invitation.inviter), invitation.compared, invitation.digits,
      invitation.confirmed_ms, invitation.wrong_digits);
}

void WriteTransaction::update_invitation(const Invitation& invitation) {
  run(connection(), kSetInvitation, invitation.expires_ms, invitation.redeemed_by, invitation.redeemed_ms,
      invitation.compared, invitation.digits, invitation.confirmed_ms, invitation.wrong_digits,
      blob(invitation.code_hash));
}

void WriteTransaction::end_invitations(const domain::PersonId& person, std::int64_t now_ms) {
  run(connection(), kEndInvitations, now_ms, blob(person));
}

bool WriteTransaction::put_sign_in(const SignIn& sign_in) {
  const auto holder = tables().sign_in(sign_in.login);
  if (holder && holder->person != sign_in.person) return false;
  run(connection(), kPutSignIn, blob(sign_in.person), blob(sign_in.login), sign_in.password, Blob{sign_in.totp},
      sign_in.totp_step);
  return true;
}

void WriteTransaction::drop_sign_in(const domain::PersonId& person) {
  run(connection(), kDropSignIn, blob(person));
}

void WriteTransaction::end_session(const domain::DeviceId& device, std::int64_t now_ms) {
  run(connection(), kEndSession, now_ms, blob(device));
}

void WriteTransaction::end_sessions(const domain::PersonId& person, std::int64_t now_ms) {
  run(connection(), kEndSessions, now_ms, blob(person), INT64_MAX);
}

}  // namespace suoi::storage
