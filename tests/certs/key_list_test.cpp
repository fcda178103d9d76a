// The list of keys under an offline root: what it says is what a check goes by.
#include "suoi/certs/key_list.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <thread>

#include "sample_facts.hpp"
#include "scratch_folder.hpp"
#include "suoi/certs/carrier.hpp"

using namespace suoi::certs;
using namespace suoi::certs::test;

namespace {

constexpr std::int64_t kHourMs = 3600000;

// A key with its list, and one certificate by it in two of its forms.
struct Listed {
  SigningKey root = SigningKey::generate();
  SigningKey key = SigningKey::generate();
  Ed25519Key file_key = badge_key(key);
  KeyList list{7,
               kIssuedAt,
               "2025:12",
               {{KeyUse::certificates, key.public_key().thumbprint(), key.public_key().jwk(), 0, {}, {}},
                {KeyUse::files, file_key.public_key().thumbprint(), file_key.public_key().jwk(), 0, {}, {}}}};
  std::string code = qr_text(sample_facts(key), key);
  std::string file = open_badge(sample_facts(key), "", {"did:web:suoi.example", file_key});

  void both(const std::function<void(ListedKey&)>& change) {
    for (ListedKey& one : list.keys)
      if (one.use != KeyUse::log) change(one);
  }
  // The verdict on both forms, which must be the same one.
  std::string verdict(const std::string& proof = {}) const {
    const auto known = read_key_list(sign_key_list(list, root));
    REQUIRE(known);
    const IssuerKeys keys = issuer_keys(known->list);
    const auto of_code = verify_carrier(code, keys, kIssuedAt, {}, proof);
    CHECK(name_of(verify_carrier(file, keys, kIssuedAt, {}, proof).verdict) == name_of(of_code.verdict));
    CHECK(of_code.facts.has_value() == (of_code.verdict == Verdict::valid_as_of));
    return name_of(of_code.verdict);
  }
};

}  // namespace

TEST_CASE("a list of keys is read back as its root signed it") {
  Listed listed;
  listed.list.keys[0].not_after_ms = 5;
  listed.list.keys[1].compromised_ms = 6;
  const auto read = read_key_list(sign_key_list(listed.list, listed.root));
  REQUIRE(read);
  CHECK(read->list == listed.list);
  CHECK(read->root == listed.root.public_key().thumbprint());
}

TEST_CASE("no bit of a list of keys can be changed under the root that signed it") {
  const Listed listed;
  const std::string text = sign_key_list(listed.list, listed.root);
  for (std::size_t bit = 0; bit < text.size() * 8; bit += 5) {
    std::string changed = text;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    const auto read = read_key_list(changed);
    const bool same = read && read->list == listed.list && read->root == listed.root.public_key().thumbprint();
    if (read && !same) FAIL("bit " << bit);
  }
  CHECK_FALSE(read_key_list(""));
  CHECK_FALSE(read_key_list("{}"));
}

TEST_CASE("a certificate counts within the time of its key, and is called forged outside of it") {
  Listed listed;
  CHECK(listed.verdict() == "valid_as_of");
  listed.both([](ListedKey& one) { one.not_after_ms = kIssuedAt; });
  CHECK(listed.verdict() == "valid_as_of");
  listed.both([](ListedKey& one) { one.not_after_ms = kIssuedAt - kHourMs; });
  CHECK(listed.verdict() == "forged");
  listed.both([](ListedKey& one) { one = {one.use, one.kid, one.jwk, kIssuedAt + kHourMs, {}, {}}; });
  CHECK(listed.verdict() == "forged");
  listed.list.keys.clear();
  CHECK(listed.verdict() == "unknown_key");
}

TEST_CASE("what a stolen key signed counts only where it was logged before") {
  Listed listed;
  const Ed25519Key log = Ed25519Key::from_seed(std::string(32, 'l'));
  const std::string jwk = log.public_key().jwk();
  const std::string leaf = log_entry(LogEvent::issued, sample_facts(listed.key));
  const Checkpoint checkpoint{"suoi.example/v1/log/0", 1, merkle::leaf_hash(leaf)};
  const std::string proof = proof_text({0, {}, sign_checkpoint(checkpoint, log)});
  listed.both([](ListedKey& one) {
    one.compromised_ms = kIssuedAt - kHourMs;
    one.logged = 1;
  });
  listed.list.keys.push_back({KeyUse::log, log.public_key().thumbprint(), jwk, 0, {}, {}});
  CHECK(listed.verdict() == "forged");
  CHECK(listed.verdict(proof) == "forged");
  listed.both([](ListedKey& one) { one.compromised_ms = kIssuedAt + kHourMs; });
  CHECK(listed.verdict() == "unknown_key");
  CHECK(listed.verdict("no proof") == "unknown_key");
  CHECK(listed.verdict(proof) == "valid_as_of");
  const std::string other = sign_checkpoint(checkpoint, Ed25519Key::from_seed(std::string(32, 'm')));
  CHECK(listed.verdict(proof_text({0, {}, other})) == "unknown_key");
  listed.both([](ListedKey& one) { one.logged = 0; });  // it came into the log after the theft
  CHECK(listed.verdict(proof) == "unknown_key");
}

TEST_CASE("a root key opens with its passphrase and with no other") {
  const SigningKey root = SigningKey::generate();
  const std::string pem = root.encrypted_pem("bốn chữ dễ nhớ");
  CHECK(pem.rfind("-----BEGIN ENCRYPTED PRIV"
                  "ATE KEY-----",
                  0) == 0);
  const auto opened = SigningKey::from_encrypted_pem(pem, "bốn chữ dễ nhớ");
  REQUIRE(opened);
  CHECK(opened->public_key() == root.public_key());
  CHECK_FALSE(SigningKey::from_encrypted_pem(pem, "bốn chữ dễ quên"));
  CHECK_FALSE(SigningKey::from_encrypted_pem(pem.substr(0, pem.size() / 2), "bốn chữ dễ nhớ"));
  CHECK_FALSE(SigningKey::from_encrypted_pem("", ""));
}

TEST_CASE("a key store sees what another process made, ended or disowned, and signs no more with a stolen key") {
  const ScratchFolder folder;
  const KeyStorePlace place{folder.path() / "keys", std::nullopt};
  auto serving = KeyStore::open(place, 1000).value();
  auto other = KeyStore::open(place, 1000).value();
  CHECK_FALSE(serving.key_list());
  const OwnKey first = serving.current(Purpose::certificates, 2000);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // two changes of a folder within one tick look alike
  const OwnKey second = other.rotate(Purpose::certificates, 5000).value();
  KeyList list{1, 0, "", {{KeyUse::certificates, first.kid(), first.key.public_key().jwk(), 1000, {}, 4000}}};
  REQUIRE(other.keep_key_list(sign_key_list(list, SigningKey::generate())));
  REQUIRE(serving.refresh());
  CHECK(serving.key_list()->list == list);
  CHECK(serving.find(Purpose::certificates, second.kid()));
  CHECK(serving.current(Purpose::certificates, 6000).kid() == second.kid());
  CHECK(serving.current(Purpose::certificates, 2000).kid() == first.kid());
  const std::string jwks = serving.jwks({Purpose::certificates}, 6000);
  CHECK(jwks.find(first.kid()) == std::string::npos);
  CHECK(jwks.find(second.kid()) != std::string::npos);
  CHECK(issuer_keys(serving).issuers.back().compromised_ms == 4000);
  CHECK(serving.log_key().public_key() == other.log_key().public_key());
}
