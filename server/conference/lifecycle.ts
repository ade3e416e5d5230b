import { isChairEndpoint } from '../protocol/derive.ts';
import { Refusal } from '../protocol/errors.ts';
import { exit } from './presence.ts';
import { find } from './rules.ts';
import type { Rules } from './rules.ts';

const MINUTE = 60_000;

/** The session as a whole: longer, paused, locked, without somebody, ended. */
export const lifecycleRules = {
  // a session in overtime gets the minutes from now on: counted from the planned end they might already be over
  'session.extend': ({ s, input, now }) => [
    { type: 'sessionExtended', endsAt: Math.max(s.endsAt, now) + input.minutes * MINUTE },
  ],
  'session.pause': ({ s }) => (s.paused ? [] : [{ type: 'sessionPaused' }]),
  'session.resume': ({ s }) => (s.paused ? [{ type: 'sessionResumed' }] : []),
  'session.lock': ({ s, input }) =>
    s.locked === input.locked ? [] : [{ type: 'sessionLockSet', locked: input.locked }],
  'session.remove': ({ s, input }) => {
    const p = find(s, input.endpointId);
    if (p instanceof Refusal) return p;
    // a deputy must not lock out the chair of the meeting either
    if (isChairEndpoint(s, p.endpointId) || p.endpointId === s.homeChair.endpointId) {
      return new Refusal('not_allowed', "the chair's endpoint cannot be removed");
    }
    if (p.removed) return [];
    return [{ type: 'endpointRemoved', endpointId: p.endpointId }, ...exit(p, 'removed')];
  },
  'session.end': () => [{ type: 'sessionClosing' }],
} satisfies Partial<Rules>;
