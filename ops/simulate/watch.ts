import { cpus } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Service } from './service.ts';

/** What the service says of itself, the worst of a run. */
export interface Load {
  /** most CPU of one worker, and of all together, cores */
  workerCpu: number;
  workersCpu: number;
  /** mean CPU of the control plane over the run, cores; null: not told */
  controlCpu: number | null;
  /** worst p99 of the control plane's event loop delay, milliseconds */
  controlLagMs: number;
  consumers: number;
  /** mean CPU of this process, cores, and its own worst delays, milliseconds */
  ownCpu: number;
  ownLagMs: { p99: number; max: number };
  /** how much of this machine's cores was in use by anybody, 0 to 1 */
  machineBusy: number;
}

const EVERY_MS = 2_000;

/** @returns the values of a metric in the text format, by the text of its labels */
export function valuesOf(text: string, name: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    const found = /^(\w+)(?:\{(.*)\})? (\S+)/.exec(line);
    if (found?.[1] === name) values.set(found[2] ?? '', Number(found[3]));
  }
  return values;
}

function coreTimes(): { idle: number; all: number } {
  const times = cpus().map((core) => core.times);
  const all = times.flatMap((t) => Object.values(t)).reduce((total, one) => total + one, 0);
  return { idle: times.reduce((total, t) => total + t.idle, 0), all };
}

const sum = (values: Map<string, number>): number => [...values.values()].reduce((all, one) => all + one, 0);

/** Watches the service by its metrics, and this process, while a run goes on. */
export class Watch {
  private readonly service: Service;
  private readonly lag = monitorEventLoopDelay({ resolution: 10 });
  private readonly began = { cpu: process.cpuUsage(), at: performance.now() };
  private readonly worst = { workerCpu: 0, workersCpu: 0, controlLagMs: 0, consumers: 0 };
  private control: { first: number; last: number; from: number; to: number } | null = null;
  private readonly coresBefore = coreTimes();
  private before = { one: 0, all: 0 };
  private timer: NodeJS.Timeout | null = null;

  /** Begins to watch. */
  constructor(service: Service) {
    this.service = service;
    this.lag.enable();
    this.timer = setInterval(() => void this.look(), EVERY_MS);
    void this.look();
  }

  /** Measures the delays of this process anew: building everything at once is over. */
  forgetLag(): void {
    this.lag.reset();
  }

  /** Stops. @returns what was seen */
  stop(): Load {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    this.lag.disable();
    const seconds = (performance.now() - this.began.at) / 1000;
    const { user, system } = process.cpuUsage(this.began.cpu);
    const { control } = this;
    const span = control && control.to > control.from ? (control.to - control.from) / 1000 : 0;
    const ms = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - 10);
    return {
      ...this.worst,
      controlCpu: control && span > 0 ? (control.last - control.first) / span : null,
      ownCpu: (user + system) / 1e6 / seconds,
      ownLagMs: { p99: ms(this.lag.percentile(99)), max: ms(this.lag.max) },
      machineBusy: this.busy(),
    };
  }

  /** CPU of the busiest worker as last seen, cores. */
  workerCpuNow = 0;

  private busy(): number {
    const now = coreTimes();
    const all = now.all - this.coresBefore.all;
    return all > 0 ? 1 - (now.idle - this.coresBefore.idle) / all : 0;
  }

  private async look(): Promise<void> {
    const text = await this.service.metrics();
    if (text === null || this.timer === null) return;
    const { worst } = this;
    const workers = valuesOf(text, 'nhipcau_sfu_worker_cpu_ratio');
    const now = { one: Math.max(0, ...workers.values()), all: sum(workers) };
    // two samples in a row: a single one taken late may say anything
    worst.workerCpu = Math.max(worst.workerCpu, Math.min(now.one, this.before.one));
    worst.workersCpu = Math.max(worst.workersCpu, Math.min(now.all, this.before.all));
    this.before = now;
    this.workerCpuNow = now.one;
    worst.consumers = Math.max(worst.consumers, sum(valuesOf(text, 'nhipcau_sfu_consumers')));
    const lag = valuesOf(text, 'nhipcau_event_loop_lag_seconds').get('') ?? 0;
    worst.controlLagMs = Math.max(worst.controlLagMs, lag * 1000);
    const cpu = valuesOf(text, 'nhipcau_process_cpu_seconds_total').get('');
    if (cpu === undefined) return;
    const at = performance.now();
    this.control ??= { first: cpu, last: cpu, from: at, to: at };
    this.control.last = cpu;
    this.control.to = at;
  }
}
