import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express, { Router } from 'express';
import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { actorKey } from '../accounts/actor.ts';
import type { Actor } from '../accounts/actor.ts';
import { AppError, newRef } from '../errors.ts';
import type { Log } from '../log.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import { answerWriter, JSON_TYPE } from './answers.ts';
import type { AnswerWriter } from './answers.ts';
import { compressedJson } from './compressed.ts';
import { setCookie } from './cookies.ts';
import { errorAnswerer } from './errorHandler.ts';
import type { Identify } from './identify.ts';
import { callCounter } from './limits.ts';
import { openApi } from './openapi.ts';
import { keyedCall, OnceOnly } from './onceOnly.ts';
import type { AnswerKeeper, KeptAnswer } from './onceOnly.ts';
import { isOwnOrigin } from './origin.ts';
import { pageOf, pageQuery } from './pages.ts';
import { Reply } from './route.ts';
import type { Route, RouteContext, Upload } from './route.ts';
import { assertInScope } from './scopes.ts';
import { headersOf, shaped } from './shape.ts';
import { routeTable } from './table.ts';

/** What the HTTP interface is built from. */
export interface HttpEdge {
  routes: readonly Route[];
  identify: Identify;
  log: Log;
  /** the service is reached over TLS */
  secure: boolean;
  /** further origins whose pages may use the cookie, e.g. the public URL's */
  origins: readonly string[];
  /** keeps the answers of requests with an `Idempotency-Key`; without it, such a request is carried out each time */
  answers?: AnswerKeeper;
  /** told of every refusal, for the counter */
  onRefusal?: (code: ErrorCode) => void;
}

/** Largest body in bytes, before and after decoding alike. */
const MAX_BODY = 256 * 1024;

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Builds the router of `/api/v1` from plain routes. A call passes limit, who, shape, handle, answer, in that order;
 * `/openapi.json` describes them all, and what no route knows is answered as `not_found`.
 */
export function mountApi(edge: HttpEdge): Router {
  const router = Router({ caseSensitive: true });
  const answerError = errorAnswerer(edge);
  router.use((_req, res, next) => {
    res.locals['ref'] = newRef();
    res.setHeader('Cache-Control', 'no-store');
    next();
  });
  router.use(compressedJson(edge.secure));
  let description: string | undefined;
  router.get('/openapi.json', (_req, res) => {
    description ??= JSON.stringify(openApi(edge.routes));
    res.type('application/json').end(description);
  });
  const once = edge.answers && new OnceOnly(edge.answers);
  router.use(routeTable(edge.routes, (route) => serve(route, edge, once)));
  router.use((req: Request) => {
    throw new AppError('not_found', `There is no ${req.method} ${req.path} in this interface.`);
  });
  router.use((err: unknown, req: Request, res: Response, _next: () => void) => answerError(err, req, res));
  return router;
}

/** @returns the handler that takes a request through the steps of one route */
function serve(route: Route, edge: HttpEdge, once: OnceOnly | undefined): RequestHandler {
  const count = route.limit && callCounter(route.limit);
  const readBody = express.json({ limit: MAX_BODY, inflate: false, strict: false, type: isJson });
  const upload = route.rawBody && uploadReader(route.rawBody);
  const writer = route.answer && !route.paged ? answerWriter(route.answer) : undefined;
  return async (req, res) => {
    const address = req.ip ?? '';
    if (route.limit?.by === 'address') await count?.(address);
    if (!SAFE.has(req.method)) refuseForeign(req, edge.origins);
    const actor = permitted(route, (await edge.identify(req.headers))?.actor ?? null);
    if (route.limit?.by === 'actor') await count?.(actor ? actorKey(actor) : address);
    if (route.body) await parsedBody(readBody, req, res);
    const file = upload ? await upload(req, res) : null;
    if (route.streamBody) readyToStream(route.streamBody.maxBytes, req, res);
    const { page, query } = asked(route, req.query);
    const context: RouteContext = {
      actor,
      upload: file,
      stream: route.streamBody ? req : null,
      params: shaped('path', route.params, req.params),
      query: shaped('query', route.query, query),
      body: shaped('body', route.body, req.body),
      headers: headersOf(req, route),
      address,
      agent: (req.get('User-Agent') ?? '').slice(0, 200),
      requestId: String(res.locals['ref']),
    };
    const size = route.streamBody ? (req.get('Content-Length') ?? '') : '';
    const call = once && keyedCall(route, context, req.originalUrl, size);
    const whole = call
      ? replyOf(await once.run(call, () => finished(route, context)))
      : await handled(route, context, writer);
    const reply = page ? new Reply(pageOf(whole.body, page)) : whole;
    answer(reply, route, res, edge.secure);
  };
}

/** @returns what of the query is for the edge, and what is for the route */
function asked(route: Route, given: Request['query']): { page: z.output<typeof pageQuery> | null; query: object } {
  if (!route.paged) return { page: null, query: given };
  const { limit, cursor, ...query } = given;
  const page = shaped('query', pageQuery, {
    ...(limit !== undefined && { limit }),
    ...(cursor !== undefined && { cursor }),
  });
  return { page: page as z.output<typeof pageQuery>, query };
}

/** @throws AppError foreign_origin when a page of another origin made the browser send this */
function refuseForeign(req: Request, origins: readonly string[]): void {
  // a bearer credential is never sent by a browser on its own, so there is nothing to borrow
  if (req.headers.authorization !== undefined || isOwnOrigin(req.headers, origins)) return;
  throw new AppError('foreign_origin', 'The request comes from a page of another origin.');
}

/** @throws AppError not_signed_in, not_allowed, scope_missing when this kind of caller may not use the route at all */
function permitted(route: Route, actor: Actor | null): Actor | null {
  // what is open to everybody is no matter of a token's scopes, so it sees no token either
  if (route.access === 'public') return actor?.kind === 'user' && actor.scopes ? null : actor;
  if (!actor)
    throw new AppError(
      'not_signed_in',
      'A credential is needed; the one that was sent, if any, is unknown or has ended.',
    );
  if (route.access !== 'any' && route.access !== actor.kind) {
    throw new AppError('not_allowed', `Only a ${route.access} may do this, not a ${actor.kind}.`);
  }
  if (actor.kind === 'user') assertInScope(route, actor);
  return actor;
}

/** Reads the body after the caller was let in, so that strangers cannot make the server parse. */
async function parsedBody(read: RequestHandler, req: Request, res: Response): Promise<void> {
  const hasBody = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
  if (hasBody && !isJson(req)) {
    throw new AppError('unsupported_media_type', 'The body must be JSON (Content-Type: application/json).');
  }
  await new Promise<void>((resolve, reject) => {
    void read(req, res, (err?: unknown) => (err ? reject(err as Error) : resolve()));
  });
}

/** @returns reads a file of one of the route's types, after the caller was let in */
function uploadReader({ types, maxBytes }: NonNullable<Route['rawBody']>) {
  const read = express.raw({ limit: maxBytes, inflate: false, type: () => true });
  return async (req: Request, res: Response): Promise<Upload> => {
    const type = (req.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    if (!types.includes(type)) {
      throw new AppError('unsupported_media_type', `The body must be a file of the type ${types.join(' or ')}.`);
    }
    const declared = Number(req.headers['content-length'] ?? 0);
    const tooLarge = () => new AppError('payload_too_large', `The file is larger than ${maxBytes} bytes.`);
    if (declared > maxBytes) throw tooLarge();
    await new Promise<void>((resolve, reject) => {
      read(req, res, (err?: unknown) => {
        const large = (err as { type?: string } | undefined)?.type === 'entity.too.large';
        if (err) reject(large ? tooLarge() : (err as Error));
        else resolve();
      });
    });
    return { type, bytes: Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0) };
  };
}

/** @throws AppError payload_too_large before a byte of it is read */
function readyToStream(maxBytes: number, req: Request, res: Response): void {
  // what is left of a refused body is not waited for
  res.shouldKeepAlive = false;
  if (Number(req.headers['content-length'] ?? 0) <= maxBytes) return;
  throw new AppError('payload_too_large', `The file is larger than ${maxBytes} bytes.`);
}

function isJson(req: { headers: { 'content-type'?: string | undefined } }): boolean {
  return /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(req.headers['content-type'] ?? '');
}

/**
 * @param writer writes the answer down; left out: the body stays an object
 * @returns the answer of the handler; the schema also drops every field that the interface does not name
 */
async function handled(route: Route, context: RouteContext, writer?: AnswerWriter): Promise<Reply> {
  const result = await route.handle(context);
  const reply = result instanceof Reply ? result : new Reply(result);
  if (reply.contentType !== undefined || !route.answer) return reply;
  const { status, headers, cookies } = reply;
  const options = { ...(status !== undefined && { status }), headers, cookies };
  if (!writer || reply.body === undefined) return new Reply(route.answer.parse(reply.body), options);
  return new Reply(writer(reply.body), { ...options, contentType: JSON_TYPE });
}

/** The same for an answer that is kept: what makes something answers plain JSON. */
async function finished(route: Route, context: RouteContext): Promise<KeptAnswer> {
  const { status = route.status ?? 200, headers, body } = await handled(route, context);
  return { status, headers, body };
}

function replyOf({ status, headers, body }: KeptAnswer): Reply {
  return new Reply(body, { status, headers });
}

function answer(reply: Reply, route: Route, res: Response, secure: boolean): void {
  const { body, contentType } = reply;
  for (const cookie of reply.cookies) setCookie(res, cookie, secure);
  res.set(reply.headers);
  res.status(reply.status ?? route.status ?? (body === undefined ? 204 : 200));
  if (body === undefined) res.end();
  else if (body instanceof Readable) {
    res.type(contentType ?? '');
    // a reader that goes away, or a disk that fails half-way, ends the answer and nothing else
    pipeline(body, res).catch(() => res.destroy());
  } else {
    // as it is: `type` would look the words up each time
    if (contentType === undefined || contentType === JSON_TYPE) res.setHeader('Content-Type', JSON_TYPE);
    else res.type(contentType);
    // not `send`, which would make an ETag of its own that If-Match does not take
    res.end(contentType === undefined ? JSON.stringify(body) : body);
  }
}
