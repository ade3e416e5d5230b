import type { Problem } from '../../server/protocol/errors.ts';

/** The rehearsal cannot begin or go on; one sentence for the person who started it. */
export class CannotSimulate extends Error {}

/** The options are wrong; one sentence that names the option. */
export class WrongOptions extends Error {}

/** The service refused a call or a command. */
export class Refused extends Error {
  readonly problem: Problem;

  /** @param what was asked: a path or the name of a command */
  constructor(what: string, problem: Problem) {
    super(`${what} was refused: ${problem.code} (${problem.detail})`);
    this.problem = problem;
  }
}

/** @returns the words of whatever was thrown */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const MOST_KEPT = 50;

/** Faults of a run: each kind once, with how often it came. */
export class Faults {
  private readonly counts = new Map<string, number>();

  /** How many in all. */
  total = 0;

  /** Notes a fault. */
  add(words: string): void {
    this.total += 1;
    if (this.counts.has(words) || this.counts.size < MOST_KEPT)
      this.counts.set(words, (this.counts.get(words) ?? 0) + 1);
  }

  /** One line a kind. */
  get lines(): string[] {
    return [...this.counts].map(([words, count]) => (count > 1 ? `${words} (${count} times)` : words));
  }
}
