import type { ExitReason, RollState } from '../protocol/snapshot.ts';

/** Languages in which the files of a session are written. */
export const CSV_LANGUAGES = ['vi', 'en'] as const;

/** One of the languages of the files. */
export type CsvLanguage = (typeof CSV_LANGUAGES)[number];

/** Heads and words of the files in one language; the keys of the heads are the columns in their order. */
export interface CsvWords {
  attendance: Record<
    'code' | 'name' | 'area' | 'state' | 'roll' | 'reason' | 'entry' | 'joinedAt' | 'leftAt' | 'interrupted' | 'exit',
    string
  >;
  events: Record<'seq' | 'at' | 'type' | 'about' | 'byEndpoint' | 'byUserId' | 'fact', string>;
  states: Record<RollState, string>;
  exits: Record<ExitReason, string>;
  /** of an absent endpoint of which nothing is known */
  noReason: string;
}

/** The words of the files, as the console's screens say them. */
export const CSV_WORDS: Record<CsvLanguage, CsvWords> = {
  vi: {
    attendance: {
      code: 'Mã điểm cầu',
      name: 'Điểm cầu',
      area: 'Khu vực',
      state: 'Tham dự',
      roll: 'Điểm danh',
      reason: 'Lý do vắng',
      entry: 'Lần vào',
      joinedAt: 'Giờ vào',
      leftAt: 'Giờ ra',
      interrupted: 'Mất kết nối (giây)',
      exit: 'Lý do rời phiên',
    },
    events: {
      seq: 'STT',
      at: 'Thời gian',
      type: 'Sự kiện',
      about: 'Điểm cầu',
      byEndpoint: 'Điểm cầu thực hiện',
      byUserId: 'Mã người thực hiện',
      fact: 'Dữ liệu',
    },
    states: {
      present_in_room: 'Có mặt trực tiếp',
      present_online: 'Có mặt trực tuyến',
      absent: 'Vắng mặt',
      not_called: 'Chưa điểm danh',
    },
    exits: {
      left_by_choice: 'Tự rời phiên',
      line_lost: 'Mất đường truyền',
      removed: 'Được mời ra khỏi phiên',
      moved_to_other_session: 'Sang phiên khác',
      taken_over: 'Máy khác tiếp quản',
      credential_revoked: 'Bị thu hồi quyền',
      no_answer: 'Không trả lời lời gọi vào phiên',
      session_ended: 'Phiên kết thúc',
    },
    noReason: 'Chưa vào phiên',
  },
  en: {
    attendance: {
      code: 'Code',
      name: 'Endpoint',
      area: 'Area',
      state: 'Attendance',
      roll: 'Roll call',
      reason: 'Reason of absence',
      entry: 'Entry',
      joinedAt: 'Came at',
      leftAt: 'Left at',
      interrupted: 'Line lost (s)',
      exit: 'Reason of leaving',
    },
    events: {
      seq: 'No.',
      at: 'Time',
      type: 'Event',
      about: 'Endpoint',
      byEndpoint: 'By endpoint',
      byUserId: 'By person (id)',
      fact: 'Data',
    },
    states: {
      present_in_room: 'Present in the room',
      present_online: 'Present online',
      absent: 'Absent',
      not_called: 'Not called yet',
    },
    exits: {
      left_by_choice: 'Left by choice',
      line_lost: 'Line lost',
      removed: 'Removed',
      moved_to_other_session: 'In another session',
      taken_over: 'Taken over by another device',
      credential_revoked: 'Credential revoked',
      no_answer: 'Did not answer the call',
      session_ended: 'Session ended',
    },
    noReason: 'Never came in',
  },
};
