import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { Wheel } from '../simulate/senders.ts';
import { Audience } from './audience.ts';
import type { Bench, Benchmark } from './harness.ts';
import { hasJanus, NO_JANUS, startJanus } from './janus.ts';
import type { Janus } from './janus.ts';
import { cpuOf } from './processCpu.ts';
import { startOurs } from './sfuUnderTest.ts';
import { Stage } from './stage.ts';
import type { StageOptions } from './stage.ts';
import { LoadStream } from './streams.ts';

/** 120 packets a second. */
const SHAPE = { perFrame: 4, fps: 30, bytes: 1_100 };
const LOAD: StageOptions = { receivers: 87, readers: 1, large: 1, small: 0, sounds: 0, shape: SHAPE };
const WINDOW_MS = 1_500;
const WARM_MS = 250;
const CONNECTS = 3;
const PAYLOAD_TYPE = 96;
const load = 'one RTP stream of 120 pps to 87 WebRTC viewers';

/** Viewers of Janus' mountpoint, connected. */
async function viewers(janus: Janus, audience: Audience, round: number): Promise<{ ids: string[]; ms: number }> {
  const ids = Array.from({ length: LOAD.receivers }, (_, i) => `janus-${round}-${i}`);
  const began = performance.now();
  const connect = async (id: string): Promise<void> => {
    const { offer, start } = await janus.watch();
    let started: Promise<void> = Promise.resolve();
    await audience.answer(id, offer, (sdp) => {
      started = start(sdp);
    });
    await started;
  };
  await Promise.all(ids.map(connect));
  return { ids, ms: performance.now() - began };
}

/** CPU seconds of Janus per GB that it forwards. */
class JanusStage {
  readonly #janus: Janus;
  readonly #audience: Audience;
  readonly #wheel = new Wheel();
  readonly #socket = createSocket('udp4');
  readonly #stream: LoadStream;

  constructor(janus: Janus, audience: Audience) {
    this.#janus = janus;
    this.#audience = audience;
    const out = (packet: Buffer) => this.#socket.send(Buffer.from(packet), janus.rtpPort, '127.0.0.1');
    this.#stream = new LoadStream(SHAPE, PAYLOAD_TYPE, this.#wheel, out);
  }

  async window(): Promise<number> {
    await this.#audience.thaw();
    this.#stream.send(1);
    await sleep(WARM_MS);
    this.#audience.freeze();
    const before = { cpu: cpuOf(this.#janus.pid), bytes: this.#stream.bytes };
    await sleep(WINDOW_MS);
    const cpu = cpuOf(this.#janus.pid) - before.cpu;
    const bytes = (this.#stream.bytes - before.bytes) * LOAD.receivers;
    this.#stream.send(0);
    await this.#audience.thaw();
    return cpu / 1_000 / (bytes / 1e9);
  }

  /** Share of the packets owed that arrive. */
  async delivered(): Promise<number> {
    const before = { got: await this.#audience.count(), sent: this.#stream.packets };
    this.#stream.send(1);
    await sleep(500);
    this.#stream.send(0);
    await sleep(300);
    const owed = (this.#stream.packets - before.sent) * LOAD.receivers;
    return ((await this.#audience.count()) - before.got) / owed;
  }

  close(): void {
    this.#wheel.close();
    this.#socket.close();
  }
}

async function measure(bench: Bench, janus: Janus, audience: Audience, own: Audience): Promise<void> {
  const ours = await startOurs();
  const times: { a: number[]; b: number[] } = { a: [], b: [] };
  let stage: Stage | null = null;
  try {
    const connected = await bench.pairs({
      pairs: CONNECTS,
      warmUps: 0,
      a: async () => {
        await stage?.close();
        stage = await Stage.build(ours, own, LOAD);
        return stage.standMs;
      },
      b: async () => {
        const { ids, ms } = await viewers(janus, audience, times.b.push(0));
        if (times.b.length < CONNECTS) for (const id of ids) audience.close(id);
        await sleep(100);
        return ms;
      },
    });
    const detail = { oursMs: connected.a, janusMs: connected.b };
    const { ratio } = connected;
    const metric = 'time until all 87 are connected';
    bench.report({ load, metric, value: ratio.median, unit: 'x', goal: { atMost: 0.3, of: 'x Janus' }, ratio, detail });
    bench.report({ load, metric, value: connected.medianA, unit: 'ms', detail });
    await forward(bench, stage, new JanusStage(janus, audience));
  } finally {
    await ours.stop();
  }
}

async function forward(bench: Bench, stage: Stage | null, other: JanusStage): Promise<void> {
  if (!stage) return;
  const delivered = await other.delivered();
  if (delivered < 0.9)
    throw new Error(`Janus forwards ${(delivered * 100).toFixed(0)} % only: nothing to compare with`);
  const perGb = async (): Promise<number> => {
    const { workerMs, bytes, delivered: arrived } = await stage.window(WINDOW_MS);
    bench.needsAll(arrived);
    return workerMs / 1_000 / (bytes / 1e9);
  };
  const { ratio, a, b, medianA, medianB } = await bench.pairs({ a: perGb, b: () => other.window() });
  other.close();
  const goal = { atMost: 0.45, of: 'x Janus' };
  const metric = 'CPU per GB forwarded';
  bench.report({ load, metric, value: ratio.median, unit: 'x', goal, ratio, detail: { ours: a, janus: b } });
  bench.report({ load, metric, value: medianA, unit: 'CPU-s/GB' });
  bench.report({
    load,
    metric: 'CPU per GB forwarded, Janus',
    value: medianB,
    unit: 'CPU-s/GB',
    detail: { delivered },
  });
}

/** B2: the same stream to the same viewers, by Janus. */
export const benchmark: Benchmark = {
  id: 'B2',
  title: 'one stream to 87 viewers, against Janus',
  async run(bench) {
    if (!hasJanus()) {
      bench.say(NO_JANUS);
      bench.report({ load, metric: 'CPU per GB forwarded', value: null, goal: { atMost: 0.45 }, note: NO_JANUS });
      return;
    }
    const janus = await startJanus();
    const audiences = [await Audience.start(), await Audience.start()] as const;
    try {
      await measure(bench, janus, ...audiences);
    } finally {
      await Promise.all([...audiences.map((a) => a.stop()), janus.stop()]);
    }
  },
};
