// The transparency log as strangers read it, against the vectors of others.
#include "suoi/certs/transparency_log.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <map>

#include "hex.hpp"
#include "sample_facts.hpp"
#include "suoi/certs/hashing.hpp"

using namespace suoi::certs;
using namespace suoi::certs::test;
using merkle::Hash;

namespace {

std::string hex_of(const Hash& hash) {
  return to_hex(bytes_of(hash));
}

std::vector<std::string> hex_of(const std::vector<Hash>& hashes) {
  std::vector<std::string> all;
  for (const Hash& hash : hashes) all.push_back(hex_of(hash));
  return all;
}

// A tree in memory, hashed by the definition alone.
struct Tree {
  std::vector<Hash> leaves;

  Hash subtree(int level, std::int64_t index) const {
    if (level == 0) return leaves.at(static_cast<std::size_t>(index));
    return merkle::node_hash(subtree(level - 1, 2 * index), subtree(level - 1, 2 * index + 1));
  }
  merkle::SubtreeHash lookup() const {
    return [this](int level, std::int64_t index) { return subtree(level, index); };
  }
  Hash root(std::int64_t size) const { return merkle::root(size, lookup()); }
};

// The eight leaves that the tests of transparency-dev/merkle use.
Tree known_tree() {
  Tree tree;
  for (const char* leaf :
       {"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}) {
    tree.leaves.push_back(merkle::leaf_hash(from_hex(leaf)));
  }
  return tree;
}

Tree numbered_tree(int size) {
  Tree tree;
  for (int i = 0; i < size; ++i) tree.leaves.push_back(merkle::leaf_hash(std::to_string(i)));
  return tree;
}

}  // namespace

TEST_CASE("roots and proofs of a tree are those of RFC 6962") {
  const Tree tree = known_tree();
  const std::vector<std::string> roots = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                          "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                          "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                          "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                          "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                          "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  for (std::size_t size = 0; size < roots.size(); ++size) {
    CHECK(hex_of(tree.root(static_cast<std::int64_t>(size))) == roots[size]);
  }
  const std::vector<std::string> path = {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                                         "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                                         "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"};
  CHECK(hex_of(merkle::inclusion_proof(0, 8, tree.lookup())) == path);
  CHECK(hex_of(merkle::consistency_proof(1, 8, tree.lookup())) == path);
  CHECK(hex_of(merkle::consistency_proof(6, 8, tree.lookup())) ==
        std::vector<std::string>{"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                                 "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                                 "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"});
  CHECK(hex_of(merkle::consistency_proof(2, 5, tree.lookup())) ==
        std::vector<std::string>{"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                                 "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"});
}

TEST_CASE("every entry of a tree of any size is shown to be there, and at no other place") {
  const Tree tree = numbered_tree(70);
  for (std::int64_t size = 1; size <= 70; ++size) {
    const Hash root = tree.root(size);
    for (std::int64_t index = 0; index < size; ++index) {
      auto proof = merkle::inclusion_proof(index, size, tree.lookup());
      const Hash& leaf = tree.leaves[static_cast<std::size_t>(index)];
      if (!merkle::includes(leaf, index, size, proof, root)) FAIL(index << " of " << size);
      CHECK_FALSE(merkle::includes(leaf, index + 1, size, proof, root));
      CHECK_FALSE(merkle::includes(tree.leaves[static_cast<std::size_t>((index + 1) % 70)], index, size, proof, root));
      proof.push_back(leaf);
      CHECK_FALSE(merkle::includes(leaf, index, size, proof, root));
    }
  }
}

TEST_CASE("a tree of any size continues each smaller one, and no other") {
  const Tree tree = numbered_tree(40);
  Tree rewritten = tree;
  rewritten.leaves[0] = merkle::leaf_hash("rewritten");
  for (std::int64_t to = 0; to <= 40; ++to) {
    for (std::int64_t from = 0; from <= to; ++from) {
      const auto proof = merkle::consistency_proof(from, to, tree.lookup());
      if (!merkle::continues(from, tree.root(from), to, tree.root(to), proof)) FAIL(from << " to " << to);
      if (from == 0) continue;
      CHECK_FALSE(merkle::continues(from, rewritten.root(from), to, tree.root(to), proof));
      if (from < to) CHECK_FALSE(merkle::continues(from, tree.root(from), to, rewritten.root(to), proof));
    }
  }
}

TEST_CASE("a note that another program signed is read, and one that was changed is not") {
  // The example of golang.org/x/mod/sumdb/note.
  const auto key =
      parse_note_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", NoteKeyType::log);
  REQUIRE(key);
  const std::string note =
      "If you think cryptography is the answer to your problem,\n"
      "then you don't know what your problem is.\n"
      "\n"
      "\xe2\x80\x94 PeterNeumann "
      "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
  CHECK(signed_text(note, *key));
  std::string changed = note;
  changed[3] = 'Y';
  CHECK_FALSE(signed_text(changed, *key));
  CHECK_FALSE(parse_note_key("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", NoteKeyType::log));
}

TEST_CASE("a checkpoint is read under the key of its log, and a witness adds its line") {
  const Ed25519Key log = Ed25519Key::from_seed(std::string(32, 'l'));
  const Ed25519Key eye = Ed25519Key::from_seed(std::string(32, 'w'));
  const Checkpoint checkpoint{log_origin("https://suoi.example", 2), 7, merkle::leaf_hash("x")};
  CHECK(checkpoint.origin == "suoi.example/v1/log/2");
  std::string note = sign_checkpoint(checkpoint, log);
  CHECK(read_checkpoint(note, log.public_key()) == checkpoint);
  CHECK_FALSE(read_checkpoint(note, eye.public_key()));
  const auto witness =
      parse_note_key(note_key("eye.example", NoteKeyType::witness, eye.public_key()), NoteKeyType::witness);
  REQUIRE(witness);
  CHECK_FALSE(cosigned_at(note, *witness));
  note += cosign(note, "eye.example", eye, 1795296000);
  CHECK(cosigned_at(note, *witness) == 1795296000);
  CHECK(read_checkpoint(note, log.public_key()) == checkpoint);
  CHECK(signature_lines(note).size() == 2);
  for (std::size_t bit = 0; bit < note.size() * 8; ++bit) {
    std::string changed = note;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    const bool same_log = read_checkpoint(changed, log.public_key()) == checkpoint;
    if (same_log && cosigned_at(changed, *witness) == 1795296000) FAIL("bit " << bit);
    const auto other = read_checkpoint(changed, log.public_key());
    if (other && *other != checkpoint) FAIL("bit " << bit);
  }
}

TEST_CASE("addresses of tiles are those of C2SP, and there is one for each") {
  const std::map<std::string, TilePath> known = {{"tile/0/000", {0, 0, 256}},
                                                 {"tile/1/x001/x234/067", {1, 1234067, 256}},
                                                 {"tile/entries/x001/000.p/12", {-1, 1000, 12}},
                                                 {"tile/0/999.p/255", {0, 999, 255}}};
  for (const auto& [path, tile] : known) {
    CHECK(parse_tile_path(path) == tile);
    CHECK(tile_path(tile) == path);
  }
  for (const char* wrong : {"tile/0/0", "tile/0/1234", "tile/0/x000/001", "tile/8/000", "tile/0/000.p/0",
                            "tile/0/000.p/256", "tile/-1/000", "tile/00/000", "tile/0/000/", "tile/0/", "tile", ""}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_tile_path(wrong));
  }
}

TEST_CASE("an entry says nothing without the certificate, and the same for each of its forms") {
  const SigningKey key = SigningKey::generate();
  Facts facts = sample_facts(key);
  const std::string entry = log_entry(LogEvent::issued, facts);
  CHECK(entry.size() == 34);
  CHECK(log_entry(LogEvent::issued, as_printed(facts)) == entry);
  facts.issuer_kid = "another";
  CHECK(log_entry(LogEvent::issued, facts) == entry);
  CHECK(log_entry(LogEvent::revoked, facts) != entry);
  CHECK(proof_name(facts) == to_hex(entry));
  facts.salt[3] ^= 1;
  CHECK(log_entry(LogEvent::issued, facts) != entry);
}

TEST_CASE("a proof is read back, and shows the place of its entry only") {
  const Ed25519Key log = Ed25519Key::from_seed(std::string(32, 'l'));
  const Tree tree = numbered_tree(70);
  const Checkpoint checkpoint{"suoi.example/v1/log/0", 70, tree.root(70)};
  const LogProof proof{33, merkle::inclusion_proof(33, 70, tree.lookup()), sign_checkpoint(checkpoint, log)};
  const std::string text = proof_text(proof);
  CHECK(text.rfind("c2sp.org/tlog-proof@v1\nindex 33\n", 0) == 0);
  CHECK(proven_index(text, "33", {log.public_key()}) == 33);
  CHECK_FALSE(proven_index(text, "34", {log.public_key()}));
  CHECK_FALSE(proven_index(text, "33", {}));
  for (std::size_t left = 0; left < text.size(); ++left) {
    if (proven_index(text.substr(0, left), "33", {log.public_key()})) FAIL("cut to " << left);
  }
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string changed = text;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    if (proven_index(changed, "33", {log.public_key()})) FAIL("bit " << bit);
  }
}

TEST_CASE("a proof in a log of a million entries is below one and a half kilobytes") {
  const Ed25519Key log = Ed25519Key::from_seed(std::string(32, 'l'));
  constexpr std::int64_t kSize = 1'000'000;
  std::vector<std::vector<Hash>> levels(1);
  for (std::int64_t i = 0; i < kSize; ++i) levels[0].push_back(merkle::leaf_hash(std::to_string(i)));
  while (levels.back().size() > 1) {
    std::vector<Hash> above;
    for (std::size_t i = 0; i + 1 < levels.back().size(); i += 2) {
      above.push_back(merkle::node_hash(levels.back()[i], levels.back()[i + 1]));
    }
    levels.push_back(std::move(above));
  }
  const auto lookup = [&](int level, std::int64_t index) {
    return levels.at(static_cast<std::size_t>(level)).at(static_cast<std::size_t>(index));
  };
  const Checkpoint checkpoint{"chungnhan.tinhdoanlaichau.example/v1/log/0", kSize, merkle::root(kSize, lookup)};
  const std::string note = sign_checkpoint(checkpoint, log);
  std::size_t largest = 0;
  for (const std::int64_t index : {std::int64_t{0}, std::int64_t{499'999}, std::int64_t{777'777}, kSize - 1}) {
    const std::string text = proof_text({index, merkle::inclusion_proof(index, kSize, lookup), note});
    CHECK(proven_index(text, std::to_string(index), {log.public_key()}) == index);
    largest = std::max(largest, text.size());
  }
  CHECK(largest <= 1500);
}
