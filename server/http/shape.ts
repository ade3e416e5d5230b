import type { Request } from 'express';
import type { z } from 'zod';
import { AppError } from '../errors.ts';
import { keyHonouredBy } from './onceOnly.ts';
import type { Route, RouteContext } from './route.ts';

/**
 * Checks one part of a request.
 * @param part word for the message: `body`, `query`, `path`
 * @param schema undefined: the part is not looked at
 * @throws AppError bad_request, each fault with its path and what was expected there
 */
export function shaped(part: string, schema: z.ZodType | undefined, value: unknown): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({
    path: issue.path.map(String).join('.'),
    message: issue.message,
  }));
  throw new AppError('bad_request', `The ${part} of the request is not as described.`, { details: { errors } });
}

/**
 * @returns the headers that handlers may see; what the route does not honour is not looked at
 * @throws AppError bad_request for an unusable `Idempotency-Key` or `If-Match`
 */
export function headersOf(req: Request, route: Route): RouteContext['headers'] {
  return {
    idempotencyKey: keyHonouredBy(route) ? idempotencyKey(req.get('Idempotency-Key')) : null,
    ifMatch: route.ifMatch ? version(req.get('If-Match')) : null,
  };
}

function idempotencyKey(header: string | undefined): string | null {
  if (header === undefined) return null;
  if (/^[\x21-\x7e]{1,128}$/.test(header)) return header;
  throw headerFault('Idempotency-Key', 'expected 1 to 128 visible characters');
}

function version(header: string | undefined): number | null {
  if (header === undefined || header.trim() === '*') return null;
  const digits = /^(?:W\/)?"(\d{1,9})"$/.exec(header.trim())?.[1];
  if (digits !== undefined) return Number(digits);
  throw headerFault('If-Match', 'expected the version in quotation marks, as ETag gives it, e.g. "3"');
}

function headerFault(path: string, message: string): AppError {
  return new AppError('bad_request', `The header ${path} cannot be used.`, {
    details: { errors: [{ path, message }] },
  });
}
