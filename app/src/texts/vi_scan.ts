// Texts of the camera; loaded with it.

export const viScan = {
  camera: 'Hình từ máy ảnh',
  asking: 'Đang mở máy ảnh… Nếu máy hỏi, bạn hãy chọn “Cho phép”.',
  denied: 'Không mở được máy ảnh. Bạn hãy chọn ảnh chụp mã QR, hoặc nhập tay.',
  noReader: 'Máy này chưa có bộ đọc mã QR. Hãy mở lại khi có sóng, hoặc nhập tay.',
  picture: 'Chọn ảnh có mã QR',
  nothingInPicture: 'Không thấy mã QR trong ảnh. Hãy chụp gần hơn, đủ sáng và không rung.',
};

export type ScanTexts = typeof viScan;
