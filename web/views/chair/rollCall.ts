import { calledNow, inSession, roster } from '../../../server/protocol/derive.ts';
import type { Participant, RollState, SessionSnapshot } from '../../../server/protocol/snapshot.ts';

/** @returns the next endpoint to call: connected, without an answer, after the one that is called now */
export function nextToCall(s: SessionSnapshot): Participant | null {
  const open = s.rollCall;
  if (!open?.open) return null;
  const all = roster(s);
  const at = all.findIndex((p) => p.endpointId === open.current);
  const inOrder = [...all.slice(at + 1), ...all.slice(0, Math.max(0, at))];
  // one whose line is cut just now is called when it is back, or noted as absent when it has left
  return inOrder.find((p) => p.presence === 'joined' && unanswered(s, p)) ?? null;
}

/** @returns the endpoints that cannot be called because they are not in the session, without an answer */
export function absentUnmarked(s: SessionSnapshot): Participant[] {
  return roster(s).filter((p) => !inSession(p) && !p.removed && unanswered(s, p));
}

/** @returns how an endpoint that answers is present: at the chair's own endpoint in the room, elsewhere over the bridge */
export function presentAs(s: SessionSnapshot, endpointId: string): RollState {
  return endpointId === s.chair.endpointId ? 'present_in_room' : 'present_online';
}

/** What an open roll call waits for: an answer, the next call, words about who is not there, or only to be closed. */
export type RollStage = 'answer' | 'call' | 'absentees' | 'close';

/** @returns what is to be done next in the open roll call */
export function rollStage(s: SessionSnapshot): RollStage {
  if (calledNow(s) !== null) return 'answer';
  if (nextToCall(s)) return 'call';
  return roster(s).some((p) => !p.removed && unanswered(s, p)) ? 'absentees' : 'close';
}

function unanswered(s: SessionSnapshot, p: Participant): boolean {
  return (s.rollCall?.entries[p.endpointId]?.state ?? 'not_called') === 'not_called';
}
