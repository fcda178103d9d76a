#include "record_codec.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "bytes.hpp"
#include "packed_unit.hpp"
#include "value_codec.hpp"

namespace suoi::storage {
namespace {

using sync::Element;
using sync::FieldState;
using sync::Member;
using sync::Record;
using sync::Stamp;
using sync::StreamKey;
using sync::StreamType;

constexpr std::uint8_t kFormat = 1;
constexpr std::uint8_t kDeletedOnce = 1;
constexpr std::uint8_t kStreamSpelled = 2;  // the stream does not follow from the unit
constexpr std::uint8_t kDeskStream = 4;

struct Writer {
  domain::DeviceId device;
  domain::PersonId person;
  sync::LifeNo life = 0;
  friend bool operator==(const Writer&, const Writer&) = default;
};

Writer writer_of(const Stamp& stamp) {
  return {stamp.device, stamp.person, stamp.life};
}

template <class T>
std::size_t place_of(std::vector<T>& list, const T& wanted) {
  const auto found = std::find(list.begin(), list.end(), wanted);
  const auto place = static_cast<std::size_t>(found - list.begin());
  if (found == list.end()) list.push_back(wanted);
  return place;
}

class StateWriter {
 public:
  StateWriter(const Record& record, const Names& names) : record_(record), names_(names) {}

  std::string write() {
    collect();
    write_head();
    write_tables();
    write_members(record_.heads, nullptr);
    out_.number(record_.fields.size());
    for (const FieldState& field : record_.fields) write_field(field);
    return out_.take();
  }

 private:
  void collect() {
    for (const Member& head : record_.heads) note(head.stamp);
    for (const FieldState& field : record_.fields) {
      for (const Member& member : field.frontier) note(member.stamp);
      for (const Element& element : field.elements) {
        for (const Stamp& add : element.adds) note(add);
      }
    }
    // The creator is mostly one of the writers, whatever the incarnation.
    const auto same = [&](const Writer& writer) {
      return writer.device == record_.created_on && writer.person == record_.created_by;
    };
    const auto found = std::find_if(writers_.begin(), writers_.end(), same);
    creator_ = static_cast<std::size_t>(found - writers_.begin());
    if (found == writers_.end()) writers_.push_back({record_.created_on, record_.created_by, 0});
  }

  void note(const Stamp& stamp) {
    place_of(stamps_, stamp);
    place_of(writers_, writer_of(stamp));
  }

  void write_head() {
    const StreamKey by_unit{StreamType::unit, record_.unit, {}};
    const StreamKey by_desk{StreamType::desk, record_.unit, {}};
    const bool spelled = record_.stream != by_unit && record_.stream != by_desk;
    std::uint8_t flags = record_.ever_deleted ? kDeletedOnce : 0;
    if (spelled) flags |= kStreamSpelled;
    if (record_.stream == by_desk) flags |= kDeskStream;
    out_.byte(kFormat);
    out_.byte(flags);
    out_.number(record_.unit.packed());
    if (!spelled) return;
    out_.byte(static_cast<std::uint8_t>(record_.stream.type));
    out_.number(record_.stream.unit.packed());
    out_.raw(record_.stream.person.uuid.bytes);
  }

  void write_tables() {
    out_.number(writers_.size());
    for (const Writer& writer : writers_) {
      out_.raw(writer.device.uuid.bytes);
      out_.raw(writer.person.uuid.bytes);
      out_.number(writer.life);
    }
    out_.number(creator_);
    out_.signed_number(record_.created_ms);
    out_.number(stamps_.size());
    for (const Stamp& stamp : stamps_) {
      out_.number(place_of(writers_, writer_of(stamp)));
      out_.signed_number(stamp.seq);
      out_.signed_number(difference(record_.version, stamp.version));
      out_.signed_number(difference(stamp.version, stamp.base));
    }
  }

  void write_members(const std::vector<Member>& members, const domain::Value* readable) {
    out_.number(members.size());
    for (const Member& member : members) {
      out_.number(place_of(stamps_, member.stamp));
      out_.signed_number(difference(member.effective_ms, record_.created_ms));
      if (readable != nullptr) {
        const bool same = member.value == *readable;
        out_.byte(same ? 1 : 0);
        if (same) continue;
      }
      write_value(out_, member.value, names_);
    }
  }

  void write_field(const FieldState& field) {
    out_.number(names_.field(*record_.collection, field.slot));
    write_value(out_, field.value, names_);
    write_members(field.frontier, &field.value);
    out_.number(field.elements.size());
    for (const Element& element : field.elements) {
      out_.text(element.text);
      out_.number(element.adds.size());
      for (const Stamp& add : element.adds) out_.number(place_of(stamps_, add));
    }
  }

  const Record& record_;
  const Names& names_;
  ByteWriter out_;
  std::vector<Writer> writers_;
  std::vector<Stamp> stamps_;
  std::size_t creator_ = 0;
};

class StateReader {
 public:
  StateReader(Record& record, std::string_view state, const Names& names)
      : record_(record), names_(names), in_(state) {}

  void read() {
    if (in_.byte() != kFormat) throw_damaged("a record is written in an unknown format");
    read_head();
    read_tables();
    record_.heads = read_members(nullptr);
    const std::size_t fields = in_.count();
    record_.fields.reserve(fields);
    for (std::size_t index = 0; index < fields; ++index) read_field();
    in_.expect_done();
    sort_fields();
  }

 private:
  void read_head() {
    const std::uint8_t flags = in_.byte();
    if (flags > (kDeletedOnce | kStreamSpelled | kDeskStream)) throw_damaged("a record has unknown flags");
    record_.ever_deleted = (flags & kDeletedOnce) != 0;
    record_.unit = unit_of_packed(in_.number());
    record_.stream = {(flags & kDeskStream) != 0 ? StreamType::desk : StreamType::unit, record_.unit, {}};
    if ((flags & kStreamSpelled) == 0) return;
    const std::uint8_t type = in_.byte();
    if (type > static_cast<std::uint8_t>(StreamType::person)) throw_damaged("a stream is of an unknown type");
    record_.stream.type = static_cast<StreamType>(type);
    record_.stream.unit = unit_of_packed(in_.number());
    record_.stream.person = {{in_.array<16>()}};
  }

  void read_tables() {
    const std::size_t writers = in_.count();
    for (std::size_t index = 0; index < writers; ++index) {
      Writer writer;
      writer.device = {{in_.array<16>()}};
      writer.person = {{in_.array<16>()}};
      const std::uint64_t life = in_.number();
      if (life > UINT32_MAX) throw_damaged("an incarnation has an impossible number");
      writer.life = static_cast<sync::LifeNo>(life);
      writers_.push_back(writer);
    }
    const Writer& creator = at(writers_, in_.number());
    record_.created_on = creator.device;
    record_.created_by = creator.person;
    record_.created_ms = in_.signed_number();
    const std::size_t stamps = in_.count();
    stamps_.reserve(stamps);
    for (std::size_t index = 0; index < stamps; ++index) {
      const Writer& writer = at(writers_, in_.number());
      Stamp stamp{writer.device, writer.person, writer.life, in_.signed_number(), 0, 0};
      stamp.version = difference(record_.version, in_.signed_number());
      stamp.base = difference(stamp.version, in_.signed_number());
      stamps_.push_back(stamp);
    }
  }

  template <class T>
  static const T& at(const std::vector<T>& list, std::uint64_t place) {
    if (place >= list.size()) throw_damaged("a record refers to nothing");
    return list[static_cast<std::size_t>(place)];
  }

  std::vector<Member> read_members(const domain::Value* readable) {
    const std::size_t count = in_.count();
    std::vector<Member> members;
    members.reserve(count);
    for (std::size_t index = 0; index < count; ++index) {
      Member member;
      member.stamp = at(stamps_, in_.number());
      member.effective_ms = sum(record_.created_ms, in_.signed_number());
      const std::uint8_t same = readable != nullptr ? in_.byte() : 0;
      if (same > 1) throw_damaged("a field is unreadable");
      member.value = same == 1 ? *readable : read_value(in_, names_);
      members.push_back(std::move(member));
    }
    return members;
  }

  void read_field() {
    FieldState field;
    field.slot = static_cast<std::uint16_t>(names_.slot(*record_.collection, in_.number()));
    field.value = read_value(in_, names_);
    field.frontier = read_members(&field.value);
    const std::size_t elements = in_.count();
    field.elements.reserve(elements);
    for (std::size_t index = 0; index < elements; ++index) {
      Element element{std::string(in_.text()), {}};
      for (std::size_t adds = in_.count(); adds > 0; --adds) element.adds.push_back(at(stamps_, in_.number()));
      field.elements.push_back(std::move(element));
    }
    record_.fields.push_back(std::move(field));
  }

  void sort_fields() {
    const auto by_slot = [](const FieldState& a, const FieldState& b) { return a.slot < b.slot; };
    std::sort(record_.fields.begin(), record_.fields.end(), by_slot);
    const auto same_slot = [](const FieldState& a, const FieldState& b) { return a.slot == b.slot; };
    if (std::adjacent_find(record_.fields.begin(), record_.fields.end(), same_slot) != record_.fields.end()) {
      throw_damaged("a record has a field twice");
    }
  }

  Record& record_;
  const Names& names_;
  ByteReader in_;
  std::vector<Writer> writers_;
  std::vector<Stamp> stamps_;
};

}  // namespace

std::string record_state(const Record& record, const Names& names) {
  return StateWriter(record, names).write();
}

void read_record_state(Record& record, std::string_view state, const Names& names) {
  StateReader(record, state, names).read();
}

}  // namespace suoi::storage
