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

interface Load {
  endpoints: number;
  consumers: number;
  mbps: number;
}

/** What claims ask for at one moment. */
function loadAt(claims: readonly Claim[], at: number): Load {
  const load = { endpoints: 0, consumers: 0, mbps: 0 };
  for (const claim of claims) {
    if (claim.start > at || claim.end <= at) continue;
    const cost = COST[claim.floorMode];
    load.endpoints += claim.endpoints;
    load.consumers += claim.endpoints * cost.consumers;
    load.mbps += (claim.endpoints * cost.kbps) / 1000;
  }
  return load;
}

/** How many endpoints of a meeting's floor mode the nodes carry beside a load. */
function roomBeside(load: Load, { floorMode }: Claim, limit: CapacityLimit): number {
  const cost = COST[floorMode];
  const mbps = limit.mbps * (1 - RESERVE) - load.mbps;
  const most = Math.min((limit.consumers - load.consumers) / cost.consumers, (mbps * 1000) / cost.kbps);
  return Math.max(0, Math.floor(most));
}

/**
 * Says whether the nodes can carry a meeting beside others.
 * @returns the fullest moment of its time, `most`: how many endpoints it may have in all, and whether it `fits`
 */
export function fullest(others: readonly Claim[], own: Claim, limit: CapacityLimit) {
  const all = [...others, own];
  // the load only grows where a claim begins
  const moments = all.map((claim) => Math.max(claim.start, own.start)).filter((at) => at < own.end);
  const loads = moments.map((at) => loadAt(all, at));
  const peak = loads.reduce((most, load) => (load.mbps > most.mbps ? load : most), loadAt([own], own.start));
  const most = Math.min(...moments.map((at) => roomBeside(loadAt(others, at), own, limit)));
  return { ...peak, mbps: Math.round(peak.mbps * 10) / 10, limit, most, fits: own.endpoints <= most };
}
