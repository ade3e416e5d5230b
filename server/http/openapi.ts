import { z } from 'zod';
import { ERRORS, problem } from '../protocol/errors.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import { wireName } from './cookies.ts';
import { id } from '../protocol/ids.ts';
import { SCOPES } from '../protocol/integrations.ts';
import { conflict } from '../protocol/rest.ts';
import { planFault } from '../protocol/surgery.ts';
import { keyHonouredBy } from './onceOnly.ts';
import { pageQuery } from './pages.ts';
import { SESSION_COOKIE } from './route.ts';
import type { Route } from './route.ts';
import { ruledScope, scopeOf } from './scopes.ts';

type Json = Record<string, unknown>;

const PROBLEM = { $ref: '#/components/schemas/Problem' };

const ETAG = { description: 'Version of the thing, for `If-Match`', schema: { type: 'string', examples: ['"3"'] } };
const KEY = '^[\\x21-\\x7e]+$';

/** A problem with the fields that some codes add; a client must bear with others. */
const describedProblem = problem
  .extend({
    /** seconds */
    retryAfter: z.number().int().optional(),
    conflicts: z.array(conflict).optional(),
    conflictCount: z.number().int().optional(),
    faults: z.array(planFault).optional(),
    endpointIds: z.array(id).optional(),
    scope: z.enum(SCOPES).optional(),
  })
  .loose();

const SECURITY: Record<Route['access'], Json[]> = {
  public: [],
  user: [{ bearer: [] }, { cookie: [] }],
  device: [{ bearer: [] }],
  any: [{ bearer: [] }, { cookie: [] }],
};

/**
 * Describes all routes.
 * @returns an OpenAPI 3.1 document whose schemas come from the same ones that check the requests
 */
export function openApi(routes: readonly Route[]): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Nhịp Cầu',
      version: '1',
      description:
        'Directory, meetings and sessions of a video-conference bridge. Errors are problem details (RFC 9457).',
    },
    servers: [{ url: '/api/v1' }],
    paths,
    components: {
      schemas: { Problem: schemaOf(describedProblem, 'output') },
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'The token of a sign-in, or the credential of a device.',
        },
        apiToken: {
          type: 'http',
          scheme: 'bearer',
          description: `An API token, good for what its scopes name: ${SCOPES.join(', ')}.`,
        },
        cookie: { type: 'apiKey', in: 'cookie', name: wireName(SESSION_COOKIE, false) },
      },
    },
  };
}

function operation(route: Route): Json {
  const success = String(route.status ?? (route.answer || route.answerTypes ? 200 : 204));
  return {
    operationId: operationId(route),
    summary: route.summary,
    tags: [route.path.split('/')[1] ?? ''],
    security: [...SECURITY[route.access], ...tokenSecurity(route)],
    // for whoever looks for a route that nobody has decided about: it is closed and says nothing
    ...(ruledScope(route) === 'closed' && { 'x-api-token': 'closed' }),
    parameters: parameters(route),
    ...(route.body && { requestBody: { required: true, content: json(schemaOf(route.body, 'input')) } }),
    ...(route.streamBody && { requestBody: { required: true, content: files(['application/octet-stream']) } }),
    ...(route.rawBody && { requestBody: { required: true, content: files(route.rawBody.types) } }),
    responses: {
      [success]: {
        description: 'Success',
        ...(route.etag && { headers: { ETag: ETAG } }),
        ...((route.answer ?? route.answerTypes) && {
          content: {
            ...(route.answer && json(schemaOf(route.answer, 'output'))),
            ...(route.answerTypes && files(route.answerTypes)),
          },
        }),
      },
      ...problems(route),
    },
  };
}

/** @returns how an API token may use the route, with the scope that it needs */
function tokenSecurity(route: Route): Json[] {
  const needed = scopeOf(route);
  if (route.access === 'public' || needed === 'closed') return [];
  return [{ apiToken: needed === 'open' ? [] : [needed] }];
}

/** @returns e.g. `get_meetings_id`, unique since method and path are */
function operationId(route: Route): string {
  return [route.method, ...route.path.split(/\W+/).filter(Boolean)].join('_');
}

function parameters(route: Route): Json[] {
  const page = route.paged ? pageQuery : undefined;
  return [
    ...fields(route.params, 'path'),
    ...fields(route.query, 'query'),
    ...fields(page, 'query'),
    ...headerFields(route),
  ];
}

function headerFields(route: Route): Json[] {
  const header = (name: string, description: string, schema: Json) => {
    return { name, in: 'header', required: false, description, schema: { type: 'string', ...schema } };
  };
  const key = 'The same request with the same key again, within 24 hours, gets the same answer and makes nothing.';
  const match = 'The version that `ETag` gave: the request is refused when somebody has changed the thing since.';
  return [
    ...(keyHonouredBy(route) ? [header('Idempotency-Key', key, { pattern: KEY, maxLength: 128 })] : []),
    ...(route.ifMatch ? [header('If-Match', match, { examples: ['"3"'] })] : []),
  ];
}

function fields(schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as { properties?: Json; required?: string[] };
  return Object.entries(properties).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: field,
  }));
}

/** @returns one entry a status, which lists the codes that can come with it */
function problems(route: Route): Json {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codesOf(route)) {
    const { status } = ERRORS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      String(status),
      {
        description: codes.join(', '),
        content: {
          'application/problem+json': { schema: { allOf: [PROBLEM, { properties: { code: { enum: codes } } }] } },
        },
      },
    ]),
  );
}

/** @returns the declared codes and those that follow from the shape of the route */
function codesOf(route: Route): Set<ErrorCode> {
  const codes = new Set<ErrorCode>(route.errors ?? []);
  const hasHeaders = headerFields(route).length > 0;
  if (route.params || route.query || route.body || route.paged || hasHeaders) codes.add('bad_request');
  if (keyHonouredBy(route)) codes.add('idempotency_reuse');
  if (route.ifMatch) codes.add('version_conflict');
  if (route.body || route.rawBody) codes.add('payload_too_large').add('unsupported_media_type');
  if (route.access !== 'public') codes.add('not_signed_in').add('not_allowed');
  if (tokenSecurity(route).some(({ apiToken }) => (apiToken as string[]).length > 0)) codes.add('scope_missing');
  if (route.method !== 'get') codes.add('foreign_origin');
  if (route.limit) codes.add('too_many_requests');
  return codes.add('database_unavailable').add('internal');
}

function json(schema: Json): Json {
  return { 'application/json': { schema } };
}

function files(types: readonly string[]): Json {
  return Object.fromEntries(types.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
  return rest;
}
