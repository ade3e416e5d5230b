import type { FloorMode } from '../protocol/snapshot.ts';

/** What the SFU nodes together can carry. */
export interface CapacityLimit {
  /** consumers over all workers */
  consumers: number;
  /** megabits a second that leave the nodes */
  mbps: number;
}

/** A meeting's claim on the nodes from `start` until just before `end`. */
export interface Claim {
  start: number;
  end: number;
  endpoints: number;
  floorMode: FloorMode;
}

/**
 * Cost of one endpoint on the wire, by the view that the floor mode gives it: the stage at 720p and three voices, or in a
 * discussion a stage at 360p, eight small pictures and three voices.
 */
const COST: Record<FloorMode, { kbps: number; consumers: number }> = {
  broadcast: { kbps: 1_776, consumers: 4 },
  lecture: { kbps: 1_776, consumers: 4 },
  discussion: { kbps: 2_049, consumers: 12 },
};

/** Part of the capacity that stays free for key frames and restarts. */
const RESERVE = 0.2;

/** @returns the fullest moment of the claims within `[from, to)`, and whether the nodes can carry it */
export function fullest(
  claims: readonly Claim[],
  { start, end }: { start: number; end: number },
  limit: CapacityLimit,
) {
  // the load only grows where a claim begins
  const moments = [start, ...claims.map((claim) => claim.start).filter((at) => at > start && at < end)];
  let peak = { endpoints: 0, consumers: 0, mbps: 0 };
  for (const at of moments) {
    const load = { endpoints: 0, consumers: 0, mbps: 0 };
    for (const claim of claims) {
      if (claim.start > at || claim.end <= at) continue;
      const cost = COST[claim.floorMode];
      load.endpoints += claim.endpoints;
      load.consumers += claim.endpoints * cost.consumers;
      load.mbps += (claim.endpoints * cost.kbps) / 1000;
    }
    if (load.mbps > peak.mbps) peak = load;
  }
  const fits = peak.consumers <= limit.consumers && peak.mbps <= limit.mbps * (1 - RESERVE);
  return { ...peak, mbps: Math.round(peak.mbps * 10) / 10, limit, fits };
}
