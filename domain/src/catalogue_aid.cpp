// Who gives, what was promised and came, and what of it goes where. New fields go to the end of their table; names and
// meanings never change.

#include "catalogue_tables.hpp"

namespace suoi::domain {
namespace {

using enum FieldType;

constexpr std::int64_t kAmountMax = 1'000'000'000'000'000;  // pieces or VND; below 2^53
constexpr std::int64_t kTurnMax = 1'000'000;

// donor
constexpr std::array<Word, 5> kDonorKinds = {"individual", "company", "organisation", "authority", "other"};
constexpr std::array kDonor = {
    kUnit,
    Field{.name = "name",
          .type = text,
          .merge = MergeRule::review,
          .labels = {"Tên nhà tài trợ", "Name"},
          .max = kTextShort,
          .required = true},
    Field{.name = "kind", .type = enumeration, .labels = {"Loại", "Kind"}, .values = kDonorKinds},
    Field{.name = "anonymous", .type = flag, .labels = {"Không nêu tên", "Anonymous"}},
    Field{.name = "contact", .type = text, .labels = {"Liên hệ", "Contact"}, .max = kTextShort, .personal = true},
    kSameAsField,
};

// pledge
constexpr std::array<Word, 4> kPledgeStates = {"promised", "received", "closed", "cancelled"};
constexpr std::array kPledgeEdges = {
    Edge{"", "promised", kAdmins},       Edge{"", "received", kAdmins},          Edge{"promised", "received", kAdmins},
    Edge{"received", "closed", kAdmins}, Edge{"promised", "cancelled", kAdmins}, Edge{"received", "cancelled", kAdmins},
    Edge{"closed", "received", kAdmins}, Edge{"cancelled", "promised", kAdmins},
};
constexpr std::array kPledgeContradictions = {Contradiction{"cancelled", "received"},
                                              Contradiction{"cancelled", "closed"}};
constexpr std::array<Word, 2> kPledgeChildren = {"receipt", "allocation"};
constexpr std::array kPledge = {
    kUnit,
    Field{.name = "donor", .type = ref, .labels = {"Nhà tài trợ", "Donor"}, .refers_to = "donor"},
    Field{.name = "money", .type = money, .labels = {"Số tiền", "Money"}, .max = kAmountMax, .group = "promise"},
    Field{.name = "item", .type = text, .labels = {"Hiện vật", "Item"}, .max = kTextShort, .group = "promise"},
    Field{
        .name = "quantity", .type = integer, .labels = {"Số lượng", "Quantity"}, .max = kCountMax, .group = "promise"},
    Field{.name = "unit_of_measure",
          .type = enumeration,
          .labels = {"Đơn vị tính", "Unit of measure"},
          .values = kUnitsOfMeasure,
          .group = "promise"},
    Field{.name = "earmark_categories",
          .type = set,
          .merge = MergeRule::set,
          .labels = {"Dành cho loại nhu cầu", "Earmarked for categories"},
          .max = 6,
          .values = kNeedCategories},
    Field{.name = "earmark_communes",
          .type = set,
          .merge = MergeRule::set,
          .labels = {"Dành cho xã", "Earmarked for communes"},
          .max = 200},
    Field{.name = "valid_until", .type = date, .labels = {"Có giá trị đến", "Valid until"}},
    Field{.name = "status",
          .type = enumeration,
          .merge = MergeRule::state,
          .labels = {"Tình trạng", "Status"},
          .values = kPledgeStates,
          .edges = kPledgeEdges,
          .contradict = kPledgeContradictions},
    Field{.name = "received",
          .type = integer,
          .merge = MergeRule::server,
          .labels = {"Đã nhận", "Received"},
          .max = kAmountMax},
    Field{.name = "granted",
          .type = integer,
          .merge = MergeRule::server,
          .labels = {"Đã phân bổ", "Granted"},
          .max = kAmountMax},
    Field{
        .name = "free", .type = integer, .merge = MergeRule::server, .labels = {"Còn lại", "Free"}, .max = kAmountMax},
};

// receipt
constexpr std::array<Word, 3> kQualities = {"accepted", "partly", "rejected"};
constexpr std::array kReceipt = {
    kUnit,
    Field{.name = "pledge",
          .type = ref,
          .merge = MergeRule::fixed,
          .labels = {"Cam kết", "Pledge"},
          .refers_to = "pledge"},
    Field{.name = "donor",
          .type = ref,
          .merge = MergeRule::fixed,
          .labels = {"Nhà tài trợ", "Donor"},
          .refers_to = "donor"},
    Field{.name = "batch", .type = text, .merge = MergeRule::fixed, .labels = {"Lô hàng", "Batch"}, .max = kTextShort},
    Field{.name = "quantity",
          .type = integer,
          .merge = MergeRule::fixed,
          .labels = {"Số lượng", "Quantity"},
          .max = kCountMax},
    Field{.name = "money", .type = money, .merge = MergeRule::fixed, .labels = {"Số tiền", "Money"}, .max = kAmountMax},
    Field{.name = "received_on",
          .type = date,
          .merge = MergeRule::fixed,
          .labels = {"Ngày nhận", "Received on"},
          .required = true},
    Field{.name = "quality",
          .type = enumeration,
          .merge = MergeRule::fixed,
          .labels = {"Chất lượng", "Quality"},
          .values = kQualities},
    Field{.name = "slip_number",
          .type = text,
          .merge = MergeRule::server,
          .labels = {"Số phiếu nhận", "Slip number"},
          .max = 60},
    Field{.name = "voids",
          .type = ref,
          .merge = MergeRule::fixed,
          .labels = {"Thay cho", "Voids"},
          .refers_to = "receipt"},
};

// allocation
constexpr std::array<Word, 5> kAllocationStatuses = {"asked", "reserved", "delivered", "released", "refused"};
constexpr std::array<Word, 1> kToNeed = {"need"};
constexpr std::array kAllocation = {
    kUnit,
    Field{.name = "pledge",
          .type = ref,
          .merge = MergeRule::fixed,
          .labels = {"Cam kết", "Pledge"},
          .required = true,
          .refers_to = "pledge"},
    Field{.name = "need",
          .type = ref,
          .merge = MergeRule::fixed,
          .labels = {"Nhu cầu", "Need"},
          .required = true,
          .refers_to = "need"},
    Field{.name = "quantity_asked",
          .type = integer,
          .labels = {"Số lượng xin", "Quantity asked"},
          .max = kAmountMax,
          .required = true},
    Field{.name = "granted",
          .type = integer,
          .merge = MergeRule::server,
          .labels = {"Được phân bổ", "Granted"},
          .max = kAmountMax},
    Field{.name = "status",
          .type = enumeration,
          .merge = MergeRule::server,
          .labels = {"Tình trạng", "Status"},
          .values = kAllocationStatuses},
    Field{.name = "short",
          .type = integer,
          .merge = MergeRule::server,
          .labels = {"Còn thiếu", "Short by"},
          .max = kAmountMax},
    Field{
        .name = "turn", .type = integer, .merge = MergeRule::server, .labels = {"Thứ tự xin", "Turn"}, .max = kTurnMax},
};

constexpr std::array kCollections = {
    Collection{.name = "donor",
               .labels = {"Nhà tài trợ", "Donor"},
               .stream = StreamKind::desk,
               .fields = kDonor,
               .may_create = kAdmins,
               .may_edit = kAdmins},
    Collection{.name = "pledge",
               .labels = {"Cam kết ủng hộ", "Pledge"},
               .stream = StreamKind::desk,
               .fields = kPledge,
               .children = kPledgeChildren,
               .may_create = kAdmins,
               .may_edit = kAdmins},
    Collection{.name = "receipt",
               .labels = {"Tiếp nhận", "Receipt"},
               .stream = StreamKind::desk,
               .fields = kReceipt,
               .parent_field = "pledge",
               .may_create = kAdmins,
               .may_edit = kAdmins,
               .observation = true},
    Collection{.name = "allocation",
               .labels = {"Phân bổ", "Allocation"},
               .stream = StreamKind::desk,
               .fields = kAllocation,
               .parent_field = "pledge",
               .links = kToNeed,
               .may_create = kAdmins,
               .may_edit = kAdmins,
               .seldom = true},
};

}  // namespace

std::span<const Collection> aid_collections() {
  return kCollections;
}

}  // namespace suoi::domain
