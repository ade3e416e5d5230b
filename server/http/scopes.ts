import type { UserActor } from '../accounts/actor.ts';
import { AppError } from '../errors.ts';
import type { Scope } from '../protocol/integrations.ts';
import type { Route } from './route.ts';

/** What a route asks of an API token: a scope, nothing at all, or it is closed to tokens. */
export type TokenAccess = Scope | 'open' | 'closed';

interface Rule {
  read: TokenAccess;
  write: TokenAccess;
}

const CLOSED: Rule = { read: 'closed', write: 'closed' };

function area(name: 'directory' | 'meetings' | 'sessions' | 'invitations'): Rule {
  return { read: `${name}:read`, write: `${name}:write` };
}

/**
 * By the first part of the path. What makes credentials or secret addresses (accounts, tokens, devices, feeds) or sends
 * data away (webhooks) is closed: a token must not outlive itself or reach beyond its scopes.
 */
const BY_TAG: ReadonlyMap<string, Rule> = new Map(
  Object.entries({
    levels: area('directory'),
    units: area('directory'),
    endpoints: area('directory'),
    groups: area('directory'),
    directory: area('directory'),
    meetings: area('meetings'),
    'meeting-templates': area('meetings'),
    'give-ways': area('meetings'),
    planner: area('meetings'),
    series: area('meetings'),
    sessions: area('sessions'),
    audit: { read: 'audit:read', write: 'closed' },
    me: CLOSED,
    users: CLOSED,
    'api-tokens': CLOSED,
    webhooks: CLOSED,
    sfu: CLOSED,
    devices: CLOSED,
    feeds: CLOSED,
    room: CLOSED,
  } satisfies Record<string, Rule>),
);

/** Parts below a tag that belong elsewhere. */
const BY_PATH: readonly [RegExp, Rule][] = [
  [/^\/me$/, { read: 'open', write: 'closed' }],
  [/^\/meetings\/:id\/(invitations|registrations|letter)/, area('invitations')],
  [/^\/meetings\/:id\/start$/, area('sessions')],
];

/** @returns what the rules say about a route; null when nobody has thought of it yet */
export function ruledScope(route: Pick<Route, 'method' | 'path' | 'access' | 'scope'>): TokenAccess | null {
  if (route.scope) return route.scope;
  if (route.access === 'public') return 'open';
  const rule = BY_PATH.find(([pattern]) => pattern.test(route.path))?.[1] ?? BY_TAG.get(route.path.split('/')[1] ?? '');
  if (!rule) return null;
  return route.method === 'get' ? rule.read : rule.write;
}

/** @returns what a route asks of an API token; a route without a rule is closed */
export function scopeOf(route: Pick<Route, 'method' | 'path' | 'access' | 'scope'>): TokenAccess {
  return ruledScope(route) ?? 'closed';
}

/**
 * Holds an API token to its scopes; a person who signed in has them all.
 * @throws AppError not_allowed for a route that is closed to tokens, scope_missing
 */
export function assertInScope(route: Route, actor: UserActor): void {
  if (!actor.scopes) return;
  const needed = scopeOf(route);
  if (needed === 'closed') throw new AppError('not_allowed', 'This is closed to API tokens: sign in for it.');
  if (needed === 'open' || actor.scopes.includes(needed)) return;
  throw new AppError('scope_missing', `The API token lacks the scope ${needed}.`, { details: { scope: needed } });
}
