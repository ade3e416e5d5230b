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

type Marked = Extract<SessionFact, { type: 'rollMarked' }>;

/** Notes the answers that are news. The answer after which nobody is left to be called also ends the turn. */
function mark(s: SessionSnapshot, roll: RollCall, answers: Answer[]): SessionFact[] {
  const news = answers.filter(({ endpointId, state, reason }) => {
    const entry = roll.entries[endpointId];
    return entry?.state !== state || entry.reason !== reason;
  });
  const facts = news.map((answer): Marked => ({ type: 'rollMarked', ...answer }));
  if (!endsTurn(s, roll, answers)) return facts;
  // who was answered for before the others left is answered for again, and that ends the turn
  const last = facts.pop() ?? { type: 'rollMarked', ...(answers.at(-1) as Answer) };
  return [...facts, { ...last, endsTurn: true }];
}

/** Tells whether, with these answers, who is called now has answered and nobody who could be called has not. */
function endsTurn(s: SessionSnapshot, roll: RollCall, answers: Answer[]): boolean {
  if (roll.current === null) return false;
  const states = new Map(answers.map(({ endpointId, state }) => [endpointId, state]));
  const isOpen = (id: string): boolean => (states.get(id) ?? roll.entries[id]?.state ?? 'not_called') === 'not_called';
  return (
    !isOpen(roll.current) && !Object.values(s.participants).some((p) => p.presence === 'joined' && isOpen(p.endpointId))
  );
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
    return mark(s, roll, [{ endpointId: p.endpointId, state: input.state, reason: null, byChair: false }]);
  },
  'rollCall.mark': ({ s, input }) => {
    const roll = openRoll(s);
    if (roll instanceof Refusal) return roll;
    const names = new Set([...(input.endpointId ? [input.endpointId] : []), ...(input.endpointIds ?? [])]);
    if (names.size === 0) return new Refusal('bad_request', 'endpointId or endpointIds: say who is marked');
    const reason = input.state === 'absent' ? input.reason || null : null;
    for (const endpointId of names) {
      const p = find(s, endpointId);
      if (p instanceof Refusal) return p;
    }
    const answers = [...names].map((endpointId) => ({ endpointId, state: input.state, reason, byChair: true }));
    return mark(s, roll, answers);
  },
  'rollCall.close': ({ s }) => {
    const roll = openRoll(s);
    return roll instanceof Refusal ? roll : [{ type: 'rollCallClosed' }];
  },
} satisfies Partial<Rules>;
