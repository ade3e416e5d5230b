import { readdirSync, readFileSync } from 'node:fs';

/** CPU time of processes, from /proc: what the kernel charged, whatever the clock on the wall says. */

/** Length of the kernel's unit of CPU time; 100 a second on every Linux that Node runs on. */
const TICK_MS = 10;

/** One process, as /proc tells it. */
export interface ProcessTimes {
  pid: number;
  name: string;
  parent: number;
  /** user and system, milliseconds */
  cpuMs: number;
  /** of children that ended and were waited for, milliseconds */
  endedChildrenMs: number;
}

/** @returns what a line of /proc/<pid>/stat says; a name may hold blanks and brackets */
export function parseStat(text: string): ProcessTimes {
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ');
  const ticks = (at: number) => Number(fields[at] ?? 0) * TICK_MS;
  return {
    pid: Number.parseInt(text, 10),
    name: text.slice(text.indexOf('(') + 1, end),
    parent: Number(fields[1] ?? 0),
    cpuMs: ticks(11) + ticks(12),
    endedChildrenMs: ticks(13) + ticks(14),
  };
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null; // it ended meanwhile
  }
}

/** All processes of the machine. */
export function allProcesses(): ProcessTimes[] {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids.flatMap((pid) => {
    const text = read(`/proc/${pid}/stat`);
    return text === null ? [] : [parseStat(text)];
  });
}

/**
 * CPU that a process has used so far, milliseconds. Finer than the kernel's ticks where the scheduler keeps its books
 * in the open (schedstat, nanoseconds by thread).
 * @returns 0 when there is no such process
 */
export function cpuOf(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const spent = threads.map((tid) => read(`/proc/${pid}/task/${tid}/schedstat`));
    if (spent.length > 0 && spent.every((text) => text !== null))
      return spent.reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1e6, 0);
  } catch {
    return 0;
  }
  const text = read(`/proc/${pid}/stat`);
  return text === null ? 0 : parseStat(text).cpuMs;
}

/** CPU of several processes together, milliseconds. */
export const cpuOfAll = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + cpuOf(pid), 0);

/** @returns the process and everything below it, with the CPU of what ended below it; milliseconds */
export function familyCpu(all: readonly ProcessTimes[], root: number): { pids: Set<number>; cpuMs: number } {
  const children = Map.groupBy(all, (p) => p.parent);
  const pids = new Set<number>();
  let cpuMs = 0;
  const queue = all.filter((p) => p.pid === root);
  for (let p = queue.pop(); p; p = queue.pop()) {
    if (pids.has(p.pid)) continue;
    pids.add(p.pid);
    cpuMs += p.cpuMs + p.endedChildrenMs;
    queue.push(...(children.get(p.pid) ?? []));
  }
  return { pids, cpuMs };
}

/** Process ids of the children of `parent` whose name begins with `name` (the kernel keeps 15 letters of it). */
export function childrenOf(parent: number, name = ''): number[] {
  const start = name.slice(0, 15);
  return allProcesses()
    .filter((p) => p.parent === parent && p.name.startsWith(start))
    .map((p) => p.pid);
}

/** Bytes of memory that a process holds (resident, without what it shares by mapping files); 0 when it is gone. */
export function residentBytes(pid: number): number {
  const kb = /^RssAnon:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return Number(kb ?? 0) * 1024;
}
