import { newId } from '../db/uuid.ts';
import type { BookedMeeting } from '../meetings/meeting.store.ts';
import type { MeetingTurn, MeetingWork } from '../meetings/meetingDesk.ts';
import { insertNews } from './mail.store.ts';

/** Meetings about which invited people have to be written to. */
export interface News {
  meetingIds: string[];
  /** series to be told of as a whole */
  seriesIds: string[];
  /** endpoints that are invited no longer, by meeting */
  dropped: { meetingId: string; endpointIds: string[] }[];
}

/** @param now epoch milliseconds @returns work that notes, within a change of invited meetings, that people have to be told */
export function newsKeeper(now: () => number): MeetingWork {
  return async (m, turns) => {
    const news = newsOf(turns);
    if (news) await insertNews(m, { id: newId(), news: JSON.stringify(news), createdAt: new Date(now()) });
  };
}

/** @returns what has to be told of changes, or null when nobody was invited or nothing changed that matters */
export function newsOf(turns: readonly MeetingTurn[]): News | null {
  const told = turns.filter(
    ({ before, after }) => before !== null && before.invitedAt !== null && differs(before, after),
  );
  if (told.length === 0) return null;
  const seriesIds = new Set<string>();
  for (const { before, after } of told) {
    const split = before?.seriesId !== after.seriesId;
    if (turns.length === 1 && !split) continue;
    for (const id of [before?.seriesId, after.seriesId]) if (id) seriesIds.add(id);
  }
  return {
    meetingIds: told.map(({ after }) => after.id),
    seriesIds: [...seriesIds],
    dropped: told.flatMap(({ before, after }) => {
      const gone = (before?.endpointIds ?? []).filter((id) => !after.endpointIds.includes(id));
      return gone.length > 0 ? [{ meetingId: after.id, endpointIds: gone }] : [];
    }),
  };
}

function differs(before: BookedMeeting, after: BookedMeeting): boolean {
  const told = (one: BookedMeeting) => [
    one.title,
    one.status,
    one.startsAt.getTime(),
    one.endsAt.getTime(),
    one.chairEndpointId,
    one.agenda,
    one.note,
    one.seriesId,
    ...one.endpointIds.toSorted(),
  ];
  return JSON.stringify(told(before)) !== JSON.stringify(told(after));
}
