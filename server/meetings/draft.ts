import type { UserActor } from '../accounts/actor.ts';
import { MEETING_ROLES, mayIn } from '../accounts/rights.ts';
import { AppError } from '../errors.ts';
import type { CLASSIFICATIONS } from '../protocol/meetings.ts';
import { mayDraft, mayPlan } from './meetingRights.ts';
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
  /** null: the unit of the chair's endpoint */
  hostUnitId: string | null;
  /** who has a part in it, by the field that names them; null: nobody by name */
  people: Record<string, string | null>;
  classification: (typeof CLASSIFICATIONS)[number];
  /** a draft takes nobody's time, so it needs fewer rights */
  books: boolean;
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
 * @throws AppError classification_refused, end_before_start, time_in_past, meeting_too_long, chair_not_invited,
 * endpoint_unknown, not_allowed, bad_request for a person or unit that does not exist
 */
export async function checkDraft(actor: UserActor, wanted: Wanted, readers: DraftReaders): Promise<Draft> {
  const { directory, isUsableUser, now } = readers;
  if (wanted.classification !== 'open') throw classified();
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
  const host = wanted.hostUnitId ?? known.get(wanted.chairEndpointId) ?? '';
  // what a unit hosted that has ended is its successor's from then on
  const hostUnitId = (await directory.tree()).heir(host);
  await assertMay(actor, { ...wanted, endpointIds, hostUnitId }, known, directory);
  for (const [path, userId] of Object.entries(wanted.people)) {
    if (userId !== null && !(await isUsableUser(userId))) {
      throw fault(`The person of ${path} does not exist or is disabled.`, {
        path,
        message: 'expected a user who can sign in',
      });
    }
  }
  return { endpointIds, hostUnitId };
}

async function assertMay(
  actor: UserActor,
  wanted: Wanted & { hostUnitId: string },
  unitOf: ReadonlyMap<string, string>,
  directory: MeetingDirectory,
): Promise<void> {
  const { hostUnitId } = wanted;
  const tree = await directory.tree();
  if (!tree.unit(hostUnitId)) {
    throw fault('The unit that shall host does not exist.', {
      path: 'hostUnitId',
      message: 'expected a unit of today',
    });
  }
  if (!wanted.books) {
    if (mayDraft(actor, hostUnitId, tree)) return;
    throw new AppError('not_allowed', 'A draft needs a role other than technician over the unit that hosts.');
  }
  if (!mayPlan(actor, hostUnitId, tree)) {
    throw new AppError('not_allowed', 'Planning needs the role administrator or chairperson over the unit that hosts.');
  }
  const foreign = wanted.endpointIds.filter(
    (id) => !wanted.keptIds.includes(id) && !mayIn(actor, MEETING_ROLES, unitOf.get(id) ?? '', tree),
  );
  if (foreign.length > 0) {
    throw new AppError('not_allowed', 'Some of the endpoints lie outside of the units that you plan for.', {
      details: { endpointIds: foreign },
    });
  }
}

function classified(): AppError {
  const errors = [{ path: 'classification', message: 'expected open ("Không mật")' }];
  return new AppError(
    'classification_refused',
    'Only meetings that are not secret ("Không mật") may be held here: state secrets may not pass over this service.',
    { details: { errors } },
  );
}

function unknownEndpoints(ids: string[]): AppError {
  const errors = ids.map((id) => ({ path: 'endpointIds', message: `expected an endpoint, ${id} is none` }));
  return new AppError('endpoint_unknown', 'Some of the endpoints do not exist, or no longer.', { details: { errors } });
}

function fault(message: string, where: { path: string; message: string }): AppError {
  return new AppError('bad_request', message, { details: { errors: [where] } });
}
