// How people come in: invitations, and signing in with a password.

#include "tables.hpp"

namespace suoi::storage {
namespace {

constexpr char kInvitation[] =
    "SELECT code_hash, person, expires, redeemed_by, redeemed, inviter, compared, digits, confirmed, wrong_digits"
    " FROM invitation WHERE code_hash = ?";
constexpr char kInvitationsBy[] =
    "SELECT code_hash, person, expires, redeemed_by, redeemed, inviter, compared, digits, confirmed, wrong_digits"
    " FROM invitation WHERE inviter = ? AND expires > ? ORDER BY expires DESC";
constexpr char kSignIn[] = "SELECT person, login, password, totp, totp_step FROM sign_in WHERE login = ?";
constexpr char kSignInOf[] = "SELECT person, login, password, totp, totp_step FROM sign_in WHERE person = ?";

Invitation invitation_of(const Query& query) {
  Invitation invitation;
  invitation.code_hash = query.array<32>(0);
  invitation.person = query.id<domain::PersonId>(1);
  invitation.expires_ms = query.integer(2);
  invitation.redeemed_by = query.text(3);
  invitation.redeemed_ms = query.integer(4);
  invitation.inviter = query.id<domain::PersonId>(5);
  invitation.compared = query.integer(6) != 0;
  invitation.digits = query.text(7);
  invitation.confirmed_ms = query.integer(8);
  invitation.wrong_digits = query.integer(9);
  return invitation;
}

std::optional<SignIn> first_sign_in(Query& query) {
  if (!query.step()) return std::nullopt;
  SignIn found;
  found.person = query.id<domain::PersonId>(0);
  found.login = query.array<32>(1);
  found.password = query.text(2);
  found.totp = query.bytes(3);
  found.totp_step = query.integer(4);
  return found;
}

}  // namespace

std::optional<Invitation> Tables::invitation(const Digest& code_hash) {
  Query query(connection_, kInvitation, blob(code_hash));
  return query.step() ? std::optional(invitation_of(query)) : std::nullopt;
}

std::vector<Invitation> Tables::invitations_by(const domain::PersonId& inviter, std::int64_t now_ms) {
  std::vector<Invitation> found;
  Query query(connection_, kInvitationsBy, blob(inviter), now_ms);
  while (query.step()) found.push_back(invitation_of(query));
  return found;
}

std::optional<SignIn> Tables::sign_in(const Digest& login) {
  Query query(connection_, kSignIn, blob(login));
  return first_sign_in(query);
}

std::optional<SignIn> Tables::sign_in_of(const domain::PersonId& person) {
  Query query(connection_, kSignInOf, blob(person));
  return first_sign_in(query);
}

}  // namespace suoi::storage
