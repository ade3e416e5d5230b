import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';

/** The machine that results belong to. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGb: number;
  kernel: string;
  node: string;
  worker: string;
  load: number;
}

/** @param worker the mediasoup worker that was measured */
export function thisMachine(worker: string): Machine {
  return {
    cpu: cpus()[0]?.model.replace(/\s+/g, ' ').trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Number((totalmem() / 2 ** 30).toFixed(1)),
    kernel: release(),
    node: process.version,
    worker,
    load: Number((loadavg()[0] ?? 0).toFixed(2)),
  };
}

/** One line that every result carries. */
export function machineLine(m: Machine): string {
  return `${m.cpu}, ${m.cores} cores, ${m.memoryGb} GB, Linux ${m.kernel}, Node ${m.node}, mediasoup worker ${m.worker}, load ${m.load}`;
}

/** @returns the version of mediasoup that is installed */
export function mediasoupVersion(root: string): string {
  const text = readFileSync(`${root}/node_modules/mediasoup/package.json`, 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
