import { expect } from 'chai';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { calendarText } from '../../../server/invitations/ics.ts';
import type { CalendarEvent } from '../../../server/invitations/ics.ts';
import { occurrencesOf } from '../../../server/meetings/recurrence.ts';
import { readByIcalJs, readByNodeIcal } from '../../support/readCalendar.ts';
import type { ReadMeeting } from '../../support/readCalendar.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-22T01:00:00Z');
const START = Date.parse('2026-11-23T08:00:00+07:00');
const event = (extra: Partial<CalendarEvent> = {}): CalendarEvent => ({
  uid: '01a00000-0000-7000-8000-000000000000@cau.example',
  sequence: 3,
  start: START,
  end: START + HOUR,
  title: 'Giao ban trực tuyến',
  modified: NOW,
  ...extra,
});

const startsOf = (meetings: ReadMeeting[]): number[] => meetings.map(({ start }) => start);
/** every start, as ical.js reads the text */
const byIcalJs = (text: string): number[] => startsOf(readByIcalJs(text));
/** the same, as node-ical reads it */
const byNodeIcal = (text: string): number[] =>
  startsOf(readByNodeIcal(text, START - 400 * 24 * HOUR, START + 800 * 24 * HOUR));

describe('calendars for mail and feeds', () => {
  it('hold single meetings in UTC, which both readers place at the same moment', () => {
    const text = calendarText({ method: 'REQUEST', events: [event()], now: NOW });
    expect(text)
      .to.contain('DTSTART:20261123T010000Z\r\n')
      .and.to.contain('SEQUENCE:3\r\n')
      .and.to.contain('METHOD:REQUEST\r\n');
    expect(byIcalJs(text)).to.deep.equal([START]);
    expect(byNodeIcal(text)).to.deep.equal([START]);
  });

  for (const [tz, first] of [
    ['Asia/Ho_Chi_Minh', START],
    ['Europe/Berlin', Date.parse('2026-11-23T08:00:00+01:00')],
    ['America/New_York', Date.parse('2026-11-23T08:00:00-05:00')],
  ] as const) {
    it(`keep the wall time of a series in ${tz} across a year, without what was left out and with what was moved`, () => {
      const rrule = 'FREQ=WEEKLY;COUNT=53';
      const starts = occurrencesOf({ rrule, tz, except: [] }, first, HOUR);
      const [gone, moved] = [starts[5]!, starts[30]!];
      const series = event({ start: first, end: first + HOUR, tz, rrule, except: [gone] });
      const other = event({ start: moved + 2 * HOUR, end: moved + 3 * HOUR, tz, recurrenceId: moved });
      const text = calendarText({ method: 'REQUEST', events: [series, other], now: NOW });
      const expected = starts.filter((at) => at !== gone).map((at) => (at === moved ? moved + 2 * HOUR : at));
      expect(byIcalJs(text)).to.deep.equal(expected);
      expect(byNodeIcal(text)).to.deep.equal(expected);
    });
  }

  it('never have a line of more than 75 octets, nor cut a letter in two, whatever the words are', () => {
    const words = fc.string({
      unit: fc.constantFrom('ữ', 'ỗ', 'Đ', 'a', ' ', ',', ';', '\\', '\n', '\r', '"', ':', '🎥', 'e\u0302\u0301'),
      maxLength: 300,
    });
    fc.assert(
      fc.property(words, words, (title, description) => {
        const attendee = { name: title, address: 'a@b.example' };
        const text = calendarText({ method: 'REQUEST', events: [event({ title, description, attendee })], now: NOW });
        for (const line of text.split('\r\n')) {
          expect(Buffer.byteLength(line)).to.be.at.most(75);
          expect(line).to.not.match(/[\r\n\ufffd]/);
        }
        const parsed = new ICAL.Event(new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent('vevent')!);
        const plain = (words: string) => words.replaceAll(/\r\n?/g, '\n');
        expect(parsed.summary ?? '').to.equal(plain(title));
        expect(parsed.component.getAllSubcomponents()).to.have.length(0);
      }),
    );
  });

  it('let no name begin a property of its own', () => {
    const title = 'Họp\r\nATTENDEE:mailto:ai@kh.example\nEND:VEVENT';
    const text = calendarText({ method: 'PUBLISH', name: title, events: [event({ title, place: title })], now: NOW });
    expect(text).to.not.match(/^(ATTENDEE|END:VEVENT\r\n.*SUMMARY)/m);
    expect(text.match(/^BEGIN:VEVENT/gm)).to.have.length(1);
  });

  it('call off with CANCEL and the status', () => {
    const text = calendarText({ method: 'CANCEL', events: [event({ sequence: 4 })], now: NOW });
    expect(text).to.contain('METHOD:CANCEL').and.to.contain('STATUS:CANCELLED').and.to.contain('SEQUENCE:4');
  });
});
