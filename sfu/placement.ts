/** What placement looks at in a worker. */
export interface Candidate {
  index: number;
  consumers: number;
  transports: number;
  /** measured CPU seconds per second over the last seconds; 0 while nothing was measured */
  cpuRatio: number;
}

/**
 * Consumers that a peer is expected to want (nine pictures and three voices): peers are placed before they consume.
 * Expecting too many costs a few pipes, expecting too few piles a whole session on one core.
 */
export const EXPECTED_CONSUMERS = 12;

/**
 * Chooses the worker of a new peer: of the workers that the session already uses the least loaded, as long as it is
 * below the limit (each pipe that is saved is a packet saved); else the least loaded worker of the node. A worker
 * weighs as many consumers as it holds, or more when its measured CPU says so: a whole core is `limits.consumers`.
 * Counts alone would take large pictures for small ones, CPU alone forgets what is paused and may flow in a moment.
 * @param reserved consumers that peers placed on a worker have not asked for yet, by the worker's index
 * @returns null when no worker lives or all have reached the ceiling of transports
 */
export function placePeer<W extends Candidate>(
  workers: readonly W[],
  used: ReadonlySet<number>,
  reserved: ReadonlyMap<number, number>,
  limits: { consumers: number; transports: number },
): W | null {
  const load = (w: W) => Math.max(w.consumers, w.cpuRatio * limits.consumers) + (reserved.get(w.index) ?? 0);
  const open = workers.filter((w) => w.transports < limits.transports);
  const least = (list: readonly W[]) =>
    list.reduce<W | null>((best, w) => (best === null || load(w) < load(best) ? w : best), null);
  const own = least(open.filter((w) => used.has(w.index)));
  if (own && load(own) < limits.consumers) return own;
  return least(open);
}
