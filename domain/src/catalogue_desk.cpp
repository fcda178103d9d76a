// What follows from the rest and is decided at desks: certificates, cases, changes kept aside. New fields go to the end
// of their table; names and meanings never change.

#include "catalogue_tables.hpp"

namespace suoi::domain {
namespace {

using enum FieldType;

// certificate
constexpr std::array<Word, 5> kCertificateStatuses = {"issuing", "issued", "superseded", "revoked", "suspended"};
constexpr std::array<Word, 1> kFromParticipation = {"participation"};
constexpr std::array kCertificate = {
    kUnit,
    Field{.name = "participation",
          .type = ref,
          .merge = MergeRule::server,
          .labels = {"Lượt tham gia", "Participation"},
          .refers_to = "participation"},
    Field{.name = "number", .type = text, .merge = MergeRule::server, .labels = {"Số hiệu", "Number"}, .max = 60},
    Field{.name = "template", .type = text, .merge = MergeRule::server, .labels = {"Mẫu", "Template"}, .max = 60},
    Field{.name = "holder",
          .type = text,
          .merge = MergeRule::server,
          .labels = {"Người được cấp", "Holder"},
          .max = 120,
          .personal = true},
    Field{.name = "facts", .type = object, .merge = MergeRule::server, .labels = {"Nội dung", "Facts"}},
    Field{.name = "issued_on", .type = date, .merge = MergeRule::server, .labels = {"Ngày cấp", "Issued on"}},
    Field{.name = "approvals",
          .type = refs,
          .merge = MergeRule::server,
          .labels = {"Các lần duyệt", "Approvals"},
          .max = 20,
          .refers_to = "approval"},
    Field{.name = "digest", .type = digest, .merge = MergeRule::server, .labels = {"Dấu nội dung", "Digest"}},
    Field{.name = "status",
          .type = enumeration,
          .merge = MergeRule::server,
          .labels = {"Tình trạng", "Status"},
          .values = kCertificateStatuses},
    Field{.name = "code", .type = text, .merge = MergeRule::server, .labels = {"Mã kiểm tra", "Check code"}, .max = 12},
    Field{.name = "qr",
          .type = text,
          .merge = MergeRule::server,
          .labels = {"Mã QR", "QR text"},
          .max = kTextLong,
          .personal = true},  // the holder's name stands in it
    Field{.name = "person",
          .type = ref,
          .merge = MergeRule::server,
          .labels = {"Người", "Person"},
          .refers_to = "person"},
};

// case
constexpr std::array<Word, 2> kCaseStates = {"resolved", "open"};
constexpr std::array kCaseEdges = {Edge{"", "open", {}}, Edge{"open", "resolved", kAdmins},
                                   Edge{"resolved", "open", kAdmins}};
constexpr std::array<Word, 11> kCaseKinds = {"field_conflict",  "possible_duplicate", "deleted_with_later_work",
                                             "closed_unit",     "split_unit",         "over_delivery",
                                             "overlap",         "double_attendance",  "certificate_basis_changed",
                                             "late_for_report", "lost_changes"};
constexpr std::array kCase = {
    kUnit,
    Field{.name = "kind",
          .type = enumeration,
          .merge = MergeRule::server,
          .labels = {"Loại", "Kind"},
          .values = kCaseKinds},
    Field{.name = "state",
          .type = enumeration,
          .merge = MergeRule::state,
          .labels = {"Trạng thái", "State"},
          .values = kCaseStates,
          .may_write = kAdmins,
          .edges = kCaseEdges},
    Field{.name = "subject", .type = refs, .merge = MergeRule::server, .labels = {"Về", "Subject"}, .max = 2},
    Field{.name = "field", .type = text, .merge = MergeRule::server, .labels = {"Trường", "Field"}, .max = 60},
    Field{.name = "candidates", .type = object, .merge = MergeRule::server, .labels = {"Các bản", "Candidates"}},
    Field{.name = "how", .type = text, .labels = {"Cách xử lý", "How"}, .max = kTextShort, .may_write = kAdmins},
    Field{.name = "why", .type = text, .labels = {"Lý do", "Why"}, .max = kTextLong, .may_write = kAdmins},
};

// quarantine (for the desk) and returned_change (for the author): a change that was kept aside. The desk's record has
// the state that people decide; the author's shows it.
constexpr std::array<Word, 3> kQuarantineStates = {"held", "dismissed", "released"};
constexpr std::array kQuarantineEdges = {Edge{"", "held", {}}, Edge{"held", "released", kAdmins},
                                         Edge{"held", "dismissed", kAdmins}, Edge{"dismissed", "released", kAdmins}};

template <MergeRule kStateRule>
constexpr auto kept_aside_fields() {
  constexpr std::span<const Edge> kEdges =
      kStateRule == MergeRule::state ? std::span<const Edge>(kQuarantineEdges) : std::span<const Edge>();
  return std::array{
      kUnit,
      Field{.name = "collection",
            .type = text,
            .merge = MergeRule::server,
            .labels = {"Loại bản ghi", "Collection"},
            .max = 60},
      Field{.name = "record", .type = text, .merge = MergeRule::server, .labels = {"Bản ghi", "Record"}, .max = 60},
      Field{.name = "code", .type = text, .merge = MergeRule::server, .labels = {"Mã lỗi", "Code"}, .max = 60},
      Field{.name = "detail",
            .type = text,
            .merge = MergeRule::server,
            .labels = {"Giải thích", "Detail"},
            .max = kTextLong},
      Field{.name = "field", .type = text, .merge = MergeRule::server, .labels = {"Trường", "Field"}, .max = 60},
      Field{.name = "author",
            .type = ref,
            .merge = MergeRule::server,
            .labels = {"Người ghi", "Author"},
            .refers_to = "person"},
      Field{.name = "at", .type = instant, .merge = MergeRule::server, .labels = {"Lúc", "At"}, .max = kInstantMax},
      Field{.name = "change", .type = object, .merge = MergeRule::server, .labels = {"Nội dung", "Change"}},
      Field{.name = "state",
            .type = enumeration,
            .merge = kStateRule,
            .labels = {"Trạng thái", "State"},
            .values = kQuarantineStates,
            .edges = kEdges},
      Field{.name = "why", .type = text, .labels = {"Lý do", "Why"}, .max = kTextLong},
      Field{.name = "mended",
            .type = object,
            .merge = kStateRule == MergeRule::state ? MergeRule::latest : MergeRule::server,
            .labels = {"Bản đã sửa", "As mended"}},
  };
}
constexpr auto kQuarantine = kept_aside_fields<MergeRule::state>();
constexpr auto kReturnedChange = kept_aside_fields<MergeRule::server>();

constexpr std::array kCollections = {
    Collection{.name = "certificate",
               .labels = {"Giấy chứng nhận", "Certificate"},
               .stream = StreamKind::person,
               .fields = kCertificate,
               .id_from = kFromParticipation,
               .parent_field = "participation",
               .person_field = "person"},
    Collection{.name = "case",
               .labels = {"Việc cần xem lại", "Case"},
               .stream = StreamKind::desk,
               .fields = kCase,
               .may_edit = kAdmins},
    Collection{.name = "quarantine",
               .labels = {"Thay đổi để riêng", "Quarantined change"},
               .stream = StreamKind::desk,
               .fields = kQuarantine,
               .may_edit = kAdmins},
    Collection{.name = "returned_change",
               .labels = {"Thay đổi bị trả lại", "Returned change"},
               .stream = StreamKind::person,
               .fields = kReturnedChange,
               .person_field = "author"},
};

}  // namespace

std::span<const Collection> desk_collections() {
  return kCollections;
}

}  // namespace suoi::domain
