import { expect } from 'chai';
import { attendance, stays } from '../../../server/conference/attendance.ts';
import { OPENED_AT, aSession } from '../../support/aSession.ts';

const endpoints = ['Hội trường tỉnh', 'Sơn Dương', 'Tân Trào'];
const A = 'Sơn Dương';

describe('attendance', () => {
  it('has a row for every entry, in roster order, and none for who never came', () => {
    const session = aSession({ endpoints, joined: [A, 'Hội trường tỉnh'] });
    session.wait(60).system({ name: 'left', endpointId: A, reason: 'left_by_choice' });
    session.wait(60).system({ name: 'joined', endpointId: A });
    expect(stays(session.events, session.now).map((r) => [r.endpointId, r.entry, r.leftAt])).to.deep.equal([
      ['Hội trường tỉnh', 1, null],
      [A, 1, OPENED_AT + 60_000],
      [A, 2, null],
    ]);
  });

  it('adds up the interruptions of one stay', () => {
    const session = aSession({ endpoints });
    for (const seconds of [8, 15]) {
      session.wait(10).system({ name: 'interrupted', endpointId: A });
      session.wait(seconds).system({ name: 'joined', endpointId: A });
    }
    const row = stays(session.events, session.now).find((r) => r.endpointId === A);
    expect(row).to.include({ entry: 1, joinedAt: OPENED_AT, leftAt: null, interruptedMs: 23_000, reason: null });
  });

  it('lets an interruption begin with the last sign of life, and never before the entry', () => {
    const session = aSession({ endpoints });
    session.wait(20);
    const at = session.now - 7_000;
    session.system({ name: 'interrupted', endpointId: A, lastSign: { at, by: 'heartbeat' } });
    session.wait(8).system({ name: 'joined', endpointId: A });
    expect(stays(session.events, session.now)[1]?.interruptedMs).to.equal(15_000);
    const early = { at: session.now - 30_000, by: 'heartbeat' } as const;
    session.wait(2).system({ name: 'interrupted', endpointId: A, lastSign: early });
    session.wait(5).system({ name: 'joined', endpointId: A });
    expect(stays(session.events, session.now)[1]?.interruptedMs).to.equal(22_000);
  });

  it('counts an interruption that ends in leaving, and one that still runs', () => {
    const session = aSession({ endpoints });
    session.system({ name: 'interrupted', endpointId: A });
    session.wait(30);
    expect(stays(session.events, session.now)[1]?.interruptedMs).to.equal(30_000);
    session.wait(30).system({ name: 'left', endpointId: A, reason: 'line_lost' });
    session.wait(600);
    const row = stays(session.events, session.now)[1];
    expect(row).to.include({ interruptedMs: 60_000, leftAt: OPENED_AT + 60_000, reason: 'line_lost' });
  });

  it('is written with times in UTC and the names of the day', () => {
    const session = aSession({ endpoints });
    session.wait(5).system({ name: 'closed' });
    expect(attendance(session.events, session.now)[1]).to.deep.equal({
      endpointId: A,
      code: 'DC002',
      name: 'Điểm cầu Sơn Dương',
      entry: 1,
      joinedAt: '2026-11-24T00:30:00.000Z',
      leftAt: '2026-11-24T00:30:05.000Z',
      interruptedMs: 0,
      reason: 'session_ended',
    });
  });
});
