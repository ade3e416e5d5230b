import { startBounds } from '../../server/meetings/overlap.ts';
import type { ByHand } from './byHand.ts';

/** The conflict check as a statement that is written by hand, on the same indices. */
export const clashSql = (sqlite: boolean, endpoints: number): string =>
  'SELECT b.endpoint_id AS e, b.meeting_id AS m, b.starts_at AS s, b.ends_at AS t FROM meeting m ' +
  `${sqlite ? 'CROSS JOIN' : 'STRAIGHT_JOIN'} booking b ON b.meeting_id = m.id ` +
  'WHERE (m.is_short = 1 AND m.starts_at > ? AND m.starts_at < ? AND m.ends_at > ? ' +
  'OR m.is_short = 0 AND m.starts_at > ? AND m.starts_at < ? AND m.ends_at > ?) ' +
  `AND b.endpoint_id IN (${Array.from({ length: endpoints }, () => '?').join(', ')}) AND b.released_at IS NULL`;

/** What is asked: whether a time is free for endpoints; epoch milliseconds. */
export const clashValues = (endpointIds: readonly string[], start: number, end: number): string[] => [
  ...(['short', 'all'] as const).flatMap((of) => [startBounds({ start, end }, of).after, end, start]).map(stored),
  ...endpointIds,
];

/** Both databases take and give `YYYY-MM-DD HH:MM:SS.mmm`. */
export const stored = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');

/** @returns what the conflict check costs when it is written by hand: how many bookings are in the way */
export function clashByHand(db: ByHand, endpoints: number) {
  const ask = db.statement(clashSql(db.sqlite, endpoints));
  return async (endpointIds: readonly string[], start: number, end: number): Promise<number> =>
    (await ask.all(clashValues(endpointIds, start, end))).length;
}
