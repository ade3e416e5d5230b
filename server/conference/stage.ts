import { floorStage } from '../protocol/derive.ts';
import { Refusal } from '../protocol/errors.ts';
import { findInSession } from './rules.ts';
import type { Rules } from './rules.ts';

/** The stage: pinned to an endpoint, or following the floor. */
export const stageRules = {
  'stage.set': ({ s, input }) => {
    if (input.endpointId === null) {
      return s.stage.pinned ? [{ type: 'stageSet', endpointId: floorStage(s), pinned: false }] : [];
    }
    const p = findInSession(s, input.endpointId);
    if (p instanceof Refusal) return p;
    if (s.stage.pinned && s.stage.endpointId === p.endpointId) return [];
    return [{ type: 'stageSet', endpointId: p.endpointId, pinned: true }];
  },
} satisfies Partial<Rules>;
