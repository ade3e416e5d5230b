const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Pauses after the first, second, ... failed attempt, milliseconds; together a little over three days. */
const PAUSES_MS = [
  5_000,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

/** A webhook of which every delivery failed for so long is switched off, milliseconds. */
const GIVE_UP_MS = 5 * 24 * HOUR_MS;

/** @returns milliseconds until the next attempt after so many failed ones; null: it is given up */
export function pauseAfter(attempts: number): number | null {
  return PAUSES_MS[attempts - 1] ?? null;
}

/** @param failingSince epoch milliseconds @returns whether a webhook that fails again is to be switched off */
export function failsTooLong(failingSince: number, now: number): boolean {
  return now - failingSince >= GIVE_UP_MS;
}
