import { EVENT_LANGUAGES } from '../protocol/eventWords.ts';
import type { EventLanguage } from '../protocol/eventWords.ts';
import type { ExitReason, RollState } from '../protocol/snapshot.ts';

/** Languages in which the files of a session are written. */
export const CSV_LANGUAGES = EVENT_LANGUAGES;

/** One of the languages of the files. */
export type CsvLanguage = EventLanguage;

/** Heads and words of the files in one language; the keys of the heads are the columns in their order. */
export interface CsvWords {
  attendance: Record<
    'code' | 'name' | 'area' | 'state' | 'roll' | 'reason' | 'entry' | 'joinedAt' | 'leftAt' | 'interrupted' | 'exit',
    string
  >;
  events: Record<'seq' | 'at' | 'what' | 'code' | 'about' | 'byPerson' | 'byEndpoint' | 'type', string>;
  states: Record<RollState, string>;
  exits: Record<ExitReason, string>;
  /** of an absent endpoint of which nothing is known */
  noReason: string;
  /** who did what nobody did: the program itself */
  program: string;
  /** how the names of the files begin */
  fileNames: Record<'attendance' | 'events', string>;
  /** in the name of a file, for a title without a letter */
  untitled: string;
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
      what: 'Nội dung',
      code: 'Mã điểm cầu',
      about: 'Điểm cầu',
      byPerson: 'Người thực hiện',
      byEndpoint: 'Điểm cầu thực hiện',
      type: 'Loại sự kiện (mã)',
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
    program: 'Hệ thống',
    fileNames: { attendance: 'diem-danh', events: 'nhat-ky' },
    untitled: 'phien-hop',
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
      what: 'What happened',
      code: 'Code',
      about: 'Endpoint',
      byPerson: 'By person',
      byEndpoint: 'By endpoint',
      type: 'Kind of event (code)',
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
    program: 'System',
    fileNames: { attendance: 'attendance', events: 'session-log' },
    untitled: 'session',
  },
};
