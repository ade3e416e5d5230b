import type { Actor } from '../accounts/actor.ts';
import { MEETING_ROLES, mayIn, visibleUnits } from '../accounts/rights.ts';
import type { Tree } from '../accounts/rights.ts';
import type { DirectoryService } from '../directory/directoryService.ts';
import type { BookedMeeting } from './meeting.store.ts';

/** The part of the directory that meetings read; always before a transaction begins. */
export type MeetingDirectory = Pick<DirectoryService, 'tree' | 'allEndpoints' | 'endpointsByIds' | 'endpoint'>;

/** @returns whether the actor may start and steer the meeting: its chair, or who may plan for the host unit */
export function mayRun(actor: Actor, meeting: BookedMeeting, tree: Tree): boolean {
  if (actor.kind === 'device') return false;
  return meeting.chairUserId === actor.userId || mayPlan(actor, meeting.hostUnitId, tree);
}

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
  if (actor.kind === 'device') return meeting.endpointIds.includes(actor.endpointId);
  if (meeting.chairUserId === actor.userId || meeting.createdBy === actor.userId) return true;
  const units = visibleUnits(actor, await directory.tree());
  if (units.has(meeting.hostUnitId)) return true;
  const endpoints = await directory.endpointsByIds(meeting.endpointIds);
  return endpoints.some((endpoint) => units.has(endpoint.unitId));
}

/** @returns ids of the endpoints whose meetings the actor may see */
export async function visibleEndpoints(actor: Actor, directory: MeetingDirectory): Promise<string[]> {
  if (actor.kind === 'device') return [actor.endpointId];
  const units = visibleUnits(actor, await directory.tree());
  const endpoints = await directory.allEndpoints();
  return endpoints.filter((endpoint) => units.has(endpoint.unitId)).map((endpoint) => endpoint.id);
}
