import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { attendance } from '../../../server/conference/attendance.ts';
import { attendanceCsv, eventsCsv } from '../../../server/sessions/csv.ts';
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
  it('names endpoints beside the facts', () => {
    const { events, s } = briefing();
    const rows: Record<string, string>[] = parse(eventsCsv(events, s, VI), { bom: true, columns: true });
    const marked = rows.find((row) => row['Sự kiện'] === 'rollMarked');
    expect(marked).to.include({ 'Điểm cầu': 'Điểm cầu Sơn Dương', 'Thời gian': '24/11/2026 07:30:00' });
  });
});
