import { calledNow } from '../../../server/protocol/derive.ts';
import type { RollState, SessionSnapshot } from '../../../server/protocol/snapshot.ts';
import { showToast } from '../../components/toasts.ts';
import { say } from '../../i18n/index.ts';
import type { Sending } from '../../state/hooks.ts';
import { absentUnmarked, nextToCall, presentAs } from './rollCall.ts';
import { chairWords } from './words.ts';

/** What buttons and keys do in a roll call. */
export interface RollActions {
  rollStart(): Promise<void>;
  /** calls the next; when nobody is left, ends the turn of the last */
  rollNext(): void;
  /** notes who is called now as present, and calls the next */
  rollPresent(): Promise<void>;
  rollAbsent(endpointId: string, reason: string): Promise<void>;
  /** corrects the answer of one endpoint; nobody is called by it */
  rollCorrect(endpointId: string, state: RollState): void;
  /** marks everybody who is not in the session */
  rollAbsentAll(): Promise<void>;
}

/** @returns the actions, which always work on the newest state */
export function rollActions(send: Sending['send'], now: () => SessionSnapshot): RollActions {
  const next = async (): Promise<void> => {
    const s = now();
    const to = nextToCall(s);
    if (to) await send('rollCall.call', { sessionId: s.id, endpointId: to.endpointId });
    else await endTurn(send, s);
  };
  /** the key pressed twice must not pass over the one who is called meanwhile */
  let marking = false;
  return {
    rollStart: async () => {
      const s = now();
      if (!(await send('rollCall.start', { sessionId: s.id }))) return;
      // who calls the roll is there
      const { endpointId } = s.chair;
      await send('rollCall.mark', { sessionId: s.id, endpointId, state: 'present_in_room' });
    },
    rollNext: () => void next(),
    rollPresent: async () => {
      const s = now();
      const endpointId = calledNow(s);
      if (endpointId === null || marking) return;
      const known = s.rollCall?.entries[endpointId]?.state;
      // the room has answered for itself: its answer stays
      const isKnown = known === 'present_in_room' || known === 'present_online';
      const state = presentAs(s, endpointId);
      marking = true;
      if (isKnown || (await send('rollCall.mark', { sessionId: s.id, endpointId, state }))) await next();
      marking = false;
    },
    rollAbsent: async (endpointId, reason) => {
      const s = now();
      const wasCalled = calledNow(s) === endpointId;
      const input = { sessionId: s.id, endpointId, state: 'absent' as const, reason };
      if ((await send('rollCall.mark', input)) && wasCalled) await next();
    },
    rollCorrect: (endpointId, state) => void send('rollCall.mark', { sessionId: now().id, endpointId, state }),
    rollAbsentAll: async () => {
      const s = now();
      const endpointIds = absentUnmarked(s).map((p) => p.endpointId);
      if (endpointIds.length === 0) return;
      if (!(await send('rollCall.mark', { sessionId: s.id, endpointIds, state: 'absent' }))) return;
      const run = (): void => takeBack(send, now(), endpointIds);
      const text = say(chairWords, 'markedAll', { count: endpointIds.length });
      showToast({ tone: 'ok', text, action: { label: say(chairWords, 'undo'), run } });
    },
  };
}

/** The others who were to be called have left: the answer of who is called, given once more, ends its turn. */
async function endTurn(send: Sending['send'], s: SessionSnapshot): Promise<void> {
  const endpointId = calledNow(s);
  const entry = endpointId === null ? undefined : s.rollCall?.entries[endpointId];
  if (endpointId === null || !entry || entry.state === 'not_called') return;
  const { state, reason } = entry;
  await send('rollCall.mark', { sessionId: s.id, endpointId, state, ...(reason === null ? {} : { reason }) });
}

/** Takes back what was marked for many; who was given a reason or another answer meanwhile keeps it. */
function takeBack(send: Sending['send'], s: SessionSnapshot, marked: string[]): void {
  const endpointIds = marked.filter((id) => {
    const entry = s.rollCall?.entries[id];
    return entry?.state === 'absent' && entry.reason === null;
  });
  if (endpointIds.length > 0) void send('rollCall.mark', { sessionId: s.id, endpointIds, state: 'not_called' });
}
