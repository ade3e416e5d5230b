import { z } from 'zod';
import { ERRORS, problem } from '../protocol/errors.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import { wireName } from './cookies.ts';
import { SESSION_COOKIE } from './route.ts';
import type { Route } from './route.ts';

type Json = Record<string, unknown>;

const PROBLEM = { $ref: '#/components/schemas/Problem' };

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
      schemas: { Problem: schemaOf(problem, 'output') },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
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
    security: SECURITY[route.access],
    parameters: parameters(route),
    ...(route.body && { requestBody: { required: true, content: json(schemaOf(route.body, 'input')) } }),
    ...(route.streamBody && { requestBody: { required: true, content: files(['application/octet-stream']) } }),
    ...(route.rawBody && { requestBody: { required: true, content: files(route.rawBody.types) } }),
    responses: {
      [success]: {
        description: 'Success',
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

/** @returns e.g. `get_meetings_id`, unique since method and path are */
function operationId(route: Route): string {
  return [route.method, ...route.path.split(/\W+/).filter(Boolean)].join('_');
}

function parameters(route: Route): Json[] {
  return [...fields(route.params, 'path'), ...fields(route.query, 'query')];
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
  if (route.params || route.query || route.body) codes.add('bad_request');
  if (route.body || route.rawBody) codes.add('payload_too_large').add('unsupported_media_type');
  if (route.access !== 'public') codes.add('not_signed_in').add('not_allowed');
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
