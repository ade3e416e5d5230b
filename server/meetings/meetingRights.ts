import type { Actor } from '../accounts/actor.ts';
import { MEETING_ROLES, mayIn, visibleUnits } from '../accounts/rights.ts';
import type { Tree } from '../accounts/rights.ts';
import type { DirectoryService } from '../directory/directoryService.ts';
import type { UnitTree } from '../directory/unitTree.ts';
import type { BookedMeeting, SeenFrom } from './meeting.store.ts';

/** The part of the directory that meetings read; always before a transaction begins. */
export type MeetingDirectory = Pick<
  DirectoryService,
  'tree' | 'allEndpoints' | 'endpointsByIds' | 'endpoint' | 'dayAt' | 'helpLines'
>;

/** @returns whether the actor may start and steer the meeting: its chair, deputy, secretary, or who plans for its host */
export function mayRun(actor: Actor, meeting: BookedMeeting, tree: Tree): boolean {
  if (actor.kind === 'device') return false;
  const { chairUserId, deputyUserId, secretaryUserId } = meeting;
  return (
    [chairUserId, deputyUserId, secretaryUserId].includes(actor.userId) || mayPlan(actor, meeting.hostUnitId, tree)
  );
}

/** @returns whether the actor may write drafts of meetings that a unit hosts */
export function mayDraft(actor: Actor, hostUnitId: string, tree: Tree): boolean {
  return mayIn(actor, [...MEETING_ROLES, 'operator'], hostUnitId, tree);
}

/** @returns whether the actor may change the meeting as it is now */
export function mayChange(
  actor: Actor,
  meeting: Pick<BookedMeeting, 'status' | 'hostUnitId' | 'createdBy'>,
  tree: Tree,
): boolean {
  if (actor.kind === 'device' || !CHANGEABLE.includes(meeting.status)) return false;
  if (mayPlan(actor, meeting.hostUnitId, tree)) return true;
  const own = meeting.status === 'draft' && meeting.createdBy === actor.userId;
  return own && mayDraft(actor, meeting.hostUnitId, tree);
}

/** Statuses of a meeting that has not begun and was not called off. */
export const CHANGEABLE: readonly BookedMeeting['status'][] = ['scheduled', 'draft', 'submitted'];

/** @returns whether the actor may plan, change and cancel meetings that a unit hosts */
export function mayPlan(actor: Actor, hostUnitId: string, tree: Tree): boolean {
  return mayIn(actor, MEETING_ROLES, hostUnitId, tree);
}

/** @returns whether the actor may know of the meeting */
export async function maySeeMeeting(
  actor: Actor,
  meeting: BookedMeeting,
  directory: MeetingDirectory,
): Promise<boolean> {
  // what is not planned yet, or was called off before it was, concerns its host alone
  const planned = meeting.plannedAt !== null;
  if (actor.kind === 'device') return planned && meeting.endpointIds.includes(actor.endpointId);
  const { chairUserId, deputyUserId, secretaryUserId, createdBy } = meeting;
  if ([chairUserId, deputyUserId, secretaryUserId, createdBy].includes(actor.userId)) return true;
  const units = visibleUnits(actor, await directory.tree());
  if (units.has(meeting.hostUnitId) || seesAll(units, await directory.tree())) return true;
  if (!planned) return false;
  const endpoints = await directory.endpointsByIds(meeting.endpointIds);
  return endpoints.some((endpoint) => units.has(endpoint.unitId));
}

/** @returns whether these units are the whole organisation of today: who sees it sees every meeting */
function seesAll(units: ReadonlySet<string>, tree: Pick<UnitTree, 'units'>): boolean {
  return units.size > 0 && tree.units().every((unit) => units.has(unit.id));
}

/** @returns from where the actor looks at meetings: the same as `maySeeMeeting` for a list of them */
export async function seenFrom(actor: Actor, directory: MeetingDirectory): Promise<SeenFrom> {
  const tree = await directory.tree();
  const units = visibleUnits(actor, tree);
  if (seesAll(units, tree)) return 'all';
  const endpointIds = await visibleEndpoints(actor, directory);
  return { endpointIds, unitIds: [...units], userId: actor.kind === 'user' ? actor.userId : null };
}

/** @returns ids of the endpoints whose meetings the actor may see */
export async function visibleEndpoints(actor: Actor, directory: MeetingDirectory): Promise<string[]> {
  if (actor.kind === 'device') return [actor.endpointId];
  const units = visibleUnits(actor, await directory.tree());
  const endpoints = await directory.allEndpoints();
  return endpoints.filter((endpoint) => units.has(endpoint.unitId)).map((endpoint) => endpoint.id);
}
