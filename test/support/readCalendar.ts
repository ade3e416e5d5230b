import ICAL from 'ical.js';
import ical from 'node-ical';

/** One meeting as a program of calendars shows it: its moments in epoch milliseconds. */
export interface ReadMeeting {
  uid: string;
  title: string;
  start: number;
  end: number;
}

const inOrder = (all: ReadMeeting[]): ReadMeeting[] => all.toSorted((a, b) => a.start - b.start);

/** @returns every meeting of a calendar as ical.js reads it; series unfolded by the zone that the text itself describes */
export function readByIcalJs(text: string): ReadMeeting[] {
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
  const all = calendar.getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));
  const exceptions = all.filter((one) => one.isRecurrenceException());
  const found: ReadMeeting[] = [];
  const take = (of: ICAL.Event, startDate: ICAL.Time, endDate: ICAL.Time): void => {
    const [start, end] = [startDate, endDate].map((at) => at.toUnixTime() * 1000) as [number, number];
    found.push({ uid: of.uid, title: of.summary, start, end });
  };
  for (const one of all.filter((event) => !event.isRecurrenceException())) {
    for (const other of exceptions.filter((event) => event.uid === one.uid)) one.relateException(other);
    if (!one.isRecurring()) take(one, one.startDate, one.endDate);
    else {
      const each = one.iterator();
      for (let at = each.next(); at; at = each.next()) {
        const { item, startDate, endDate } = one.getOccurrenceDetails(at);
        take(item, startDate, endDate);
      }
    }
  }
  ICAL.TimezoneService.reset();
  return inOrder(found);
}

/**
 * @param from from when on series are unfolded, epoch milliseconds
 * @param to until when
 * @returns every meeting of a calendar as node-ical reads it
 */
export function readByNodeIcal(text: string, from: number, to: number): ReadMeeting[] {
  const found: ReadMeeting[] = [];
  for (const one of Object.values(ical.sync.parseICS(text))) {
    if (one?.type !== 'VEVENT') continue;
    const times = one.rrule ? ical.expandRecurringEvent(one, { from: new Date(from), to: new Date(to) }) : [one];
    for (const { start, end } of times) {
      const title = typeof one.summary === 'string' ? one.summary : one.summary.val;
      found.push({ uid: one.uid, title, start: start.getTime(), end: end?.getTime() ?? start.getTime() });
    }
  }
  return inOrder(found);
}
