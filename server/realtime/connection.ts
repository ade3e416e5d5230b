import type { Socket } from 'socket.io';
import type { Actor } from '../accounts/actor.ts';
import type { ServerPushes } from '../protocol/push.ts';

/** Where a connection takes part: in one session, with a seat or as a watcher. */
export interface Place {
  sessionId: string;
  /** endpoint whose seat it holds; null for a watcher */
  endpointId: string | null;
  /** its media peer: the endpoint's id, or `watch-<connection>` */
  peerId: string;
}

/** One live socket and who is behind it. The actor comes from the handshake's credential and never changes. */
export interface Connection {
  readonly id: string;
  readonly actor: Actor;
  /** names the device or sign-in, so that the same one coming back replaces its old connection */
  readonly holder: string;
  readonly socket: Socket;
  place: Place | null;
  /** when its last packet came, on the clock of `performance.now` */
  heardAt: number;
  /** messages that broke the protocol so far */
  faults: number;
}

/** @returns the room of all who follow a session */
export const sessionRoom = (sessionId: string): string => `session:${sessionId}`;
/** @returns the room of the connections that speak for an endpoint */
export const endpointRoom = (endpointId: string): string => `endpoint:${endpointId}`;
/** @returns the room of one media peer of a session */
export const peerRoom = (sessionId: string, peerId: string): string => `peer:${sessionId}:${peerId}`;
/** Room of all signed-in people. */
export const USERS_ROOM = 'users';

/** @returns what stays the same when this device or person comes back on a new connection */
export function holderOf(actor: Actor): string {
  return actor.kind === 'device' ? `device:${actor.deviceId}` : `sign-in:${actor.signInId}`;
}

/** Sends one typed push. */
export function push<E extends keyof ServerPushes>(
  to: { emit(name: string, message: unknown): unknown },
  name: E,
  message: Parameters<ServerPushes[E]>[0],
): void {
  to.emit(name, message);
}
