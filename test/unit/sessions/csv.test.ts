import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { attendance } from '../../../server/conference/attendance.ts';
import { eventSentence } from '../../../server/protocol/eventWords.ts';
import { FLOOR_MODES } from '../../../server/protocol/snapshot.ts';
import { attendanceCsv, eventsCsv } from '../../../server/sessions/csv.ts';
import { sessionFileName } from '../../../server/sessions/fileName.ts';
import { commonWords } from '../../../web/i18n/common.ts';
import { sentence } from '../../../web/i18n/index.ts';
import { aSession } from '../../support/aSession.ts';

const HALL = 'Hội trường tỉnh';
const CAME = 'Sơn Dương';
const SICK = 'Tân Trào';
const AWAY = 'Na Hang';
const VI = { language: 'vi', timeZone: 'Asia/Ho_Chi_Minh' } as const;
const EN = { ...VI, language: 'en' } as const;

function briefing() {
  const session = aSession({ endpoints: [HALL, CAME, SICK, AWAY], joined: [HALL, CAME] });
  session.does(HALL, 'rollCall.start', {});
  session.does(HALL, 'rollCall.call', { endpointId: CAME });
  session.does(CAME, 'rollCall.answer', { state: 'present_online' });
  session.does(HALL, 'rollCall.mark', { endpointId: SICK, state: 'absent', reason: '=mất điện' });
  session.wait(65).system({ name: 'left', endpointId: CAME, reason: 'line_lost' });
  return session;
}

function table(to: typeof VI | typeof EN = VI): Record<string, string>[] {
  const session = briefing();
  return parse(attendanceCsv(attendance(session.events, session.now), session.s, to), { bom: true, columns: true });
}

describe('attendance as a file for a spreadsheet', () => {
  it('begins with the mark of UTF-8 and Vietnamese heads, and has no ids in it', () => {
    const session = briefing();
    const text = attendanceCsv(attendance(session.events, session.now), session.s, VI);
    expect(text.startsWith('\uFEFFMã điểm cầu,Điểm cầu,')).to.equal(true);
    expect(Object.keys(table()[0] ?? {})).not.to.include('endpointId');
  });

  it('has heads and words in the language that is asked for', () => {
    expect(table(EN)[1]).to.include({ Endpoint: 'Điểm cầu Sơn Dương', Attendance: 'Present online' });
  });

  it('tells the room of the chair from who came over the bridge', () => {
    const [hall, came] = table();
    expect(hall).to.include({ 'Tham dự': 'Có mặt trực tiếp', 'Điểm danh': 'Có mặt trực tiếp', 'Lý do vắng': '' });
    expect(came).to.include({ 'Tham dự': 'Có mặt trực tuyến', 'Điểm danh': 'Có mặt trực tuyến' });
    const stay = { 'Giờ vào': '24/11/2026 07:30:00', 'Giờ ra': '24/11/2026 07:31:05' };
    expect(came).to.include({ ...stay, 'Lý do rời phiên': 'Mất đường truyền' });
  });

  it('names who never came, with the reason, and runs no reason as a formula', () => {
    const [, , sick, away] = table();
    expect(sick).to.include({ 'Điểm cầu': 'Điểm cầu Tân Trào', 'Tham dự': 'Vắng mặt', 'Lý do vắng': "'=mất điện" });
    expect(away).to.include({ 'Tham dự': 'Vắng mặt', 'Điểm danh': 'Chưa điểm danh', 'Lý do vắng': 'Chưa vào phiên' });
  });
});

describe('the log of a session as a file', () => {
  const people = new Map([['chủ tọa', 'Nguyễn Văn An']]);
  const log = (to: typeof VI | typeof EN = VI) => {
    const { events, s } = briefing();
    const by = { endpointId: HALL, userId: 'chủ tọa' };
    const stored = events.map((event) => (event.fact.type === 'rollMarked' ? { ...event, by } : event));
    const text = eventsCsv(stored, s, people, to);
    const rows: Record<string, string>[] = parse(text, { bom: true, columns: true });
    return { text, rows };
  };

  it('says what happened in the sentence of the console, by whom, about whom, at the clock of the province', () => {
    const row = log().rows.find((one) => one['Loại sự kiện (mã)'] === 'rollMarked');
    expect(row).to.include({
      'Thời gian': '24/11/2026 07:30:00',
      'Nội dung': 'Điểm cầu Sơn Dương: Có mặt trực tuyến',
      'Mã điểm cầu': 'DC002',
      'Điểm cầu': 'Điểm cầu Sơn Dương',
      'Người thực hiện': 'Nguyễn Văn An',
      'Điểm cầu thực hiện': 'Điểm cầu Hội trường tỉnh',
    });
    expect(log(EN).rows.at(-1)).to.include({ 'What happened': 'Điểm cầu Sơn Dương left: line lost' });
  });

  it('begins with the mark of UTF-8, holds no JSON, and names the program where nobody acted', () => {
    const { text, rows } = log();
    expect(text.startsWith('\uFEFFSTT,Thời gian,Nội dung,')).to.equal(true);
    expect(text).not.to.contain('{');
    const { events, s } = briefing();
    const nobody = events.map((event) => ({ ...event, by: { endpointId: null, userId: null } }));
    expect(eventsCsv(nobody, s, people, VI)).to.contain(',Hệ thống,');
    expect(rows.every((row) => row['Nội dung'] !== '')).to.equal(true);
  });

  it('runs no sentence as a formula', () => {
    const session = aSession({ endpoints: [HALL, CAME] });
    const participants = Object.values(session.s.participants).map((p) => [
      p.endpointId,
      { ...p, name: '=HYPERLINK("x")' },
    ]);
    const s = { ...session.s, participants: Object.fromEntries(participants) as typeof session.s.participants };
    const rows: Record<string, string>[] = parse(eventsCsv(session.events, s, people, VI), {
      bom: true,
      columns: true,
    });
    expect(rows.at(-1)).to.include({ 'Nội dung': `'=HYPERLINK("x") đã vào phiên`, 'Điểm cầu': `'=HYPERLINK("x")` });
  });
});

describe('the name of a file of a session', () => {
  const name = (title: string, to: typeof VI | typeof EN = VI, kind: 'attendance' | 'events' = 'attendance') =>
    sessionFileName(kind, { title, openedAt: Date.UTC(2026, 10, 23, 18, 0) }, to);

  it('has the title without accents and the day of the province on which the session was opened', () => {
    expect(name('Giao ban tuần 48: Ủy ban tỉnh & "Đồng Văn"')).to.equal(
      'diem-danh_giao-ban-tuan-48-uy-ban-tinh-dong-van_2026-11-24.csv',
    );
    const long = 'Hội nghị trực tuyến giao ban công tác tuần 48 của Ủy ban nhân dân tỉnh';
    expect(name(long)).to.equal('diem-danh_hoi-nghi-truc-tuyen-giao-ban-cong-tac-tuan-48-cua-uy-ban_2026-11-24.csv');
    expect(name('Giao ban', EN, 'events')).to.equal('session-log_giao-ban_2026-11-24.csv');
  });

  it('is plain ASCII of bounded length whatever the title is', () => {
    for (const title of ['', '…', '会议', '../../etc/passwd', 'a"\r\nSet-Cookie: x=1', 'Ữ'.repeat(200)]) {
      expect(name(title)).to.match(/^diem-danh_[a-z0-9][a-z0-9-]{0,59}_2026-11-24\.csv$/);
    }
  });
});

describe('the sentences of what happened', () => {
  it('call the floor modes as the screens do', () => {
    for (const language of ['vi', 'en'] as const) {
      for (const floorMode of FLOOR_MODES) {
        const words = sentence(commonWords, language, `mode.${floorMode}`);
        const telling = { language, nameOf: String, timeOf: String };
        expect(eventSentence({ type: 'modeSet', floorMode }, telling)).to.match(new RegExp(`: ${words}$`));
      }
    }
  });
});
