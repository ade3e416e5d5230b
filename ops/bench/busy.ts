import { allProcesses, familyCpu } from './processCpu.ts';
import type { ProcessTimes } from './processCpu.ts';
import { readFileSync } from 'node:fs';

/** Share of one core that programs of others may use before a result is worth nothing. */
export const MOST_OTHERS = 0.15;

const EVERY_MS = 1_000;
const TICK_MS = 10;

/** The machine at one moment. */
export interface Sample {
  at: number;
  /** user and system time of the whole machine, milliseconds */
  machineMs: number;
  ownMs: number;
  others: Map<number, { name: string; cpuMs: number }>;
}

/** What others did with the machine during a stretch of time. */
export interface Others {
  /** cores that they used on average */
  cores: number;
  /** who used most */
  most: string;
}

/** User, nice and system time of all cores out of /proc/stat, milliseconds; interrupts belong to nobody. */
export function machineCpu(stat: string): number {
  const [, user = '0', nice = '0', system = '0'] = /^cpu\s+(\d+) (\d+) (\d+)/m.exec(stat) ?? [];
  return (Number(user) + Number(nice) + Number(system)) * TICK_MS;
}

function takeSample(): Sample {
  const all = allProcesses();
  const own = familyCpu(all, process.pid);
  const others = new Map(all.filter((p) => !own.pids.has(p.pid)).map((p: ProcessTimes) => [p.pid, p]));
  return {
    at: performance.now(),
    machineMs: machineCpu(readFileSync('/proc/stat', 'utf8')),
    ownMs: own.cpuMs,
    others,
  };
}

/** What others used between two moments: what the machine did, less what the suite and its children did. */
export function othersBetween(first: Sample, last: Sample): Others {
  const ms = last.machineMs - first.machineMs - (last.ownMs - first.ownMs);
  let most = { name: '', cpuMs: 0 };
  for (const [pid, { name, cpuMs }] of last.others) {
    const used = cpuMs - (first.others.get(pid)?.cpuMs ?? 0);
    if (used > most.cpuMs) most = { name, cpuMs: used };
  }
  return { cores: Math.max(0, ms / (last.at - first.at)), most: most.name };
}

/** Watches what other programs use of the machine while something is measured. */
export class BusyWatch {
  readonly #samples: Sample[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#samples.push(takeSample());
    this.#timer = setInterval(() => this.#samples.push(takeSample()), EVERY_MS);
    this.#timer.unref();
  }

  /** What others used since `from` (performance.now()), or since the sample before it. */
  since(from: number): Others {
    this.#samples.push(takeSample());
    const last = this.#samples.at(-1);
    const first = this.#samples.findLast((s) => s.at <= from) ?? this.#samples[0];
    if (!first || !last || last.at - first.at < TICK_MS) return { cores: 0, most: '' };
    return othersBetween(first, last);
  }

  /** Watches no more. */
  stop(): void {
    clearInterval(this.#timer);
  }
}
