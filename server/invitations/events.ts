import { occurrencesOf } from '../meetings/recurrence.ts';
import type { BookedMeeting } from '../meetings/meeting.store.ts';
import type { Series } from '../meetings/series.store.ts';
import type { CalendarEvent } from './ics.ts';

/** What every event of a meeting carries beside its times. */
export interface EventDetails {
  description: string;
  place: string;
  organizer: { name: string; address: string };
  /** domain of the unique ids */
  host: string;
  /** epoch milliseconds */
  now: number;
}

/** Sequences of series count the seconds from this moment on, since the versions of their meetings do not add up. */
const EPOCH = Date.UTC(2026, 0, 1);

/** @returns the event of a single meeting, or of one occurrence as a change of its series */
export function eventOf(meeting: BookedMeeting, series: Series | null, details: EventDetails): CalendarEvent {
  const { description, place, organizer, host, now } = details;
  const shared = {
    start: meeting.startsAt.getTime(),
    end: meeting.endsAt.getTime(),
    title: meeting.title,
    description,
    place,
    organizer,
    modified: meeting.updatedAt.getTime(),
    cancelled: meeting.status === 'cancelled' || meeting.status === 'postponed',
  };
  if (!series) return { ...shared, uid: `${meeting.id}@${host}`, sequence: meeting.version - 1 };
  const recurrenceId = (meeting.originalAt ?? meeting.startsAt).getTime();
  const sequence = Math.floor((now - EPOCH) / 1000);
  return { ...shared, uid: `${series.id}@${host}`, sequence, tz: series.tz, recurrenceId };
}

/**
 * @param meetings those occurrences to which somebody is invited
 * @returns the event of the rule, without what does not take place, and an event for each occurrence that differs from it
 */
export function eventsOfSeries(
  series: Series,
  meetings: readonly BookedMeeting[],
  details: EventDetails,
): CalendarEvent[] {
  const standing = meetings.filter((one) => one.status === 'scheduled' || one.status === 'running');
  const [first] = standing;
  if (!first) return [];
  const start = series.startsAt.getTime();
  const named = startsByRule(series);
  const taking = new Map(standing.map((one) => [(one.originalAt ?? one.startsAt).getTime(), one]));
  const model = standing.find((one) => !one.detached) ?? first;
  const { recurrenceId: _, ...shared } = eventOf(model, series, details);
  const except = named.filter((at) => !taking.has(at));
  const rule = { ...shared, start, end: start + series.durationMs, rrule: series.rrule, except };
  const usual = new Set(named);
  const differing = standing.filter((one) => {
    const original = (one.originalAt ?? one.startsAt).getTime();
    const moved =
      one.startsAt.getTime() !== original || one.endsAt.getTime() - one.startsAt.getTime() !== series.durationMs;
    return moved || one.title !== model.title || !usual.has(original);
  });
  return [rule, ...differing.map((one) => eventOf(one, series, details))];
}

function startsByRule({ rrule, tz, startsAt, durationMs }: Series): number[] {
  try {
    return occurrencesOf({ rrule, tz, except: [] }, startsAt.getTime(), durationMs);
  } catch {
    // a rule that reaches further than the rest of it lasts: every occurrence is told by itself
    return [];
  }
}
