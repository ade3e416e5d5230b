import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatedEndpoint } from '../simulate/endpoint.ts';
import { nowMs } from '../simulate/rtp.ts';
import { Silences } from '../simulate/silences.ts';
import { Gathering } from './gathering.ts';
import type { Bench, Benchmark } from './harness.ts';
import { startWholeService } from './serviceFixture.ts';
import type { WholeService } from './serviceFixture.ts';
import { startBare } from './sfuUnderTest.ts';
import { until } from './waiting.ts';

const COUNT = 87;
const SIZE = { count: COUNT, pictures: 9, voices: 3 };
/** longer than this a person hears a break */
const GAP_MS = 200;
const ROUND_TRIP_MS = 1;

async function controlPlane(bench: Bench, service: WholeService, gathering: Gathering): Promise<void> {
  const silences = new Silences(gathering.endpoints);
  const before = gathering.arrivals.lost;
  const old = service.pids().server;
  const from = nowMs();
  process.kill(old, 'SIGKILL');
  const ready = async () => (await fetch(`${service.url}/readyz`).catch(() => null))?.ok ?? false;
  await sleep(20);
  await until('the API', ready, 15_000);
  const apiMs = nowMs() - from;
  const back = () => gathering.endpoints.every((e) => gathering.socketOf(e).connected);
  await until('the sockets', back, 15_000);
  const socketsMs = nowMs() - from;
  await sleep(500);
  silences.stop();
  const load = `a briefing of ${COUNT} endpoints, control plane killed`;
  const asHeard = { audio: silences.longest('audio'), video: silences.longest('video') };
  const net = { audio: silences.longestNet('audio'), video: silences.longestNet('video') };
  const detail = {
    longestMs: net,
    asHeard,
    standstillMs: silences.standstillMs,
    lost: gathering.arrivals.lost - before,
  };
  const gaps = silences.silentFor(GAP_MS);
  bench.report({ load, metric: `gaps of more than ${GAP_MS} ms`, value: gaps, goal: { exactly: 0 }, detail });
  bench.report({ load, metric: 'API ready', value: apiMs / 1_000, unit: 's', goal: { atMost: 2 } });
  bench.report({ load, metric: 'all sockets back', value: socketsMs / 1_000, unit: 's', goal: { atMost: 5 } });
}

async function worker(bench: Bench, service: WholeService, gathering: Gathering): Promise<void> {
  const bare = await startBare();
  try {
    await bare.special('build', { size: SIZE });
    const rebuild = (await bare.special<{ ms: number }>('rebuild', { size: SIZE })).ms;
    const ends = new Map(gathering.endpoints.map((e) => [e, e.media]));
    const from = nowMs();
    const victim = service.pids().workers[0];
    if (victim === undefined) throw new Error('the node has no worker');
    process.kill(victim, 'SIGKILL');
    await sleep(150);
    const lost = () => gathering.endpoints.filter((e) => ends.get(e) !== e.media || e.media === null);
    const stands = (e: SimulatedEndpoint) => e.media?.receives === true;
    await until('everybody to receive again', () => lost().length > 0 && lost().every(stands), 20_000);
    const ms = nowMs() - from;
    const load = `${COUNT} endpoints on two workers, one killed: ${lost().length} lost their media`;
    const most = 2 * rebuild + 3 * ROUND_TRIP_MS;
    const goal = { atMost: most, of: 'ms: 2 x bare rebuild + 3 RTT' };
    bench.report({ load, metric: 'until all receive again', value: ms, unit: 'ms', goal, detail: { bareMs: rebuild } });
    const kept = gathering.endpoints.filter((e) => !lost().includes(e)).length;
    const snapshot = gathering.view.snapshot;
    const joined = Object.values(snapshot?.participants ?? {}).filter((p) => p.presence === 'joined').length;
    bench.report({
      load,
      metric: 'endpoints that stay joined',
      value: joined,
      goal: { exactly: COUNT },
      detail: { kept },
    });
  } finally {
    await bare.stop();
  }
}

/** A session of all with the chair's microphone open, or in a discussion three, in which something is done. */
async function inSession(
  service: WholeService,
  mode: { floorMode: 'broadcast' | 'discussion'; tiles: number },
  act: (gathering: Gathering) => Promise<void>,
): Promise<void> {
  const gathering = await Gathering.connect(service, { count: COUNT, height: 360, ...mode });
  try {
    await gathering.start();
    await gathering.untilJoined();
    const speak = [gathering.chair, ...gathering.others.slice(0, mode.floorMode === 'broadcast' ? 0 : 2)];
    await Promise.all(speak.map((e) => e.command('mic.mute', { muted: false })));
    await sleep(1_500);
    await act(gathering);
  } finally {
    await gathering.close();
  }
}

/** B8: processes die while a session runs. */
export const benchmark: Benchmark = {
  id: 'B8',
  title: 'control plane and a worker are killed under load',
  async run(bench) {
    const service = await startWholeService();
    try {
      // who plays all the endpoints must not be what breaks: in a discussion the suite needs most of a core itself
      await inSession(service, { floorMode: 'broadcast', tiles: 0 }, async (gathering) => {
        bench.measuring();
        await controlPlane(bench, service, gathering);
      });
      await inSession(service, { floorMode: 'discussion', tiles: 9 }, (gathering) => worker(bench, service, gathering));
    } finally {
      await service.stop();
    }
  },
};
