import { setTimeout as sleep } from 'node:timers/promises';
import { Gathering } from './gathering.ts';
import type { MediaFlow, MediaOffer } from '../../server/protocol/media.ts';
import type { Bench, Benchmark } from './harness.ts';
import { cpuOf } from './processCpu.ts';
import { wholeService } from './serviceFixture.ts';
import type { WholeService } from './serviceFixture.ts';
import { startBare } from './sfuUnderTest.ts';
import { exponentOf, quantile } from './statistics.ts';
import { until } from './waiting.ts';

const SIZES = [11, 22, 44, 87, 174];
const PICTURES = 9;
const VOICES = 3;

interface Joined {
  p50: number;
  p99: number;
  cpuMs: number;
  consumers: number;
  messages: number;
  /** of which the most frequent ones */
  byName: Record<string, number>;
  allMs: number;
}

/** Everybody is called at once and joins; the chair and two others speak. */
async function joinAll(service: WholeService, count: number): Promise<Joined> {
  const options = { count, floorMode: 'discussion' as const, tiles: PICTURES, height: 360 };
  const gathering = await Gathering.connect(service, options);
  try {
    const { server, sfu } = service.pids();
    const byName: Record<string, number> = {};
    const flowing = new Set<string>();
    gathering.onMessage = ({ name, message }) => {
      byName[name] = (byName[name] ?? 0) + 1;
      if (name === 'media.offer') for (const id of (message as MediaOffer).remove) flowing.delete(id);
      if (name !== 'media.flow') return;
      for (const [id, flows] of Object.entries((message as MediaFlow).flowing)) flowing[flows ? 'add' : 'delete'](id);
    };
    const cpu = () => cpuOf(server) + cpuOf(sfu);
    const before = { cpu: cpu(), messages: gathering.messages };
    const startedAt = await gathering.start();
    await gathering.untilJoined();
    const speak = [gathering.chair, ...gathering.others.slice(0, VOICES - 1)];
    await Promise.all(speak.map((e) => e.command('mic.mute', { muted: false })));
    // nobody receives itself
    const wanted = count * (PICTURES + VOICES) - PICTURES - VOICES;
    // by what the endpoints were told: asking the node every few milliseconds is work that nobody else gives it
    await until('the consumers', () => flowing.size >= wanted, 6_000).catch(() => undefined);
    const times = gathering.endpoints.map((e) => e.standsAt - startedAt);
    return {
      p50: quantile(times, 0.5),
      p99: quantile(times, 0.99),
      allMs: Math.max(...times),
      cpuMs: cpu() - before.cpu,
      consumers: (await gathering.consumers()).flowing,
      messages: gathering.messages - before.messages,
      byName,
    };
  } finally {
    await gathering.close();
  }
}

function report(bench: Bench, sizes: number[], all: Joined[]): void {
  sizes.forEach((count, i) => {
    const one = all[i];
    if (!one) return;
    const wanted = count * (PICTURES + VOICES) - PICTURES - VOICES;
    const load = `${count} endpoints at once, nine pictures, three voices`;
    const detail = { ...one };
    bench.report({
      load,
      metric: 'consumers that flow',
      value: one.consumers,
      goal: { exactly: wanted },
      detail,
    });
    if (count !== 87) return;
    bench.report({ load, metric: 'all in', value: one.allMs, unit: 'ms', detail });
    bench.report({ load, metric: 'in, p50', value: one.p50, unit: 'ms' });
    bench.report({ load, metric: 'in, p99', value: one.p99, unit: 'ms' });
    const each = one.messages / count;
    bench.report({ load, metric: 'messages received per endpoint', value: each, counted: true });
  });
  const load = `${sizes[0]}..${sizes.at(-1)} endpoints at once`;
  const exponent = (metric: string, of: (one: Joined) => number, counted: boolean) => {
    const values = all.map(of);
    const value = exponentOf(sizes, values);
    bench.report({ load, metric, value, goal: { atMost: 1.1 }, counted, detail: { sizes, values } });
  };
  exponent('exponent of the CPU of control plane and node', (one) => one.cpuMs, false);
  exponent('exponent of the messages of all endpoints together', (one) => one.messages, true);
}

/** B5: everybody joins at the same moment. */
export const benchmark: Benchmark = {
  id: 'B5',
  title: 'everybody joins at once',
  async run(bench) {
    const service = await bench.use(wholeService);
    const bare = await startBare();
    try {
      await joinAll(service, 11);
      bench.measuring();
      const all: Joined[] = [];
      for (const count of SIZES) {
        bench.say(`${count} endpoints`);
        all.push(await joinAll(service, count));
      }
      report(bench, SIZES, all);
      const sizeOf = (count: number) => ({ count, pictures: PICTURES, voices: VOICES });
      const size = sizeOf(87);
      // as often as the service: what has run often is compiled better, on both sides
      for (const count of [11, ...SIZES]) await bare.special('build', { size: sizeOf(count) });
      // an address may connect 600 times in ten seconds
      await sleep(7_000);
      const { ratio, medianA, medianB } = await bench.pairs({
        pairs: 3,
        warmUps: 0,
        a: async () => (await joinAll(service, 87)).cpuMs,
        b: async () => (await bare.special<{ cpuMs: number }>('build', { size })).cpuMs,
      });
      bench.report({
        load: '87 endpoints at once, nine pictures, three voices',
        metric: 'Node CPU of control plane and node',
        value: ratio.median,
        unit: 'x',
        goal: { atMost: 1.5, of: 'x a script that builds the same' },
        ratio,
        detail: { milliseconds: medianA, bareMilliseconds: medianB },
      });
    } finally {
      await bare.stop();
    }
  },
};
