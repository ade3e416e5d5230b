import { Refusal } from '../protocol/errors.ts';
import type { Chair } from '../protocol/snapshot.ts';
import { findInSession } from './rules.ts';
import type { Rules } from './rules.ts';

function same(a: Chair, b: Chair): boolean {
  return a.endpointId === b.endpointId && a.userId === b.userId;
}

/** Handing the chair over and taking it back. A chair who drops keeps the chair. */
export const chairRules = {
  'chair.handOver': ({ s, input }) => {
    const p = findInSession(s, input.endpointId);
    if (p instanceof Refusal) return p;
    const chair = { endpointId: p.endpointId, userId: input.userId ?? null };
    return same(s.chair, chair) ? [] : [{ type: 'chairHandedOver', chair }];
  },
  'chair.takeBack': ({ s }) => (same(s.chair, s.homeChair) ? [] : [{ type: 'chairTakenBack', chair: s.homeChair }]),
} satisfies Partial<Rules>;
