import type { Change } from '../audit.ts';
import type { BookedMeeting } from '../meetings/meeting.store.ts';
import type { MeetingTurn } from '../meetings/meetingDesk.ts';
import type { WebhookEvent } from '../protocol/integrations.ts';

/** Something to be told: ids and names, so that a receiver asks the API for more, with its own rights. */
export interface News {
  event: WebhookEvent;
  data: Record<string, unknown>;
}

/** @returns what of changed meetings is told */
export function meetingNews(turns: readonly MeetingTurn[]): News[] {
  return turns.flatMap(({ before, after }): News[] => {
    const data = shownMeeting(after);
    if (before === null) return [{ event: 'meeting.created', data }];
    const cancelled = after.status === 'cancelled' && before.status !== 'cancelled';
    if (cancelled) return [{ event: 'meeting.cancelled', data }];
    const same = before.version === after.version && before.status === after.status;
    return same ? [] : [{ event: 'meeting.changed', data }];
  });
}

function shownMeeting(meeting: BookedMeeting): Record<string, unknown> {
  const { id, title, status, version, seriesId, hostUnitId, chairEndpointId, endpointIds } = meeting;
  return {
    ...{ id, title, status, version, seriesId, hostUnitId, chairEndpointId },
    startsAt: meeting.startsAt.toISOString(),
    endsAt: meeting.endsAt.toISOString(),
    endpoints: endpointIds.length,
  };
}

/** An endpoint by its names. */
export interface NamedEndpoint {
  id: string;
  code: string;
  name: string;
}

const ENDPOINT = 'endpoint:';

/** @returns ids of the endpoints that changes of the directory concern */
export function changedEndpoints(changes: readonly Pick<Change, 'subject'>[]): string[] {
  const own = changes.filter(({ subject }) => subject.startsWith(ENDPOINT));
  return [...new Set(own.map(({ subject }) => subject.slice(ENDPOINT.length)))];
}

/**
 * @param endpoints those that exist, by id; one that was taken back is told by its id alone
 * @returns what of changes of the directory is told; people and phone numbers are not
 */
export function endpointNews(
  changes: readonly Pick<Change, 'subject' | 'action'>[],
  endpoints: ReadonlyMap<string, NamedEndpoint>,
): News[] {
  return changedEndpoints(changes).map((id) => {
    const actions = changes.filter(({ subject }) => subject === ENDPOINT + id).map(({ action }) => action);
    const { code = null, name = null } = endpoints.get(id) ?? {};
    return { event: 'endpoint.changed', data: { id, code, name, actions } };
  });
}

/** An endpoint's answer to an invitation. */
export interface AnsweredInvitation {
  meeting: Pick<BookedMeeting, 'id' | 'title'>;
  endpointId: string;
  answer: string;
  headCount: number;
}

/** @returns what of an answer is told: how many come, not who */
export function registrationNews({ meeting, endpointId, answer, headCount }: AnsweredInvitation): News[] {
  const data = { meetingId: meeting.id, title: meeting.title, endpointId, answer, headCount };
  return [{ event: 'registration.changed', data }];
}
