#include "suoi/sync/change.hpp"

#include <utility>

namespace suoi::sync {
namespace {

using domain::Value;

// Takes the members of a change apart; the first one that cannot be read becomes its fault.
class Reader {
 public:
  explicit Reader(Change& change) : change_(change) {}

  void read(const Value::Object& members) {
    instant(members, "at", change_.at_ms);
    if (const Value* up = member(members, "up"); up != nullptr && !up->is_null()) {
      std::int64_t up_ms = 0;
      instant(members, "up", up_ms);
      change_.up_ms = up_ms;
    }
    text(members, "collection", change_.collection);
    record(members);
    instant(members, "base", change_.base);
    if (change_.base < 0) fail("base", "must not be negative");
    operations(members);
    deletion(members);
  }

 private:
  void fail(std::string field, std::string detail) {
    if (!change_.fault) change_.fault = Fault{"bad_value", std::move(detail), std::move(field)};
  }

  const Value* member(const Value::Object& members, std::string_view name) const {
    const auto found = members.find(name);
    return found == members.end() ? nullptr : &found->second;
  }

  void instant(const Value::Object& members, std::string_view name, std::int64_t& into) {
    const Value* value = member(members, name);
    const std::int64_t* integer = value != nullptr ? value->integer() : nullptr;
    if (integer == nullptr) return fail(std::string(name), "must be an integer");
    into = *integer;
  }

  void text(const Value::Object& members, std::string_view name, std::string& into) {
    const Value* value = member(members, name);
    const std::string* found = value != nullptr ? value->text() : nullptr;
    if (found == nullptr) return fail(std::string(name), "must be a text");
    into = *found;
  }

  void record(const Value::Object& members) {
    std::string id;
    text(members, "record", id);
    // Also where something before it is at fault: later edits of the record have to find this change.
    const auto parsed = domain::RecordId::parse(id);
    if (parsed && !parsed->is_nil()) {
      change_.record = *parsed;
    } else if (!change_.fault) {
      change_.fault = Fault{"bad_id", "the id of a record must be a UUID", "record"};
    }
  }

  void operations(const Value::Object& members) {
    if (const Value* set = member(members, "set")) {
      if (set->object() == nullptr) return fail("set", "must be an object");
      change_.set = *set->object();
    }
    increments(member(members, "inc"));
    elements("add", member(members, "add"), change_.add);
    elements("remove", member(members, "remove"), change_.remove);
  }

  void increments(const Value* inc) {
    if (inc == nullptr) return;
    if (inc->object() == nullptr) return fail("inc", "must be an object");
    for (const auto& [name, value] : *inc->object()) {
      if (value.integer() == nullptr) return fail(name, "an increment must be an integer");
      change_.inc.emplace(name, *value.integer());
    }
  }

  void elements(const char* operation, const Value* given,
                std::map<std::string, std::vector<std::string>, std::less<>>& into) {
    if (given == nullptr) return;
    if (given->object() == nullptr) return fail(operation, "must be an object");
    for (const auto& [name, list] : *given->object()) {
      if (list.array() == nullptr) return fail(name, "must be a list of texts");
      auto& texts = into[name];
      for (const Value& element : *list.array()) {
        if (element.text() == nullptr) return fail(name, "must be a list of texts");
        texts.push_back(*element.text());
      }
    }
  }

  void deletion(const Value::Object& members) {
    if (const Value* flag = member(members, "delete")) {
      if (flag->flag() == nullptr) return fail("delete", "must be true or false");
      change_.is_delete = *flag->flag();
    }
    if (const Value* reason = member(members, "reason"); reason != nullptr && !reason->is_null()) {
      text(members, "reason", change_.reason);
    }
    const bool edits = !change_.set.empty() || !change_.inc.empty() || !change_.add.empty() || !change_.remove.empty();
    if (change_.is_delete && edits) fail("delete", "a delete changes nothing else");
    if (!change_.is_delete && !edits) fail("set", "the change changes nothing");
  }

  Change& change_;
};

}  // namespace

const Value& Content::value() const {
  static const Value kNothing;
  return body_ ? body_->value : kNothing;
}

Change read_change(Value content, std::int64_t seq) {
  Change change;
  change.seq = seq;
  if (const Value::Object* members = content.object()) {
    Reader(change).read(*members);
  } else {
    change.fault = Fault{"bad_value", "a change must be an object", ""};
  }
  change.content = std::move(content);
  return change;
}

bool read_in_todays_words(Change& change, const domain::Catalogue& catalogue) {
  if (change.schema_version >= catalogue.schema_version() || catalogue.steps().empty()) return false;
  Value words = domain::translated(catalogue, change.content, change.schema_version);
  if (words == change.content.value()) return false;
  Change today = read_change(std::move(words), change.seq);
  today.content = std::move(change.content);
  today.base = change.base;
  today.digest = change.digest;
  today.schema_version = change.schema_version;
  if (change.fault) today.fault = std::move(change.fault);
  change = std::move(today);
  return true;
}

}  // namespace suoi::sync
