import type { ErrorCode, Problem } from '../../server/protocol/errors.ts';

/** A command that failed, with the server's problem or one of the browser's own (`timeout`). */
export class ProblemError extends Error {
  readonly problem: Problem;

  /** @param problem what the server said, or the same shape made here */
  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.problem = problem;
  }

  /** Code of the closed error table. */
  get code(): ErrorCode {
    return this.problem.code;
  }
}

/** @returns a problem made in the browser, with the same shape as the server's */
export function localProblem(code: ErrorCode, status: number, detail: string): Problem {
  return { code, status, detail };
}

/** @returns the problem inside anything that was thrown; what is unknown becomes `internal` */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return localProblem('internal', 500, detail);
}
