import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Gathering } from './bench/gathering.ts';
import { startWholeService } from './bench/serviceFixture.ts';
import type { WholeService } from './bench/serviceFixture.ts';
import { wordsOf } from './simulate/errors.ts';
import { valuesOf } from './simulate/watch.ts';
import { collectGarbage, INSPECTABLE } from './soak/collect.ts';
import { fillHistory } from './soak/history.ts';
import { ENOUGH_SAMPLES, grows, slopeOf } from './soak/slope.ts';
import type { Sample } from './soak/slope.ts';

/**
 * `npm run soak -- --minutes 30`: a service of its own and one session after the other in it, all endpoints, with floor
 * switches, broken lines and endpoints that leave and return; tells whether anything grows.
 */

const USAGE = `npm run soak -- [--minutes 30] [--endpoints 87] [--session-minutes 3]`;
const STEP_MS = 4_000;
/** what ended must have been let go by then, milliseconds */
const SETTLE_MS = 5_000;
/**
 * What fills up and then stays (pages of the database, compiled code, room of the heap) fills up with work and not with
 * time: so many short sessions are held before the time begins to count.
 */
const WARM_SESSIONS = 5;
const WARM_MS = 40_000;

/** One process of the service, over the run. */
interface Watched {
  name: string;
  pid: number;
  memory: Sample[];
  handles: Sample[];
}

/** What an ended session left behind. */
interface Left {
  sessions: number;
  peers: number;
  consumers: number;
}

function memoryOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

class Soak {
  readonly #service: WholeService;
  readonly #endpoints: number;
  #began = performance.now();
  readonly #watched: Watched[];
  readonly #left: Left[] = [];
  readonly #errors = new Map<string, number>();
  #lagMs = 0;
  #sessions = 0;

  constructor(service: WholeService, endpoints: number) {
    this.#service = service;
    this.#endpoints = endpoints;
    const { server, sfu, workers } = service.pids();
    const of = (name: string, pid: number): Watched => ({ name, pid, memory: [], handles: [] });
    this.#watched = [
      of('control plane', server),
      of('SFU node', sfu),
      ...workers.map((pid, i) => of(`worker ${i}`, pid)),
    ];
  }

  /** Fills what fills up, then runs sessions until the time is over. */
  async run(minutes: number, sessionMinutes: number): Promise<void> {
    for (let warm = 1; warm <= WARM_SESSIONS; warm += 1) {
      await this.#session(performance.now() + Math.min(WARM_MS, sessionMinutes * 60_000));
      await this.#settle();
      process.stderr.write(`warm-up ${warm} of ${WARM_SESSIONS}: ${this.#memory()}\n`);
    }
    this.#began = performance.now();
    const end = this.#began + minutes * 60_000;
    while (performance.now() < end) {
      await this.#session(Math.min(end, performance.now() + sessionMinutes * 60_000));
      this.#sessions += 1;
      await this.#settle();
      await this.#look();
    }
  }

  /** Lets go what can be let go: garbage that waits for its collection would hide what is held. */
  async #settle(): Promise<void> {
    await sleep(SETTLE_MS);
    const { server, sfu } = this.#service.pids();
    for (const pid of [server, sfu]) await collectGarbage(pid);
    await sleep(SETTLE_MS);
  }

  #memory(): string {
    return this.#watched.map(({ name, pid }) => `${name} ${memoryOf(pid).toFixed(0)} MB`).join(', ');
  }

  /** One session, with what happens in sessions. */
  async #session(end: number): Promise<void> {
    const shape = { count: this.#endpoints, floorMode: 'broadcast' as const, tiles: 0, height: 720, chairTiles: 9 };
    const gathering = await Gathering.connect(this.#service, shape);
    try {
      await gathering.start();
      await gathering.untilJoined(60_000);
      const { chair, others } = gathering;
      await chair.command('mic.mute', { muted: false });
      for (let step = 0; performance.now() < end; step += 1) {
        const [speaker, broken, restless] = [0, 7, 13].map((by) => others[(step * 3 + by) % others.length]!);
        const { endpointId } = speaker!.seat;
        await this.#attempt(() => chair.command('floor.give', { endpointId }));
        broken!.cut();
        await this.#attempt(() => restless!.leave());
        await sleep(STEP_MS / 2);
        await this.#attempt(() => restless!.join(gathering.sessionId));
        await this.#attempt(() => chair.command('floor.release', { endpointId }));
        await sleep(STEP_MS / 2);
        await this.#lag();
      }
      for (const words of gathering.faults.lines) this.#error(words);
    } finally {
      await gathering.close();
    }
  }

  async #attempt(act: () => Promise<unknown>): Promise<void> {
    await act().catch((error: unknown) => this.#error(wordsOf(error)));
  }

  #error(words: string): void {
    this.#errors.set(words, (this.#errors.get(words) ?? 0) + 1);
  }

  async #metrics(): Promise<string> {
    return (await fetch(`${this.#service.url}/metrics`)).text();
  }

  async #lag(): Promise<void> {
    const lag = valuesOf(await this.#metrics(), 'nhipcau_event_loop_lag_seconds').get('') ?? 0;
    this.#lagMs = Math.max(this.#lagMs, lag * 1000);
  }

  /** Between two sessions: what is held now is held for good. */
  async #look(): Promise<void> {
    const hours = (performance.now() - this.#began) / 3_600_000;
    for (const one of this.#watched) {
      one.memory.push({ at: hours, value: memoryOf(one.pid) });
      one.handles.push({ at: hours, value: readdirSync(`/proc/${one.pid}/fd`).length });
    }
    const { sessions } = await this.#service.node('describe', {});
    const consumers = [...valuesOf(await this.#metrics(), 'nhipcau_sfu_consumers').values()];
    this.#left.push({
      sessions: sessions.length,
      peers: sessions.reduce((sum, one) => sum + one.peers.length, 0),
      consumers: consumers.reduce((sum, one) => sum + one, 0),
    });
    process.stderr.write(`session ${this.#sessions} after ${(hours * 60).toFixed(1)} min: ${this.#memory()}\n`);
  }

  /** Prints the result. @returns whether everything is flat */
  report(): boolean {
    const worst = this.#left.reduce((most, one) =>
      one.peers + one.consumers > most.peers + most.consumers ? one : most,
    );
    const growing: string[] = [];
    console.log(`${this.#sessions} sessions of ${this.#endpoints} endpoints`);
    for (const { name, memory, handles } of this.#watched) {
      const slope = slopeOf(memory);
      console.log(
        `${name.padEnd(14)} memory ${memory[0]?.value.toFixed(0)} -> ${memory.at(-1)?.value.toFixed(0)} MB, ` +
          `slope ${slope.perHour.toFixed(1)} +- ${slope.error.toFixed(1)} MB/h; ` +
          `open handles ${handles[0]?.value} -> ${handles.at(-1)?.value}`,
      );
      if (grows(memory, 8)) growing.push(`memory of the ${name}`);
      if (grows(handles, 3)) growing.push(`open handles of the ${name}`);
    }
    console.log(
      `left at the node after a session, at most: ${worst.sessions} sessions, ${worst.peers} peers, ${worst.consumers} consumers`,
    );
    if (worst.sessions + worst.peers + worst.consumers > 0) growing.push('media of ended sessions');
    console.log(`worst p99 of the event loop delay of the control plane: ${this.#lagMs.toFixed(0)} ms`);
    for (const [words, count] of this.#errors) console.log(`error: ${words} (${count} sessions or times)`);
    const few = this.#sessions < ENOUGH_SAMPLES ? ' (too few sessions for a slope: give more minutes)' : '';
    console.log(growing.length ? `GROWS: ${growing.join(', ')}` : `FLAT: nothing grows${few}`);
    return growing.length === 0;
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '30' },
      endpoints: { type: 'string', default: '87' },
      'session-minutes': { type: 'string', default: '3' },
    },
  });
  const [minutes, endpoints, sessionMinutes] = [values.minutes, values.endpoints, values['session-minutes']].map(
    Number,
  );
  if (!minutes || !endpoints || !sessionMinutes || endpoints < 20 || minutes < 0 || sessionMinutes < 0) {
    console.error(`${USAGE}: numbers above 0, and 20 endpoints at the least.`);
    return 2;
  }
  const service = await startWholeService(INSPECTABLE);
  try {
    await fillHistory(service);
    const soak = new Soak(service, endpoints);
    await soak.run(minutes, sessionMinutes);
    return soak.report() ? 0 : 1;
  } finally {
    await service.stop();
  }
}

// the media library keeps threads of its own that would hold the process
process.exit(
  await main().catch((error: unknown) => {
    console.error(wordsOf(error));
    return 1;
  }),
);
