/** What placement knows of a node. */
export interface NodeFacts {
  id: string;
  up: boolean;
  draining: boolean;
  consumers: number;
  /** CPU seconds per second, summed over the workers */
  cpuRatio: number;
}

/**
 * Chooses the node for a new session: up, not draining, least CPU, then fewest consumers.
 * @returns the node's id, or null when none may take it
 */
export function placeSession(nodes: readonly NodeFacts[]): string | null {
  const able = nodes.filter((n) => n.up && !n.draining);
  able.sort((a, b) => a.cpuRatio - b.cpuRatio || a.consumers - b.consumers || a.id.localeCompare(b.id));
  return able[0]?.id ?? null;
}
