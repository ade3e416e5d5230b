import type { Letter } from '../protocol/invitations.ts';
import type { LetterSheet } from './letterPdf.ts';

/** What is written about a meeting, in the words of the office. Times are epoch milliseconds. */
export interface MeetingWords {
  title: string;
  host: string;
  hostAbove: string;
  chair: string;
  start: number;
  end: number;
  /** how many meetings the series has, when the mail is about all of them */
  count: number;
  rule: string | null;
  agenda: { title: string; minutes: number; speaker: string }[];
  note: string;
  /** why it was called off or moved */
  reason: string | null;
}

/** Why a mail is written. */
export type Occasion = 'invite' | 'change' | 'cancel' | 'postpone' | 'remind';

const SUBJECT: Record<Occasion, string> = {
  invite: 'Giấy mời',
  change: 'Thay đổi',
  cancel: 'Hủy',
  postpone: 'Hoãn',
  remind: 'Nhắc đăng ký',
};

const BODY: Record<Occasion, (host: string, title: string) => string> = {
  invite: (host, title) => `${host} trân trọng kính mời đại biểu tại điểm cầu dự “${title}”.`,
  change: (host, title) => `${host} xin thông báo thay đổi của “${title}”. Thông tin mới như sau.`,
  cancel: (host, title) => `${host} xin thông báo hủy “${title}”.`,
  postpone: (host, title) => `${host} xin thông báo hoãn “${title}”. Thời gian mới sẽ được thông báo sau.`,
  remind: (host, title) => `${host} chưa nhận được đăng ký tham dự của điểm cầu cho “${title}”.`,
};

/** @returns e.g. `08:00, thứ Hai, 24/11/2026` */
export function timeWords(ms: number, zone: string): string {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('vi', {
      timeZone: zone,
      weekday: 'long',
      day: '2-digit',
      month: '2-digit',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
      .formatToParts(ms)
      .map((part) => [part.type, part.value]),
  );
  const weekday = `${parts['weekday'] ?? ''}`.replace(/^Thứ/, 'thứ').replace(/^Chủ Nhật$/i, 'Chủ nhật');
  return `${parts['hour']}:${parts['minute']}, ${weekday}, ${parts['day']}/${parts['month']}/${parts['year']}`;
}

/** @returns subject and text of a mail to an endpoint */
export function mailWords(
  occasion: Occasion,
  words: MeetingWords,
  { endpoint, link, zone }: { endpoint: string; link: string | null; zone: string },
): { subject: string; text: string } {
  const when = timeWords(words.start, zone);
  const lines = [
    `Kính gửi: ${endpoint}`,
    '',
    BODY[occasion](words.host, words.title),
    '',
    `Thời gian: ${timesOf(words, zone)}`,
  ];
  lines.push(`Điểm cầu: ${endpoint}`, `Điểm cầu chủ tọa: ${words.chair}`, 'Mức phiên: Không mật');
  if (words.reason && occasion !== 'invite') lines.push(`Lý do: ${words.reason}`);
  if (occasion === 'invite' || occasion === 'change') lines.push(...agendaLines(words));
  if (words.note) lines.push('', words.note);
  if (link !== null && occasion !== 'cancel' && occasion !== 'postpone') {
    lines.push('', 'Đăng ký thành phần tham dự (không cần mật khẩu, không chuyển tiếp liên kết này):', link);
  }
  return { subject: `${SUBJECT[occasion]}: ${words.title}, ${when}`.slice(0, 300), text: lines.join('\n') };
}

function timesOf(words: MeetingWords, zone: string): string {
  const end = new Intl.DateTimeFormat('vi', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const first = `${timeWords(words.start, zone)}, đến ${end.format(words.end)}`;
  return words.count > 1 ? `bắt đầu từ ${first}; gồm ${words.count} phiên theo lịch kèm theo` : first;
}

function agendaLines({ agenda }: MeetingWords): string[] {
  if (agenda.length === 0) return [];
  const items = agenda.map(
    (one, i) => `${i + 1}. ${one.title} (${one.minutes} phút)${one.speaker ? `, ${one.speaker}` : ''}`,
  );
  return ['', 'Chương trình:', ...items];
}

/** @returns the letter to an endpoint, or to all of them, ready to be printed */
export function letterSheet(
  letter: Letter,
  words: MeetingWords,
  { to, zone, now }: { to: string; zone: string; now: number },
): LetterSheet {
  const office = letter.office ?? words.host;
  const day = letter.date ?? new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(now);
  const [year, month, date] = day.split('-');
  return {
    office,
    officeAbove: letter.office === undefined ? words.hostAbove : '',
    number: letter.number,
    place: letter.place,
    dateWords: `ngày ${date} tháng ${month} năm ${year}`,
    title: words.title,
    to,
    paragraphs: [
      `${office} trân trọng kính mời đại biểu dự “${words.title}” theo hình thức trực tuyến.`,
      `1. Thời gian: ${timesOf(words, zone)}.`,
      `2. Địa điểm: tại các điểm cầu; điểm cầu chủ tọa: ${words.chair}.`,
      ...(words.agenda.length ? [`3. Chương trình: ${words.agenda.map((one) => one.title).join('; ')}.`] : []),
      ...letter.text.split(/\n+/).filter(Boolean),
      'Đề nghị đại biểu dự đúng thành phần, thời gian; cán bộ kỹ thuật điểm cầu kiểm tra kỹ thuật trước 30 phút.',
    ],
    signerTitle: letter.signerTitle,
    signer: letter.signer,
    copies: letter.copies,
  };
}
