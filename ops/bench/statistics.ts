/** Ratios of measurements that were taken in turns: A B A B. */
export interface Ratio {
  /** median of the ratios of the pairs */
  median: number;
  min: number;
  max: number;
  pairs: number;
}

/** A straight line through points. */
export interface Line {
  slope: number;
  intercept: number;
}

/**
 * @param share 0..1; between two values it is interpolated
 * @throws RangeError for no values
 */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('a quantile of no values');
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}

/** The middle value. @throws RangeError for no values */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * Compares measurements that were taken in turns, each with its neighbour, so that a machine that grows slower during
 * the run changes both sides of a ratio.
 * @throws RangeError when the lists are empty or of different lengths
 */
export function ratioOf(a: readonly number[], b: readonly number[]): Ratio {
  if (a.length !== b.length) throw new RangeError('pairs need as many of the one as of the other');
  const ratios = a.map((value, i) => value / (b[i] ?? Number.NaN));
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios), pairs: ratios.length };
}

/** Least squares. @throws RangeError for fewer than two points */
export function lineThrough(xs: readonly number[], ys: readonly number[]): Line {
  const n = xs.length;
  if (n < 2 || n !== ys.length) throw new RangeError('a line needs two points');
  const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / n;
  const [mx, my] = [mean(xs), mean(ys)];
  let above = 0;
  let below = 0;
  xs.forEach((x, i) => {
    above += (x - mx) * ((ys[i] ?? 0) - my);
    below += (x - mx) ** 2;
  });
  const slope = above / below;
  return { slope, intercept: my - slope * mx };
}

/**
 * How a cost grows with a size: the exponent e of cost = c * size^e, the least-squares slope of the logarithms.
 * @throws RangeError for fewer than four sizes, from which nothing can be said, or for values that are not positive
 */
export function exponentOf(sizes: readonly number[], costs: readonly number[]): number {
  if (sizes.length < 4) throw new RangeError('an exponent needs at least four sizes');
  if (![...sizes, ...costs].every((value) => value > 0)) throw new RangeError('logarithms need positive values');
  return lineThrough(sizes.map(Math.log), costs.map(Math.log)).slope;
}
