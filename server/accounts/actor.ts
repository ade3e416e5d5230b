import type { Scope } from '../protocol/integrations.ts';
import type { Role } from '../protocol/rest.ts';

/** A role that a user holds within the subtree of a unit. */
export interface Grant {
  role: Role;
  unitId: string;
}

/** A signed-in person, or an API token of one; `signInId` names the sign-in or token, so that it alone can be ended. */
export interface UserActor {
  kind: 'user';
  userId: string;
  displayName: string;
  signInId: string;
  grants: Grant[];
  /** what an API token is good for; left out for a person who signed in */
  scopes?: readonly Scope[];
}

/** An enrolled device, which speaks for its one endpoint. */
export interface DeviceActor {
  kind: 'device';
  deviceId: string;
  endpointId: string;
}

/** Whoever a credential stands for. It comes from the credential alone, never from a message. */
export type Actor = UserActor | DeviceActor;

/**
 * Stable text for one actor: rate limits and idempotency keys are kept by it.
 * @returns `user:<id>` or `device:<id>`
 */
export function actorKey(actor: Actor): string {
  return actor.kind === 'user' ? `user:${actor.userId}` : `device:${actor.deviceId}`;
}
