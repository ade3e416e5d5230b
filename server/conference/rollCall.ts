import { Refusal } from '../protocol/errors.ts';
import type { SessionFact } from '../protocol/events.ts';
import type { RollState, RollCall, SessionSnapshot } from '../protocol/snapshot.ts';
import { find, findJoined, findOwn } from './rules.ts';
import type { Rules } from './rules.ts';

function openRoll(s: SessionSnapshot): RollCall | Refusal {
  return s.rollCall?.open ? s.rollCall : new Refusal('roll_call_not_open', 'no roll call is open');
}

interface Answer {
  endpointId: string;
  state: RollState;
  reason: string | null;
  byChair: boolean;
}

function mark(roll: RollCall, answer: Answer): SessionFact[] {
  const entry = roll.entries[answer.endpointId];
  if (entry?.state === answer.state && entry.reason === answer.reason) return [];
  return [{ type: 'rollMarked', ...answer }];
}

/** The roll call: started, one endpoint called at a time, answered or marked, closed. */
export const rollCallRules = {
  'rollCall.start': ({ s }) =>
    s.rollCall?.open ? new Refusal('roll_call_open', 'a roll call is open already') : [{ type: 'rollCallStarted' }],
  'rollCall.call': ({ s, input }) => {
    const roll = openRoll(s);
    if (roll instanceof Refusal) return roll;
    const p = findJoined(s, input.endpointId);
    if (p instanceof Refusal) return p;
    return roll.current === p.endpointId ? [] : [{ type: 'rollCalled', endpointId: p.endpointId }];
  },
  'rollCall.answer': ({ s, input, own }) => {
    const roll = openRoll(s);
    if (roll instanceof Refusal) return roll;
    const p = findOwn(s, own);
    if (p instanceof Refusal) return p;
    if (roll.current !== p.endpointId) return new Refusal('not_called', 'another endpoint is called, or none');
    return mark(roll, { endpointId: p.endpointId, state: input.state, reason: null, byChair: false });
  },
  'rollCall.mark': ({ s, input }) => {
    const roll = openRoll(s);
    if (roll instanceof Refusal) return roll;
    const names = new Set([...(input.endpointId ? [input.endpointId] : []), ...(input.endpointIds ?? [])]);
    if (names.size === 0) return new Refusal('bad_request', 'endpointId or endpointIds: say who is marked');
    const reason = input.state === 'absent' ? input.reason || null : null;
    const facts: SessionFact[] = [];
    for (const endpointId of names) {
      const p = find(s, endpointId);
      if (p instanceof Refusal) return p;
      facts.push(...mark(roll, { endpointId, state: input.state, reason, byChair: true }));
    }
    return facts;
  },
  'rollCall.close': ({ s }) => {
    const roll = openRoll(s);
    return roll instanceof Refusal ? roll : [{ type: 'rollCallClosed' }];
  },
} satisfies Partial<Rules>;
