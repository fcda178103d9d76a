#include "suoi/domain/error_codes.hpp"

#include <algorithm>
#include <array>

namespace suoi::domain {
namespace {

// clang-format off
constexpr std::array kCodes = {
    // Answers (RFC 9457)
    ErrorCode{"malformed", 422, {"Ứng dụng gửi sai định dạng. Bạn hãy cập nhật ứng dụng rồi gửi lại.", "The request cannot be read. Update the app and send again."}},
    ErrorCode{"protocol_unsupported", 426, {"Ứng dụng quá cũ hoặc quá mới. Bạn hãy cập nhật ứng dụng.", "This protocol version is not spoken here. Update the app."}},
    ErrorCode{"too_large", 413, {"Gói gửi quá lớn. Ứng dụng sẽ chia nhỏ rồi gửi lại.", "Too large. Split it and send again."}},
    ErrorCode{"sequence_gap", 409, {"Máy chủ còn thiếu các mục trước đó. Ứng dụng sẽ gửi lại từ mục còn thiếu.", "Earlier changes are missing. Send from `expected`."}},
    ErrorCode{"device_forked", 409, {"Máy này đã được khôi phục hoặc sao chép. Ứng dụng sẽ đánh số lại, không mất gì.", "The phone was restored or cloned. Continue as a new incarnation."}},
    ErrorCode{"server_restored", 409, {"Máy chủ đã được khôi phục. Ứng dụng sẽ gửi lại những gì còn thiếu.", "The server was restored. Send again from `expected`."}},
    ErrorCode{"cursor_too_old", 410, {"Máy đã lâu không đồng bộ. Ứng dụng sẽ tải lại dữ liệu.", "Too long without a sync. Drop these cursors and pull again."}},
    ErrorCode{"token_invalid", 401, {"Máy này cần được mời lại. Dữ liệu trên máy vẫn còn.", "Enrol again. Keep everything that is on the phone."}},
    ErrorCode{"device_revoked", 403, {"Máy này không còn được dùng. Hãy xuất dữ liệu chưa gửi ra tệp.", "The device was revoked. Export what is unsent."}},
    ErrorCode{"invitation_invalid", 403, {"Mã mời không đúng, đã dùng hoặc hết hạn. Hãy xin mã mới.", "The code is wrong, used or expired. Ask for a new one."}},
    ErrorCode{"invitation_not_allowed", 403, {"Vai trò của bạn chưa mời được người này. Hãy nhờ người điều phối hoặc quản trị của tỉnh.", "Your roles do not allow this invitation. Ask a coordinator or an admin of the province."}},
    ErrorCode{"digits_differ", 409, {"Bốn số không khớp với máy bên kia. Hãy hỏi lại rồi nhập lại; sai ba lần thì phải mời lại.", "The four digits are not those of the other device. Ask again; after three wrong ones, invite anew."}},
    ErrorCode{"sign_in_failed", 401, {"Tên đăng nhập, mật khẩu hoặc mã xác thực không đúng. Hãy thử lại.", "Login, password or one-time code do not fit. Try again."}},
    ErrorCode{"totp_needed", 401, {"Hãy nhập thêm mã 6 số trong ứng dụng xác thực.", "Add the six digits of your authenticator app."}},
    ErrorCode{"key_taken", 403, {"Trình duyệt này đang gắn với người khác hoặc đã bị thu hồi. Hãy dùng trình duyệt khác.", "This browser is somebody else's or was revoked. Use another one."}},
    ErrorCode{"bundle_invalid", 422, {"Gói mang hộ bị hỏng hoặc không đúng máy. Hãy nhờ chủ máy xuất lại.", "The bundle is damaged or not for this server. Ask its owner to export it again."}},
    ErrorCode{"not_found", 404, {"Không tìm thấy. Hãy kiểm tra lại địa chỉ.", "There is nothing here. Check the address."}},
    ErrorCode{"certificate_not_found", 404, {"Không có giấy chứng nhận với số hiệu và mã này. Hãy kiểm tra lại hai dòng in trên giấy.", "No certificate has this number and code. Check both lines on the paper."}},
    ErrorCode{"method_not_allowed", 405, {"Địa chỉ này không nhận cách gọi đó.", "This address does not take that method."}},
    ErrorCode{"unknown_filter", 400, {"Bộ lọc này không có. Hãy bỏ hoặc sửa lại.", "There is no such filter. Remove or correct it."}},
    ErrorCode{"bad_filter", 400, {"Giá trị lọc không đúng. Hãy sửa lại.", "The value of a filter is not right. Correct it."}},
    ErrorCode{"forbidden", 403, {"Bạn chưa có quyền xem phần này.", "Your roles do not reach this."}},
    ErrorCode{"request_malformed", 400, {"Yêu cầu không đúng chuẩn HTTP.", "The request is not proper HTTP."}},
    ErrorCode{"length_required", 411, {"Yêu cầu thiếu độ dài.", "Send a Content-Length."}},
    ErrorCode{"encoding_unsupported", 415, {"Máy chủ chỉ nhận gzip hoặc không nén.", "Send gzip or no content coding."}},
    ErrorCode{"media_type_unsupported", 415, {"Máy chủ không nhận kiểu nội dung này.", "Send the media type that the description names."}},
    ErrorCode{"headers_too_large", 431, {"Phần đầu của yêu cầu quá lớn.", "Send fewer or shorter header fields."}},
    ErrorCode{"transfer_coding_unsupported", 501, {"Máy chủ không nhận cách truyền này.", "Send chunked or with a Content-Length."}},
    ErrorCode{"expectation_failed", 417, {"Máy chủ không đáp ứng được yêu cầu này.", "Only 100-continue can be expected."}},
    ErrorCode{"version_unsupported", 505, {"Máy chủ chỉ nhận HTTP/1.1.", "Speak HTTP/1.1."}},
    ErrorCode{"request_timeout", 408, {"Mạng quá chậm nên yêu cầu bị ngắt. Ứng dụng sẽ tự gửi lại.", "The request took too long. Try again."}},
    ErrorCode{"rate_limited", 429, {"Bạn thử quá nhiều lần. Hãy đợi một lát.", "Too many tries. Wait as Retry-After says."}},
    ErrorCode{"overloaded", 503, {"Máy chủ đang bận. Ứng dụng sẽ tự gửi lại sau.", "The server is busy. Wait as Retry-After says."}},
    ErrorCode{"storage_full", 507, {"Máy chủ hết chỗ lưu. Dữ liệu trên máy bạn vẫn còn; hãy báo người quản lý.", "The server's disk is full; nothing was stored. Tell the operator."}},
    ErrorCode{"store_damaged", 503, {"Ổ đĩa của máy chủ bị hỏng nên máy chủ chỉ cho xem. Dữ liệu trên máy bạn vẫn còn; hãy báo người quản lý.", "The server's disk is damaged; it can only be read. Nothing was stored. Tell the operator."}},
    ErrorCode{"tus_version_unsupported", 412, {"Ứng dụng gửi tệp theo cách máy chủ chưa biết. Bạn hãy cập nhật ứng dụng.", "Speak tus 1.0.0: send Tus-Resumable."}},
    ErrorCode{"upload_malformed", 400, {"Ứng dụng gửi tệp sai định dạng. Bạn hãy cập nhật ứng dụng.", "A header field of the upload cannot be read. Correct it."}},
    ErrorCode{"upload_offset_wrong", 409, {"Máy chủ đã nhận đến chỗ khác của tệp. Ứng dụng sẽ hỏi lại rồi gửi tiếp.", "The server holds another number of bytes. Ask with HEAD and go on from there."}},
    ErrorCode{"uploads_too_many", 429, {"Bạn đang có quá nhiều tệp gửi dở. Hãy chờ các tệp đó gửi xong.", "Too many unfinished uploads. Finish or end some first."}},
    ErrorCode{"checksum_unsupported", 400, {"Máy chủ không nhận cách kiểm tra tệp này.", "Use one of the algorithms in Tus-Checksum-Algorithm."}},
    ErrorCode{"checksum_mismatch", 460, {"Tệp bị hỏng trên đường gửi. Ứng dụng sẽ gửi lại.", "The bytes changed on their way. Send them again."}},
    ErrorCode{"file_type_refused", 415, {"Máy chủ chỉ nhận ảnh JPEG, WebP, PNG và tệp PDF còn nguyên vẹn. Bạn hãy chọn tệp khác.", "Only whole JPEG, WebP, PNG and PDF files are taken. Choose another one."}},
    ErrorCode{"file_carries_exif", 422, {"Ảnh còn kèm thông tin về nơi và lúc chụp. Hãy xóa thông tin đó rồi gửi lại.", "The picture carries EXIF, which may say where it was taken. Remove that and send again."}},
    ErrorCode{"range_unsatisfiable", 416, {"Tệp không có phần được yêu cầu.", "The file has no such bytes. Ask for less."}},
    ErrorCode{"internal", 500, {"Máy chủ gặp lỗi. Dữ liệu trên máy bạn vẫn còn; ứng dụng sẽ thử lại.", "The server failed. Nothing was stored; try again."}},
    // Verdicts of changes that were kept aside
    ErrorCode{"bad_value", 0, {"Giá trị không đúng. Hãy sửa ô này rồi gửi lại.", "The value does not fit the field. Correct it."}},
    ErrorCode{"bad_id", 0, {"Mã bản ghi không đúng. Hãy báo người điều phối.", "The id does not fit the collection."}},
    ErrorCode{"unknown_collection", 0, {"Máy chủ chưa biết loại bản ghi này.", "There is no such collection."}},
    ErrorCode{"unknown_field", 0, {"Máy chủ chưa biết ô này. Có thể cần cập nhật.", "The collection has no such field."}},
    ErrorCode{"required_missing", 0, {"Còn thiếu ô bắt buộc. Hãy điền rồi gửi lại.", "A required field is missing. Fill it in."}},
    ErrorCode{"person_erased", 0, {"Người này đã yêu cầu xóa dữ liệu của mình nên tên không được lưu lại.", "This person asked to be erased; their name is not kept again."}},
    ErrorCode{"unit_unknown", 0, {"Không có đơn vị hành chính này. Hãy chọn lại xã, phường.", "There is no such administrative unit. Choose again."}},
    ErrorCode{"unit_out_of_reach", 0, {"Bạn không phụ trách địa bàn này. Hãy báo người điều phối.", "The author has no role in this unit. Ask a coordinator."}},
    ErrorCode{"role_not_allowed", 0, {"Vai trò của bạn chưa làm được việc này. Hãy báo người điều phối.", "The author's role does not allow this. Ask a coordinator."}},
    ErrorCode{"role_ended", 0, {"Lúc đó bạn không còn giữ vai trò này. Người điều phối sẽ xem lại.", "The role had ended. A coordinator will look."}},
    ErrorCode{"own_participation", 0, {"Không ai tự xác nhận cho mình. Hãy nhờ người khác.", "Nobody confirms their own participation. Ask somebody else."}},
    ErrorCode{"joined_too_many", 0, {"Đã có quá nhiều bản trùng được gộp làm một. Hãy xóa bớt các bản không dùng rồi gộp lại.", "Too many records are joined into one already. Delete some that nobody uses, then join again."}},
    ErrorCode{"second_person_needed", 0, {"Cần một người khác duyệt mục này.", "Nobody releases their own change. Ask somebody else."}},
    ErrorCode{"not_held", 0, {"Mục này không còn chờ nữa.", "The change is not waiting any more."}},
    ErrorCode{"field_fixed", 0, {"Ô này không sửa được sau khi đã lưu. Hãy ghi một bản mới.", "The field cannot be changed once it is set. Record a new one."}},
    ErrorCode{"field_server", 0, {"Ô này do máy chủ tự tính.", "Only the server writes this field."}},
    ErrorCode{"transition_impossible", 0, {"Không chuyển được sang trạng thái này.", "This state cannot be reached from the one that was seen."}},
    ErrorCode{"record_deleted", 0, {"Bản ghi đã bị xóa trước đó. Hãy báo người điều phối nếu vẫn cần.", "The record was deleted before. Ask a coordinator to bring it back."}},
    ErrorCode{"unknown_record", 0, {"Bản ghi gốc chưa tới máy chủ. Mục này đang chờ.", "The record has not arrived yet; the change waits for it."}},
    ErrorCode{"depends_on", 0, {"Mục này chờ bản ghi gốc được sửa.", "The change waits for its record's creation to be mended."}},
    ErrorCode{"observation_immutable", 0, {"Bản ghi này không xóa được. Hãy ghi một bản thay thế.", "An observation stays. Record one that voids it."}},
};
// clang-format on

}  // namespace

std::span<const ErrorCode> error_codes() {
  return kCodes;
}

const ErrorCode* find_error_code(std::string_view code) {
  const auto found =
      std::find_if(kCodes.begin(), kCodes.end(), [&](const ErrorCode& known) { return known.code == code; });
  return found != kCodes.end() ? &*found : nullptr;
}

}  // namespace suoi::domain
