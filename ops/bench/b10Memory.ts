import { setTimeout as sleep } from 'node:timers/promises';
import { Gathering } from './gathering.ts';
import type { Benchmark } from './harness.ts';
import { residentBytes } from './processCpu.ts';
import { startWholeService } from './serviceFixture.ts';
import { lineThrough, median } from './statistics.ts';
import { until } from './waiting.ts';

/** A short run sees leaks of objects and transports; only the long one sees a slope of a hundredth. */
const SHORT = { cycles: 12, endpoints: 29, mediaMs: 300 };
const LONG = { cycles: 100, endpoints: 87, mediaMs: 2_000 };
/** the first sessions fill caches and pools */
const WARM_SHARE = 0.5;
/** an address may connect 600 times in ten seconds */
const LEAST_CYCLE_MS = 1_500;

interface Held {
  control: number;
  node: number;
  workers: number;
  /** sessions and peers that the node still holds after the session's end */
  left: number;
}

/** B10: sessions that come and go leave nothing behind. */
export const benchmark: Benchmark = {
  id: 'B10',
  title: 'memory over sessions that come and go',
  async run(bench) {
    const size = bench.full ? LONG : SHORT;
    const service = await startWholeService();
    const held: Held[] = [];
    try {
      for (let i = 0; i < size.cycles; i += 1) {
        const began = performance.now();
        const options = { count: size.endpoints, floorMode: 'discussion' as const, tiles: 9, height: 360 };
        const gathering = await Gathering.connect(service, options);
        await gathering.start();
        await gathering.untilJoined();
        await sleep(size.mediaMs);
        await gathering.close();
        const open = async () => (await service.node('describe', {})).sessions.length;
        await until('the session to end', async () => (await open()) === 0, 3_000).catch(() => undefined);
        const { server, sfu, workers } = service.pids();
        held.push({
          control: residentBytes(server),
          node: residentBytes(sfu),
          workers: workers.reduce((sum, pid) => sum + residentBytes(pid), 0),
          left: await open(),
        });
        await sleep(Math.max(0, LEAST_CYCLE_MS - (performance.now() - began)));
      }
    } finally {
      await service.stop();
    }
    const load = `${size.cycles} sessions of ${size.endpoints} endpoints`;
    const left = Math.max(...held.map((h) => h.left));
    bench.report({ load, metric: 'sessions left at the node', value: left, goal: { exactly: 0 }, counted: true });
    const steady = held.slice(Math.floor(held.length * WARM_SHARE));
    for (const part of ['workers', 'node', 'control'] as const) {
      const values = steady.map((h) => h[part]);
      const { slope } = lineThrough(
        values.map((_, i) => i),
        values,
      );
      const growth = (slope * values.length) / median(values);
      const metric = `growth of the memory of ${part === 'control' ? 'the control plane' : part === 'node' ? 'the SFU node' : 'the workers'}`;
      const detail = { megabytes: held.map((h) => Number((h[part] / 2 ** 20).toFixed(1))) };
      // a collector that has not run yet looks like a slope in a short run
      const goal = bench.full || part === 'workers' ? { goal: { atMost: bench.full ? 0.01 : 0.05 } } : {};
      bench.report({ load, metric, value: growth, ...goal, detail, counted: true });
    }
  },
};
