import { setTimeout as sleep } from 'node:timers/promises';
import { io } from 'socket.io-client';
import type { MediaOffer } from '../../server/protocol/media.ts';
import type { SimulatedEndpoint } from '../simulate/endpoint.ts';
import { nowMs } from '../simulate/rtp.ts';
import { startBareWeb } from './bareWebProcess.ts';
import { Gathering } from './gathering.ts';
import type { Bench, Benchmark } from './harness.ts';
import { wholeService } from './serviceFixture.ts';
import { median, quantile } from './statistics.ts';
import { until } from './waiting.ts';

const COUNT = 87;
const SWITCHES = 15;
const BETWEEN_MS = 220;
const LAYER = 1;
const LATE_MS = 2_000;

interface Switched {
  /** from the chair's command to the last socket's event, and to the last screen's first packet; milliseconds */
  eventMs: number;
  pictureMs: number;
  /** screens that did not get the stage's layer within two seconds */
  blurred: number;
  keyFramesAsked: number;
  newConsumers: number;
}

/** Puts an endpoint on the stage and waits until everybody sees it there. */
async function switchTo(gathering: Gathering, target: SimulatedEndpoint): Promise<Switched> {
  const { endpointId } = target.seat;
  const heard = new Set<SimulatedEndpoint>();
  const seen = new Set<unknown>();
  let [eventAt, pictureAt, newConsumers] = [0, 0, 0];
  const asked = target.media?.camera.keyFramesAsked ?? 0;
  gathering.onMessage = ({ endpoint, name, message, at }) => {
    if (name === 'media.offer') newConsumers += (message as MediaOffer).add.length;
    if (name !== 'session.events' || heard.has(endpoint)) return;
    heard.add(endpoint);
    eventAt = at;
  };
  gathering.onFirst = (end, { offer }, layer, now) => {
    if (offer.endpointId !== endpointId || offer.source !== 'camera' || layer < LAYER || seen.has(end)) return;
    seen.add(end);
    pictureAt = now;
  };
  const startedAt = nowMs();
  await gathering.chair.command('stage.set', { endpointId });
  await until('everybody to see', () => heard.size >= COUNT && seen.size >= COUNT - 1, LATE_MS).catch(() => undefined);
  await sleep(BETWEEN_MS);
  gathering.onMessage = null;
  gathering.onFirst = null;
  if (heard.size < COUNT) throw new Error(`${heard.size} of ${COUNT} heard of the switch`);
  const keyFramesAsked = (target.media?.camera.keyFramesAsked ?? 0) - asked;
  const blurred = COUNT - 1 - seen.size;
  const pictureMs = blurred > 0 ? LATE_MS : pictureAt - startedAt;
  return { eventMs: eventAt - startedAt, pictureMs, blurred, keyFramesAsked, newConsumers };
}

/** A bare broadcast of a message of that size to as many sockets; milliseconds until the last one has it. */
async function bareBroadcasts(times: number): Promise<number[]> {
  const bare = await startBareWeb();
  const sockets = Array.from({ length: COUNT }, () => io(bare.url, { transports: ['websocket'], forceNew: true }));
  try {
    await Promise.all(sockets.map((s) => new Promise<void>((done) => s.once('connect', done))));
    const message = {
      sessionId: 'x'.repeat(36),
      events: [{ seq: 1, at: 1, by: 'x'.repeat(36), fact: 'x'.repeat(80) }],
    };
    const all: number[] = [];
    for (let i = 0; i < times; i += 1) {
      const last = Promise.all(sockets.map((s) => new Promise<number>((done) => s.once('ev', () => done(nowMs())))));
      const at = nowMs();
      // the command's way to the server and its acknowledgement belong to both
      await sockets[0]?.emitWithAck('go');
      await bare.broadcast('ev', message);
      all.push(Math.max(...(await last)) - at);
      await sleep(20);
    }
    return all;
  } finally {
    for (const socket of sockets) socket.disconnect();
    await bare.stop();
  }
}

function report(bench: Bench, seen: boolean, all: Switched[], broadcast: number): void {
  const load = `${COUNT} endpoints, ${all.length} switches, target ${seen ? 'seen' : 'not seen'} before`;
  const event = median(all.map((s) => s.eventMs));
  const picture = all.map((s) => s.pictureMs);
  const detail = { all };
  const goal = { atMost: 1.3, of: 'x bare broadcast' };
  bench.report({
    load,
    metric: "chair's command to the last event",
    value: event / broadcast,
    unit: 'x',
    goal,
    detail,
  });
  bench.report({ load, metric: "chair's command to the last event", value: event, unit: 'ms', detail: { broadcast } });
  const most = { atMost: 150 };
  bench.report({
    load,
    metric: "to the last first packet of the stage's layer, median",
    value: median(picture),
    unit: 'ms',
    goal: most,
  });
  bench.report({
    load,
    metric: "to the last first packet of the stage's layer, p90",
    value: quantile(picture, 0.9),
    unit: 'ms',
  });
  const blurred = Math.max(...all.map((s) => s.blurred));
  const metric = 'screens without the sharp picture after 2 s, most';
  bench.report({ load, metric, value: blurred, goal: { exactly: 0 } });
  const asked = Math.max(...all.map((s) => s.keyFramesAsked));
  const once = { load, goal: { atMost: 1 } };
  bench.report({ ...once, metric: 'key frames asked per switch, most', value: asked });
  const made = median(all.map((s) => s.newConsumers));
  const none = seen ? { goal: { exactly: 0 } } : {};
  bench.report({ load, metric: 'new consumers per switch', value: made, ...none });
}

/** B6: another endpoint comes on stage. */
export const benchmark: Benchmark = {
  id: 'B6',
  title: 'floor switches before 87 endpoints',
  async run(bench) {
    const service = await bench.use(wholeService);
    const options = { count: COUNT, floorMode: 'discussion' as const, tiles: 9, height: 360 };
    const gathering = await Gathering.connect(service, options);
    try {
      await gathering.start();
      await gathering.untilJoined();
      await sleep(1_000);
      const shown = new Set<string>();
      for (const inflow of gathering.endpoints.at(-1)?.media?.inflows ?? []) shown.add(inflow.offer.endpointId);
      const isShown = (e: SimulatedEndpoint) => shown.has(e.seat.endpointId);
      const sides = [gathering.others.filter(isShown).slice(1), gathering.others.filter((e) => !isShown(e))];
      const results: Switched[][] = [[], []];
      bench.measuring();
      for (const [side, targets] of sides.entries())
        for (let i = 0; i < SWITCHES; i += 1) {
          const target = targets[i % targets.length];
          if (target) results[side]?.push(await switchTo(gathering, target));
        }
      const broadcast = median(await bareBroadcasts(SWITCHES));
      results.forEach((all, side) => report(bench, side === 0, all, broadcast));
    } finally {
      await gathering.close();
    }
  },
};
