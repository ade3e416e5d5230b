import { Audience } from './audience.ts';
import type { Bench, Benchmark } from './harness.ts';
import { startBare, startOurs } from './sfuUnderTest.ts';
import { BRIEFING, Stage } from './stage.ts';
import type { Reader } from './stage.ts';
import { median, quantile, ratioOf } from './statistics.ts';

/** load of the worker, and how often it is measured */
const SHARES: [number, number][] = [
  [0.25, 3],
  [0.5, 5],
  [0.75, 3],
];
const WINDOW_MS = 700;
const MOST_SCALE = 3;

interface Delays {
  p50: number;
  p99: number;
  /** from the first receiver's copy of a packet to the last one's */
  skew: number;
}

/** Delays of one window, milliseconds. */
export function delaysOf(readers: readonly Reader[]): Delays {
  const delays = readers.flatMap((r) => r.arrivals.map((a) => a.at - a.sentAt));
  const [first, last] = [readers[0], readers.at(-1)];
  const firstAt = new Map(first?.arrivals.map((a) => [`${a.ssrc} ${a.sentAt}`, a.at]));
  const skews = (last?.arrivals ?? []).flatMap((a) => {
    const at = firstAt.get(`${a.ssrc} ${a.sentAt}`);
    return at === undefined ? [] : [a.at - at];
  });
  if (delays.length === 0 || skews.length === 0) throw new Error('nothing arrived at the readers');
  return { p50: quantile(delays, 0.5), p99: quantile(delays, 0.99), skew: median(skews) };
}

async function delaysAt(bench: Bench, stage: Stage, scale: number): Promise<Delays> {
  bench.needsAll((await stage.window(WINDOW_MS, scale)).delivered);
  return delaysOf(stage.readers);
}

function report(bench: Bench, share: number, ours: Delays[], bare: Delays[]): void {
  const load = `worker at ${share * 100} % of a core`;
  const p99 = ratioOf(
    ours.map((d) => d.p99),
    bare.map((d) => d.p99),
  );
  const of = (key: keyof Delays) => median(ours.map((d) => d[key]));
  const detail = { ours, bare };
  const goal = { atMost: 1.05, of: 'x bare' };
  bench.report({ load, metric: 'delay in to out, p99', value: p99.median, unit: 'x', goal, ratio: p99, detail });
  const most = share === 0.5 ? { goal: { atMost: 3 } } : {};
  bench.report({ load, metric: 'delay in to out, p99', value: of('p99'), unit: 'ms', ...most });
  bench.report({ load, metric: 'delay in to out, p50', value: of('p50'), unit: 'ms' });
  bench.report({ load, metric: 'skew from first to last receiver', value: of('skew'), unit: 'ms' });
}

/** B3: how long a packet takes through the SFU. */
export const benchmark: Benchmark = {
  id: 'B3',
  title: 'delay through the SFU at three loads',
  async run(bench) {
    const [ours, bare] = [await startOurs(), await startBare()];
    const audiences = [await Audience.start(), await Audience.start()] as const;
    try {
      const stage = await Stage.build(ours, audiences[0], BRIEFING);
      const other = await Stage.build(bare, audiences[1], BRIEFING);
      await stage.window(WINDOW_MS);
      const { workerMs, ms } = await stage.window(WINDOW_MS);
      for (const [share, pairs] of SHARES) {
        const scale = Math.min(MOST_SCALE, (share * ms) / workerMs);
        const sides: [Delays[], Delays[]] = [[], []];
        await delaysAt(bench, stage, scale);
        await delaysAt(bench, other, scale);
        bench.measuring();
        for (let i = 0; i < pairs; i += 1) {
          sides[0].push(await delaysAt(bench, stage, scale));
          sides[1].push(await delaysAt(bench, other, scale));
        }
        report(bench, share, ...sides);
      }
      await Promise.all([stage.close(), other.close()]);
    } finally {
      await Promise.all([...audiences.map((a) => a.stop()), ours.stop(), bare.stop()]);
    }
  },
};
