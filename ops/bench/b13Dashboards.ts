import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { nowMs } from '../simulate/rtp.ts';
import { endProgram, forkHere } from './children.ts';
import type { Bench, Benchmark } from './harness.ts';
import { quantile } from './statistics.ts';

/** dashboards, endpoints, share of them that changes in a second; of less than these the ratio is noise */
const LOADS: [number, number, number][] = [
  [20, 87, 1],
  [20, 870, 0.1],
  [20, 870, 1],
  [5, 870, 1],
];
const WINDOW_MS = 700;
const PAIRS = 3;

interface Told {
  cpuMs: number;
  changes: number;
}

/** Dashboards of one process, and how old each change was when it arrived. */
class Dashboards {
  readonly sockets: Socket[] = [];
  ages: number[] = [];
  bytes = 0;
  readonly #child = forkHere('publishProcess.ts');
  #url = '';

  async open(): Promise<void> {
    const [{ port }] = (await once(this.#child, 'message')) as [{ port: number }];
    this.#url = `http://127.0.0.1:${port}`;
  }

  async connect(count: number): Promise<void> {
    for (const socket of this.sockets.splice(count)) socket.disconnect();
    while (this.sockets.length < count) {
      const socket = io(this.#url, { transports: ['websocket'], forceNew: true });
      await new Promise<void>((done) => socket.once('connect', done));
      socket.on('directory.online', ({ online, offline }: { online: string[]; offline: string[] }) => {
        const now = nowMs();
        for (const id of [...online, ...offline]) this.ages.push(now - Number(id.split('@')[1]));
        if (socket === this.sockets[0]) this.bytes += JSON.stringify({ online, offline }).length;
      });
      this.sockets.push(socket);
    }
  }

  /** CPU of the process, milliseconds. */
  async run(endpoints: number, share: number, bare: boolean): Promise<Told> {
    this.#child.send({ endpoints, rate: endpoints * share, ms: WINDOW_MS, bare });
    const [told] = (await once(this.#child, 'message')) as [Told];
    await sleep(210); // the last window is still on its way
    return told;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.disconnect();
    await endProgram(this.#child, 500);
  }
}

async function measure(bench: Bench, all: Dashboards, count: number, endpoints: number, share: number): Promise<void> {
  await all.connect(count);
  all.ages = [];
  all.bytes = 0;
  let changes = 0;
  const ages: number[] = [];
  const { ratio, medianA, medianB } = await bench.pairs({
    pairs: PAIRS,
    warmUps: 0,
    a: async () => {
      all.ages = [];
      const told = await all.run(endpoints, share, false);
      changes += told.changes;
      ages.push(...all.ages);
      return told.cpuMs;
    },
    b: async () => (await all.run(endpoints, share, true)).cpuMs,
  });
  const load = `${count} dashboards, ${endpoints} endpoints, ${share * 100} % change a second`;
  const detail = { cpuMs: medianA, bareCpuMs: medianB, windowMs: WINDOW_MS, changes };
  const goal = { atMost: 1.3, of: 'x one bare emit a tick' };
  bench.report({ load, metric: 'CPU', value: ratio.median, unit: 'x', goal, ratio, detail });
  if (ages.length === 0) return;
  const fresh = quantile(ages, 0.99);
  bench.report({ load, metric: 'age of a change on screen, p99', value: fresh, unit: 'ms', goal: { atMost: 500 } });
}

/** While nothing changes nothing is sent. */
async function quiet(bench: Bench, all: Dashboards): Promise<void> {
  await all.connect(20);
  all.ages = [];
  await all.run(870, 0, false);
  const load = '20 dashboards, 870 endpoints, nothing changes';
  bench.report({ load, metric: 'changes told', value: all.ages.length, goal: { exactly: 0 }, counted: true });
}

/** B13: people watch who is connected. */
export const benchmark: Benchmark = {
  id: 'B13',
  title: 'dashboards that follow who is connected',
  async run(bench) {
    const all = new Dashboards();
    try {
      await all.open();
      await all.connect(20);
      await all.run(870, 1, false);
      for (const load of LOADS) await measure(bench, all, ...load);
      await quiet(bench, all);
    } finally {
      await all.stop();
    }
  },
};
