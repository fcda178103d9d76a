// Who: places, organisations, people and their roles. New fields go to the end of their table; names and meanings never
// change.

#include "catalogue_tables.hpp"

namespace suoi::domain {
namespace {

using enum FieldType;

// place
constexpr std::array<Word, 5> kPlaceKinds = {"school", "school_point", "health_station", "village_hall", "other"};
constexpr std::array kPlace = {
    kUnit,
    Field{.name = "kind", .type = enumeration, .labels = {"Loại", "Kind"}, .values = kPlaceKinds},
    Field{.name = "name", .type = text, .labels = {"Tên", "Name"}, .max = kTextShort, .required = true},
    Field{.name = "village", .type = text, .labels = {"Thôn, bản", "Village"}, .max = kTextShort},
    Field{.name = "position", .type = geo, .merge = MergeRule::review, .labels = {"Vị trí", "Position"}, .max = 500},
    kSameAsField,
};

// organisation
constexpr std::array<Word, 8> kOrganisationKinds = {"youth_union", "youth_federation", "club",       "team",
                                                    "group",       "authority",        "donor_body", "other"};
constexpr std::array kOrganisation = {
    kUnit,
    Field{.name = "kind", .type = enumeration, .labels = {"Loại", "Kind"}, .values = kOrganisationKinds},
    Field{.name = "level", .type = text, .labels = {"Cấp", "Level"}, .max = 40},
    Field{.name = "name", .type = text, .labels = {"Tên", "Name"}, .max = kTextShort, .required = true},
    Field{.name = "parent", .type = ref, .labels = {"Trực thuộc", "Belongs to"}, .refers_to = "organisation"},
    Field{.name = "board", .type = set, .merge = MergeRule::set, .labels = {"Ban chủ nhiệm", "Board"}, .max = 40},
    Field{.name = "founded", .type = date, .labels = {"Ngày thành lập", "Founded"}},
    Field{.name = "linked", .type = flag, .merge = MergeRule::server, .labels = {"Đã kết nối mạng lưới", "Linked"}},
    kSameAsField,
};

// person
constexpr std::array<Word, 3> kMemberships = {"union", "federation", "none"};
constexpr std::array kPerson = {
    kUnit,
    Field{.name = "full_name",
          .type = text,
          .merge = MergeRule::review,
          .labels = {"Họ và tên", "Full name"},
          .max = 120,
          .required = true,
          .personal = true},
    Field{.name = "home_organisation", .type = ref, .labels = {"Tổ chức", "Organisation"}, .refers_to = "organisation"},
    Field{.name = "membership",
          .type = enumeration,
          .labels = {"Đoàn viên, hội viên", "Membership"},
          .values = kMemberships},
    kSameAsField,
};

// role_assignment
constexpr std::array<Word, 6> kRoleNames = {"volunteer",   "team_leader",    "commune_leader",
                                            "coordinator", "province_admin", "auditor"};
constexpr std::array kRoleAssignment = {
    kUnit,
    Field{.name = "person",
          .type = ref,
          .merge = MergeRule::server,
          .labels = {"Người", "Person"},
          .refers_to = "person"},
    Field{.name = "organisation",
          .type = ref,
          .merge = MergeRule::server,
          .labels = {"Tổ chức", "Organisation"},
          .refers_to = "organisation"},
    Field{.name = "role",
          .type = enumeration,
          .merge = MergeRule::server,
          .labels = {"Vai trò", "Role"},
          .values = kRoleNames},
    Field{.name = "full_time", .type = flag, .merge = MergeRule::server, .labels = {"Chuyên trách", "Full time"}},
    Field{.name = "from", .type = date, .merge = MergeRule::server, .labels = {"Từ ngày", "From"}},
    Field{.name = "to", .type = date, .merge = MergeRule::server, .labels = {"Đến ngày", "To"}},
    Field{.name = "ended_at",
          .type = instant,
          .merge = MergeRule::server,
          .labels = {"Kết thúc lúc", "Ended at"},
          .max = kInstantMax},
};

constexpr std::array kCollections = {
    Collection{
        .name = "place", .labels = {"Địa điểm", "Place"}, .fields = kPlace, .may_create = kField, .may_edit = kField},
    Collection{.name = "organisation",
               .labels = {"Tổ chức", "Organisation"},
               .fields = kOrganisation,
               .may_create = kAdmins,
               .may_edit = kAdmins},
    Collection{.name = "person",
               .labels = {"Người", "Person"},
               .fields = kPerson,
               .may_create = kRegistrars,
               .may_edit = kRegistrars},
    Collection{.name = "role_assignment",
               .labels = {"Phân công", "Role assignment"},
               .fields = kRoleAssignment,
               .person_field = "person"},
};

}  // namespace

std::span<const Collection> people_collections() {
  return kCollections;
}

}  // namespace suoi::domain
