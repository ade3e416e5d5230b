import { BusyWatch, MOST_OTHERS } from './busy.ts';
import { figure, verdictOf } from './results.ts';
import type { Goal, Result } from './results.ts';
import { median, ratioOf } from './statistics.ts';
import type { Ratio } from './statistics.ts';

/** Less than this of the packets arrived: what they cost is no result. */
const LEAST_DELIVERED = 0.98;

/** One benchmark of the suite. */
export interface Benchmark {
  /** as in the table: `B1` */
  id: string;
  title: string;
  run(bench: Bench): Promise<void>;
}

/** What a benchmark writes down; the harness adds its id and the verdict. */
export interface Finding {
  /** of the benchmark that it belongs to, when that is measured together with another */
  id?: string;
  load: string;
  metric: string;
  /** null: it could not be measured here; `note` says why */
  value: number | null;
  unit?: string;
  goal?: Goal;
  ratio?: Ratio;
  detail?: Record<string, unknown>;
  note?: string;
  /** a count or a size, which a busy machine does not change */
  counted?: boolean;
}

/** Measurements of two sides, taken in turns. */
export interface Pairs {
  a: number[];
  b: number[];
  ratio: Ratio;
  medianA: number;
  medianB: number;
}

/** How two sides are compared. */
export interface PairOptions {
  pairs?: number;
  /** rounds of both that are not counted */
  warmUps?: number;
  /** no further pair begins after this, as long as three are there; milliseconds */
  withinMs?: number;
  a(): Promise<number>;
  b(): Promise<number>;
}

/** Something that several benchmarks use and that is costly to start: a service, a node. */
export interface Fixture<T> {
  name: string;
  start(bench: Bench): Promise<T>;
  stop(started: T): Promise<void>;
}

/** What a benchmark has in hand while it runs. */
export class Bench {
  /** longer runs: sizes up to a million, a hundred sessions */
  readonly full: boolean;
  readonly results: Result[] = [];
  readonly #say: (text: string) => void;
  readonly #watch = new BusyWatch();
  readonly #fixtures = new Map<Fixture<unknown>, Promise<unknown>>();
  #id = '';
  #measuredFrom = 0;
  #spoilt = '';

  constructor(options: { full: boolean; say: (text: string) => void }) {
    this.full = options.full;
    this.#say = options.say;
  }

  /** A line of progress. */
  say(text: string): void {
    this.#say(`${this.#id}: ${text}`);
  }

  /** Runs one benchmark; what it throws becomes a result, so that the others still run. */
  async run(benchmark: Benchmark): Promise<void> {
    this.#id = benchmark.id;
    this.measuring();
    const began = performance.now();
    this.say(benchmark.title);
    try {
      await Promise.race([benchmark.run(this), this.#uncaught()]);
    } catch (error) {
      const note = error instanceof Error ? error.message : String(error);
      this.say(`failed: ${error instanceof Error ? error.stack : note}`);
      this.report({ load: '', metric: 'could not be measured', value: null, note });
      const last = this.results.at(-1);
      if (last) last.verdict = 'FAILED';
    }
    this.say(`${((performance.now() - began) / 1000).toFixed(1)} s`);
  }

  /** Packets that were lost cost less than those that were forwarded: results from here on are invalid then. */
  needsAll(delivered: number): void {
    if (delivered < LEAST_DELIVERED)
      this.#spoilt = `the machine was too busy to carry the packets: ${figure(100 * delivered)} % arrived`;
  }

  /** What nobody caught ends the benchmark and not the suite. */
  #uncaught(): Promise<never> {
    process.removeAllListeners('uncaughtException');
    return new Promise((_, failed) => process.once('uncaughtException', failed));
  }

  /** From here on it is measured: what others did before does not matter. */
  measuring(): void {
    this.#spoilt = '';
    this.#measuredFrom = performance.now();
  }

  /** Writes a result down. Timed results of a busy machine are invalid. */
  report(finding: Finding): void {
    const { counted = false, unit = '', goal = null, value, ...rest } = finding;
    const others = this.#watch.since(this.#measuredFrom);
    const words = `machine busy: others used ${figure(others.cores)} cores, most of it ${others.most}`;
    const spoilt = [others.cores > MOST_OTHERS ? words : '', this.#spoilt].filter(Boolean).join('; ');
    const disturbed = !counted && spoilt !== '';
    const verdict = verdictOf(value, goal, disturbed);
    const note = [disturbed && value !== null ? spoilt : '', finding.note].filter(Boolean).join('; ');
    const result: Result = { id: this.#id, ...rest, value, unit, goal, verdict, ...(note ? { note } : {}) };
    result.detail = { ...finding.detail, otherCores: Number(others.cores.toFixed(3)) };
    this.results.push(result);
  }

  /** Measures two sides in turns, A B A B, after a warm-up; the values are what `a` and `b` return. */
  async pairs({ pairs = 5, warmUps = 1, withinMs = Infinity, a, b }: PairOptions): Promise<Pairs> {
    for (let i = 0; i < warmUps; i += 1) {
      await a();
      await b();
    }
    this.measuring();
    const began = performance.now();
    const sides: { a: number[]; b: number[] } = { a: [], b: [] };
    for (let i = 0; i < pairs && (i < 3 || performance.now() - began < withinMs); i += 1) {
      sides.a.push(await a());
      sides.b.push(await b());
    }
    const ratio = ratioOf(sides.a, sides.b);
    return { ...sides, ratio, medianA: median(sides.a), medianB: median(sides.b) };
  }

  /** @returns the fixture, started when it is first asked for; it is stopped at the end of the suite */
  use<T>(fixture: Fixture<T>): Promise<T> {
    const known = this.#fixtures.get(fixture as Fixture<unknown>);
    if (known) return known as Promise<T>;
    const started = fixture.start(this);
    this.#fixtures.set(fixture as Fixture<unknown>, started);
    // one that does not start is tried again by the next who needs it
    started.catch(() => this.#fixtures.delete(fixture as Fixture<unknown>));
    return started;
  }

  /** Ends a fixture before the end of the suite, e.g. because it uses the machine. */
  async drop<T>(fixture: Fixture<T>): Promise<void> {
    const started = this.#fixtures.get(fixture as Fixture<unknown>) as Promise<T> | undefined;
    if (!started) return;
    this.#fixtures.delete(fixture as Fixture<unknown>);
    await fixture.stop(await started);
  }

  /** Ends all fixtures, the last one first. */
  async close(): Promise<void> {
    this.#watch.stop();
    for (const fixture of [...this.#fixtures.keys()].reverse())
      await this.drop(fixture).catch((error: unknown) => this.#say(`${fixture.name} did not stop: ${String(error)}`));
  }
}
