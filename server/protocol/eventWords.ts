import type { SessionFact } from './events.ts';

/** Languages in which what happened is told. */
export const EVENT_LANGUAGES = ['vi', 'en'] as const;

/** One of the languages. */
export type EventLanguage = (typeof EVENT_LANGUAGES)[number];

/** Words of the answers of a roll call, by `roll.<state>`. */
export const ROLL_WORDS = {
  vi: {
    'roll.present_in_room': 'Có mặt trực tiếp',
    'roll.present_online': 'Có mặt trực tuyến',
    'roll.absent': 'Vắng mặt',
    'roll.not_called': 'Chưa điểm danh',
  },
  en: {
    'roll.present_in_room': 'Present in the room',
    'roll.present_online': 'Present online',
    'roll.absent': 'Absent',
    'roll.not_called': 'Not called yet',
  },
} as const;

/** Words of the reasons for leaving, by `exit.<reason>`, as they follow a name and a comma. */
export const EXIT_WORDS = {
  vi: {
    'exit.left_by_choice': 'tự rời phiên',
    'exit.line_lost': 'mất đường truyền',
    'exit.removed': 'được mời ra',
    'exit.moved_to_other_session': 'sang phiên khác',
    'exit.taken_over': 'máy khác tiếp quản',
    'exit.credential_revoked': 'bị thu hồi quyền',
    'exit.no_answer': 'không trả lời',
    'exit.session_ended': 'phiên kết thúc',
  },
  en: {
    'exit.left_by_choice': 'by choice',
    'exit.line_lost': 'line lost',
    'exit.removed': 'removed',
    'exit.moved_to_other_session': 'in another session',
    'exit.taken_over': 'taken over',
    'exit.credential_revoked': 'credential revoked',
    'exit.no_answer': 'no answer',
    'exit.session_ended': 'session ended',
  },
} as const;

/** Words of the floor modes, by `mode.<mode>`. */
const MODE_WORDS = {
  vi: {
    'mode.discussion': 'Thảo luận',
    'mode.lecture': 'Đào tạo',
    'mode.broadcast': 'Hội nghị truyền hình',
  },
  en: {
    'mode.discussion': 'Discussion',
    'mode.lecture': 'Lecture',
    'mode.broadcast': 'Video conference',
  },
} as const;

/** One sentence for every kind of fact. */
const SENTENCES = {
  vi: {
    sessionOpened: 'Mở phiên họp',
    endpointCalled: 'Gọi {name} vào phiên',
    endpointJoined: '{name} đã vào phiên',
    endpointInterrupted: '{name} mất kết nối',
    endpointLeft: '{name} rời phiên',
    endpointRemoved: 'Mời {name} ra khỏi phiên',
    endpointMissedCall: '{name} chưa trả lời lời gọi',
    chairHandedOver: 'Bàn giao quyền chủ tọa cho {name}',
    chairTakenBack: '{name} lấy lại quyền chủ tọa',
    modeSet: 'Chuyển chế độ họp: {mode}',
    handRaised: '{name} giơ tay',
    handLowered: '{name} hạ tay',
    handApproved: 'Duyệt phát biểu: {name}',
    handRefused: 'Từ chối phát biểu: {name}',
    floorGiven: 'Mời {name} phát biểu',
    floorReleased: '{name} dừng phát biểu',
    micOpened: '{name} bật micro',
    micMuted: '{name} tắt micro',
    micMutedByChair: 'Tắt tiếng {name}',
    allMuted: 'Tắt tiếng toàn bộ',
    micAllowed: 'Cho phép {name} tự bật tiếng',
    micDisallowed: 'Không cho {name} tự bật tiếng',
    selfUnmuteOn: 'Cho phép các điểm cầu tự bật tiếng',
    selfUnmuteOff: 'Không cho các điểm cầu tự bật tiếng',
    stageSet: 'Khung hình chính: {name}',
    stageFollows: 'Khung hình chính theo người phát biểu',
    presentationRequested: '{name} xin trình chiếu',
    presentationRequestDropped: 'Bỏ yêu cầu trình chiếu của {name}',
    presentationGiven: '{name} trình chiếu',
    presentationStopped: '{name} dừng trình chiếu',
    rollCallStarted: 'Bắt đầu điểm danh',
    rollCalled: 'Gọi tên {name}',
    rollMarked: '{name}: {state}',
    rollMarkedReason: '{name}: {state} ({reason})',
    rollCallClosed: 'Chốt điểm danh',
    sessionExtended: 'Gia hạn phiên đến {time}',
    sessionPaused: 'Tạm nghỉ',
    sessionResumed: 'Tiếp tục phiên họp',
    locked: 'Khóa phiên',
    unlocked: 'Mở khóa phiên',
    sessionClosing: 'Đang kết thúc phiên',
    sessionClosed: 'Phiên họp đã kết thúc',
  },
  en: {
    sessionOpened: 'Session opened',
    endpointCalled: 'Called in: {name}',
    endpointJoined: '{name} came in',
    endpointInterrupted: '{name} lost its line',
    endpointLeft: '{name} left',
    endpointRemoved: '{name} was removed',
    endpointMissedCall: '{name} did not answer the call',
    chairHandedOver: 'Chair handed over to {name}',
    chairTakenBack: '{name} took the chair back',
    modeSet: 'Floor mode: {mode}',
    handRaised: '{name} raised its hand',
    handLowered: '{name} lowered its hand',
    handApproved: 'Speech approved: {name}',
    handRefused: 'Speech declined: {name}',
    floorGiven: '{name} is invited to speak',
    floorReleased: '{name} stopped speaking',
    micOpened: '{name} unmuted',
    micMuted: '{name} muted',
    micMutedByChair: '{name} was muted',
    allMuted: 'All muted',
    micAllowed: '{name} may unmute itself',
    micDisallowed: '{name} may not unmute itself',
    selfUnmuteOn: 'Endpoints may unmute themselves',
    selfUnmuteOff: 'Endpoints may not unmute themselves',
    stageSet: 'Main picture: {name}',
    stageFollows: 'Main picture follows the speaker',
    presentationRequested: '{name} asks to present',
    presentationRequestDropped: '{name}: request to present dropped',
    presentationGiven: '{name} presents',
    presentationStopped: '{name} stopped presenting',
    rollCallStarted: 'Roll call started',
    rollCalled: '{name} is called',
    rollMarked: '{name}: {state}',
    rollMarkedReason: '{name}: {state} ({reason})',
    rollCallClosed: 'Roll call closed',
    sessionExtended: 'Extended until {time}',
    sessionPaused: 'Break',
    sessionResumed: 'Resumed',
    locked: 'Session locked',
    unlocked: 'Session unlocked',
    sessionClosing: 'Session is closing',
    sessionClosed: 'Session ended',
  },
} as const;

/** How a fact is told. */
export interface Telling {
  language: EventLanguage;
  /** the endpoint's name of the day */
  nameOf: (endpointId: string) => string;
  /** a time of day, from epoch milliseconds */
  timeOf: (at: number) => string;
}

type SentenceKey = keyof (typeof SENTENCES)['vi'];

/** @returns what happened as one sentence, without its time: the same in the console's log and in the file of it */
export function eventSentence(fact: SessionFact, to: Telling): string {
  const { nameOf, timeOf, language } = to;
  const words: Record<string, string> = { ...ROLL_WORDS[language], ...EXIT_WORDS[language], ...MODE_WORDS[language] };
  const tell = (key: SentenceKey, values: Record<string, string | undefined> = {}): string =>
    SENTENCES[language][key].replace(/\{(\w+)\}/g, (mark, value: string) => values[value] ?? mark);
  const name = 'endpointId' in fact ? nameOf(fact.endpointId) : '';
  switch (fact.type) {
    case 'endpointLeft':
      return `${tell(fact.type, { name })}: ${words[`exit.${fact.reason}`] ?? fact.reason}`;
    case 'chairHandedOver':
    case 'chairTakenBack':
      return tell(fact.type, { name: nameOf(fact.chair.endpointId) });
    case 'modeSet':
      return tell(fact.type, { mode: words[`mode.${fact.floorMode}`] });
    case 'micMuted':
      return tell(fact.byChair ? 'micMutedByChair' : 'micMuted', { name });
    case 'micAllowedSet':
      return tell(fact.allowed ? 'micAllowed' : 'micDisallowed', { name });
    case 'selfUnmuteSet':
      return tell(fact.allowed ? 'selfUnmuteOn' : 'selfUnmuteOff');
    case 'stageSet':
      return fact.pinned ? tell('stageSet', { name }) : tell('stageFollows');
    case 'rollMarked': {
      const values = { name, state: words[`roll.${fact.state}`], reason: fact.reason ?? '' };
      return tell(fact.reason ? 'rollMarkedReason' : 'rollMarked', values);
    }
    case 'sessionExtended':
      return tell(fact.type, { time: timeOf(fact.endsAt) });
    case 'sessionLockSet':
      return tell(fact.locked ? 'locked' : 'unlocked');
    default:
      return tell(fact.type, { name });
  }
}
