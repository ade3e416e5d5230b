import { inSession, isHeard, roster } from '../../../server/protocol/derive.ts';
import type { EndpointMedia, OneWay } from '../../../server/protocol/media.ts';
import type { Participant, RollState, SessionSnapshot } from '../../../server/protocol/snapshot.ts';
import { fold } from '../../lib/fold.ts';

/** What a chair may narrow the roster to. */
export const ROSTER_FILTERS = ['all', 'missing', 'weak', 'hands'] as const;

/** What there is beside from the first roll call on: by the answers of the last one. */
export const ROLL_FILTERS = ['rollPresent', 'rollAbsent', 'rollOpen'] as const;

/** One of the filters. */
export type RosterFilter = (typeof ROSTER_FILTERS)[number] | (typeof ROLL_FILTERS)[number];

/** One line of the roster; equal lines are the same values, so that a row draws again only when it changed. */
export interface RosterRow {
  participant: Participant;
  /** place in the queue from 1 */
  hand: number | null;
  speaking: boolean;
  onStage: boolean;
  chair: boolean;
  camera: boolean;
  /** in the session, but no picture or sound can reach or leave it */
  mediaLost: boolean;
  /** in the session, but media pass its line one way only */
  oneWay: OneWay | null;
  /** answer in the last roll call, open or closed; null: there was none yet */
  roll: RollState | null;
  presenting: 'no' | 'asked' | 'on';
}

/** Builds every line of the roster. O(N). */
export function rosterRows(s: SessionSnapshot, media: Record<string, EndpointMedia>, stage: string): RosterRow[] {
  const hands = new Map(s.floor.queue.map((h, i) => [h.endpointId, i + 1]));
  const holders = new Set(s.floor.holders.map((h) => h.endpointId));
  const asked = new Set(s.presentation.requests);
  return roster(s).map((participant) => {
    const { endpointId, presence } = participant;
    const sends = media[endpointId];
    return {
      participant,
      hand: hands.get(endpointId) ?? null,
      speaking: holders.has(endpointId),
      onStage: stage === endpointId,
      chair: s.chair.endpointId === endpointId,
      camera: sends?.sources.includes('camera') ?? false,
      mediaLost: presence === 'joined' && sends !== undefined && !sends.connected,
      oneWay: presence === 'joined' ? (sends?.oneWay ?? null) : null,
      roll: s.rollCall ? (s.rollCall.entries[endpointId]?.state ?? 'not_called') : null,
      presenting: s.presentation.holder === endpointId ? 'on' : asked.has(endpointId) ? 'asked' : 'no',
    };
  });
}

/** @returns whether two lines show the same */
export function sameRow(a: RosterRow, b: RosterRow): boolean {
  return (Object.keys(a) as (keyof RosterRow)[]).every((key) => a[key] === b[key]);
}

/**
 * Narrows the roster. The search needs no accents; a word may begin anywhere in name, code or area.
 * @param query as typed
 */
export function narrowRows(rows: RosterRow[], query: string, filter: RosterFilter): RosterRow[] {
  const words = fold(query).split(' ').filter(Boolean);
  return rows.filter((row) => {
    if (!passes(row, filter)) return false;
    if (words.length === 0) return true;
    const { name, shortName, code, area } = row.participant;
    const text = fold(`${name} ${shortName} ${code} ${area}`);
    return words.every((word) => text.includes(word));
  });
}

function passes(row: RosterRow, filter: RosterFilter): boolean {
  const { presence, removed } = row.participant;
  // as the strip at the top counts: a cut line leaves nobody's seat empty
  if (filter === 'missing') return !inSession(row.participant) && !removed;
  if (filter === 'weak') return presence === 'interrupted' || row.mediaLost || row.oneWay !== null;
  if (filter === 'hands') return row.hand !== null;
  if (filter === 'rollPresent') return row.roll === 'present_in_room' || row.roll === 'present_online';
  if (filter === 'rollAbsent') return row.roll === 'absent';
  if (filter === 'rollOpen') return row.roll === 'not_called' && !removed;
  return true;
}

/** @returns the rows under the name of the unit above, groups in the order of their first row */
export function groupRows(rows: RosterRow[]): { area: string; rows: RosterRow[] }[] {
  const groups = new Map<string, RosterRow[]>();
  for (const row of rows) {
    const group = groups.get(row.participant.area) ?? [];
    group.push(row);
    groups.set(row.participant.area, group);
  }
  return [...groups].map(([area, members]) => ({ area, rows: members }));
}

/** @returns how many endpoints are heard now beside the chair: those that muting all silences */
export function openMicrophones(s: SessionSnapshot): number {
  return roster(s).filter((p) => p.endpointId !== s.chair.endpointId && isHeard(s, p.endpointId)).length;
}
