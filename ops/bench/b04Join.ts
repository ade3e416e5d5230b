import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatedEndpoint } from '../simulate/endpoint.ts';
import { CLEAN_LINE, Relay } from '../simulate/relay.ts';
import { nowMs } from '../simulate/rtp.ts';
import { Gathering } from './gathering.ts';
import type { Bench, Benchmark } from './harness.ts';
import { wholeService } from './serviceFixture.ts';
import type { WholeService } from './serviceFixture.ts';
import { lineThrough, median } from './statistics.ts';
import { openTcpRelay } from './tcpRelay.ts';
import { until } from './waiting.ts';

const RTTS = [0, 20, 40, 80];
const TIMES = 3;
const WAYS = ['cold', 'socket warm', 'pre-connected'] as const;
type Way = (typeof WAYS)[number];

/** Theory, and what is promised: round trips in a row. */
const GOALS: Record<Way, number> = { cold: 9, 'socket warm': 5.5, 'pre-connected': 2.5 };

/** Waits for the first packet that an endpoint gets; the relay's and the server's work before it is what is timed. */
async function firstPacket(gathering: Gathering, endpoint: SimulatedEndpoint, from: number): Promise<number> {
  let at = 0;
  const look = () => {
    for (const inflow of endpoint.media?.inflows ?? []) if (inflow.sinceFlow > 0 || inflow.packets > 0) return true;
    return false;
  };
  gathering.onFirst = (end, _inflow, _layer, now) => {
    if (end === endpoint.media && at === 0) at = now;
  };
  await until('the first packet', () => at > 0 || look(), 8_000);
  gathering.onFirst = null;
  return (at || nowMs()) - from;
}

/** One endpoint far away joins a session in which others sit; milliseconds until it sees or hears something. */
async function measure(gathering: Gathering, far: SimulatedEndpoint): Promise<Record<Way, number>> {
  const from = nowMs();
  // it is called into the session as soon as it is there
  await far.connect();
  const cold = await firstPacket(gathering, far, from);
  await until('its media to stand', () => far.joined, 5_000);
  await far.leave();
  await sleep(150);
  const warmFrom = nowMs();
  await far.join(gathering.sessionId);
  const warm = await firstPacket(gathering, far, warmFrom);
  // the media of who waits stands already; the session is held, and goes on
  await until('its media to stand', () => far.joined, 5_000);
  await gathering.chair.command('session.pause', {});
  await sleep(400);
  const readyFrom = nowMs();
  const first = firstPacketAfterPause(gathering, far, readyFrom);
  await gathering.chair.command('session.resume', {});
  const connected = await first;
  far.close();
  await sleep(200);
  return { cold, 'socket warm': warm, 'pre-connected': connected };
}

async function firstPacketAfterPause(gathering: Gathering, far: SimulatedEndpoint, from: number): Promise<number> {
  let at = 0;
  gathering.onFirst = (end, _inflow, _layer, now) => {
    if (end === far.media && at === 0 && now > from) at = now;
  };
  await until('the first packet after the pause', () => at > 0, 8_000);
  gathering.onFirst = null;
  return at - from;
}

async function atRtt(service: WholeService, rtt: number): Promise<Record<Way, number[]>> {
  const port = Number(new URL(service.url).port);
  const tcp = await openTcpRelay(port, rtt);
  const udp = new Relay(() => ({ ...CLEAN_LINE, rtt }));
  const near = await Gathering.connect(service, { count: 4, floorMode: 'lecture', tiles: 0, height: 360 });
  const all: Record<Way, number[]> = { cold: [], 'socket warm': [], 'pre-connected': [] };
  try {
    const far = near.seatFor(
      near.endpoints[3],
      `http://127.0.0.1:${tcp.port}`,
      (id) => (offered) => udp.route(id, offered),
    );
    near.endpoints.pop()?.close();
    await near.start();
    await near.untilJoined();
    await sleep(300);
    for (let i = 0; i < TIMES; i += 1) {
      const one = await measure(near, far());
      for (const way of WAYS) all[way].push(one[way]);
    }
  } finally {
    await near.close();
    udp.close();
    tcp.close();
  }
  return all;
}

function report(bench: Bench, measured: Record<Way, number[]>[]): void {
  for (const way of WAYS) {
    const ms = measured.map((one) => median(one[way]));
    const { slope, intercept } = lineThrough(RTTS, ms);
    const load = `one endpoint, RTT ${RTTS.join(' / ')} ms, ${way}`;
    const detail = { rtts: RTTS, milliseconds: ms, all: measured.map((one) => one[way]) };
    const goal = { atMost: GOALS[way] };
    // the slope is the same whatever the machine's speed, as long as that does not change with the delay
    bench.report({ load, metric: 'round trips to the first RTP', value: slope, goal, detail });
    bench.report({ load, metric: 'first RTP without delay', value: intercept, unit: 'ms', detail });
  }
}

/** B4: how many round trips a join takes. */
export const benchmark: Benchmark = {
  id: 'B4',
  title: 'a join over lines of four lengths',
  async run(bench) {
    const service = await bench.use(wholeService);
    const measured: Record<Way, number[]>[] = [];
    for (const rtt of RTTS) measured.push(await atRtt(service, rtt));
    report(bench, measured);
  },
};
