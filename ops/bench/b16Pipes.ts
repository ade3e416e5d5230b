import { Audience } from './audience.ts';
import { delaysOf } from './b03Delay.ts';
import type { Bench, Benchmark } from './harness.ts';
import { startInside } from './sfuUnderTest.ts';
import { BRIEFING, Stage } from './stage.ts';
import type { Window } from './stage.ts';
import { median } from './statistics.ts';
import { until } from './waiting.ts';

const WINDOW_MS = 1_200;
/** so that about half of the receivers overflow to the second worker */
const CONSUMERS_PER_WORKER = 400;

const perPacket = (bench: Bench, w: Window): number => {
  bench.needsAll(w.delivered);
  return (w.workerMs / w.packets) * 1_000;
};

async function measure(bench: Bench, one: Stage, two: Stage): Promise<void> {
  const load = 'the load of B1 on two workers';
  const delays: { one: number[]; two: number[] } = { one: [], two: [] };
  const { ratio, medianA, medianB } = await bench.pairs({
    a: async () => {
      const cost = perPacket(bench, await two.window(WINDOW_MS));
      delays.two.push(delaysOf(two.readers).p50);
      return cost;
    },
    b: async () => {
      const cost = perPacket(bench, await one.window(WINDOW_MS));
      delays.one.push(delaysOf(one.readers).p50);
      return cost;
    },
  });
  // each source crosses once more, which every forwarded packet pays a share of
  const share = 1 / BRIEFING.receivers;
  bench.report({
    load,
    metric: 'CPU of all workers per forwarded packet',
    value: ratio.median,
    unit: 'x',
    goal: { atMost: 1.1 + share, of: 'x one worker' },
    ratio,
    detail: { microseconds: medianA, oneWorkerMicroseconds: medianB, pipePacketShare: share },
  });
  const extra = median(delays.two.map((d, i) => d - (delays.one[i] ?? 0)));
  bench.report({ load, metric: 'extra delay, p50', value: extra, unit: 'ms', detail: delays });
}

/** B16: what a second worker costs that shares the session. */
export const benchmark: Benchmark = {
  id: 'B16',
  title: 'one session on one and on two workers',
  async run(bench) {
    const one = await startInside(1, 10_000);
    const two = await startInside(2, CONSUMERS_PER_WORKER);
    const audiences = [await Audience.start(), await Audience.start()] as const;
    try {
      const counted = { load: 'nobody watches on the second worker', counted: true };
      const stage = await Stage.build(one, audiences[0], BRIEFING);
      await two.call('openSession', { sessionId: stage.sessionId });
      const before = two.pipes(stage.sessionId);
      bench.report({ ...counted, metric: 'pipes before anybody watches', value: before, goal: { exactly: 0 } });
      const other = await Stage.build(two, audiences[1], BRIEFING);
      const pipes = two.pipes(other.sessionId);
      const most = { atLeast: 1, atMost: other.sources, of: 'U(W-1)' };
      bench.report({ load: 'the load of B1 on two workers', metric: 'pipes', value: pipes, goal: most, counted: true });
      await measure(bench, stage, other);
      await other.unsubscribeAll();
      await until('the pipes to close', () => two.pipes(other.sessionId) === 0, 2_000).catch(() => undefined);
      const after = two.pipes(other.sessionId);
      bench.report({ ...counted, metric: 'pipes when nobody watches any more', value: after, goal: { exactly: 0 } });
      await Promise.all([stage.close(), other.close()]);
    } finally {
      await Promise.all([...audiences.map((a) => a.stop()), one.stop(), two.stop()]);
    }
  },
};
