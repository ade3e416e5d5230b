import { expect } from 'chai';
import {
  dayKey,
  dayStart,
  formatAge,
  formatCountdown,
  formatDuration,
  formatKbps,
  formatMoment,
  formatSpan,
  parseClock,
  parseDay,
  toInstant,
  toRfc3339,
} from '../../../web/lib/format.ts';

const MONDAY = '2026-11-24T01:05:00Z';

describe('times on the screen', () => {
  it('are shown in the zone of the province, whatever the PC says', () => {
    expect(formatMoment(MONDAY, 'vi')).to.equal('08:05, thứ Ba, 24/11/2026');
    expect(formatMoment(MONDAY, 'en')).to.equal('08:05, Tuesday, 24/11/2026');
  });

  it('turn over to the next day at midnight of the zone, not of the world', () => {
    expect(dayKey('2026-11-23T16:59:59Z')).to.equal('2026-11-23');
    expect(dayKey('2026-11-23T17:00:00Z')).to.equal('2026-11-24');
    expect(toRfc3339(dayStart('2026-11-24T16:59:59Z'))).to.equal('2026-11-24T00:00:00+07:00');
  });

  it('name the day of the end only where it differs', () => {
    expect(formatSpan(MONDAY, '2026-11-24T02:30:00Z')).to.equal('08:05 – 09:30');
    expect(formatSpan(MONDAY, '2026-11-24T17:30:00Z')).to.equal('08:05 – 00:30 (25/11/2026)');
  });

  it('count up in hours and down in minutes', () => {
    expect(formatDuration(2_530_000)).to.equal('00:42:10');
    expect(formatDuration(-5)).to.equal('00:00:00');
    expect(formatCountdown(246_001)).to.equal('4:07');
    expect(formatCountdown(3_600_000)).to.equal('01:00:00');
  });

  it('say an age in its largest whole unit', () => {
    expect(formatAge(400, 'vi')).to.equal('vừa xong');
    expect(formatAge(2_900, 'vi')).to.equal('2 giây trước');
    expect(formatAge(61_000, 'en')).to.equal('1 minute ago');
    expect(formatAge(3 * 86_400_000, 'en')).to.equal('3 days ago');
  });

  it('write speeds with the decimal mark of the language', () => {
    expect(formatKbps(512, 'vi')).to.equal('512 kbps');
    expect(formatKbps(2500, 'vi')).to.equal('2,5 Mbps');
    expect(formatKbps(2500, 'en')).to.equal('2.5 Mbps');
    expect(formatKbps(4000, 'vi')).to.equal('4 Mbps');
  });
});

describe('days and times that are typed', () => {
  it('are understood in the ways people write them', () => {
    for (const text of ['24/11/2026', '24.11.2026', '24-11-2026', ' 24112026 ']) {
      expect(parseDay(text), text).to.equal('2026-11-24');
    }
    for (const text of ['8:30', '08:30', '8h30', '830', '8.30']) expect(parseClock(text), text).to.equal('08:30');
    expect(parseClock('8h')).to.equal('08:00');
    expect(parseClock('20')).to.equal('20:00');
  });

  it('are refused when there is no such day or time', () => {
    for (const text of ['31/02/2026', '00/01/2026', '2026-11-24', '24/13/2026', '', 'mai']) {
      expect(parseDay(text), text).to.equal(null);
    }
    for (const text of ['24:00', '8:60', '8:3', '', 'sáng']) expect(parseClock(text), text).to.equal(null);
  });

  it('become an instant of the zone', () => {
    expect(toInstant('2026-11-24', '08:30')).to.equal('2026-11-24T08:30:00+07:00');
    expect(toInstant('', '08:30')).to.equal(null);
    expect(toInstant('2026-11-24', '8:30')).to.equal(null);
  });
});
