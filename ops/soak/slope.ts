/** A value at a moment in hours. */
export interface Sample {
  at: number;
  value: number;
}

/** Fewer samples than this tell no slope. */
export const ENOUGH_SAMPLES = 4;

/** @returns the line of least squares through the samples: its slope an hour, and the standard error of that */
export function slopeOf(samples: readonly Sample[]): { perHour: number; error: number } {
  const n = samples.length;
  if (n < 3) return { perHour: 0, error: Infinity };
  const mean = (of: (s: Sample) => number) => samples.reduce((sum, s) => sum + of(s), 0) / n;
  const [x, y] = [mean((s) => s.at), mean((s) => s.value)];
  const spread = samples.reduce((sum, s) => sum + (s.at - x) ** 2, 0);
  if (spread === 0) return { perHour: 0, error: Infinity };
  const perHour = samples.reduce((sum, s) => sum + (s.at - x) * (s.value - y), 0) / spread;
  const off = samples.reduce((sum, s) => sum + (s.value - y - perHour * (s.at - x)) ** 2, 0);
  return { perHour, error: Math.sqrt(off / (n - 2) / spread) };
}

/**
 * Whether something grows: the line rises by more than `most` over the samples, and by more than chance explains.
 * @param most of the samples' own unit, over the whole time
 */
export function grows(samples: readonly Sample[], most: number): boolean {
  const [first, last] = [samples[0], samples.at(-1)];
  if (samples.length < ENOUGH_SAMPLES || !first || !last) return false;
  const { perHour, error } = slopeOf(samples);
  return perHour * (last.at - first.at) > most && perHour > 2 * error;
}
