import type { UserActor } from '../accounts/actor.ts';
import { MEETING_ROLES, mayIn } from '../accounts/rights.ts';
import { AppError } from '../errors.ts';
import { mayPlan } from './meetingRights.ts';
import type { MeetingDirectory } from './meetingRights.ts';
import { assertTimes } from './overlap.ts';
import type { Interval } from './overlap.ts';

/** What somebody wants a meeting to be. */
export interface Wanted {
  times: Interval;
  /** the start is new, not only kept */
  startMoved: boolean;
  endpointIds: readonly string[];
  /** those of them that were invited already: they need no right of the asker */
  keptIds: readonly string[];
  chairEndpointId: string;
  /** null: whoever speaks for the chair's endpoint */
  chairUserId: string | null;
}

/** What the wish comes to. */
export interface Draft {
  /** without doubles, in the order of the wish */
  endpointIds: string[];
  hostUnitId: string;
}

/** What the check reads. */
export interface DraftReaders {
  directory: MeetingDirectory;
  isUsableUser: (userId: string) => Promise<boolean>;
  /** epoch milliseconds */
  now: number;
}

/**
 * Checks everything about a wish but clashes.
 * @throws AppError end_before_start, time_in_past, meeting_too_long, chair_not_invited, endpoint_unknown, not_allowed,
 * bad_request for a chair person who does not exist or is disabled
 */
export async function checkDraft(actor: UserActor, wanted: Wanted, readers: DraftReaders): Promise<Draft> {
  const { directory, isUsableUser, now } = readers;
  assertTimes(wanted.times, now, wanted.startMoved);
  const endpointIds = [...new Set(wanted.endpointIds)];
  if (!endpointIds.includes(wanted.chairEndpointId)) {
    throw new AppError('chair_not_invited', 'The endpoint of the chair must be one of the invited endpoints.');
  }
  const known = new Map(
    (await directory.endpointsByIds(endpointIds)).map((endpoint) => [endpoint.id, endpoint.unitId]),
  );
  const unknown = endpointIds.filter((endpointId) => !known.has(endpointId));
  if (unknown.length > 0) throw unknownEndpoints(unknown);
  const hostUnitId = known.get(wanted.chairEndpointId) ?? '';
  const tree = await directory.tree();
  if (!mayPlan(actor, hostUnitId, tree)) {
    throw new AppError(
      'not_allowed',
      'Planning needs the role administrator or chairperson over the unit of the chair.',
    );
  }
  const foreign = endpointIds.filter(
    (id) => !wanted.keptIds.includes(id) && !mayIn(actor, MEETING_ROLES, known.get(id) ?? '', tree),
  );
  if (foreign.length > 0) {
    throw new AppError('not_allowed', 'Some of the endpoints lie outside of the units that you plan for.', {
      details: { endpointIds: foreign },
    });
  }
  if (wanted.chairUserId !== null && !(await isUsableUser(wanted.chairUserId))) throw unknownChair();
  return { endpointIds, hostUnitId };
}

function unknownEndpoints(ids: string[]): AppError {
  const errors = ids.map((id) => ({ path: 'endpointIds', message: `expected an endpoint, ${id} is none` }));
  return new AppError('endpoint_unknown', 'Some of the endpoints do not exist, or no longer.', { details: { errors } });
}

function unknownChair(): AppError {
  const errors = [{ path: 'chairUserId', message: 'expected a user who can sign in' }];
  return new AppError('bad_request', 'The person who shall chair does not exist or is disabled.', {
    details: { errors },
  });
}
