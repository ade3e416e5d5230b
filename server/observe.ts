import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Database } from './db/dataSource.ts';
import type { DirectoryService } from './directory/directoryService.ts';
import type { MediaService } from './media/mediaService.ts';
import type { Metrics } from './metrics.ts';
import type { OnlineEndpoints } from './realtime/online.ts';
import type { DurableLog } from './sessions/durableLog.ts';
import type { SessionService } from './sessions/sessionService.ts';

/** What the gauges look at. */
export interface Observed {
  sessions: SessionService;
  media: MediaService;
  directory: DirectoryService;
  online: OnlineEndpoints;
  db: Database;
  durable: DurableLog;
}

const EVERY_MS = 5_000;

/** The gauges' look-out. */
export interface Observer {
  /** looks now */
  look(): Promise<void>;
  stop(): void;
}

/** Fills the gauges every five seconds, outside of the scrape. */
export function observe(metrics: Metrics, observed: Observed): Observer {
  const lag = monitorEventLoopDelay({ resolution: 10 });
  lag.enable();
  countWorkers(metrics, observed.media);
  const look = async (): Promise<void> => {
    metrics.loopLag.set(Math.max(0, lag.percentile(99) / 1e9 - 0.01));
    lag.reset();
    for (const node of observed.media.nodes) metrics.nodeUp.set({ node: node.id }, node.up ? 1 : 0);
    metrics.journalEvents.set(observed.durable.waiting);
    countSessions(metrics, observed.sessions);
    const up = await observed.db.ping().then(
      () => 1,
      () => 0,
    );
    metrics.dbUp.set(up);
    if (up === 1) await countEndpoints(metrics, observed);
  };
  const timer = setInterval(() => void look().catch(() => undefined), EVERY_MS);
  return {
    look,
    stop: () => {
      clearInterval(timer);
      lag.disable();
    },
  };
}

function countSessions(metrics: Metrics, sessions: SessionService): void {
  const open = sessions.all();
  const counts = { absent: 0, calling: 0, joined: 0, interrupted: 0, left: 0 };
  for (const { snapshot } of open) for (const p of Object.values(snapshot.participants)) counts[p.presence] += 1;
  metrics.sessionsOpen.set(open.length);
  for (const [presence, n] of Object.entries(counts)) metrics.participants.set({ presence }, n);
}

async function countEndpoints(metrics: Metrics, { directory, online }: Observed): Promise<void> {
  const items = await directory.allEndpoints();
  const counts = new Map<string, { online: number; offline: number }>();
  for (const e of items) {
    const c = counts.get(e.level) ?? { online: 0, offline: 0 };
    c[online.has(e.id) ? 'online' : 'offline'] += 1;
    counts.set(e.level, c);
  }
  for (const [level, c] of counts) {
    metrics.endpoints.set({ level, state: 'online' }, c.online);
    metrics.endpoints.set({ level, state: 'offline' }, c.offline);
  }
}

/** Nodes report totals since their start; counters must only grow, also over a node's restart. */
function countWorkers(metrics: Metrics, media: MediaService): void {
  const seen = new Map<string, { bytes: number; deaths: number }>();
  media.onLoad((node, workers) => {
    for (const w of workers) {
      const labels = { node, worker: String(w.worker) };
      const last = seen.get(`${node}/${w.worker}`) ?? { bytes: 0, deaths: 0 };
      const grown = (now: number, before: number): number => (now >= before ? now - before : now);
      metrics.workerCpu.set(labels, w.cpuRatio);
      metrics.consumers.set(labels, w.consumers);
      metrics.forwardedBytes.inc(labels, grown(w.forwardedBytes, last.bytes));
      metrics.workerDeaths.inc({ node }, grown(w.deaths, last.deaths));
      seen.set(`${node}/${w.worker}`, { bytes: w.forwardedBytes, deaths: w.deaths });
    }
  });
}

/** @returns the same database with its transactions counted under the store's name */
export function measured(db: Database, store: string, metrics: Metrics): Database {
  const timed: Database = Object.create(db) as Database;
  timed.transaction = async (fn) => {
    const end = metrics.dbSeconds.startTimer({ store });
    try {
      return await db.transaction(fn);
    } finally {
      end();
    }
  };
  return timed;
}
