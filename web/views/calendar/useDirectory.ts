import { useMemo } from 'react';
import type { ListedEndpoint } from '../../../server/protocol/directory.ts';
import { useRead } from '../../lib/api.ts';
import type { ClientProblem } from '../../lib/api.ts';
import { calls } from '../../lib/calls.ts';
import type { Level } from '../../lib/calls.ts';
import { useLevels } from '../../lib/levels.ts';

/** Endpoints that may be invited, by order, with the names of their levels. */
export interface Directory {
  endpoints: ListedEndpoint[];
  byId: ReadonlyMap<string, ListedEndpoint>;
  levels: readonly Level[];
  ready: boolean;
  problem: ClientProblem | null;
  reload: () => void;
}

/** Reads endpoints and levels; who is online is at most 30 s old. */
export function useDirectory(): Directory {
  const endpoints = useRead((signal) => calls.endpoints({}, signal), 'endpoints', 30_000);
  const levels = useLevels();
  return useMemo(() => {
    const sorted = [...(endpoints.data ?? [])].sort((a, b) => a.order - b.order);
    return {
      endpoints: sorted,
      byId: new Map(sorted.map((e) => [e.id, e])),
      levels,
      ready: endpoints.data !== null,
      problem: endpoints.data ? null : endpoints.problem,
      reload: endpoints.reload,
    };
  }, [endpoints.data, endpoints.problem, endpoints.reload, levels]);
}
