// What a programme plans, teaches, checks and reports, and what people consent to and ask for. New fields go to the end
// of their table; names and meanings never change.

#include "catalogue_tables.hpp"

namespace suoi::domain {
namespace {

using enum FieldType;

constexpr RoleSet kProvince = {Role::province_admin};
constexpr std::int64_t kPeriodMax = 21;  // "2026-01-01/2026-06-30"

// campaign
constexpr std::array kCampaign = {
    kUnit,
    Field{.name = "title", .type = text, .labels = {"Tên chiến dịch", "Title"}, .max = kTextShort, .required = true},
    Field{.name = "organisation", .type = ref, .labels = {"Tổ chức", "Organisation"}, .refers_to = "organisation"},
    Field{.name = "from", .type = date, .labels = {"Từ ngày", "From"}},
    Field{.name = "to", .type = date, .labels = {"Đến ngày", "To"}},
    Field{.name = "themes", .type = set, .merge = MergeRule::set, .labels = {"Chủ đề", "Themes"}, .max = 40},
    Field{.name = "model", .type = text, .labels = {"Mô hình", "Model"}, .max = kTextShort},
};

// consent: `subject` is the id of a person or the SHA-256 of a file. Given counts only if it answers every withdrawal.
constexpr std::array<Word, 2> kConsentStates = {"given", "withdrawn"};
constexpr std::array kConsent = {
    kUnit,
    Field{.name = "subject",
          .type = text,
          .merge = MergeRule::fixed,
          .labels = {"Về người, ảnh", "About"},
          .max = 64,
          .required = true},
    Field{.name = "purpose",
          .type = text,
          .merge = MergeRule::fixed,
          .labels = {"Mục đích", "Purpose"},
          .max = kTextShort,
          .required = true},
    Field{.name = "text_version",
          .type = text,
          .merge = MergeRule::fixed,
          .labels = {"Bản nội dung", "Version of the text"},
          .max = 60},
    Field{.name = "state",
          .type = enumeration,
          .merge = MergeRule::fixed,
          .labels = {"Đồng ý hay rút lại", "Given or withdrawn"},
          .required = true,
          .values = kConsentStates},
    Field{.name = "answers",
          .type = ref,
          .merge = MergeRule::fixed,
          .labels = {"Thay cho lần rút lại", "Answers the withdrawal"},
          .refers_to = "consent"},
    Field{.name = "guardian_form",
          .type = text,
          .merge = MergeRule::fixed,
          .labels = {"Số phiếu của người giám hộ", "Number of the guardian's form"},
          .max = 60},
    Field{.name = "voids",
          .type = ref,
          .merge = MergeRule::fixed,
          .labels = {"Thay cho", "Voids"},
          .refers_to = "consent"},
};

// training
constexpr std::array kTraining = {
    kUnit,
    Field{.name = "title", .type = text, .labels = {"Tên lớp", "Title"}, .max = kTextShort, .required = true},
    Field{.name = "tot", .type = flag, .labels = {"Đào tạo giảng viên", "Training of trainers"}},
    Field{.name = "organisation", .type = ref, .labels = {"Tổ chức", "Organisation"}, .refers_to = "organisation"},
    Field{.name = "from", .type = date, .labels = {"Từ ngày", "From"}},
    Field{.name = "to", .type = date, .labels = {"Đến ngày", "To"}},
    Field{.name = "syllabus",
          .type = text,
          .merge = MergeRule::text,
          .labels = {"Nội dung", "Syllabus"},
          .max = kTextLong},
    Field{.name = "models",
          .type = set,
          .merge = MergeRule::set,
          .labels = {"Mô hình đã dạy", "Models taught"},
          .max = 40},
};

// inspection
constexpr std::array<Word, 3> kInspectionResults = {"good", "to_improve", "poor"};
constexpr std::array kInspection = {
    kUnit,
    Field{
        .name = "unit_inspected", .type = unit, .labels = {"Đơn vị được kiểm tra", "Unit inspected"}, .required = true},
    Field{.name = "date", .type = date, .labels = {"Ngày kiểm tra", "Date"}},
    Field{.name = "team", .type = set, .merge = MergeRule::set, .labels = {"Đoàn kiểm tra", "Team"}, .max = 40},
    Field{.name = "findings",
          .type = text,
          .merge = MergeRule::review,
          .labels = {"Kết luận", "Findings"},
          .max = kTextLong},
    Field{.name = "result", .type = enumeration, .labels = {"Kết quả", "Result"}, .values = kInspectionResults},
};

// event
constexpr std::array<Word, 5> kEventKinds = {"forum", "festival", "contest", "meeting", "survey"};
constexpr std::array kEvent = {
    kUnit,
    Field{.name = "kind",
          .type = enumeration,
          .labels = {"Loại sự kiện", "Kind"},
          .required = true,
          .values = kEventKinds},
    Field{.name = "date", .type = date, .labels = {"Ngày", "Date"}},
    Field{.name = "organisation", .type = ref, .labels = {"Tổ chức", "Organisation"}, .refers_to = "organisation"},
    Field{.name = "attendance", .type = integer, .labels = {"Số người dự", "Attendance"}, .max = kCountMax},
};

// plan and report: whoever saw them filed changes nothing more.
constexpr std::array<Word, 3> kPlanKinds = {"yearly", "several_years", "campaign"};
constexpr std::array<Word, 6> kReportKinds = {"monthly", "quarterly",      "half_yearly",
                                              "yearly",  "interim_review", "final_review"};

constexpr auto filed_fields(std::span<const Word> kinds) {
  return std::array{
      kUnit,
      Field{.name = "kind",
            .type = enumeration,
            .merge = MergeRule::review,
            .labels = {"Loại", "Kind"},
            .required = true,
            .values = kinds},
      Field{.name = "organisation",
            .type = ref,
            .merge = MergeRule::review,
            .labels = {"Tổ chức", "Organisation"},
            .refers_to = "organisation"},
      Field{.name = "period",
            .type = text,
            .merge = MergeRule::review,
            .labels = {"Kỳ", "Period"},
            .max = kPeriodMax,
            .required = true},
      Field{.name = "due", .type = date, .merge = MergeRule::review, .labels = {"Hạn nộp", "Due"}},
      Field{.name = "filed", .type = date, .merge = MergeRule::review, .labels = {"Ngày nộp", "Filed"}},
      Field{.name = "figures", .type = object, .merge = MergeRule::review, .labels = {"Số liệu", "Figures"}},
  };
}
constexpr auto kPlan = filed_fields(kPlanKinds);
constexpr auto kReport = filed_fields(kReportKinds);

// certificate_request
constexpr std::array kCertificateRequest = {
    kUnit,
    Field{.name = "person",
          .type = ref,
          .merge = MergeRule::fixed,
          .labels = {"Người xin cấp", "Person"},
          .required = true,
          .refers_to = "person"},
    Field{.name = "participations",
          .type = refs,
          .labels = {"Các lượt tham gia", "Participations"},
          .max = 100,
          .refers_to = "participation"},
    Field{.name = "period", .type = text, .labels = {"Kỳ", "Period"}, .max = kPeriodMax},
    Field{.name = "note", .type = text, .labels = {"Ghi chú", "Note"}, .max = kTextLong},
};

// personal_data: what of a person only they and the desk that enters it need to know
constexpr std::array<Word, 1> kFromPerson = {"person"};
constexpr std::array kPersonalData = {
    kUnit,
    Field{.name = "person",
          .type = ref,
          .merge = MergeRule::fixed,
          .labels = {"Người", "Person"},
          .required = true,
          .refers_to = "person"},
    Field{.name = "birth_year",
          .type = integer,
          .labels = {"Năm sinh", "Year of birth"},
          .min = 1900,
          .max = 2200,
          .personal = true},
    Field{.name = "phone", .type = text, .labels = {"Số điện thoại", "Phone"}, .max = 40, .personal = true},
    Field{.name = "id_no", .type = text, .labels = {"Số căn cước", "Identity number"}, .max = 40, .personal = true},
};

// award
constexpr std::array<Word, 4> kAwardKinds = {"merit_high", "merit", "letter", "other"};
constexpr std::array kAward = {
    kUnit,
    Field{.name = "person", .type = ref, .labels = {"Người", "Person"}, .refers_to = "person"},
    Field{.name = "organisation", .type = ref, .labels = {"Tổ chức", "Organisation"}, .refers_to = "organisation"},
    Field{.name = "kind",
          .type = enumeration,
          .labels = {"Hình thức khen thưởng", "Kind"},
          .required = true,
          .values = kAwardKinds},
    Field{.name = "reason", .type = text, .labels = {"Thành tích", "Reason"}, .max = kTextLong},
    Field{.name = "decision_number", .type = text, .labels = {"Số quyết định", "Decision number"}, .max = 60},
    Field{.name = "awarded_on", .type = date, .labels = {"Ngày quyết định", "Awarded on"}},
};

// portal_submission
constexpr std::array<Word, 4> kSubmissionStates = {"waiting", "sent", "accepted", "refused"};
constexpr std::array kPortalSubmission = {
    kUnit,
    Field{.name = "activity",
          .type = ref,
          .merge = MergeRule::server,
          .labels = {"Hoạt động", "Activity"},
          .refers_to = "activity"},
    Field{.name = "payload_digest",
          .type = digest,
          .merge = MergeRule::server,
          .labels = {"Dấu nội dung đã gửi", "Digest of what was sent"}},
    Field{.name = "state",
          .type = enumeration,
          .merge = MergeRule::server,
          .labels = {"Tình trạng", "State"},
          .values = kSubmissionStates},
    Field{.name = "portal_id",
          .type = text,
          .merge = MergeRule::server,
          .labels = {"Mã trên Cổng thông tin", "Id on the national portal"},
          .max = kTextShort},
};

constexpr std::array kCollections = {
    Collection{.name = "campaign",
               .labels = {"Chiến dịch", "Campaign"},
               .fields = kCampaign,
               .may_create = kAdmins,
               .may_edit = kAdmins},
    Collection{.name = "consent",
               .labels = {"Đồng ý, rút lại đồng ý", "Consent"},
               .fields = kConsent,
               .may_create = kField,
               .may_edit = {},
               .observation = true},
    Collection{.name = "training",
               .labels = {"Lớp tập huấn", "Training"},
               .fields = kTraining,
               .may_create = kAdmins,
               .may_edit = kAdmins},
    Collection{.name = "inspection",
               .labels = {"Kiểm tra, giám sát", "Inspection"},
               .fields = kInspection,
               .may_create = kProvince,
               .may_edit = kProvince},
    Collection{
        .name = "event", .labels = {"Sự kiện", "Event"}, .fields = kEvent, .may_create = kAdmins, .may_edit = kAdmins},
    Collection{.name = "plan",
               .labels = {"Kế hoạch", "Plan"},
               .fields = kPlan,
               .may_create = kProvince,
               .may_edit = kProvince,
               .sealed_by = "filed"},
    Collection{.name = "report",
               .labels = {"Báo cáo", "Report"},
               .fields = kReport,
               .may_create = kAdmins,
               .may_edit = kAdmins,
               .seldom = true,
               .sealed_by = "filed"},
    Collection{.name = "certificate_request",
               .labels = {"Đề nghị cấp giấy chứng nhận", "Certificate request"},
               .stream = StreamKind::person,
               .fields = kCertificateRequest,
               .person_field = "person",
               .may_create = kTeam,
               .may_edit = kTeam,
               .for_others = kRegistrars},
    Collection{.name = "personal_data",
               .labels = {"Thông tin cá nhân", "Personal data"},
               .stream = StreamKind::person,
               .fields = kPersonalData,
               .id_from = kFromPerson,
               .person_field = "person",
               .may_create = kField,
               .may_edit = kField,
               .for_others = kRegistrars},
    Collection{.name = "award",
               .labels = {"Khen thưởng", "Award"},
               .fields = kAward,
               .may_create = kAdmins,
               .may_edit = kAdmins},
    Collection{.name = "portal_submission",
               .labels = {"Hồ sơ gửi Cổng thông tin", "Portal submission"},
               .fields = kPortalSubmission},
};

}  // namespace

std::span<const Collection> programme_collections() {
  return kCollections;
}

}  // namespace suoi::domain
