// suoi person password, totp: who may open the desk in a browser, and what to do when somebody lost their way in.

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "suoi/mobile_api/sign_in.hpp"

namespace suoi::server {
namespace {

struct SignInOptions {
  std::string id;
  std::string login;
  bool from_stdin = false;
  bool remove = false;
};

domain::PersonId person_id(const std::string& text) {
  const auto id = domain::PersonId::parse(text);
  if (!id) throw UsageFault("the id of a person is a UUID, not " + text);
  return *id;
}

std::string typed_password() {
  std::string line;
  if (!std::getline(std::cin, line)) throw UsageFault("--stdin: give the password as one line on standard input");
  return line;
}

int password(const Shared& shared, const SignInOptions& options) {
  Instance instance(shared.data, Instance::Start::open);
  const domain::PersonId person = person_id(options.id);
  if (options.remove) {
    instance.write(
        [&](storage::Transaction& transaction) { mobile_api::remove_password(transaction, person, system_now_ms()); });
    shared.say({{"person", options.id}, {"removed", true}}, "No more signing in; open sessions have ended.");
    return 0;
  }
  const std::string chosen = options.from_stdin ? typed_password() : mobile_api::random_password();
  const std::string kept = mobile_api::keep_password(chosen);
  instance.write([&](storage::Transaction& transaction) {
    mobile_api::set_password(transaction, instance.keys().box(), person, options.login, kept, system_now_ms());
  });
  nlohmann::ordered_json object{{"person", options.id}};
  std::string words = "The password is set; sessions that were open have ended.";
  if (!options.from_stdin) {
    object["password"] = chosen;
    words += "\nPassword, shown only now: " + chosen + "\nHand it over in person or by telephone, not by mail.";
  }
  shared.say(object, words);
  return 0;
}

std::string host_of(const std::string& address) {
  const std::size_t scheme = address.find("://");
  return scheme == std::string::npos ? address : address.substr(scheme + 3);
}

int totp(const Shared& shared, const SignInOptions& options) {
  Instance instance(shared.data, Instance::Start::open);
  const domain::PersonId person = person_id(options.id);
  if (options.remove) {
    instance.write([&](storage::Transaction& transaction) { mobile_api::remove_totp(transaction, person); });
    shared.say({{"person", options.id}, {"removed", true}}, "No one-time code is asked for any more.");
    return 0;
  }
  mobile_api::NewTotp made;
  instance.write([&](storage::Transaction& transaction) {
    made = mobile_api::set_totp(transaction, instance.keys().box(), person, host_of(instance.address()));
  });
  shared.say(
      {{"person", options.id}, {"secret", made.secret}, {"uri", made.uri}},
      "From now on this person also needs a one-time code. Type into their authenticator app, shown only now:\n  " +
          made.secret + "\nor let it scan this address as a QR code:\n  " + made.uri);
  return 0;
}

using Action = int (*)(const Shared&, const SignInOptions&);

std::shared_ptr<SignInOptions> on_call(CLI::App& verb, Verb& chosen, Action action) {
  auto options = std::make_shared<SignInOptions>();
  verb.add_option("id", options->id, "Their id")->required();
  verb.callback([&chosen, options, action] {
    chosen = [options, action](const Shared& shared) { return action(shared, *options); };
  });
  return options;
}

}  // namespace

void add_sign_in_verbs(CLI::App& person, Verb& chosen) {
  auto* password_verb = person.add_subcommand("password", "Let somebody sign in at a desk, or give a new password");
  auto options = on_call(*password_verb, chosen, &password);
  password_verb->add_option("--login", options->login, "Their login; needed the first time")->type_name("LOGIN");
  auto* from_stdin = password_verb->add_flag("--stdin", options->from_stdin,
                                             "Take the password from standard input instead of making one");
  password_verb->add_flag("--remove", options->remove, "No more signing in")->excludes(from_stdin);
  password_verb->footer(R"(
Somebody forgot the password: give a new one. It ends the sessions that are open.
Somebody lost the phone with the codes, too: give a new password and `suoi person totp ID` anew.
Ask who it is by a way you know, never by the message that asks for it.)");

  auto* totp_verb = person.add_subcommand("totp", "Ask somebody for a one-time code at every sign-in (RFC 6238)");
  options = on_call(*totp_verb, chosen, &totp);
  totp_verb->add_flag("--remove", options->remove, "Ask for none any more");
}

}  // namespace suoi::server
