import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const FAST = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3];

/** Every metric of the program (prefix `nhipcau_`, base units). Labels come from closed sets, never from sessions. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Gauge({ name: `nhipcau_${name}`, help, labelNames: [...labelNames], registers });
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter({ name: `nhipcau_${name}`, help, labelNames: [...labelNames], registers });
  const histogram = <L extends string>(name: string, help: string, labelNames: readonly L[] = [], buckets = FAST) =>
    new Histogram({ name: `nhipcau_${name}`, help, labelNames: [...labelNames], buckets, registers });

  collectDefaultMetrics({ register: registry, prefix: 'nhipcau_' });
  // gauges that the library names like counters, which Prometheus' own check refuses
  for (const what of ['handles', 'requests', 'resources']) {
    registry.removeSingleMetric(`nhipcau_nodejs_active_${what}_total`);
  }
  return {
    /** @returns all metrics as text, in OpenMetrics or in the older Prometheus format */
    textOf: async (openMetrics: boolean): Promise<string> => {
      const text = await registry.metrics();
      return openMetrics ? toOpenMetrics(text) : text;
    },
    endpoints: gauge('endpoints', 'Endpoints of the directory by level and connection state', ['level', 'state']),
    sessionsOpen: gauge('sessions_open', 'Sessions that run now'),
    participants: gauge('participants', 'Participants of open sessions by presence', ['presence']),
    joinSeconds: histogram('join_seconds', 'From the command to join until the answer', [], FAST),
    commandSeconds: histogram('command_seconds', 'Commands of the socket until their answer', ['name']),
    refusals: counter('refusals_total', 'Answers that were errors, by code', ['code']),
    reconcileSeconds: histogram('reconcile_seconds', 'Bringing a node to the media plan'),
    nodeUp: gauge('sfu_node_up', '1 while the control channel of an SFU node stands', ['node']),
    workerCpu: gauge('sfu_worker_cpu_ratio', 'CPU seconds per second of a worker', ['node', 'worker']),
    workerDeaths: counter('sfu_worker_deaths_total', 'Deaths of workers since the node started', ['node']),
    consumers: gauge('sfu_consumers', 'Consumers of a worker', ['node', 'worker']),
    forwardedBytes: counter('sfu_forwarded_bytes_total', 'Bytes sent by a worker since it started', ['node', 'worker']),
    loopLag: gauge('event_loop_lag_seconds', 'p99 of the event loop delay of the last 10 s'),
    dbUp: gauge('db_up', '1 while the database answers'),
    dbSeconds: histogram('db_query_seconds', 'Transactions by store', ['store']),
    journalEvents: gauge('journal_events', 'Events that wait for the database'),
    startedLate: counter('meetings_started_late_total', 'Meetings started more than 5 minutes after their time'),
  };
}

/**
 * Writes the older text as OpenMetrics 1.0: a counter's family is named without its suffix, and the end is marked. The
 * library's own switch renames the counters for good, so that the older format would lose their suffix.
 */
function toOpenMetrics(text: string): string {
  const lines = text.split('\n').filter((line) => line !== '');
  return `${lines.map((line) => line.replace(/^(# (?:HELP|TYPE) \w+)_total /, '$1 ')).join('\n')}\n# EOF\n`;
}

/** The program's metrics. */
export type Metrics = ReturnType<typeof createMetrics>;
