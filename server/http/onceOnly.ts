import { createHash } from 'node:crypto';
import { actorKey } from '../accounts/actor.ts';
import type { Actor } from '../accounts/actor.ts';
import { AppError } from '../errors.ts';
import type { Route, RouteContext } from './route.ts';

/** A request that carries an `Idempotency-Key`. */
export interface KeyedCall {
  actorId: string;
  /** names the route and the client's key */
  key: string;
  /** what the client sent as `Idempotency-Key` */
  secret: string;
  /** equal for equal requests */
  hash: string;
}

/** An answer as it left. */
export interface KeptAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** Keeps the answers of requests with a key for 24 hours. */
export interface AnswerKeeper {
  /** @returns null when the call is new @throws AppError idempotency_reuse when the key came with another request */
  given(call: KeyedCall): Promise<KeptAnswer | null>;
  /** Must not throw: the work is done already. */
  keep(call: KeyedCall, answer: KeptAnswer): Promise<void>;
}

/**
 * @returns who honours `Idempotency-Key`: the edge for everything that makes something, or the feature in its own
 * transaction; null: nobody
 */
export function keyHonouredBy(
  route: Pick<Route, 'method' | 'status' | 'access' | 'idempotency'>,
): 'edge' | 'own' | null {
  if (route.idempotency) return route.idempotency;
  // who is not known has no keys of his own
  return route.method === 'post' && route.status === 201 && route.access !== 'public' ? 'edge' : null;
}

/** @returns the call by which an answer is kept; null when the caller gave no key, or the edge does not look after it */
export function keyedCall(route: Route, context: RouteContext, url: string, size: string): KeyedCall | null {
  const secret = context.headers.idempotencyKey;
  if (secret === null || context.actor === null || keyHonouredBy(route) !== 'edge') return null;
  const hash = createHash('sha256').update(`${route.method} ${url}\n${size}\n`);
  // a file that the handler reads itself is told by its name and size
  hash.update(context.upload?.bytes ?? JSON.stringify(context.body ?? null));
  return { ...namedCall(context.actor, route, secret), hash: hash.digest('hex') };
}

function namedCall(actor: Actor, route: Route, secret: string): Omit<KeyedCall, 'hash'> {
  const key = createHash('sha256').update(`${route.method} ${route.path}\n${secret}`).digest('hex');
  return { actorId: actorKey(actor), key, secret };
}

/** Carries keyed calls out once; the same call that comes meanwhile waits and gets the same answer. */
export class OnceOnly {
  readonly #keeper: AnswerKeeper;
  readonly #running = new Map<string, Promise<unknown>>();

  /** @param keeper of the answers */
  constructor(keeper: AnswerKeeper) {
    this.#keeper = keeper;
  }

  /**
   * @param work what the call does
   * @throws AppError idempotency_reuse, and what the work throws: a refusal is not kept
   */
  async run(call: KeyedCall, work: () => Promise<KeptAnswer>): Promise<KeptAnswer> {
    const name = `${call.actorId} ${call.key}`;
    const before = this.#running.get(name) ?? Promise.resolve();
    const turn = before.then(() => this.#turn(call, work));
    const settled = turn.catch(() => undefined);
    this.#running.set(name, settled);
    try {
      return await turn;
    } finally {
      if (this.#running.get(name) === settled) this.#running.delete(name);
    }
  }

  async #turn(call: KeyedCall, work: () => Promise<KeptAnswer>): Promise<KeptAnswer> {
    const given = await this.#keeper.given(call);
    if (given) return given;
    const answer = await work();
    await this.#keeper.keep(call, answer);
    return answer;
  }
}

/** @returns the refusal of a key that came with another request before */
export function keyReused(): AppError {
  return new AppError('idempotency_reuse', 'This Idempotency-Key was used for another request before.');
}
