import type { ErrorCode, Problem } from '../../server/protocol/errors.ts';
import type { Language } from '../lib/prefs.ts';

/** Codes of the server, and those that only a browser can meet. */
export type ClientErrorCode = ErrorCode | 'no_connection';

/** One sentence for every error: what happened and what to do. A code without words does not compile. */
export const ERROR_WORDS: Record<ClientErrorCode, Record<Language, string>> = {
  no_connection: {
    vi: 'Không kết nối được máy chủ. Kiểm tra dây mạng, sau đó bấm Thử lại.',
    en: 'The server cannot be reached. Check the network cable, then press Try again.',
  },
  bad_request: {
    vi: 'Dữ liệu gửi đi chưa hợp lệ. Kiểm tra lại các ô được đánh dấu.',
    en: 'What was sent is not valid. Check the marked fields.',
  },
  unknown_command: {
    vi: 'Máy chủ không có chức năng này. Tải lại trang để dùng phiên bản mới.',
    en: 'The server does not know this function. Reload the page to get the current version.',
  },
  payload_too_large: {
    vi: 'Dữ liệu gửi đi quá lớn. Hãy rút gọn nội dung rồi gửi lại.',
    en: 'What was sent is too large. Shorten it and send it again.',
  },
  unsupported_media_type: {
    vi: 'Kiểu dữ liệu gửi đi không được hỗ trợ. Tải lại trang rồi thử lại.',
    en: 'This type of data is not supported. Reload the page and try again.',
  },
  not_signed_in: {
    vi: 'Phiên đăng nhập đã hết. Hãy đăng nhập lại.',
    en: 'You are not signed in any more. Sign in again.',
  },
  wrong_credentials: {
    vi: 'Tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra bộ gõ tiếng Việt và phím Caps Lock rồi nhập lại.',
    en: 'The user name or the password is wrong. Check the keyboard layout and Caps Lock, then try again.',
  },
  credential_revoked: {
    vi: 'Quyền kết nối đã bị thu hồi. Liên hệ quản trị hệ thống để được cấp lại.',
    en: 'This connection has been revoked. Ask the administrator to approve it again.',
  },
  protocol_version: {
    vi: 'Trang này đã cũ so với máy chủ. Tải lại trang để tiếp tục.',
    en: 'This page is older than the server. Reload the page to go on.',
  },
  foreign_origin: {
    vi: 'Trang được mở từ địa chỉ không được phép. Mở lại bằng địa chỉ chính thức của hệ thống.',
    en: 'The page was opened from a foreign address. Open it by the address of this system.',
  },
  not_allowed: {
    vi: 'Tài khoản không có quyền thực hiện việc này. Liên hệ quản trị hệ thống nếu cần được cấp quyền.',
    en: 'You are not allowed to do this. Ask the administrator if you need the right.',
  },
  scope_missing: {
    vi: 'Mã API này không có phạm vi cần thiết. Tạo mã khác với đúng phạm vi.',
    en: 'This API token lacks the scope that is needed. Make another one with the right scope.',
  },
  not_found: {
    vi: 'Không tìm thấy nội dung này, có thể đã bị xóa. Quay lại danh sách và chọn lại.',
    en: 'This could not be found; it may have been removed. Go back to the list and choose again.',
  },
  too_many_requests: {
    vi: 'Thao tác quá nhiều lần trong thời gian ngắn. Chờ một phút rồi thử lại.',
    en: 'Too many attempts in a short time. Wait a minute and try again.',
  },
  too_many_errors: {
    vi: 'Kết nối bị ngắt vì gửi sai nhiều lần. Tải lại trang rồi thử lại.',
    en: 'The connection was cut after too many errors. Reload the page and try again.',
  },
  too_many_connections: {
    vi: 'Có quá nhiều kết nối từ máy này. Đóng bớt cửa sổ rồi thử lại.',
    en: 'There are too many connections from this machine. Close some windows and try again.',
  },
  name_taken: { vi: 'Tên này đã được dùng. Chọn tên khác.', en: 'This name is taken. Choose another one.' },
  version_conflict: {
    vi: 'Nội dung vừa được người khác sửa. Tải lại để xem bản mới rồi sửa tiếp.',
    en: 'Somebody else has just changed this. Reload to see the new version, then change it.',
  },
  plan_refused: {
    vi: 'Chưa thể thay đổi danh bạ. Sửa các lỗi được nêu rồi thử lại.',
    en: 'The directory cannot be changed like this. Mend the faults that are listed and try again.',
  },
  undo_refused: {
    vi: 'Không hoàn tác được nữa: đã quá 24 giờ, đã hoàn tác rồi hoặc có thay đổi khác sau đó.',
    en: 'This cannot be undone any more: 24 hours have passed, it was undone already, or something later depends on it.',
  },
  sheet_unreadable: {
    vi: 'Không đọc được bảng tính. Lưu lại thành tệp XLSX hoặc CSV (UTF-8) không quá 5.000 dòng rồi tải lên lại.',
    en: 'The sheet cannot be read. Save it as XLSX or CSV (UTF-8) of at most 5,000 rows and upload it again.',
  },
  pairing_unknown: {
    vi: 'Mã ghép nối không đúng hoặc đã hết hạn. Xem lại mã đang hiện trên màn hình của máy.',
    en: 'This pairing code is wrong or has run out. Look at the code that the room screen shows now.',
  },
  pairing_pending: {
    vi: 'Máy đang chờ quản trị hệ thống duyệt. Đọc mã trên màn hình cho người quản trị.',
    en: 'The device waits for approval. Tell the administrator the code on the screen.',
  },
  limit_reached: {
    vi: 'Đã có quá nhiều mục loại này. Bỏ bớt những mục không còn dùng rồi thử lại.',
    en: 'There are too many of these. Remove those that are not used any more, then try again.',
  },
  webhook_refused: {
    vi: 'Không gửi được tới địa chỉ này. Dùng địa chỉ https của máy chủ khác; máy chủ nội bộ đặc biệt phải được ghi trong WEBHOOK_HOSTS.',
    en: 'Nothing is sent to this address. Use an https address of another server; special hosts must stand in WEBHOOK_HOSTS.',
  },
  webhook_disabled: {
    vi: 'Webhook đang tắt. Bật lại rồi thử lần nữa.',
    en: 'The webhook is switched off. Switch it on and try again.',
  },
  password_too_weak: {
    vi: 'Mật khẩu quá dễ đoán. Dùng ít nhất 12 ký tự, khác với tên đăng nhập và mật khẩu cũ.',
    en: 'The password is too easy to guess. Use at least 12 characters, other than your name and the old password.',
  },
  schedule_conflict: {
    vi: 'Trùng lịch: một số điểm cầu đã có phiên khác trong thời gian này. Đổi giờ hoặc bỏ các điểm cầu đó.',
    en: 'Schedule conflict: some endpoints are booked at that time. Change the time or leave them out.',
  },
  time_in_past: {
    vi: 'Thời gian bắt đầu đã qua. Chọn thời điểm sau giờ hiện tại.',
    en: 'The start lies in the past. Choose a later time.',
  },
  end_before_start: {
    vi: 'Giờ kết thúc phải sau giờ bắt đầu. Sửa lại giờ kết thúc.',
    en: 'The end must be after the start. Correct the end.',
  },
  meeting_too_long: {
    vi: 'Phiên họp dài quá mức cho phép. Rút ngắn hoặc chia thành nhiều phiên.',
    en: 'The meeting is longer than allowed. Shorten it or split it.',
  },
  endpoint_unknown: {
    vi: 'Có điểm cầu không còn trong danh mục. Tải lại danh sách rồi chọn lại.',
    en: 'An endpoint is not in the directory any more. Reload the list and choose again.',
  },
  classification_refused: {
    vi: 'Hệ thống này chỉ tổ chức phiên họp mức “Không mật”. Phiên họp có nội dung mật phải họp trực tiếp hoặc qua mạng cơ yếu.',
    en: 'Only meetings classified as not secret may run here. Hold a secret meeting in person or over the cipher network.',
  },
  series_refused: {
    vi: 'Lịch lặp chưa hợp lệ: cần có ngày kết thúc trong vòng hai năm và các buổi không chồng nhau. Sửa lại rồi lưu.',
    en: 'The repetition cannot be used: it must end within two years and not overlap itself. Change it and save again.',
  },
  file_refused: {
    vi: 'Không nhận được tài liệu này. Chọn tệp PDF, văn bản, bảng tính, trình chiếu hoặc ảnh, không quá 50 MB.',
    en: 'This document is not accepted. Choose a PDF, text, sheet, slides or picture of at most 50 MB.',
  },
  chair_not_invited: {
    vi: 'Điểm cầu chủ tọa phải nằm trong thành phần tham dự. Thêm điểm cầu này hoặc chọn điểm cầu khác.',
    en: 'The chair’s endpoint must be among those invited. Add it, or choose another one.',
  },
  meeting_not_startable: {
    vi: 'Phiên họp này không thể bắt đầu: chưa đến giờ mở phòng, đã kết thúc hoặc đã hủy. Xem lại lịch họp.',
    en: 'This meeting cannot be started: it is too early, or it has ended or was cancelled. See the schedule.',
  },
  meeting_not_changeable: {
    vi: 'Phiên họp đang diễn ra hoặc đã kết thúc nên không sửa được. Tạo phiên mới nếu cần.',
    en: 'The meeting is running or over and cannot be changed. Create a new one if needed.',
  },
  idempotency_reuse: {
    vi: 'Yêu cầu này đã được gửi với nội dung khác. Tải lại trang rồi thực hiện lại.',
    en: 'This request was already sent with other content. Reload the page and do it again.',
  },
  not_invited: {
    vi: 'Điểm cầu không có trong thành phần tham dự phiên này. Liên hệ đơn vị chủ trì.',
    en: 'This endpoint is not invited to the session. Ask the host unit.',
  },
  not_in_session: {
    vi: 'Điểm cầu chưa vào phiên. Vào phiên rồi thực hiện lại.',
    en: 'The endpoint is not in the session. Join it first.',
  },
  not_chair: {
    vi: 'Chỉ chủ tọa mới thực hiện được việc này. Đề nghị chủ tọa thực hiện hoặc bàn giao quyền.',
    en: 'Only the chair can do this. Ask the chair to do it or to hand over.',
  },
  wrong_phase: {
    vi: 'Phiên họp đã kết thúc hoặc đang đóng. Quay lại danh sách phiên họp.',
    en: 'The session is over or closing. Go back to the list of meetings.',
  },
  session_locked: {
    vi: 'Phiên đã khóa, không nhận thêm điểm cầu. Đề nghị chủ tọa mở khóa.',
    en: 'The session is locked. Ask the chair to unlock it.',
  },
  seat_taken: {
    vi: 'Một máy khác đang tham dự thay cho điểm cầu này. Chọn Tiếp quản, Chỉ xem hoặc Hủy.',
    en: 'Another device speaks for this endpoint. Choose to take over, to watch, or to cancel.',
  },
  removed_from_session: {
    vi: 'Điểm cầu đã được mời ra khỏi phiên này. Liên hệ chủ tọa nếu cần vào lại.',
    en: 'This endpoint was removed from the session. Ask the chair to come back.',
  },
  no_such_participant: {
    vi: 'Không có điểm cầu này trong phiên. Tải lại danh sách rồi chọn lại.',
    en: 'There is no such endpoint in the session. Choose again from the list.',
  },
  participant_absent: {
    vi: 'Điểm cầu này chưa vào phiên. Chờ điểm cầu vào hoặc gọi trực kỹ thuật.',
    en: 'This endpoint is not in the session yet. Wait for it or call the engineer.',
  },
  hand_not_raised: {
    vi: 'Điểm cầu không còn giơ tay. Chọn điểm cầu khác trong hàng đợi phát biểu.',
    en: 'The hand is not raised any more. Choose another from the speech queue.',
  },
  hand_already_raised: {
    vi: 'Điểm cầu đã giơ tay. Chờ chủ tọa mời phát biểu.',
    en: 'The hand is already raised. Wait for the chair’s invitation.',
  },
  floor_not_held: {
    vi: 'Điểm cầu không đang phát biểu. Danh sách phát biểu đã được cập nhật.',
    en: 'The endpoint is not speaking. The list has been brought up to date.',
  },
  mic_not_allowed: {
    vi: 'Chế độ họp hiện tại không cho tự bật micro. Bấm Giơ tay để xin phát biểu.',
    en: 'Microphones may not be opened in this mode. Raise the hand to ask for the floor.',
  },
  presentation_taken: {
    vi: 'Điểm cầu khác đang trình chiếu. Chờ họ dừng hoặc đề nghị chủ tọa chuyển quyền.',
    en: 'Another endpoint is presenting. Wait until it stops or ask the chair.',
  },
  presentation_not_held: {
    vi: 'Điểm cầu chưa được quyền trình chiếu. Gửi đề nghị trình chiếu tới chủ tọa.',
    en: 'This endpoint may not present yet. Ask the chair for it.',
  },
  roll_call_not_open: {
    vi: 'Điểm danh chưa mở. Bấm Điểm danh để bắt đầu.',
    en: 'No roll call is open. Start one first.',
  },
  roll_call_open: {
    vi: 'Đang có một lượt điểm danh. Chốt lượt này trước khi mở lượt mới.',
    en: 'A roll call is open. Close it before starting another.',
  },
  not_called: {
    vi: 'Điểm cầu chưa được gọi tên. Chờ đến lượt.',
    en: 'This endpoint has not been called. Wait for its turn.',
  },
  media_unavailable: {
    vi: 'Không kết nối được máy chủ hình ảnh. Hệ thống đang tự khôi phục; chờ giây lát rồi bấm Thử lại.',
    en: 'The picture server cannot be reached. It is being restored; wait a moment, then try again.',
  },
  media_not_open: {
    vi: 'Đường hình và tiếng chưa mở. Rời phiên rồi vào lại.',
    en: 'Picture and sound are not open. Leave the session and join again.',
  },
  media_refused: {
    vi: 'Trình duyệt không gửi được hình hoặc tiếng theo chuẩn của hệ thống. Cập nhật trình duyệt rồi vào lại.',
    en: 'This browser’s picture or sound was refused. Update the browser and join again.',
  },
  not_offered: {
    vi: 'Hình này không được phát cho điểm cầu. Tải lại trang nếu khung hình chính bị thiếu.',
    en: 'This picture is not given to this endpoint. Reload if the main picture is missing.',
  },
  source_taken: {
    vi: 'Micro, camera hoặc trình chiếu này đang được gửi rồi. Dừng nguồn cũ trước khi gửi nguồn mới.',
    en: 'This source is already being sent. Stop the old one first.',
  },
  quota_exceeded: {
    vi: 'Điểm cầu đã dùng hết số kết nối cho phép. Đóng bớt cửa sổ rồi vào lại.',
    en: 'This endpoint has used up its connections. Close some windows and join again.',
  },
  no_capacity: {
    vi: 'Hệ thống đã đủ tải, chưa nhận thêm được. Thử lại sau ít phút hoặc gọi trực kỹ thuật.',
    en: 'The system is full at the moment. Try again in a few minutes or call the engineer.',
  },
  last_worker: {
    vi: 'Không còn tiến trình nào khác nhận hình và tiếng thay. Đưa một tiến trình khác vào dùng lại rồi thử lại.',
    en: 'No other worker could take over picture and sound. Put another worker back to use, then try again.',
  },
  draining: {
    vi: 'Máy chủ đang khởi động lại để bảo trì. Trang sẽ tự kết nối lại sau ít giây.',
    en: 'The server is restarting for maintenance. The page reconnects by itself in a few seconds.',
  },
  database_unavailable: {
    vi: 'Máy chủ tạm thời không truy cập được dữ liệu. Chờ một phút rồi thử lại; nếu vẫn lỗi, gọi trực kỹ thuật.',
    en: 'The server cannot reach its data. Wait a minute and try again; if it persists, call the engineer.',
  },
  timeout: {
    vi: 'Máy chủ trả lời quá chậm. Kiểm tra đường truyền rồi thử lại.',
    en: 'The server answered too late. Check the line and try again.',
  },
  internal: {
    vi: 'Máy chủ gặp lỗi ngoài dự kiến. Thử lại; nếu vẫn lỗi, đọc mã tra cứu cho trực kỹ thuật.',
    en: 'Something unexpected went wrong on the server. Try again; if it persists, tell the engineer the reference.',
  },
};

/** The sentence for a problem in a language, with the code and, where there is one, the reference of the log line. */
export function problemText(problem: { code: string; ref?: Problem['ref'] }, language: Language): string {
  const words = ERROR_WORDS[problem.code as ClientErrorCode] ?? ERROR_WORDS.internal;
  return `${words[language]} ${problemMark(problem)}`;
}

/** `(mã)`: the code and the reference that help a technician to find the line in the log. */
export function problemMark(problem: { code: string; ref?: Problem['ref'] }): string {
  return `(${problem.code}${problem.ref ? ` · ${problem.ref}` : ''})`;
}
