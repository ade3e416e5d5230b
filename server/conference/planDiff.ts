import type { ConsumerWish, SourceRef } from '../protocol/sfu.ts';

/** Consumers that a viewer keeps paused after they are no longer wanted, so that going back consumes nothing anew. */
export const KEEP_IDLE = 4;

/** A consumer that a viewer has at the node. */
export interface HeldConsumer extends ConsumerWish {
  /** the browser has built its side; until then the consumer stays paused whatever the plan wants */
  ready: boolean;
}

/** What brings one viewer from what it has to what it should have. */
export interface PlanDiff {
  /** to build anew, in order of importance */
  subscribe: ConsumerWish[];
  /** to close */
  unsubscribe: SourceRef[];
  /** to pause, resume or move to another layer */
  update: ConsumerWish[];
  /**
   * what the viewer has when all of this is done: wanted ones in the plan's order, then idle ones, longest idle first.
   * It is the `have` of the next difference; new ones stand in it paused and not ready.
   */
  held: HeldConsumer[];
}

function keyOf(ref: SourceRef): string {
  return `${ref.endpointId}/${ref.source}`;
}

function sameFlow(a: ConsumerWish, b: ConsumerWish): boolean {
  // a layer means nothing to sound, nor to what does not flow
  return a.paused === b.paused && (a.paused || a.source === 'microphone' || a.layer === b.layer);
}

/**
 * Compares what one viewer has with what the plan wants for it. What is no longer wanted is first paused and kept, at
 * most `keepIdle` of it; beyond that the longest idle is closed.
 * @param have the `held` of the last difference, without those that the node has lost since
 */
export function planDiff(have: HeldConsumer[], want: ConsumerWish[], keepIdle = KEEP_IDLE): PlanDiff {
  const old = new Map(have.map((c) => [keyOf(c), c]));
  const diff: PlanDiff = { subscribe: [], unsubscribe: [], update: [], held: [] };
  const wanted = new Set<string>();
  for (const wish of want) {
    const key = keyOf(wish);
    if (wanted.has(key)) continue;
    wanted.add(key);
    const had = old.get(key);
    if (!had) {
      diff.subscribe.push(wish);
      diff.held.push({ ...wish, paused: true, ready: false });
      continue;
    }
    const next: HeldConsumer = { ...had, layer: wish.layer, paused: wish.paused || !had.ready };
    if (!sameFlow(had, next)) diff.update.push(strip(next));
    diff.held.push(next);
  }
  const unwanted = have.filter((c) => !wanted.has(keyOf(c)));
  // what idles already is older than what the plan drops now
  const idle = [...unwanted.filter((c) => c.paused), ...unwanted.filter((c) => !c.paused)];
  const closed = idle.splice(0, Math.max(0, idle.length - keepIdle));
  diff.unsubscribe = closed.map(({ endpointId, source }) => ({ endpointId, source }));
  for (const c of idle) {
    const paused = { ...c, paused: true };
    if (!c.paused) diff.update.push(strip(paused));
    diff.held.push(paused);
  }
  return diff;
}

function strip({ endpointId, source, layer, paused }: HeldConsumer): ConsumerWish {
  return { endpointId, source, layer, paused };
}

/** The same for several viewers: by peer id, leaving out those for whom nothing changes. */
export function planDiffs(
  have: Record<string, HeldConsumer[]>,
  want: Record<string, ConsumerWish[]>,
  keepIdle = KEEP_IDLE,
): Record<string, PlanDiff> {
  const diffs: Record<string, PlanDiff> = {};
  for (const peerId of Object.keys(want)) {
    const diff = planDiff(have[peerId] ?? [], want[peerId] ?? [], keepIdle);
    if (diff.subscribe.length + diff.unsubscribe.length + diff.update.length > 0) diffs[peerId] = diff;
  }
  return diffs;
}
