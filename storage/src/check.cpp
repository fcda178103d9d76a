#include "check.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "bytes.hpp"
#include "check_files.hpp"
#include "check_log.hpp"
#include "named_files.hpp"
#include "plan_writer.hpp"
#include "schema.hpp"
#include "seal.hpp"
#include "sealed_pages.hpp"
#include "value_codec.hpp"

namespace suoi::storage {
namespace {

constexpr std::size_t kProblemsMax = 100;
constexpr std::int64_t kStepsAtOnce = 1'000;  // between two calls of `progress`

constexpr char kIntegrity[] = "PRAGMA integrity_check";
constexpr char kCounts[] =
    "SELECT (SELECT count(*) FROM record), (SELECT count(*) FROM change), (SELECT count(*) FROM stream)";
constexpr char kRecords[] =
    "SELECT id, collection, version, live, state, stream, position, seal FROM record ORDER BY id";
constexpr char kChanges[] = "SELECT * FROM stored_change ORDER BY no";
constexpr char kStreams[] = "SELECT no, key, head, sum, before_epoch, forgotten FROM stream";
constexpr char kPositions[] =
    "SELECT stream, position FROM record WHERE live = 1 UNION ALL SELECT stream, position FROM tombstone"
    " ORDER BY stream, position";
constexpr char kVersions[] = "SELECT life, seq, version FROM change WHERE record = ? AND version IS NOT NULL";
constexpr char kLinksOf[] = "SELECT count(*) FROM link WHERE target = ? AND collection = ? AND record = ?";
constexpr char kTimesOf[] =
    "SELECT count(*) FROM activity_time WHERE unit = ? AND until = ? AND record = ? AND since = ?";
constexpr char kSeldomOf[] = "SELECT count(*) FROM seldom WHERE collection = ?";
constexpr char kCertificateOf[] = "SELECT number, issuing FROM certificate WHERE record = ?";
constexpr char kNamesFile[] = "SELECT count(*) FROM named_file WHERE digest = ? AND record = ?";
constexpr char kProjected[] =
    "SELECT (SELECT count(*) FROM link), (SELECT count(*) FROM activity_time), (SELECT count(*) FROM certificate),"
    " (SELECT count(*) FROM named_file)";
constexpr char kLives[] =
    "SELECT l.no, l.acked, l.safe,"
    " (SELECT count(*) FROM change AS c WHERE c.life = l.no),"
    " (SELECT ifnull(max(c.seq), 0) FROM change AS c WHERE c.life = l.no),"
    " (SELECT ifnull(sum(o.last - o.first + 1), 0) FROM lost AS o WHERE o.life = l.no),"
    " (SELECT ifnull(max(o.last), 0) FROM lost AS o WHERE o.life = l.no),"
    " (SELECT ifnull(min(c.seq), 1) FROM change AS c WHERE c.life = l.no),"
    " (SELECT ifnull(max(c.corrected), l.last_corrected) FROM change AS c WHERE c.life = l.no),"
    " EXISTS (SELECT 1 FROM device AS d WHERE d.id = l.device), l.last_corrected"
    " FROM life AS l ORDER BY l.no";
constexpr char kLostAndStored[] =
    "SELECT count(*) FROM lost AS o JOIN change AS c ON c.life = o.life AND c.seq BETWEEN o.first AND o.last";
constexpr char kOrphanChanges[] = "SELECT count(*) FROM change WHERE life NOT IN (SELECT no FROM life)";
constexpr char kAppliedToNothing[] =
    "SELECT count(*) FROM change WHERE version IS NOT NULL AND record NOT IN (SELECT id FROM record)";
constexpr char kSameVersion[] =
    "SELECT count(*) FROM (SELECT 1 FROM change WHERE version IS NOT NULL GROUP BY record, version"
    " HAVING count(*) > 1)";
constexpr char kBadTombstones[] =
    "SELECT count(*) FROM tombstone AS t LEFT JOIN record AS r ON r.id = t.record"
    " WHERE r.id IS NULL OR (r.live = 1 AND r.stream = t.stream) OR t.version > r.version";
constexpr char kStreamlessTombstones[] = "SELECT count(*) FROM tombstone WHERE stream NOT IN (SELECT no FROM stream)";

struct StreamFound {
  std::string key;
  std::int64_t head = 0;
  std::uint64_t sum = 0;       // as stored
  std::uint64_t computed = 0;  // from the records
  bool counted = true;         // false where a record of it could not be read
};

class Checker {
 public:
  Checker(Connection& connection, const Context& context, const Progress& progress)
      : connection_(connection), context_(context), progress_(progress) {}

  Store::CheckReport run(std::span<const std::int64_t> altered) {
    for (const std::int64_t page : altered) {
      problem("page " + std::to_string(page) + " of the file does not fit its seal: the disk altered it");
    }
    guarded("the numbers of rows", [&] { count(); });
    guarded("the pages", [&] { integrity(); });
    guarded("the streams", [&] { streams(); });
    guarded("the records", [&] { records(); });
    guarded("the changes", [&] { changes(); });
    guarded("the positions", [&] { positions(); });
    guarded("the sums", [&] { sums(); });
    guarded("the incarnations", [&] { lives(); });
    guarded("the tombstones", [&] { tombstones(); });
    guarded("the tables that follow", [&] { projections(); });
    guarded("the log", [&] {
      if (const auto fault = fault_in_log(connection_)) problem(*fault);
    });
    guarded("the files", [&] {
      check_files(connection_, context_.hashing, report_, [this](std::string text) { problem(std::move(text)); });
    });
    report_.ok = report_.problems.empty();
    if (progress_) progress_(total_, total_);
    return std::move(report_);
  }

 private:
  // Damage that makes a part unreadable is a finding; the other parts are looked at all the same.
  template <class Part>
  void guarded(std::string_view name, const Part& part) {
    try {
      part();
    } catch (const StoreFault& fault) {
      problem(std::string(name) + " cannot be read: " + fault.what());
    }
  }

  void problem(std::string text) {
    report_.ok = false;
    if (report_.problems.size() < kProblemsMax) report_.problems.push_back(std::move(text));
  }

  void expect_none(const char* sql, const char* what) {
    const std::int64_t found = connection_.scalar(sql);
    if (found != 0) problem(std::to_string(found) + " " + what);
  }

  void advance() {
    if (progress_ && ++done_ % kStepsAtOnce == 0) progress_(done_, total_);
  }

  void count() {
    Query query(connection_, kCounts);
    query.step();
    report_.records = query.integer(0);
    report_.changes = query.integer(1);
    report_.streams = query.integer(2);
    total_ = report_.records + report_.changes + 1;
    if (progress_) progress_(0, total_);
  }

  void integrity() {
    Query query(connection_, kIntegrity);
    while (query.step()) {
      if (query.text(0) != "ok") problem("SQLite: " + std::string(query.text(0)));
    }
  }

  void streams() {
    Query query(connection_, kStreams);
    while (query.step()) {
      StreamFound found{std::string(query.text(1)), query.integer(2), static_cast<std::uint64_t>(query.integer(3))};
      if (!sync::StreamKey::parse(found.key)) problem("the name of stream " + found.key + " is unreadable");
      if (query.integer(4) > found.head) problem("stream " + found.key + ": its head lies before the present epoch's");
      if (query.integer(5) > found.head) problem("stream " + found.key + ": it forgot removals above its head");
      streams_.emplace(query.integer(0), std::move(found));
    }
  }

  void records() {
    Query query(connection_, kRecords);
    while (query.step()) {
      advance();
      const std::string name = "record " + query.id<domain::RecordId>(0).text();
      StreamFound* stream = find_stream(query.integer(5));
      try {
        record(query, name, stream);
      } catch (const StoreFault& fault) {
        problem(name + ": " + fault.what());
        if (stream != nullptr) stream->counted = false;
      }
    }
  }

  void record(const Query& query, const std::string& name, StreamFound* stream) {
    const sync::Record record = record_of(query, 0, context_.names);
    const std::int64_t position = query.integer(6);
    const std::uint64_t seal = record_seal(record, context_.names.number(*record.collection), query.integer(5),
                                           position, query.bytes(4), context_.hashing);
    if (seal != static_cast<std::uint64_t>(query.integer(7))) problem(name + ": its row was altered");
    if (record.live != (position > 0)) problem(name + ": its position does not fit its being live or not");
    if (stream == nullptr || stream->key != record.stream.text()) {
      problem(name + ": it stands in another stream than its fields say");
    } else if (record.live) {
      stream->computed += sum_part(context_.hashing, record.id, record.version);
      if (position > stream->head) problem(name + ": its position is above the head of its stream");
    }
    history(record, name);
    follows(record, name);
  }

  // Every value that stands in the record came by a change that is stored, and none is newer than the record.
  void history(const sync::Record& record, const std::string& name) {
    std::set<std::tuple<std::int64_t, std::int64_t, std::int64_t>> stored;
    Query query(connection_, kVersions, blob(record.id));
    while (query.step()) {
      stored.emplace(query.integer(0), query.integer(1), query.integer(2));
      if (query.integer(2) > record.version) problem(name + ": a change is newer than the record");
    }
    if (stored.empty()) problem(name + ": no change made it");
    bool known = true;
    const auto look = [&](const sync::Stamp& stamp) {
      known = known && stored.contains({stamp.life, stamp.seq, stamp.version});
    };
    for (const sync::Member& head : record.heads) look(head.stamp);
    for (const sync::FieldState& field : record.fields) {
      for (const sync::Member& member : field.frontier) look(member.stamp);
      for (const sync::Element& element : field.elements) {
        for (const sync::Stamp& add : element.adds) look(add);
      }
    }
    if (!known) problem(name + ": a value came by a change that is not stored");
  }

  void follows(const sync::Record& record, const std::string& name) {
    const NameNo collection = context_.names.number(*record.collection);
    for (const domain::RecordId& target : stored_links(record)) {
      ++links_;
      Query query(connection_, kLinksOf, blob(target), collection, blob(record.id));
      if (!query.step() || query.integer(0) != 1) problem(name + ": a link to another record is missing");
    }
    for (const FileDigest& digest : named_files(record)) {
      ++named_files_;
      Query query(connection_, kNamesFile, blob(digest), blob(record.id));
      if (!query.step() || query.integer(0) != 1) problem(name + ": it is missing where a file of it is looked up");
    }
    if (const auto span = stored_span(record)) {
      ++times_;
      Query query(connection_, kTimesOf, static_cast<std::int64_t>(record.unit.packed()), span->to_ms, blob(record.id),
                  span->from_ms);
      if (!query.step() || query.integer(0) != 1) problem(name + ": its time is missing among the activities");
    }
    if (record.collection->seldom) {
      Query query(connection_, kSeldomOf, collection);
      if (!query.step() || query.integer(0) != 1) problem(name + ": the store does not know that it has its like");
    }
    if (record.collection->name != "certificate") return;
    ++certificates_;
    Query query(connection_, kCertificateOf, blob(record.id));
    const auto code = static_cast<std::int64_t>(certificate_code(record));
    if (!query.step() || query.text(0) != record.text("number") || query.integer(1) != code) {
      problem(name + ": it is listed wrongly among the certificates");
    }
  }

  void changes() {
    Query query(connection_, kChanges);
    while (query.step()) {
      advance();
      const std::string name = "change " + std::to_string(query.integer(0));
      try {
        change(change_row(query), name);
      } catch (const StoreFault& fault) {
        problem(name + ": " + fault.what());
      }
    }
    expect_none(kOrphanChanges, "changes belong to no incarnation");
    expect_none(kAppliedToNothing, "changes were applied to a record that is not there");
    expect_none(kSameVersion, "versions of records were given twice");
  }

  void change(const ChangeRow& row, const std::string& name) {
    if (seal_of(row, context_.hashing) != row.seal) problem(name + ": its row was altered");
    const sync::AppliedChange applied = applied_change(row, context_.names);
    const bool aside = verdict_of(row.verdict, context_.names).kind == sync::VerdictKind::quarantined;
    if (!row.version && !aside) problem(name + ": it was neither applied nor kept aside");
    if (!applied.change.fault && applied.change.record != row.record) problem(name + ": it names another record");
  }

  void positions() {
    std::pair<std::int64_t, std::int64_t> before{-1, -1};
    Query query(connection_, kPositions);
    while (query.step()) {
      const std::pair<std::int64_t, std::int64_t> here{query.integer(0), query.integer(1)};
      const StreamFound* stream = find_stream(here.first);
      const std::string name = stream != nullptr ? stream->key : std::to_string(here.first);
      if (here == before) problem("stream " + name + ": a position was given twice");
      if (stream != nullptr && here.second > stream->head) problem("stream " + name + ": an entry is above its head");
      before = here;
    }
  }

  void sums() {
    for (const auto& [no, stream] : streams_) {
      if (stream.counted && stream.sum != stream.computed) {
        problem("stream " + stream.key + ": its sum is not that of its records");
      }
    }
  }

  void lives() {
    Query query(connection_, kLives);
    while (query.step()) {
      const std::string name = "incarnation " + std::to_string(query.integer(0));
      const std::int64_t acked = query.integer(1);
      const std::int64_t present = query.integer(3) + query.integer(5);
      if (acked != present || acked != std::max(query.integer(4), query.integer(6)) || query.integer(7) < 1) {
        problem(name + ": its changes have a gap, or more or fewer are stored than were acknowledged");
      }
      if (query.integer(2) > acked) problem(name + ": more is called safe than is stored");
      if (query.integer(9) == 0) problem(name + ": it belongs to no device");
      if (query.integer(0) != kServerLife && query.integer(10) != query.integer(8)) {
        problem(name + ": the time of its latest change is noted wrongly");
      }
    }
    expect_none(kLostAndStored, "changes are stored although they were given up for lost");
  }

  void tombstones() {
    expect_none(kBadTombstones, "removals do not fit their record");
    expect_none(kStreamlessTombstones, "removals stand in no stream");
  }

  void projections() {
    Query query(connection_, kProjected);
    query.step();
    if (query.integer(0) != links_) problem("there are links that follow from no record");
    if (query.integer(1) != times_) problem("there are times that follow from no activity");
    if (query.integer(2) != certificates_) problem("certificates are listed that are not there");
    if (query.integer(3) != named_files_) problem("files are named by records that do not name them");
  }

  StreamFound* find_stream(std::int64_t no) {
    const auto found = streams_.find(no);
    return found != streams_.end() ? &found->second : nullptr;
  }

  Connection& connection_;
  const Context& context_;
  const Progress& progress_;
  Store::CheckReport report_;
  std::map<std::int64_t, StreamFound> streams_;
  std::int64_t links_ = 0;
  std::int64_t times_ = 0;
  std::int64_t certificates_ = 0;
  std::int64_t named_files_ = 0;
  std::int64_t done_ = 0;
  std::int64_t total_ = 0;
};

}  // namespace

Store::CheckReport check_store(Connection& connection, const Context& context, std::span<const std::int64_t> altered,
                               const Progress& progress) {
  return Checker(connection, context, progress).run(altered);
}

Store::CheckReport check_copy(Connection& connection, const std::filesystem::path& file, const Store::Options& options,
                              const Progress& progress) {
  require_store(connection);
  const Names names = load_names(connection, *options.catalogue);
  const Context context{*options.catalogue, options.hashing, options.random_bytes, names, nullptr};
  const auto altered = has_sealed_pages(file) ? PageReader(file).altered(kProblemsMax) : std::vector<std::int64_t>{};
  return check_store(connection, context, altered, progress);
}

}  // namespace suoi::storage
