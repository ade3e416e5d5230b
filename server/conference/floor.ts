import { handPosition, holdsFloor, isChairEndpoint } from '../protocol/derive.ts';
import { Refusal } from '../protocol/errors.ts';
import type { SessionFact } from '../protocol/events.ts';
import type { SessionSnapshot } from '../protocol/snapshot.ts';
import { find, findJoined, findOwn } from './rules.ts';
import type { Decision, Rules } from './rules.ts';

/** @returns the refusal, or null when the endpoint's hand is in the queue */
function refuseWithoutHand(s: SessionSnapshot, endpointId: string): Refusal | null {
  const p = find(s, endpointId);
  if (p instanceof Refusal) return p;
  return handPosition(s, endpointId) === null ? new Refusal('hand_not_raised', 'this hand is not raised') : null;
}

function releaseOthers(s: SessionSnapshot, endpointId: string): SessionFact[] {
  return s.floor.holders
    .filter((h) => h.endpointId !== endpointId)
    .map((h) => ({ type: 'floorReleased', endpointId: h.endpointId }));
}

function openIfClosed(s: SessionSnapshot, endpointId: string): SessionFact[] {
  return s.participants[endpointId]?.micOpen ? [] : [{ type: 'micOpened', endpointId }];
}

/** Where one alone has the floor, the chair needs none: it takes the floor back from whoever has it. */
function takeFloorBack(s: SessionSnapshot, chair: string): SessionFact[] {
  const lowered: SessionFact[] = handPosition(s, chair) === null ? [] : [{ type: 'handLowered', endpointId: chair }];
  return [...releaseOthers(s, chair), ...lowered, ...openIfClosed(s, chair)];
}

function give(s: SessionSnapshot, endpointId: string): Decision {
  const p = findJoined(s, endpointId);
  if (p instanceof Refusal) return p;
  const single = s.floorMode !== 'broadcast';
  const others = single ? releaseOthers(s, endpointId) : [];
  if (holdsFloor(s, endpointId)) return [...others, ...openIfClosed(s, endpointId)];
  if (single && isChairEndpoint(s, endpointId)) return takeFloorBack(s, endpointId);
  return [...others, { type: 'floorGiven', endpointId }];
}

/** Hands in the server's order, and the right to be heard and seen by all. */
export const floorRules = {
  'floor.request': ({ s, own }) => {
    const p = findOwn(s, own);
    if (p instanceof Refusal) return p;
    if (holdsFloor(s, p.endpointId)) return [];
    if (handPosition(s, p.endpointId) !== null) return new Refusal('hand_already_raised', 'the hand is raised already');
    return [{ type: 'handRaised', endpointId: p.endpointId }];
  },
  'floor.withdraw': ({ s, own }) => {
    const p = findOwn(s, own);
    if (p instanceof Refusal) return p;
    return refuseWithoutHand(s, p.endpointId) ?? [{ type: 'handLowered', endpointId: p.endpointId }];
  },
  'floor.approve': ({ s, input: { endpointId } }) => {
    const refused = refuseWithoutHand(s, endpointId);
    if (refused) return refused;
    const approved = s.floor.queue.some((h) => h.endpointId === endpointId && h.approved);
    return approved ? [] : [{ type: 'handApproved', endpointId }];
  },
  'floor.refuse': ({ s, input: { endpointId } }) =>
    refuseWithoutHand(s, endpointId) ?? [{ type: 'handRefused', endpointId }],
  'floor.give': ({ s, input }) => give(s, input.endpointId),
  'floor.release': ({ s, input, own }) => {
    const p = input.endpointId === undefined ? findOwn(s, own) : find(s, input.endpointId);
    if (p instanceof Refusal) return p;
    if (!holdsFloor(s, p.endpointId)) return new Refusal('floor_not_held', 'this endpoint does not have the floor');
    return [{ type: 'floorReleased', endpointId: p.endpointId }];
  },
} satisfies Partial<Rules>;
