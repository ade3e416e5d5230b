import { setTimeout as sleep } from 'node:timers/promises';
import { Audience } from './audience.ts';
import { startFloor } from './floor.ts';
import type { Bench, Benchmark } from './harness.ts';
import { cpuOf } from './processCpu.ts';
import { startBare, startOurs } from './sfuUnderTest.ts';
import { BRIEFING, Stage } from './stage.ts';
import type { Window } from './stage.ts';
import { median, ratioOf } from './statistics.ts';

const WINDOW_MS = 1_300;
const FLOOR_MS = 600;
const PAIRS = 4;
const IDLE_MS = 2_000;
const LOAD = 'nine VP8 and three voices to 87 receivers';

const perPacket = (w: Window): number => (w.workerMs / w.packets) * 1_000;
const perGb = (w: Window): number => w.workerMs / 1_000 / (w.bytes / 1e9);

interface Measured {
  ours: Window[];
  bare: Window[];
  floor: number[];
  idleNodeMs: number;
}

async function measure(bench: Bench, ours: Stage, bare: Stage): Promise<Measured> {
  const floor = await startFloor(BRIEFING.receivers, 1_070);
  const measured: Measured = { ours: [], bare: [], floor: [], idleNodeMs: 0 };
  const rate = 40_000;
  try {
    await ours.window(WINDOW_MS);
    await bare.window(WINDOW_MS);
    bench.measuring();
    for (let i = 0; i < PAIRS; i += 1) {
      const windows = [await ours.window(WINDOW_MS), await bare.window(WINDOW_MS)] as const;
      for (const { delivered } of windows) bench.needsAll(delivered);
      measured.ours.push(windows[0]);
      measured.bare.push(windows[1]);
      measured.floor.push(await floor.measure(rate, FLOOR_MS));
    }
  } finally {
    await floor.stop();
  }
  const before = cpuOf(ours.sfu.nodePid);
  await sleep(IDLE_MS);
  measured.idleNodeMs = ((cpuOf(ours.sfu.nodePid) - before) / IDLE_MS) * WINDOW_MS;
  return measured;
}

function report(bench: Bench, { ours, bare, floor, idleNodeMs }: Measured): void {
  const cost = ours.map(perPacket);
  const load = LOAD;
  const againstBare = ratioOf(cost, bare.map(perPacket));
  const detail = { microseconds: cost, bareMicroseconds: bare.map(perPacket), floorMicroseconds: floor };
  const share = ours.map((w) => w.workerMs / w.ms);
  const goal = { atMost: 1.03, of: 'x bare' };
  const metric = 'worker CPU per packet';
  bench.report({ load, metric, value: againstBare.median, unit: 'x', goal, ratio: againstBare, detail });
  const againstFloor = ratioOf(cost, floor);
  const floorGoal = { atMost: 3.2, of: 'x sendto' };
  bench.report({ load, metric, value: againstFloor.median, unit: 'x', goal: floorGoal, ratio: againstFloor, detail });
  bench.report({ load, metric, value: median(cost), unit: 'us', detail: { coresOfWorker: share } });
  bench.report({ load, metric: 'worker CPU per GB', value: median(ours.map(perGb)), unit: 'CPU-s/GB' });

  const node = ours.map((w) => Math.max(0, w.nodeMs - idleNodeMs));
  const nodeShare = ratioOf(
    node,
    ours.map((w) => w.workerMs),
  );
  bench.report({
    id: 'B1b',
    load,
    metric: "node process CPU, of the worker's",
    value: nodeShare.median,
    goal: { atMost: 0.02 },
    ratio: nodeShare,
    detail: { milliseconds: node, idleMilliseconds: idleNodeMs, windowMs: WINDOW_MS },
  });
  const perMillion = median(ours.map((w, i) => (node[i] ?? 0) / (w.packets / 1e6)));
  const metricB = 'node process CPU per million packets';
  bench.report({ id: 'B1b', load, metric: metricB, value: perMillion, unit: 'ms' });
}

/** Every packet that came in went out to everybody, by the worker's count; the readers saw order and no loss. */
async function checkCounts(bench: Bench, stage: Stage): Promise<void> {
  const before = { forwarded: await stage.forwarded(), sent: stage.sent };
  await stage.window(700);
  await sleep(200);
  const forwarded = (await stage.forwarded()) - before.forwarded;
  const wanted = (stage.sent - before.sent) * BRIEFING.receivers;
  const lost = stage.readers.reduce((sum, r) => sum + r.lost, 0);
  const disorder = stage.readers.reduce((sum, r) => sum + r.disorder, 0);
  const packets = stage.readers.reduce((sum, r) => sum + r.packets, 0);
  const detail = { forwarded, wanted, readerPackets: packets, disorder };
  const goal = { atLeast: 0.999 };
  bench.report({ load: LOAD, metric: 'packets forwarded of those owed', value: forwarded / wanted, goal, detail });
  const metric = 'packets lost at three readers';
  bench.report({ load: LOAD, metric, value: lost, goal: { exactly: 0 }, detail });
}

/** B1 and B1b: what a forwarded packet costs. */
export const benchmark: Benchmark = {
  id: 'B1',
  title: 'forwarding to 87 receivers, against bare mediasoup and the kernel',
  async run(bench) {
    const [ours, bare] = [await startOurs(), await startBare()];
    const audiences = [await Audience.start(), await Audience.start()] as const;
    try {
      const stage = await Stage.build(ours, audiences[0], BRIEFING);
      const other = await Stage.build(bare, audiences[1], BRIEFING);
      report(bench, await measure(bench, stage, other));
      await checkCounts(bench, stage);
      await Promise.all([stage.close(), other.close()]);
    } finally {
      await Promise.all([...audiences.map((a) => a.stop()), ours.stop(), bare.stop()]);
    }
  },
};
