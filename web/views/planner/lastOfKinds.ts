import type { Meeting } from '../../../server/protocol/rest.ts';
import { calls } from '../../lib/calls.ts';
import { toRfc3339 } from '../../lib/format.ts';
import { serverNow } from '../../lib/serverClock.ts';
import { DAY } from './days.ts';

/** Days back in which a meeting still serves as a pattern. */
const REACH = 45;

/** The last meeting of every kind that was held or is planned for the coming fortnight, newest first. */
export async function lastOfKinds(signal?: AbortSignal): Promise<Meeting[]> {
  const now = serverNow();
  const all = await calls.meetings(toRfc3339(now - REACH * DAY), toRfc3339(now + 14 * DAY), signal);
  const usable = all.filter((m) => m.status !== 'cancelled' && m.title && m.endpointIds.length > 1);
  usable.sort((a, b) => Date.parse(b.startsAt) - Date.parse(a.startsAt));
  const kinds = new Map<string, Meeting>();
  for (const meeting of usable) if (!kinds.has(meeting.kind)) kinds.set(meeting.kind, meeting);
  return [...kinds.values()];
}
