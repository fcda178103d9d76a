#include "audit_chain.hpp"

#include "bytes.hpp"
#include "tables.hpp"

namespace suoi::storage {
namespace {

constexpr char kChain[] = "SELECT count, link FROM audit_chain WHERE stream = ?";
constexpr char kPutChain[] =
    "INSERT INTO audit_chain (stream, count, link) VALUES (?, ?, ?)"
    " ON CONFLICT (stream) DO UPDATE SET count = excluded.count, link = excluded.link";
constexpr char kHeads[] =
    "SELECT a.stream, ifnull(s.key, ''), a.count, a.link FROM audit_chain AS a LEFT JOIN stream AS s ON s.no = a.stream"
    " ORDER BY 2";
constexpr char kChanges[] = "SELECT * FROM stored_change ORDER BY no";
constexpr char kCount[] = "SELECT count(*) FROM change";

constexpr std::size_t kProblemsMax = 100;
constexpr std::int64_t kStepsAtOnce = 1'000;

std::string shown(const std::string& stream) {
  return stream.empty() ? "what was kept aside" : "stream " + stream;
}

class Verifier {
 public:
  Verifier(Connection& connection, const Context& context, std::span<const ChainHead> kept)
      : connection_(connection), context_(context) {
    Query query(connection, kHeads);
    while (query.step()) {
      const std::string name(query.text(1));
      stored_[query.integer(0)] = {name, query.integer(2), query.array<32>(3)};
      numbers_[name] = query.integer(0);
    }
    for (const ChainHead& head : kept) keep(head);
  }

  Store::AuditReport run(const std::function<void(std::int64_t, std::int64_t)>& progress) {
    const std::int64_t total = connection_.scalar(kCount);
    const auto found = walk_chains(connection_, context_, [&](std::int64_t stream, const Chain& chain) {
      if (progress && ++report_.changes % kStepsAtOnce == 0) progress(report_.changes, total);
      compare(stream, chain);
    });
    report_.changes = total;
    report_.streams = static_cast<std::int64_t>(stored_.size());
    for (const auto& [stream, head] : stored_)
      ends_as_stored(head, found.contains(stream) ? found.at(stream) : Chain{});
    for (const auto& [stream, chain] : found) {
      if (!stored_.contains(stream)) problem("changes belong to a stream that has no chain");
    }
    for (const auto& [stream, marks] : kept_) {
      for (const auto& [count, mark] : marks) cut(stream, count, found);
    }
    report_.ok = report_.problems.empty();
    return std::move(report_);
  }

 private:
  void problem(std::string text) {
    if (report_.problems.size() < kProblemsMax) report_.problems.push_back(std::move(text));
  }

  void keep(const ChainHead& head) {
    if (const auto known = numbers_.find(head.stream); known != numbers_.end()) {
      kept_[known->second][head.count] = head.link;
    } else if (head.count > 0) {
      problem(shown(head.stream) + ": all of it is gone, " + std::to_string(head.count) + " changes stood there");
    }
  }

  void compare(std::int64_t stream, const Chain& chain) {
    const auto marks = kept_.find(stream);
    if (marks == kept_.end()) return;
    const auto mark = marks->second.find(chain.count);
    if (mark == marks->second.end() || mark->second == chain.link) return;
    problem(shown(stored_[stream].stream) + ": something among the first " + std::to_string(chain.count) +
            " changes is not what it was when the checkpoint was made");
  }

  void ends_as_stored(const ChainHead& head, const Chain& found) {
    if (found.count != head.count) {
      problem(shown(head.stream) + ": " + std::to_string(head.count) + " changes were stored, " +
              std::to_string(found.count) + " are there");
    } else if (found.link != head.link) {
      problem(shown(head.stream) + ": a stored change was altered");
    }
  }

  void cut(std::int64_t stream, std::int64_t count, const std::map<std::int64_t, Chain>& found) {
    const std::int64_t there = found.contains(stream) ? found.at(stream).count : 0;
    if (there >= count) return;
    problem(shown(stored_[stream].stream) + ": its end was cut off, " + std::to_string(there) + " of at least " +
            std::to_string(count) + " changes are there");
  }

  Connection& connection_;
  const Context& context_;
  Store::AuditReport report_;
  std::map<std::int64_t, ChainHead> stored_;
  std::map<std::string, std::int64_t> numbers_;
  std::map<std::int64_t, std::map<std::int64_t, Digest>> kept_;
};

}  // namespace

void extend(Chain& chain, const ChangeRow& row, const Digest& digest, const domain::Hashing& hashing) {
  ByteWriter link;
  link.raw(chain.link);
  if (row.stream == 0) {
    ChangeRow aside = row;
    aside.record = {};  // its release may name another; the content names the one that was sent
    aside.mended.reset();
    aside.version.reset();
    aside.base = 0;
    aside.filed_under.reset();
    link.raw(row_digest(aside, hashing));
  } else {
    link.raw(digest);
  }
  link.raw(row.device.uuid.bytes);
  chain.link = hashing.sha256(link.bytes());
  ++chain.count;
}

Chain stored_chain(Connection& connection, std::int64_t stream) {
  Query query(connection, kChain, stream);
  return query.step() ? Chain{query.integer(0), query.array<32>(1)} : Chain{};
}

void store_chain(Connection& connection, std::int64_t stream, const Chain& chain) {
  run(connection, kPutChain, stream, chain.count, blob(chain.link));
}

std::map<std::int64_t, Chain> walk_chains(Connection& connection, const Context& context, const EachLink& each) {
  std::map<std::int64_t, Chain> chains;
  Query query(connection, kChanges);
  while (query.step()) {
    const ChangeRow row = change_row(query);
    Chain& chain = chains[row.stream];
    extend(chain, row, row_digest(row, context.hashing), context.hashing);
    if (each) each(row.stream, chain);
  }
  return chains;
}

Store::AuditReport verify_chains(Connection& connection, const Context& context, std::span<const ChainHead> kept,
                                 const std::function<void(std::int64_t, std::int64_t)>& progress) {
  return Verifier(connection, context, kept).run(progress);
}

std::vector<ChainHead> Tables::audit_chains() {
  std::vector<ChainHead> heads;
  Query query(connection_, kHeads);
  while (query.step()) heads.push_back({std::string(query.text(1)), query.integer(2), query.array<32>(3)});
  return heads;
}

}  // namespace suoi::storage
