import { setTimeout as sleep } from 'node:timers/promises';
import { CAMERA_LAYERS } from '../../server/protocol/media.ts';
import type { SimulatedEndpoint } from '../simulate/endpoint.ts';
import { Gathering } from './gathering.ts';
import type { Bench, Benchmark } from './harness.ts';
import { wholeService } from './serviceFixture.ts';
import type { WholeService } from './serviceFixture.ts';

const COUNT = 27;
const WINDOW_MS = 1_500;
const VOICES = 3;
/** a room sees nine pictures at most; the chair as many as it asks for */
const ROOM_VIEWS = [0, 1, 4, 9];
const CHAIR_VIEWS = [16, 25];
/** beside the payload: IP, UDP, RTP's header with its extensions, and what SRTP adds */
const OVERHEAD = 68;
/** of that, what the worker does not count: IP, UDP and SRTP's tag */
const UNCOUNTED = 20 + 8 + 16;

/** What the model of performance.md says of one stream, bits per second: its pace and its overhead are the senders' own. */
function modelOf(layer: number): number {
  const { bps, fps } = CAMERA_LAYERS[layer] ?? CAMERA_LAYERS[0];
  const packets = Math.ceil(bps / 8 / fps / 1_050) * fps;
  return bps + packets * OVERHEAD * 8;
}

const SOUND_BPS = 50 * (80 + OVERHEAD) * 8;

interface View {
  kbps: number;
  /** what flows to it: layers of pictures, and voices */
  layers: number[];
  voices: number;
  hidden: number;
}

async function statsOf(service: WholeService, gathering: Gathering, viewer: SimulatedEndpoint) {
  const peerId = viewer.seat.endpointId;
  const { stats } = await service.node('stats', { sessionId: gathering.sessionId, peerId });
  const out = stats.filter((s) => s.type === 'outbound-rtp');
  const { sessions } = await service.node('describe', {});
  const peer = sessions.find((s) => s.sessionId === gathering.sessionId)?.peers.find((p) => p.peerId === peerId);
  return { out, consumers: peer?.consumers ?? [] };
}

/** Bytes of one screen over a while, by the worker's own count of packets and bytes, as they are on the wire. */
async function look(service: WholeService, gathering: Gathering, viewer: SimulatedEndpoint): Promise<View> {
  const keyOf = (s: Record<string, unknown>) => `${s.endpointId} ${s.source}`;
  const before = new Map((await statsOf(service, gathering, viewer)).out.map((s) => [keyOf(s), s]));
  const began = performance.now();
  await sleep(WINDOW_MS);
  const { out, consumers } = await statsOf(service, gathering, viewer);
  const seconds = (performance.now() - began) / 1_000;
  const paused = new Set(consumers.filter((c) => c.paused).map((c) => `${c.endpointId} ${c.source}`));
  let [bits, hidden] = [0, 0];
  for (const s of out) {
    const was = before.get(keyOf(s));
    const packets = Number(s.packetCount) - Number(was?.packetCount ?? 0);
    const bytes = Number(s.byteCount) - Number(was?.byteCount ?? 0) + packets * UNCOUNTED;
    if (paused.has(keyOf(s))) hidden += bytes;
    bits += bytes * 8;
  }
  const flowing = consumers.filter((c) => !c.paused);
  return {
    kbps: bits / seconds / 1_000,
    layers: flowing.filter((c) => c.source !== 'microphone').map((c) => c.layer),
    voices: flowing.filter((c) => c.source === 'microphone').length,
    hidden,
  };
}

function report(bench: Bench, load: string, view: View): void {
  const model = (view.layers.reduce((sum, layer) => sum + modelOf(layer), 0) + view.voices * SOUND_BPS) / 1_000;
  const detail = { ...view, modelKbps: model };
  const goal = { atMost: 1.05, of: 'x the model' };
  bench.report({ load, metric: 'bits per second to the screen', value: view.kbps / model, unit: 'x', goal, detail });
  bench.report({ load, metric: 'bits per second to the screen', value: view.kbps, unit: 'kbps' });
  bench.report({ load, metric: 'bytes of hidden pictures', value: view.hidden, goal: { exactly: 0 }, counted: true });
}

async function setView(gathering: Gathering, viewer: SimulatedEndpoint, tiles: number, show: string[]): Promise<void> {
  const { sessionId } = gathering;
  const height = tiles === 0 ? 0 : 360;
  const wish = { sessionId, tiles, height, ...(show.length > 0 ? { show } : {}) };
  const ack = (await gathering.socketOf(viewer).timeout(5_000).emitWithAck('media.viewport', wish)) as {
    ok: boolean;
    error?: { code: string };
  };
  if (!ack.ok) throw new Error(`media.viewport: ${ack.error?.code}`);
  await sleep(700);
}

/** Layers that endpoints send whom nobody sees: nothing, or the lowest. */
function unseenUplink(gathering: Gathering): number[] {
  const seen = new Set<string>();
  for (const e of gathering.endpoints)
    for (const inflow of e.media?.inflows ?? [])
      if (inflow.flowingSince !== null && inflow.offer.source === 'camera') seen.add(inflow.offer.endpointId);
  return gathering.endpoints.filter((e) => !seen.has(e.seat.endpointId)).map((e) => e.media?.camera.layer ?? -1);
}

/** B9: a screen gets what it shows and no more. */
export const benchmark: Benchmark = {
  id: 'B9',
  title: 'bytes of screens with 0 to 25 pictures',
  async run(bench) {
    const service = await bench.use(wholeService);
    const options = { count: COUNT, floorMode: 'discussion' as const, tiles: 0, height: 0 };
    const gathering = await Gathering.connect(service, options);
    try {
      await gathering.start();
      await gathering.untilJoined();
      const speak = gathering.others.slice(0, VOICES);
      await Promise.all(speak.map((e) => e.command('mic.mute', { muted: false })));
      const room = gathering.endpoints.at(-1);
      if (!room) throw new Error('nobody to look at');
      bench.measuring();
      for (const tiles of ROOM_VIEWS) {
        await setView(gathering, room, tiles, []);
        report(bench, `a room with ${tiles} pictures`, await look(service, gathering, room));
      }
      const unseen = unseenUplink(gathering);
      const highest = Math.max(...unseen);
      const load = `${unseen.length} endpoints that nobody sees`;
      bench.report({
        load,
        metric: 'highest layer that they send, -1 none',
        value: highest,
        goal: { atMost: 0 },
        counted: true,
      });
      const show = gathering.others.map((e) => e.seat.endpointId).slice(0, 25);
      for (const tiles of CHAIR_VIEWS) {
        await setView(gathering, gathering.chair, tiles, show.slice(0, tiles));
        report(bench, `the chair with ${tiles} pictures asked for`, await look(service, gathering, gathering.chair));
      }
    } finally {
      await gathering.close();
    }
  },
};
