import type { Request, Response } from 'express';
import { ZodError } from 'zod';
import { asAppError } from '../db/dbErrors.ts';
import { AppError, toProblem } from '../errors.ts';
import type { Log } from '../log.ts';
import { Refusal } from '../protocol/errors.ts';
import type { ErrorCode, Problem } from '../protocol/errors.ts';

/** What the handler of errors needs. */
export interface ErrorEdge {
  log: Log;
  /** told of every refusal, for the counter */
  onRefusal?: (code: ErrorCode) => void;
}

/** Codes of a request that the parsers below us refused, by the `type` of their error. */
const PARSER_CODES: Record<string, ErrorCode> = {
  'entity.too.large': 'payload_too_large',
  'parameters.too.many': 'payload_too_large',
  'encoding.unsupported': 'unsupported_media_type',
  'charset.unsupported': 'unsupported_media_type',
};

const PARSER_WORDS: Partial<Record<ErrorCode, string>> = {
  payload_too_large: 'The body is larger than 256 kB.',
  unsupported_media_type: 'The body must be JSON in UTF-8, not compressed (Content-Type: application/json).',
  bad_request: 'The request is malformed: neither its address nor its body could be read.',
};

/**
 * The only place where an error becomes an HTTP answer: problem details by RFC 9457.
 * @returns a function that answers a failed request; it never throws
 */
export function errorAnswerer(edge: ErrorEdge): (err: unknown, req: Request, res: Response) => void {
  return (err, req, res) => {
    const known = expected(asAppError(err));
    const ref = String(res.locals['ref'] ?? '');
    const problem = toProblem(known, ref);
    const line = { ref, code: problem.code, method: req.method, path: req.path };
    if (problem.code === 'internal') edge.log.error({ ...line, err }, 'request failed');
    else edge.log.debug({ ...line, detail: problem.detail, err: causeOf(known) }, 'request refused');
    edge.onRefusal?.(problem.code);
    if (res.headersSent) {
      res.destroy();
      return;
    }
    send(res, problem);
  };
}

function send(res: Response, problem: Problem): void {
  const wait = problem['retryAfter'];
  if (typeof wait === 'number') res.setHeader('Retry-After', String(wait));
  else if (problem.status === 429 || problem.status === 503) res.setHeader('Retry-After', '5');
  if (problem.status === 401) res.setHeader('WWW-Authenticate', 'Bearer');
  // what is left of a body that was refused unread must not be taken for the next request
  if (problem.status === 413) res.setHeader('Connection', 'close');
  res.setHeader('Cache-Control', 'no-store');
  res
    .status(problem.status)
    .type('application/problem+json')
    .end(JSON.stringify({ type: `urn:nhipcau:problem:${problem.code}`, title: titleOf(problem.code), ...problem }));
}

/** @returns the code in words, e.g. "Schedule conflict" */
function titleOf(code: ErrorCode): string {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Gives errors of the layers below their code; what stays unknown becomes `internal`. */
function expected(err: unknown): unknown {
  if (err instanceof AppError || err instanceof Refusal || !(err instanceof Error) || err instanceof ZodError)
    return err;
  const { status, type } = err as { status?: unknown; type?: unknown };
  if (typeof status !== 'number' || status < 400 || status >= 500) return err;
  const code = PARSER_CODES[String(type)] ?? 'bad_request';
  return new AppError(code, PARSER_WORDS[code] ?? code, { cause: err });
}

function causeOf(err: unknown): unknown {
  return err instanceof AppError ? err.cause : undefined;
}
