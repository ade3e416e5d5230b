/** The only source of time in the server, so that tests can hand in another. */
export interface Clock {
  /** epoch milliseconds */
  now(): number;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now() };
