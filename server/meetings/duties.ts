import type { BookedMeeting } from './meeting.store.ts';
import { CALL_BEFORE_MS, OPEN_BEFORE_MS, WARN_BEFORE_MS } from './meetingView.ts';

/** What the scheduler does for a meeting: opens its room, calls its endpoints, warns before its end. */
export type Duty = 'open' | 'call' | 'warn';

/** A duty whose time has come. */
export interface DueDuty {
  meeting: BookedMeeting;
  duty: Duty;
  /** epoch milliseconds; belongs to the meeting's time, so that a moved or extended meeting is served again */
  dueAt: number;
}

/** @returns the duties that are due at a moment (epoch milliseconds), also those that a pause made late */
export function dueDuties(meetings: readonly BookedMeeting[], now: number): DueDuty[] {
  return meetings.flatMap((meeting) => {
    const start = meeting.startsAt.getTime();
    const end = meeting.endsAt.getTime();
    if (now >= end) return [];
    const duties: [Duty, number][] =
      meeting.status === 'running'
        ? [['warn', end - WARN_BEFORE_MS]]
        : meeting.status === 'scheduled'
          ? [
              ['open', start - OPEN_BEFORE_MS],
              ['call', start - CALL_BEFORE_MS],
            ]
          : [];
    return duties.filter(([, dueAt]) => dueAt <= now).map(([duty, dueAt]) => ({ meeting, duty, dueAt }));
  });
}
