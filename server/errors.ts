import { randomFillSync } from 'node:crypto';
import { ERRORS, Refusal } from './protocol/errors.ts';
import type { ErrorCode, Problem } from './protocol/errors.ts';

/** Extra fields of a problem, e.g. `errors` (faults of the input) or `conflicts`. */
export type Details = { errors?: { path: string; message: string }[]; [extra: string]: unknown };

/** An expected failure outside of pure code; becomes a problem at one of the two edges. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: Details;
  /**
   * @param code entry of the closed table of errors
   * @param message one English sentence for integrators and the log
   * @param options.cause what lay below; logged, never sent
   * @param options.details fields that the answer carries beside code and detail
   */
  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: Details } = {}) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** The start cannot go on; the message is one sentence that names the mend. Only `main.ts` catches it. */
export class StartRefused extends Error {
  override name = 'StartRefused';
}

const REF_BYTES = 6;
/** Asked of the kernel for many references at once: each question costs more than the reference. */
const randomness = Buffer.alloc(REF_BYTES * 256);
let used = randomness.length;

/** @returns a short random reference that stands in an answer and in its log line */
export function newRef(): string {
  if (used === randomness.length) {
    randomFillSync(randomness);
    used = 0;
  }
  used += REF_BYTES;
  return randomness.toString('base64url', used - REF_BYTES, used);
}

/**
 * Turns anything thrown into what a client may see. Unknown errors become `internal` without a word of their inside.
 * @param err whatever was thrown
 * @param ref reference that also stands in the log
 */
export function toProblem(err: unknown, ref: string): Problem {
  if (err instanceof AppError) {
    return { ...err.details, status: ERRORS[err.code].status, code: err.code, detail: err.message, ref };
  }
  if (err instanceof Refusal) {
    return { status: ERRORS[err.code].status, code: err.code, detail: err.detail, ref };
  }
  return { status: 500, code: 'internal', detail: 'An unexpected error. Quote the reference to support.', ref };
}
