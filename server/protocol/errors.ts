import { z } from 'zod';
import { ERRORS } from './refusal.ts';
import type { ErrorCode } from './refusal.ts';

export { ERRORS } from './refusal.ts';
export type { ErrorCode, Fate } from './refusal.ts';

/** All error codes, for schemas and for the tables of words in the browser. */
export const ERROR_CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

/** One fault of an input: where it is and what was expected there. */
export const fault = z.object({ path: z.string(), message: z.string() });

/** Shape of every error that leaves the program, over HTTP (RFC 9457) and over the socket alike. */
export const problem = z.object({
  type: z.string().optional(),
  title: z.string().optional(),
  status: z.number().int(),
  code: z.enum(ERROR_CODES),
  detail: z.string(),
  ref: z.string().optional(),
  errors: z.array(fault).optional(),
});

/** An error as a client sees it; some codes add fields of their own (`conflicts`, `holder`). */
export type Problem = z.infer<typeof problem> & { [extra: string]: unknown };

/** Acknowledgement of a socket command: the output's fields, or the problem. */
export type Ack<T> = ({ ok: true } & T) | { ok: false; error: Problem };

export { Refusal } from './refusal.ts';
