import type { SessionCall } from '../../../server/protocol/push.ts';
import type { Connection } from '../../lib/socket.ts';
import { MediaPeer } from '../../media/mediaPeer.ts';
import type { OwnMedia } from '../../media/ownMedia.ts';
import { SessionStore } from '../../state/sessionStore.ts';

/** One visit of a session: state, picture and sound that begin and end together. */
export interface Visit {
  call: SessionCall;
  session: SessionStore;
  peer: MediaPeer;
}

/** what a room's television shows beside the stage */
const VIEWPORT = { tiles: 4, height: 720 };

/** @returns a visit that has not begun: nothing is sent yet */
export function makeVisit(connection: Connection, own: OwnMedia, call: SessionCall): Visit {
  const session = new SessionStore(connection, call.sessionId);
  return { call, session, peer: new MediaPeer(connection, session, own, VIEWPORT) };
}
