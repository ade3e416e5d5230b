import { isChairEndpoint } from '../protocol/derive.ts';
import { Refusal } from '../protocol/errors.ts';
import type { SessionFact } from '../protocol/events.ts';
import type { SessionSnapshot } from '../protocol/snapshot.ts';
import { find, findJoined, findOwn } from './rules.ts';
import type { Decision, Rules } from './rules.ts';

/** One holder: giving it to another stops the first. */
function give(s: SessionSnapshot, endpointId: string): Decision {
  const { holder } = s.presentation;
  if (holder === endpointId) return [];
  const stopped: SessionFact[] = holder === null ? [] : [{ type: 'presentationStopped', endpointId: holder }];
  return [...stopped, { type: 'presentationGiven', endpointId }];
}

/** The second video: asked for, given, stopped. */
export const presentationRules = {
  'presentation.request': ({ s, own, chair }) => {
    const p = findOwn(s, own);
    if (p instanceof Refusal) return p;
    const { endpointId } = p;
    const { holder, requests } = s.presentation;
    if (holder === endpointId) return [];
    const atChair = isChairEndpoint(s, endpointId);
    const free = holder === null && (s.floorMode === 'discussion' || atChair);
    if (free || (chair && atChair)) return give(s, endpointId);
    return requests.includes(endpointId) ? [] : [{ type: 'presentationRequested', endpointId }];
  },
  'presentation.give': ({ s, input }) => {
    const p = findJoined(s, input.endpointId);
    return p instanceof Refusal ? p : give(s, p.endpointId);
  },
  'presentation.stop': ({ s, input, own }) => {
    const p = input.endpointId === undefined ? findOwn(s, own) : find(s, input.endpointId);
    if (p instanceof Refusal) return p;
    const { endpointId } = p;
    if (s.presentation.holder === endpointId) return [{ type: 'presentationStopped', endpointId }];
    // the same word takes a request back, or turns it down
    if (s.presentation.requests.includes(endpointId)) return [{ type: 'presentationRequestDropped', endpointId }];
    return new Refusal('presentation_not_held', 'this endpoint does not present and has not asked to');
  },
} satisfies Partial<Rules>;
