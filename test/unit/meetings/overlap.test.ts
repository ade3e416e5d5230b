import { expect } from 'chai';
import { assertTimes, isShort, MAX_MEETING_MS, overlaps, startBounds } from '../../../server/meetings/overlap.ts';

const HOUR = 3_600_000;
const NOW = 1_000 * HOUR;

describe('times of meetings', () => {
  it('overlap when they share a moment, not when they touch', () => {
    const noon = { start: 12, end: 13 };
    const cases: [number, number, boolean][] = [
      [10, 12, false],
      [10, 12.01, true],
      [12, 13, true],
      [12.2, 12.3, true],
      [11, 14, true],
      [12.99, 14, true],
      [13, 14, false],
    ];
    for (const [start, end, expected] of cases) {
      expect(overlaps(noon, { start, end }), `${start}-${end}`).to.equal(expected);
      expect(overlaps({ start, end }, noon), `${start}-${end}`).to.equal(expected);
    }
  });

  it('have bounds that let no overlapping meeting slip through', () => {
    const wanted = { start: 100 * HOUR, end: 102 * HOUR };
    const { after, before } = startBounds(wanted);
    const ofShort = startBounds(wanted, 'short');
    for (let start = 70 * HOUR; start < 110 * HOUR; start += HOUR / 4) {
      for (const length of [1, HOUR / 4, 4 * HOUR, 4 * HOUR + 1, MAX_MEETING_MS]) {
        const meeting = { start, end: start + length };
        if (!overlaps(wanted, meeting)) continue;
        expect(start > after && start < before).to.equal(true);
        if (isShort(meeting)) expect(start > ofShort.after && start < ofShort.before).to.equal(true);
      }
    }
  });

  it('are refused by name', () => {
    const cases: [number, number, boolean, string | null][] = [
      [NOW, NOW + HOUR, true, null],
      [NOW - HOUR, NOW + 1, true, null],
      [NOW, NOW, true, 'end_before_start'],
      [NOW + 2, NOW + 1, true, 'end_before_start'],
      [NOW - HOUR - 1, NOW + 1, true, 'time_in_past'],
      [NOW - HOUR - 1, NOW + 1, false, null],
      [NOW - HOUR, NOW, true, 'time_in_past'],
      [NOW, NOW + MAX_MEETING_MS, true, null],
      [NOW, NOW + MAX_MEETING_MS + 1, true, 'meeting_too_long'],
    ];
    for (const [start, end, moved, code] of cases) {
      const check = () => assertTimes({ start, end }, NOW, moved);
      if (code === null) check();
      else expect(check).to.throw().with.property('code', code);
    }
  });
});
