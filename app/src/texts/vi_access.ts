// Texts of getting in: signing in at a desk, and the lock of a shared phone; loaded with these screens.

export const viAccess = {
  signIn: {
    title: 'Đăng nhập',
    intro: 'Dành cho người làm việc trên máy tính, đã được cấp tên đăng nhập và mật khẩu. Cần có mạng khi đăng nhập; phiên kéo dài 12 giờ.',
    login: 'Tên đăng nhập',
    loginMissing: 'Nhập tên đăng nhập',
    password: 'Mật khẩu',
    passwordMissing: 'Nhập mật khẩu',
    show: 'Hiện mật khẩu',
    submit: 'Đăng nhập',
    code: 'Mã 6 chữ số',
    codeTitle: 'Nhập mã trên điện thoại',
    codeHint: 'Mở ứng dụng tạo mã trên điện thoại của bạn. Mỗi mã chỉ dùng được một lần, trong nửa phút.',
    codeMissing: 'Nhập đủ 6 chữ số',
    back: 'Nhập lại tên đăng nhập, mật khẩu',
    device: 'Máy tính',
    failed: 'Tên đăng nhập, mật khẩu hoặc mã không đúng.',
    keyTaken: 'Trình duyệt này đang có dữ liệu của người khác. Hãy chọn “Thêm người khác” ở mục Đồng bộ, hoặc dùng trình duyệt khác.',
    wait: (seconds: string) => `Hãy đợi ${seconds} giây rồi thử lại.`,
    noAnswer: 'Chưa nối được với máy chủ. Hãy thử lại khi có mạng.',
    again: 'Phiên làm việc của bạn đã hết. Đăng nhập lại để gửi tiếp; mọi thứ trên máy vẫn còn.',
    help: 'Không đăng nhập được?',
    helpPassword: 'Quên mật khẩu: hãy gặp hoặc gọi quản trị viên của tỉnh. Họ sẽ hỏi để biết đúng là bạn, rồi cấp mật khẩu mới.',
    helpCode: 'Mất điện thoại có mã: quản trị viên cấp mã mới cùng mật khẩu mới. Mật khẩu và mã cũ hết dùng ngay.',
    helpPhone: 'Bạn dùng điện thoại ở xã, bản? Không cần mật khẩu: hãy dùng mã mời.',
    join: 'Tham gia bằng mã mời',
  },
};

export type AccessTexts = typeof viAccess;
