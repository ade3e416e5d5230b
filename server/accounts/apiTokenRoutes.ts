import { z } from 'zod';
import { defineRoute } from '../http/route.ts';
import type { Route } from '../http/route.ts';
import { id } from '../protocol/ids.ts';
import { apiTokenBody, apiTokenList, apiTokenMade, ownedApiToken } from '../protocol/integrations.ts';
import { listOf, listQuery } from '../protocol/rest.ts';
import type { ApiTokens } from './apiTokens.ts';

const byId = z.strictObject({ id });
const cursorList = listQuery.extend({ cursor: id.optional() });

/** @returns the routes of API tokens: everybody's own, and all for who administers the whole organisation */
export function apiTokenRoutes(tokens: ApiTokens): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/me/api-tokens',
      paged: true,
      summary: 'The own API tokens that work, newest first',
      access: 'user',
      answer: apiTokenList,
      handle: async ({ actor }) => ({ items: await tokens.own(actor), nextCursor: null }),
    }),
    defineRoute({
      method: 'post',
      path: '/me/api-tokens',
      summary:
        'Makes an API token that acts as the caller within its scopes, after the own password; its text is shown this once',
      access: 'user',
      limit: { points: 30, seconds: 60, by: 'actor' },
      body: apiTokenBody,
      answer: apiTokenMade,
      status: 201,
      errors: ['limit_reached', 'not_found', 'wrong_credentials'],
      handle: ({ actor, body }) => tokens.make(actor, body),
    }),
    defineRoute({
      method: 'delete',
      path: '/me/api-tokens/:id',
      summary: 'Revokes one of the own API tokens',
      access: 'user',
      params: byId,
      errors: ['not_found'],
      handle: ({ actor, params }) => tokens.revoke(actor, params.id, 'own'),
    }),
    defineRoute({
      method: 'get',
      path: '/api-tokens',
      summary: 'API tokens of all users, for administrators of the whole organisation',
      access: 'user',
      query: cursorList,
      answer: listOf(ownedApiToken),
      handle: ({ actor, query }) => tokens.all(actor, query),
    }),
    defineRoute({
      method: 'delete',
      path: '/api-tokens/:id',
      summary: 'Revokes an API token of any user, for administrators of the whole organisation',
      access: 'user',
      params: byId,
      errors: ['not_found'],
      handle: ({ actor, params }) => tokens.revoke(actor, params.id, 'any'),
    }),
  ];
}
