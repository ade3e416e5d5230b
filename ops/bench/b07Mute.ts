import { setTimeout as sleep } from 'node:timers/promises';
import type { Inflow } from '../simulate/inflow.ts';
import { nowMs } from '../simulate/rtp.ts';
import { Gathering } from './gathering.ts';
import type { Benchmark } from './harness.ts';
import { wholeService } from './serviceFixture.ts';
import { startBare } from './sfuUnderTest.ts';
import { until } from './waiting.ts';

const COUNT = 87;
const AFTER_MS = 250;
/** a packet that the SFU had sent may still be on its way through sockets and threads of this machine */
const ON_THE_WAY_MS = 5;

interface Muted {
  /** from the command to the last packet of sound that arrived anywhere, milliseconds; 0: none came any more */
  lastMs: number;
  ackMs: number;
  /** packets of sound that arrived later than what was on its way at the acknowledgement */
  afterAck: number;
  /** packets of sound in the 100 ms before */
  heard: number;
}

/** What everybody hears of everybody but the chair, who goes on speaking. */
function soundOf({ endpoints, chair }: Gathering): Inflow[] {
  const muted = (one: Inflow) => one.offer.source === 'microphone' && one.offer.endpointId !== chair.seat.endpointId;
  return endpoints.flatMap((e) => [...(e.media?.inflows ?? [])].filter(muted));
}

async function openAll(gathering: Gathering): Promise<void> {
  const { chair, endpoints } = gathering;
  await chair.command('mic.allow', { allowed: true }).catch(() => undefined);
  await Promise.all(endpoints.map((e) => e.command('mic.mute', { muted: false })));
  await until(
    'all microphones to open',
    () => Object.values(gathering.view.snapshot?.participants ?? {}).filter((p) => p.micOpen).length >= COUNT,
    5_000,
  );
  await sleep(400);
}

/**
 * The endpoints keep on sending, as a hostile or broken one would: what stops the sound is the SFU alone.
 */
async function muteAll(gathering: Gathering): Promise<Muted> {
  const inflows = soundOf(gathering);
  const heardBefore = inflows.reduce((sum, one) => sum + one.packets, 0);
  await sleep(100);
  const heard = inflows.reduce((sum, one) => sum + one.packets, 0) - heardBefore;
  if (heard === 0) throw new Error('nobody was heard before the mute: there is nothing to measure');
  const obeys = gathering.endpoints.map((e) => e.obey.bind(e));
  for (const e of gathering.endpoints) e.obey = () => undefined;
  const packets = () => inflows.reduce((sum, one) => sum + one.packets, 0);
  const startedAt = nowMs();
  let [last, seen] = [startedAt, packets()];
  const timer = setInterval(() => {
    const now = packets();
    if (now > seen) last = nowMs();
    seen = now;
  }, 1);
  await gathering.chair.command('mic.muteAll', { selfUnmute: true });
  const ackAt = nowMs();
  await sleep(ON_THE_WAY_MS);
  const atAck = packets();
  await sleep(AFTER_MS);
  clearInterval(timer);
  const after = packets() - atAck;
  gathering.endpoints.forEach((e, i) => (e.obey = obeys[i] ?? e.obey));
  for (const e of gathering.endpoints) e.obey();
  return { lastMs: last - startedAt, ackMs: ackAt - startedAt, afterAck: after, heard };
}

/** B7: the chair silences everybody. */
export const benchmark: Benchmark = {
  id: 'B7',
  title: 'mute all with 87 microphones open',
  async run(bench) {
    const service = await bench.use(wholeService);
    const bare = await startBare();
    const options = { count: COUNT, floorMode: 'discussion' as const, tiles: 0, height: 0 };
    const gathering = await Gathering.connect(service, options);
    try {
      await gathering.start();
      await gathering.untilJoined();
      await bare.special('build', { size: { count: COUNT, pictures: 0, voices: 3 } });
      const muted: Muted[] = [];
      const { ratio, medianA, medianB } = await bench.pairs({
        a: async () => {
          await openAll(gathering);
          muted.push(await muteAll(gathering));
          return Math.max(0.1, muted.at(-1)?.lastMs ?? 0);
        },
        b: async () => (await bare.special<{ ms: number }>('muteAll')).ms,
      });
      const load = `${COUNT} microphones open, nobody obeys`;
      const most = { atMost: 1.5 * medianB + 10, of: 'ms: 1.5 x bare + 10' };
      const detail = { bareMilliseconds: medianB, muted };
      const metric = 'command to the last packet of sound';
      bench.report({ load, metric, value: medianA, unit: 'ms', goal: most, ratio, detail });
      const after = Math.max(...muted.slice(1).map((m) => m.afterAck));
      const none = { goal: { exactly: 0 } };
      bench.report({ load, metric: 'packets of sound after the acknowledgement, most', value: after, ...none });
    } finally {
      await gathering.close();
      await bare.stop();
    }
  },
};
