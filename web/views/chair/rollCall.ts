import { inSession, roster } from '../../../server/protocol/derive.ts';
import type { Participant, RollState, SessionSnapshot } from '../../../server/protocol/snapshot.ts';

/** @returns the next endpoint to call: present, without an answer, after the one that is called now */
export function nextToCall(s: SessionSnapshot): Participant | null {
  const open = s.rollCall;
  if (!open?.open) return null;
  const all = roster(s);
  const at = all.findIndex((p) => p.endpointId === open.current);
  const inOrder = [...all.slice(at + 1), ...all.slice(0, Math.max(0, at))];
  return inOrder.find((p) => inSession(p) && unanswered(s, p)) ?? null;
}

/** @returns the endpoints that cannot be called because they are not in the session, without an answer */
export function absentUnmarked(s: SessionSnapshot): Participant[] {
  return roster(s).filter((p) => !inSession(p) && !p.removed && unanswered(s, p));
}

/** @returns how an endpoint that answers is present: at the chair's own endpoint in the room, elsewhere over the bridge */
export function presentAs(s: SessionSnapshot, endpointId: string): RollState {
  return endpointId === s.chair.endpointId ? 'present_in_room' : 'present_online';
}

function unanswered(s: SessionSnapshot, p: Participant): boolean {
  return (s.rollCall?.entries[p.endpointId]?.state ?? 'not_called') === 'not_called';
}
