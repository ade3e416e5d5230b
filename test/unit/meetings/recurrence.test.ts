import { expect } from 'chai';
import fc from 'fast-check';
import { dayIn, occurrencesOf, shifted, tidyRule } from '../../../server/meetings/recurrence.ts';
import { endedAt, fitTo, shiftAll } from '../../../server/meetings/replan.ts';

const HANOI = 'Asia/Ho_Chi_Minh';
const HOUR = 3_600_000;
const MONDAY = Date.parse('2026-11-23T08:00:00+07:00');
const series = (rrule: string, extra: { tz?: string; except?: string[] } = {}) => ({
  rrule,
  tz: extra.tz ?? HANOI,
  except: extra.except ?? [],
});

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (err) {
    expect(err).to.include({ code: 'series_refused' });
    return (err as Error).message;
  }
  return 'accepted';
}

describe('meetings that repeat', () => {
  it('keep their wall time every Monday of a year', () => {
    const starts = occurrencesOf(series('FREQ=WEEKLY;BYDAY=MO;COUNT=53'), MONDAY, HOUR);
    expect(starts).to.have.length(53);
    for (const start of starts) {
      const words = new Intl.DateTimeFormat('en-GB', {
        timeZone: HANOI,
        weekday: 'short',
        timeStyle: undefined,
        hour: '2-digit',
        minute: '2-digit',
      });
      expect(words.format(start)).to.match(/^Mon.*08:00$/);
    }
  });

  it('follow the clocks of a zone that changes them', () => {
    const first = Date.parse('2027-03-15T09:00:00+01:00');
    const starts = occurrencesOf(series('FREQ=WEEKLY;COUNT=4', { tz: 'Europe/Berlin' }), first, HOUR);
    expect(starts.map((at) => new Date(at).toISOString().slice(0, 16))).to.deep.equal([
      '2027-03-15T08:00',
      '2027-03-22T08:00',
      '2027-03-29T07:00',
      '2027-04-05T07:00',
    ]);
  });

  it('leave out the days that are excepted, which COUNT counts', () => {
    const starts = occurrencesOf(series('FREQ=DAILY;COUNT=4', { except: ['2026-11-24'] }), MONDAY, HOUR);
    expect(starts.map((at) => dayIn(at, HANOI))).to.deep.equal(['2026-11-23', '2026-11-25', '2026-11-26']);
  });

  it('begin with the first day of the rule, not with the day that was written down', () => {
    const [first] = occurrencesOf(series('FREQ=WEEKLY;BYDAY=TH;COUNT=2'), MONDAY, HOUR);
    expect(dayIn(first ?? 0, HANOI)).to.equal('2026-11-26');
  });

  it('are refused with the sentence that says why', () => {
    const cases: [string, RegExp][] = [
      ['FREQ=WEEKLY', /needs an end \(COUNT or UNTIL\), at most 2 years/],
      ['FREQ=WEEKLY;UNTIL=20291231', /2 years after its first meeting and no further/],
      ['FREQ=DAILY;COUNT=2000', /2 years after its first meeting and no further/],
      ['FREQ=HOURLY;COUNT=3', /FREQ=HOURLY is not a part/],
      ['FREQ=DAILY;BYHOUR=8,9;COUNT=3', /BYHOUR=8,9 is not a part/],
      ['FREQ=DAILY;COUNT=0', /COUNT=0 is not a part/],
      ['FREQ=DAILY;COUNT=-1', /COUNT=-1 is not a part/],
      ['FREQ=DAILY;COUNT=2;UNTIL=20270101', /not by both/],
      ['COUNT=2', /how often it repeats/],
      ['FREQ=DAILY;COUNT=2;COUNT=3', /COUNT=3 is not a part/],
      ['FREQ=DAILY\nEXDATE:20270101;COUNT=2', /is not a part/],
      ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=32;COUNT=2', /BYMONTHDAY=32 is not a part/],
      ['FREQ=YEARLY;BYMONTH=13;COUNT=2', /BYMONTH=13 is not a part/],
      ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31;UNTIL=20280101', /names no day/],
    ];
    for (const [rrule, words] of cases) {
      expect(
        refusal(() => occurrencesOf(series(rrule), MONDAY, HOUR)),
        rrule,
      ).to.match(words);
    }
    const zone = (tz: string) => refusal(() => occurrencesOf(series('FREQ=DAILY;COUNT=2', { tz }), MONDAY, HOUR));
    expect(zone('Asia/Ha_Noi')).to.match(/no time zone Asia\/Ha_Noi/);
    expect(zone('+07:00')).to.match(/no time zone/);
    expect(refusal(() => occurrencesOf(series('FREQ=DAILY;COUNT=2'), MONDAY, 25 * HOUR))).to.match(/overlap/);
  });

  it('never make anything but starts in order, apart by the length of a meeting, within two years', () => {
    const rules = fc.record({
      freq: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'),
      interval: fc.integer({ min: 1, max: 5 }),
      count: fc.integer({ min: 1, max: 60 }),
      by: fc.constantFrom('', ';BYDAY=MO,WE', ';BYDAY=2TU', ';BYMONTHDAY=31', ';BYDAY=FR;BYSETPOS=-1'),
    });
    fc.assert(
      fc.property(rules, fc.constantFrom(HANOI, 'Europe/Berlin', 'America/New_York'), (rule, tz) => {
        const rrule = `FREQ=${rule.freq};INTERVAL=${rule.interval};COUNT=${rule.count}${rule.by}`;
        let starts: number[];
        try {
          starts = occurrencesOf(series(rrule, { tz }), MONDAY, HOUR);
        } catch (err) {
          expect(err).to.include({ code: 'series_refused' });
          return;
        }
        expect(starts.length).to.be.within(1, rule.count);
        for (const [i, start] of starts.entries()) {
          expect(start).to.be.at.least(i ? (starts[i - 1] ?? 0) + HOUR : MONDAY);
          expect(start).to.be.at.most(MONDAY + 2 * 366 * 24 * HOUR);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('have rules in capital letters without their name', () => {
    expect(tidyRule(' rrule:freq=weekly;byday=mo;count=2 ')).to.equal('FREQ=WEEKLY;BYDAY=MO;COUNT=2');
  });
});

describe('the occurrences of a series that is changed', () => {
  const four = [0, 7, 14, 21].map((days, i) => {
    const start = MONDAY + days * 24 * HOUR;
    return { id: String(i), start, end: start + HOUR, detached: i === 2 };
  });

  it('move together in wall time, but for the one that was moved alone', () => {
    const [first] = four;
    const to = { start: MONDAY + 2 * HOUR, end: MONDAY + 4 * HOUR };
    const { kept } = shiftAll(four, first!, to, HANOI);
    expect(kept.map((one) => one.start - (four[Number(one.id)]?.start ?? 0))).to.deep.equal([
      2 * HOUR,
      2 * HOUR,
      0,
      2 * HOUR,
    ]);
    expect(kept.map((one) => one.end - one.start)).to.deep.equal([2 * HOUR, 2 * HOUR, HOUR, 2 * HOUR]);
  });

  it('keep the wall time over a change of the clocks', () => {
    const before = Date.parse('2027-03-22T09:00:00+01:00');
    const after = Date.parse('2027-03-29T09:00:00+02:00');
    expect(shifted(after, before, before + HOUR, 'Europe/Berlin')).to.equal(after + HOUR);
  });

  it('are kept on the days of a new rule, added and dropped on others', () => {
    const starts = [MONDAY + 9 * HOUR, MONDAY + 14 * 24 * HOUR, MONDAY + 15 * 24 * HOUR];
    const plan = fitTo(four, starts, HOUR, HANOI);
    expect(plan.kept.map((one) => one.id)).to.deep.equal(['0', '2']);
    expect(plan.added).to.deep.equal([starts[2]]);
    expect(plan.dropped).to.deep.equal(['1', '3']);
  });

  it('end their rule where they end', () => {
    expect(endedAt('FREQ=WEEKLY;COUNT=9;BYDAY=MO', MONDAY)).to.equal('FREQ=WEEKLY;BYDAY=MO;UNTIL=20261123T010000Z');
  });
});
