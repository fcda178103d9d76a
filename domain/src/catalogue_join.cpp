// Which records people said are one thing. New fields go to the end of their table; names and meanings never change.

#include "catalogue_tables.hpp"

namespace suoi::domain {
namespace {

using enum FieldType;

// Undone stands over joined: who undoes a join has looked again. A join that names no state stands.
constexpr std::array<Word, 2> kJoinStates = {"joined", "undone"};
constexpr std::array kJoinEdges = {Edge{"", "joined", kAdmins}, Edge{"", "undone", kAdmins},
                                   Edge{"joined", "undone", kAdmins}, Edge{"undone", "joined", kAdmins}};
constexpr std::array<Word, 2> kJoinEnds = {"from", "into"};
constexpr std::array kJoin = {
    kUnit,
    Field{.name = "from", .type = ref, .merge = MergeRule::fixed, .labels = {"Bản trùng", "From"}, .required = true},
    Field{.name = "into", .type = ref, .merge = MergeRule::fixed, .labels = {"Gộp vào", "Into"}, .required = true},
    Field{.name = "state",
          .type = enumeration,
          .merge = MergeRule::state,
          .labels = {"Trạng thái", "State"},
          .values = kJoinStates,
          .edges = kJoinEdges},
};

constexpr std::array kCollections = {
    Collection{.name = "join",
               .labels = {"Gộp bản trùng", "Join"},
               .fields = kJoin,
               .links = kJoinEnds,
               .may_create = kAdmins,
               .may_edit = kAdmins,
               .seldom = true},
};

}  // namespace

std::span<const Collection> join_collections() {
  return kCollections;
}

}  // namespace suoi::domain
