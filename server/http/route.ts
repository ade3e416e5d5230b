import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Actor, DeviceActor, UserActor } from '../accounts/actor.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import type { Scope } from '../protocol/integrations.ts';

/** HTTP methods that routes use. */
export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';

/** Who may call a route: anyone, a signed-in user, a device, or a user or device. What they may do is the service's. */
export type Access = 'public' | 'user' | 'device' | 'any';

/** The actor that a handler of this access gets; null only where the route is public. */
export type ActorOf<A extends Access> = A extends 'public'
  ? Actor | null
  : A extends 'user'
    ? UserActor
    : A extends 'device'
      ? DeviceActor
      : Actor;

/** At most `points` calls in `seconds`, counted for the address or for the actor. */
export interface RouteLimit {
  points: number;
  seconds: number;
  by: 'address' | 'actor';
}

/** A body that is taken as it is. */
export interface Upload {
  type: string;
  bytes: Buffer;
}

/** What a handler gets: everything was checked by the route's schemas. */
export interface RouteContext<A = Actor | null, P = unknown, Q = unknown, B = unknown> {
  actor: A;
  params: P;
  query: Q;
  body: B;
  headers: {
    /** `Idempotency-Key`, 1 to 128 characters */
    idempotencyKey: string | null;
    /** version named by `If-Match: "3"`; null when the header is missing or is `*` */
    ifMatch: number | null;
  };
  /** the body of a route with `rawBody`, and its content type without parameters; null for all other routes */
  upload: Upload | null;
  /** the unread body of a route with `streamBody`; null for all other routes */
  stream: Readable | null;
  /** address of the caller, as the socket (or a trusted proxy) gives it */
  address: string;
  /** `User-Agent`, cut to 200 characters */
  agent: string;
  /** stands in the log lines of this request and, for errors, is the problem's `ref` */
  requestId: string;
}

/** One entry of the HTTP interface as plain data, so that features need no web framework. Make it with `defineRoute`. */
export interface Route {
  method: Method;
  /** below `/api/v1`, e.g. `/meetings/:id` */
  path: string;
  summary: string;
  access: Access;
  /** what an API token needs, where the rules of `scopes.ts` do not fit */
  scope?: Scope | 'open' | 'closed';
  limit?: RouteLimit;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  /** the body is a file of one of these content types, at most `maxBytes` long; not together with `body` */
  rawBody?: { types: readonly string[]; maxBytes: number };
  /** the body is a file of any type that the handler reads itself, at most `maxBytes` long; not together with `body` */
  streamBody?: { maxBytes: number };
  /** content types of the answer when it is no JSON, for the description */
  answerTypes?: readonly string[];
  /** checked and serialised; fields that it does not name never leave the program */
  answer?: z.ZodType;
  /** status of success; 200 with an answer and 204 without one, when left out */
  status?: number;
  /** the handler answers a whole list, in a fixed order; the edge takes `limit` and `cursor` and cuts the page out of it */
  paged?: boolean;
  /** the answer carries the version of the thing as `ETag` */
  etag?: boolean;
  /** honours `If-Match` with the version that `ETag` gave */
  ifMatch?: boolean;
  /** who honours `Idempotency-Key`, where the rule of `onceOnly.ts` does not fit */
  idempotency?: 'edge' | 'own';
  /** codes of this route beyond those that every route can answer */
  errors?: ErrorCode[];
  /** @throws AppError and Refusal, which become a problem; anything else is `internal` */
  handle(context: RouteContext): Promise<unknown>;
}

/** A route with the types of its schemas, as a feature writes it. */
export interface RouteSpec<
  A extends Access,
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  Out extends z.ZodType,
> extends Omit<Route, 'handle' | 'access' | 'params' | 'query' | 'body' | 'answer'> {
  access: A;
  params?: P;
  query?: Q;
  body?: B;
  answer?: Out;
  handle(context: RouteContext<ActorOf<A>, z.output<P>, z.output<Q>, z.output<B>>): Promise<z.input<Out> | Reply>;
}

/**
 * Declares a route; the handler's `params`, `query`, `body` and answer take the types of the schemas.
 * @returns the same object, its types folded so that routes of every shape fit into one list
 */
export function defineRoute<
  const A extends Access,
  P extends z.ZodType = z.ZodType<unknown>,
  Q extends z.ZodType = z.ZodType<unknown>,
  B extends z.ZodType = z.ZodType<unknown>,
  Out extends z.ZodType = z.ZodType<unknown, unknown>,
>(spec: RouteSpec<A, P, Q, B, Out>): Route {
  return spec as Route;
}

/** A cookie of an answer. The edge adds HttpOnly, SameSite=Lax, Path=/ and, over TLS, Secure and the `__Host-` prefix. */
export interface ReplyCookie {
  name: string;
  /** the empty text removes the cookie */
  value: string;
  /** epoch milliseconds; null: until the browser closes */
  expiresAt: number | null;
}

/** Name of the cookie that holds a sign-in's token, before the edge's prefix. */
export const SESSION_COOKIE = 'nhipcau_session';

/** What a reply may say beside its body. */
export interface ReplyOptions {
  status?: number;
  headers?: Record<string, string>;
  cookies?: ReplyCookie[];
  /** for a body that is not JSON: it is sent as it is (text, bytes or a stream) and not checked against `answer` */
  contentType?: string;
}

/** The rare answer that is more than plain JSON: another status, headers, cookies or another content type. */
export class Reply {
  readonly body: unknown;
  readonly status: number | undefined;
  readonly headers: Record<string, string>;
  readonly cookies: ReplyCookie[];
  readonly contentType: string | undefined;

  /**
   * @param body checked by the route's `answer` unless `contentType` is set; undefined: no body
   * @param options status, headers, cookies and content type
   */
  constructor(body: unknown, options: ReplyOptions = {}) {
    this.body = body;
    this.status = options.status;
    this.headers = options.headers ?? {};
    this.cookies = options.cookies ?? [];
    this.contentType = options.contentType;
  }
}

const lastingAnswers = new WeakSet<object>();

/**
 * Freezes an answer, or an item of a list, all through: it never changes, so the edge checks it and writes it down once, for
 * as long as the caller keeps it. Whoever keeps one must be sure that it is still true, and true for who asks.
 * @param answer a plain tree: no part of it is used elsewhere
 */
export function lasting<T extends object>(answer: T): T {
  freeze(answer);
  lastingAnswers.add(answer);
  return answer;
}

/** @returns whether an answer was made by `lasting` */
export function isLasting(answer: unknown): answer is object {
  return typeof answer === 'object' && answer !== null && lastingAnswers.has(answer);
}

function freeze(part: unknown): void {
  if (typeof part !== 'object' || part === null || Object.isFrozen(part)) return;
  Object.freeze(part);
  for (const inner of Object.values(part)) freeze(inner);
}
