// Texts about photographs; loaded with them.

export const viPhotos = {
  label: 'Ảnh',
  hint: 'Ảnh được thu nhỏ và bỏ thông tin về nơi chụp. Không chụp rõ mặt trẻ em khi chưa được gia đình đồng ý.',
  unreadable: 'Máy không đọc được ảnh này. Bạn hãy chọn ảnh khác.',
  notSaved: 'Không lưu được ảnh, có thể máy đã hết chỗ. Bạn hãy thử lại.',
  working: 'Đang thu nhỏ ảnh…',
  chosen: (n: string) => `Ảnh đã chọn, số ${n}`,
  remove: (n: string) => `Bỏ ảnh số ${n}`,
  none: 'Không có ảnh',
  count: (n: string) => `${n} ảnh`,
  shown: (title: string) => `Ảnh: ${title}`,
  loading: 'Đang tải ảnh…',
  notHere: 'Ảnh chưa đến máy chủ hoặc chưa tải được. Bạn hãy xem lại sau.',
  title: 'Ảnh chưa gửi',
  waiting: (n: string) => `${n} ảnh chỉ có trên máy này. Ảnh được gửi sau các mục đã ghi, khi có sóng.`,
  refused: (n: string) => `${n} ảnh không được máy chủ nhận. Ảnh vẫn còn trên máy này.`,
  exportHint: 'Tệp xuất ra không kèm ảnh.',
  signOutLoses: (n: string) => `${n} ảnh chưa gửi sẽ mất.`,
};

export type PhotoTexts = typeof viPhotos;
