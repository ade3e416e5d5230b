const STEPS_A_MS = 2;
const MOST_MS = 10_000;

/** Counts milliseconds in steps of half a one, so that millions of values cost nothing to keep. */
export class Histogram {
  count = 0;
  max = 0;
  private readonly steps = new Uint32Array(MOST_MS * STEPS_A_MS + 1);

  /** Counts a value, milliseconds. */
  add(ms: number): void {
    const step = ms <= 0 ? 0 : ms >= MOST_MS ? MOST_MS * STEPS_A_MS : (ms * STEPS_A_MS) | 0;
    this.steps[step]! += 1;
    this.count += 1;
    if (ms > this.max) this.max = ms;
  }

  /** @returns the value below which a share of all values lies, milliseconds; 0 when there are none */
  percentile(share: number): number {
    const wanted = Math.ceil(this.count * share);
    if (wanted === 0) return 0;
    let seen = 0;
    for (let step = 0; step < this.steps.length; step += 1) {
      seen += this.steps[step]!;
      if (seen >= wanted) return Math.min((step + 1) / STEPS_A_MS, this.max);
    }
    return this.max;
  }
}

/** The usual three figures of some durations. */
export interface Spread {
  p50: number;
  p99: number;
  max: number;
}

/** @returns the figures of a list, milliseconds with one decimal; all 0 when it is empty */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: round(sorted.at(-1) ?? 0) };
}

/** @returns milliseconds with one decimal */
export function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
