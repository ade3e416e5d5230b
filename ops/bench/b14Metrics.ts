import { Gauge, Registry } from 'prom-client';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gathering } from './gathering.ts';
import type { Benchmark } from './harness.ts';
import { sendMany } from './httpLoad.ts';
import { cpuOf } from './processCpu.ts';
import { wholeService } from './serviceFixture.ts';
import type { WholeService } from './serviceFixture.ts';
import { median } from './statistics.ts';

const SCRAPES = 20;
const JOINED = 87;
const QUIET_MS = 1_000;

/** CPU of one scrape in the control plane, less what it does meanwhile anyway; milliseconds. */
async function scrapeCost(service: WholeService): Promise<number> {
  const { server } = service.pids();
  const idleFrom = cpuOf(server);
  await sleep(QUIET_MS);
  const idle = (cpuOf(server) - idleFrom) / QUIET_MS;
  const before = { cpu: cpuOf(server), at: performance.now() };
  await sendMany({ url: `${service.url}/metrics` }, SCRAPES, 1);
  const ms = performance.now() - before.at;
  return Math.max(0, cpuOf(server) - before.cpu - idle * ms) / SCRAPES;
}

/** The library alone with as many series. */
async function aloneCost(series: number): Promise<number> {
  const registry = new Registry();
  const gauge = new Gauge({ name: 'bench', help: 'series', labelNames: ['n'], registers: [registry] });
  for (let i = 0; i < series; i += 1) gauge.set({ n: String(i) }, i);
  await registry.metrics();
  const from = process.cpuUsage();
  for (let i = 0; i < SCRAPES; i += 1) await registry.metrics();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1_000 / SCRAPES;
}

/** B14: what it costs to be watched. */
export const benchmark: Benchmark = {
  id: 'B14',
  title: '/metrics while 87 endpoints sit in a session',
  async run(bench) {
    const service = await bench.use(wholeService);
    const gathering = await Gathering.connect(service, {
      count: JOINED,
      floorMode: 'discussion',
      tiles: 9,
      height: 360,
    });
    try {
      await gathering.start();
      await gathering.untilJoined();
      await sleep(QUIET_MS);
      const text = (await service.administrator.metrics()) ?? '';
      const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
      const load = `${JOINED} endpoints in a session`;
      bench.report({ load, metric: 'series', value: series, goal: { atMost: 1_500 }, counted: true });
      const node = () => cpuOf(service.pids().sfu) + service.pids().workers.reduce((sum, pid) => sum + cpuOf(pid), 0);
      const quiet: number[] = [];
      const scraped: number[] = [];
      const costs = await bench.pairs({
        a: async () => {
          const idle = node();
          await sleep(QUIET_MS / 2);
          quiet.push(node() - idle);
          const before = node();
          const at = performance.now();
          const cost = await scrapeCost(service);
          scraped.push(((node() - before) * QUIET_MS) / 2 / (performance.now() - at));
          return cost;
        },
        b: () => aloneCost(series),
      });
      const { ratio, medianA, medianB } = costs;
      // the text is made in one go, so the CPU of a scrape is the longest that it can hold up the loop
      const metric = 'CPU of a scrape, at most the loop block';
      const detail = { milliseconds: costs.a, aloneMilliseconds: costs.b };
      bench.report({ load, metric, value: medianA, unit: 'ms', goal: { atMost: 10 }, detail });
      bench.report({
        load,
        metric: 'scrape against prom-client alone',
        value: ratio.median,
        unit: 'x',
        ratio,
        detail: { alone: medianB },
      });
      const more = median(scraped) / median(quiet);
      const none = 'CPU of SFU node and workers while scraped: no getStats';
      bench.report({ load, metric: none, value: more, unit: 'x', goal: { atMost: 1.25, of: 'x unwatched' } });
    } finally {
      await gathering.close();
    }
  },
};
