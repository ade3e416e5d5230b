import { escape, foldLines } from 'ical-generator';
import { Temporal } from 'temporal-polyfill';

/** A calendar of RFC 5545, as mail and feeds carry it. */
export interface CalendarText {
  /** RFC 5546; `PUBLISH` for feeds */
  method: 'REQUEST' | 'CANCEL' | 'PUBLISH';
  /** shown by programs that subscribe */
  name?: string;
  events: readonly CalendarEvent[];
  /** moment at which it was written, epoch milliseconds */
  now: number;
}

/** One event, or one occurrence of a series that differs from its rule. Times are epoch milliseconds. */
export interface CalendarEvent {
  /** the same for every version, and for every occurrence of a series */
  uid: string;
  /** counts up with every change */
  sequence: number;
  start: number;
  end: number;
  title: string;
  description?: string;
  place?: string;
  url?: string;
  cancelled?: boolean;
  /** when it was changed last */
  modified: number;
  organizer?: Mailbox;
  attendee?: Mailbox;
  /** zone in which a series counts; left out: times are written in UTC */
  tz?: string;
  rrule?: string;
  /** starts that the rule names and that do not take place */
  except?: readonly number[];
  /** the start that the rule gave this occurrence */
  recurrenceId?: number;
}

/** A name with an e-mail address. */
export interface Mailbox {
  name: string;
  address: string;
}

/** @returns the text: CRLF, at most 75 octets a line, in UTF-8 */
export function calendarText({ method, name, events, now }: CalendarText): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Nhip Cau//Lich hop//VI',
    'CALSCALE:GREGORIAN',
    `METHOD:${method}`,
  ];
  if (name !== undefined) lines.push(`X-WR-CALNAME:${text(name)}`, 'REFRESH-INTERVAL;VALUE=DURATION:PT30M');
  for (const tz of new Set(events.flatMap((event) => event.tz ?? []))) {
    const own = events.filter((event) => event.tz === tz);
    lines.push(...zoneLines(tz, Math.min(...own.map((one) => one.start)), now));
  }
  for (const event of events) lines.push(...eventLines(event, method, now));
  lines.push('END:VCALENDAR', '');
  return foldLines(lines.join('\r\n'));
}

function eventLines(event: CalendarEvent, method: CalendarText['method'], now: number): string[] {
  const { tz } = event;
  const at = (name: string, ms: number) =>
    tz === undefined ? `${name}:${utc(ms)}` : `${name};TZID=${tz}:${local(ms, tz)}`;
  const cancelled = event.cancelled === true || method === 'CANCEL';
  return [
    'BEGIN:VEVENT',
    `UID:${event.uid}`,
    `SEQUENCE:${event.sequence}`,
    `DTSTAMP:${utc(now)}`,
    `LAST-MODIFIED:${utc(event.modified)}`,
    ...(event.recurrenceId === undefined ? [] : [at('RECURRENCE-ID', event.recurrenceId)]),
    at('DTSTART', event.start),
    at('DTEND', event.end),
    ...(event.rrule === undefined ? [] : [`RRULE:${event.rrule}`]),
    ...(event.except ?? []).map((ms) => at('EXDATE', ms)),
    `SUMMARY:${text(event.title)}`,
    ...(event.description ? [`DESCRIPTION:${text(event.description)}`] : []),
    ...(event.place ? [`LOCATION:${text(event.place)}`] : []),
    ...(event.url ? [`URL:${event.url}`] : []),
    ...(event.organizer ? [`ORGANIZER;CN=${quoted(event.organizer.name)}:mailto:${event.organizer.address}`] : []),
    ...(event.attendee
      ? [
          `ATTENDEE;CN=${quoted(event.attendee.name)};ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE:mailto:${event.attendee.address}`,
        ]
      : []),
    `STATUS:${cancelled ? 'CANCELLED' : 'CONFIRMED'}`,
    'TRANSP:OPAQUE',
    'END:VEVENT',
  ];
}

/**
 * Writes a zone with every change of its clocks from before the first event until three years later, so that a reader needs
 * no table of zones of its own.
 */
function zoneLines(tz: string, first: number, now: number): string[] {
  const until = Math.max(first, now) + 3 * 366 * 24 * 3_600_000;
  const from = Temporal.Instant.fromEpochMilliseconds(first).toZonedDateTimeISO(tz).subtract({ years: 1 });
  const lines = ['BEGIN:VTIMEZONE', `TZID:${tz}`, ...observance(from, from.offset)];
  let at = from.getTimeZoneTransition('next');
  let before = from.offset;
  while (at !== null && at.epochMilliseconds < until) {
    lines.push(...observance(at, before));
    before = at.offset;
    at = at.getTimeZoneTransition('next');
  }
  return [...lines, 'END:VTIMEZONE'];
}

/** The clocks from a moment on. What it is called matters to no reader; which of the two is summer time only to people. */
function observance(at: Temporal.ZonedDateTime, before: string): string[] {
  const kind = at.offset > before ? 'DAYLIGHT' : 'STANDARD';
  // the wall clock that showed before the change, as RFC 5545 wants it
  const wall = at.toInstant().toZonedDateTimeISO(before).toPlainDateTime();
  return [
    `BEGIN:${kind}`,
    `DTSTART:${basic(wall.toString({ smallestUnit: 'second' }))}`,
    `TZOFFSETFROM:${before.replace(':', '')}`,
    `TZOFFSETTO:${at.offset.replace(':', '')}`,
    `END:${kind}`,
  ];
}

const basic = (iso: string): string => iso.replaceAll(/[-:]/g, '');
const utc = (ms: number): string => `${basic(new Date(ms).toISOString().slice(0, 19))}Z`;

function local(ms: number, tz: string): string {
  const wall = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(tz).toPlainDateTime();
  return basic(wall.toString({ smallestUnit: 'second' }));
}

/** A value of a property: no line of it can begin a property of its own. */
function text(value: string): string {
  return escape(value.replaceAll(/\r\n?/g, '\n').replaceAll(/[^\P{Cc}\n]/gu, ' '), false);
}

/** A value of a parameter, which knows no escapes. */
function quoted(value: string): string {
  return `"${value.replaceAll(/["\p{Cc}]/gu, ' ')}"`;
}
