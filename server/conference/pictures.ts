import { inSession, roster, stageOf } from '../protocol/derive.ts';
import type { SessionSnapshot } from '../protocol/snapshot.ts';

/** Pictures that a discussion shows, the stage's among them: the same for all, so that nine uplinks serve everybody. */
export const DISCUSSION_PICTURES = 9;

/** Voices forwarded in a discussion. */
export const DISCUSSION_VOICES = 3;

/** Voices forwarded in the other modes. */
export const MOST_VOICES = 6;

/** What of a session may be shown and heard, worked out once for all viewers. */
export interface Shown {
  /** endpoint on the stage; null when it does not take part */
  stage: string | null;
  /** what the stage's own endpoint sees: the chair; null when the chair is absent or on the stage itself */
  opposite: string | null;
  /** who presents, when it takes part */
  presentation: string | null;
  /** a discussion's pictures in order, the stage first; empty in the other modes */
  common: string[];
  /** voices in order of precedence, cut to what is forwarded */
  voices: string[];
  /** small pictures in the order in which a chair's screen is filled */
  tileOrder: () => string[];
}

/** Tells whether an endpoint has a live picture to show as a tile. */
export function hasPicture(s: SessionSnapshot, endpointId: string): boolean {
  return s.participants[endpointId]?.presence === 'joined';
}

function ifPresent(s: SessionSnapshot, endpointId: string | null): string | null {
  return endpointId !== null && inSession(s.participants[endpointId]) ? endpointId : null;
}

/** The chair and the floor are heard before the loudest of the others. */
function rankVoices(s: SessionSnapshot, heard: string[], speakers: string[]): string[] {
  const effective = new Set(heard);
  const holders = s.floor.holders.map((h) => h.endpointId).reverse();
  const ranked = new Set([s.chair.endpointId, ...holders, ...speakers, ...heard].filter((id) => effective.has(id)));
  return [...ranked].slice(0, s.floorMode === 'discussion' ? DISCUSSION_VOICES : MOST_VOICES);
}

function tileOrder(s: SessionSnapshot, speakers: string[]): string[] {
  const hands = s.floor.queue.map((h) => h.endpointId);
  const holders = s.floor.holders.map((h) => h.endpointId);
  const everybody = roster(s).map((p) => p.endpointId);
  return [...new Set([...hands, ...holders, ...speakers, ...everybody])].filter((id) => hasPicture(s, id));
}

function commonPictures(s: SessionSnapshot, stage: string | null, speakers: string[]): string[] {
  const everybody = roster(s).map((p) => p.endpointId);
  const live = [...new Set([...speakers, ...everybody])].filter((id) => id !== stage && hasPicture(s, id));
  return [...(stage === null ? [] : [stage]), ...live].slice(0, DISCUSSION_PICTURES);
}

/**
 * Works out what a session shows and lets be heard, before any viewer is looked at. O(N log N).
 * @param heard the effective voices
 * @param speakers loudest or latest first
 */
export function whatIsShown(s: SessionSnapshot, heard: string[], speakers: string[]): Shown {
  const stage = ifPresent(s, stageOf(s));
  const chair = s.chair.endpointId;
  let order: string[] | null = null;
  return {
    stage,
    opposite: chair === stageOf(s) ? null : ifPresent(s, chair),
    presentation: ifPresent(s, s.presentation.holder),
    common: s.floorMode === 'discussion' ? commonPictures(s, stage, speakers) : [],
    voices: rankVoices(s, heard, speakers),
    tileOrder: () => (order ??= tileOrder(s, speakers)),
  };
}
