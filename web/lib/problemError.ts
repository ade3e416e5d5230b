import type { ClientErrorCode } from '../i18n/errors.ts';

/** A problem on its way to a screen: the server's, or the browser's own that the server was not reached. */
export interface ScreenProblem {
  code: ClientErrorCode;
  status: number;
  detail: string;
  ref?: string | undefined;
  [extra: string]: unknown;
}

/** A command that failed, with the server's problem or one of the browser's own. */
export class ProblemError extends Error {
  readonly problem: ScreenProblem;

  /** @param problem what the server said, or the same shape made here */
  constructor(problem: ScreenProblem) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** @returns a problem made in the browser, with the same shape as the server's */
export function localProblem(code: ClientErrorCode, status: number, detail: string): ScreenProblem {
  return { code, status, detail };
}

/** @returns the problem inside anything that was thrown; what is unknown becomes `internal` */
export function problemOf(error: unknown): ScreenProblem {
  if (error !== null && typeof error === 'object' && 'problem' in error) return error.problem as ScreenProblem;
  const detail = error instanceof Error ? error.message : String(error);
  return localProblem('internal', 500, detail);
}
