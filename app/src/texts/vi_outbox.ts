// Texts of the screen about what is only on this phone; loaded with it.

export const viOutbox = {
  case: 'Cần xem lại: có 2 bản khác nhau',
  merged: 'Đã ghép với bản của người khác',
  redirected: 'Đã chuyển sang đơn vị mới',
  old: (days: string) => `Có mục chưa gửi đã ${days} ngày. Hãy đến nơi có sóng, hoặc xuất ra tệp.`,
  onlyHere: 'Chỉ có trên máy này',
  onlyHereHint: 'Những mục dưới đây chưa đến máy chủ.',
  cameBack: 'Bị trả lại',
  recent: 'Đã gửi gần đây',
  storage: 'Bộ nhớ trên máy',
  protected: 'Được bảo vệ: trình duyệt không tự xóa dữ liệu.',
  notProtected: 'Chưa được bảo vệ: trình duyệt có thể xóa khi máy hết chỗ. Hãy gửi thường xuyên.',
  protect: 'Xin bảo vệ dữ liệu',
  used: (mb: string) => `Đang dùng ${mb} MB`,
  records: (n: string) => `${n} bản ghi trên máy`,
  clock: (minutes: string) => `Đồng hồ máy bạn lệch ${minutes} phút so với máy chủ.`,
  exportTitle: 'Xuất mục chưa gửi ra tệp',
  exportHint: 'Tệp được niêm phong, chỉ máy chủ mở được. Bạn có thể nhờ người khác mang đi.',
  export: 'Xuất ra tệp',
  exported: 'Đã tạo tệp. Hãy giữ tệp đến khi máy chủ báo đã nhận.',
  version: (v: string) => `Phiên bản ${v}`,
  device: 'Mã máy',
  signOut: 'Rời khỏi máy này',
  signOutHint: 'Xóa mọi dữ liệu của bạn trên máy này. Bản đã gửi vẫn còn trên máy chủ.',
  signOutBlocked: 'Còn mục chưa gửi. Hãy gửi, hoặc xuất ra tệp trước.',
  signOutSure: 'Bạn chắc chắn muốn xóa dữ liệu trên máy này?',
  signOutConfirm: 'Xóa và rời máy',
  notice: 'Dữ liệu cá nhân của bạn',
};

export type OutboxTexts = typeof viOutbox;
