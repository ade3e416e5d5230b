import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import type { z } from 'zod';
import { asAppError } from '../db/dbErrors.ts';
import { AppError, newRef, toProblem } from '../errors.ts';
import type { Log } from '../log.ts';
import { ERRORS, Refusal } from '../protocol/errors.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import type { Connection } from './connection.ts';

/** One command of the socket: its shape and what it does. The answer's fields go into the acknowledgement. */
export interface Handler {
  schema: z.ZodType;
  handle(connection: Connection, input: unknown): Promise<object>;
}

/** What the wrapper needs. */
export interface DispatchDeps {
  handlers: ReadonlyMap<string, Handler>;
  limiter: RateLimiterAbstract;
  log: Log;
  observe(name: string, seconds: number): void;
  refused(code: ErrorCode): void;
}

/** After this many broken messages the socket is cut. */
const MAX_FAULTS = 20;
/** What a broken or hostile client does; a refused wish of an honest one does not count. */
const FAULTS: ReadonlySet<ErrorCode> = new Set(['bad_request', 'unknown_command', 'too_many_requests', 'not_offered']);

/**
 * Binds every event of a socket to the one wrapper: limit, shape, handler, acknowledgement. The only place of the
 * socket where an error becomes an answer; nothing that a client sends can leave it as an exception.
 */
export function bindDispatch(connection: Connection, deps: DispatchDeps): void {
  connection.socket.onAny((name: unknown, ...args: unknown[]) => {
    void dispatch(connection, deps, String(name), args);
  });
  // a client may send an event of this name with anything in it; without a listener it would end the process
  connection.socket.on('error', (err: unknown) =>
    deps.log.debug({ err: err instanceof Error ? err.message : 'sent by the client' }, 'socket error'),
  );
}

async function dispatch(connection: Connection, deps: DispatchDeps, name: string, args: unknown[]): Promise<void> {
  const last = args.at(-1);
  const ack = typeof last === 'function' ? (last as (answer: unknown) => void) : null;
  const input: unknown = ack && args.length === 1 ? {} : args[0];
  try {
    const answer = await answerOf(connection, deps, name, input, ack !== null);
    ack?.({ ok: true, ...answer });
  } catch (err) {
    refuse(connection, deps, name, err, ack);
  }
}

async function answerOf(
  connection: Connection,
  deps: DispatchDeps,
  name: string,
  input: unknown,
  acknowledged: boolean,
): Promise<object> {
  await deps.limiter.consume(connection.id).catch(() => {
    throw new AppError('too_many_requests', 'Too many messages: at most 20 a second.');
  });
  const handler = deps.handlers.get(name);
  if (!handler) throw new AppError('unknown_command', 'There is no such command.');
  if (!acknowledged) throw new AppError('bad_request', 'A command needs an acknowledgement function.');
  const parsed = handler.schema.safeParse(input ?? {});
  if (!parsed.success) throw badInput(parsed.error);
  const began = performance.now();
  try {
    return await handler.handle(connection, parsed.data);
  } finally {
    deps.observe(name, (performance.now() - began) / 1000);
  }
}

/** @returns the refusal of an input, with path and expectation of each fault */
export function badInput(error: z.ZodError): AppError {
  const errors = error.issues.slice(0, 10).map((i) => ({ path: i.path.join('.'), message: i.message }));
  const first = errors[0];
  return new AppError('bad_request', `${first?.path || 'input'}: ${first?.message ?? 'not as expected'}.`, {
    details: { errors },
  });
}

function refuse(
  connection: Connection,
  deps: DispatchDeps,
  name: string,
  thrown: unknown,
  ack: ((answer: unknown) => void) | null,
): void {
  const ref = newRef();
  const command = name.slice(0, 60);
  const err = asAppError(thrown);
  const error = toProblem(err, ref);
  const known = err instanceof AppError || err instanceof Refusal;
  if (known) deps.log.debug({ ref, command, code: error.code }, error.detail);
  else deps.log.error({ ref, command, err }, 'unexpected error in a command');
  deps.refused(error.code);
  ack?.({ ok: false, error });
  if (FAULTS.has(error.code)) connection.faults += 1;
  if (ERRORS[error.code].fate === 'disconnect' || connection.faults >= MAX_FAULTS) {
    connection.socket.emit('connection.refused', {
      error: toProblem(new AppError('too_many_errors', 'Too many broken messages.'), ref),
    });
    connection.socket.disconnect(true);
  }
}
