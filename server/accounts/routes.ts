import { z } from 'zod';
import { AppError } from '../errors.ts';
import { defineRoute, Reply, SESSION_COOKIE } from '../http/route.ts';
import type { ReplyCookie, Route } from '../http/route.ts';
import { id } from '../protocol/ids.ts';
import {
  changePasswordBody,
  changeUserBody,
  createUserBody,
  listedUser,
  listOf,
  me,
  resetPasswordBody,
  signedIn,
  signInBody,
  signInList,
  user,
  usersQuery,
} from '../protocol/rest.ts';
import type { Me, User } from '../protocol/rest.ts';
import type { Account } from './account.store.ts';
import type { SignInRow } from './account.entity.ts';
import type { SignIns } from './signIns.ts';
import type { ListedUser, Users } from './users.ts';

/** An endpoint as a device shows it. */
export interface EndpointBrief {
  id: string;
  code: string;
  name: string;
  shortName: string;
}

/** What the routes of accounts need. */
export interface AccountServices {
  signIns: SignIns;
  users: Users;
  /** reads the names of an endpoint; null when it does not exist */
  endpointBrief: (endpointId: string) => Promise<EndpointBrief | null>;
}

const byId = z.strictObject({ id });

/** @returns the routes of sign-in, of the own account and of users */
export function accountRoutes(services: AccountServices): Route[] {
  return [...signInRoutes(services), ...ownRoutes(services), ...ownSignInRoutes(services), ...userRoutes(services)];
}

function signInRoutes({ signIns }: AccountServices): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/sign-in',
      summary: 'Signs a person in; browsers keep the cookie, scripts send the token as Bearer',
      access: 'public',
      limit: { points: 600, seconds: 60, by: 'address' },
      body: signInBody,
      answer: signedIn,
      errors: ['wrong_credentials'],
      async handle({ body, address, agent }) {
        const { token, account, expiresAt } = await signIns.signIn({ ...body, address, agent });
        const answer = { token, user: shown(account), expiresAt: new Date(expiresAt).toISOString() };
        return new Reply(answer, { cookies: [{ name: SESSION_COOKIE, value: token, expiresAt }] });
      },
    }),
    defineRoute({
      method: 'post',
      path: '/sign-out',
      summary: 'Ends the sign-in of the credential; also fine when there is none',
      access: 'public',
      async handle({ actor }) {
        if (actor?.kind === 'user') await signIns.end(actor.userId, actor.signInId);
        const gone: ReplyCookie = { name: SESSION_COOKIE, value: '', expiresAt: null };
        return new Reply(undefined, { cookies: [gone] });
      },
    }),
  ];
}

function ownRoutes({ users, endpointBrief }: AccountServices): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/me',
      summary: 'Whom the credential stands for',
      access: 'any',
      answer: me,
      async handle({ actor }): Promise<Me> {
        if (actor.kind === 'user') return { user: shown(await users.get(actor.userId)), device: null };
        const endpoint = await endpointBrief(actor.endpointId);
        if (!endpoint) throw new AppError('not_found', 'The endpoint of this device no longer exists.');
        return { user: null, device: { id: actor.deviceId, endpoint } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/me/password',
      summary: 'Changes the own password and ends all other sign-ins and the own API tokens',
      access: 'user',
      limit: { points: 20, seconds: 60, by: 'actor' },
      body: changePasswordBody,
      errors: ['wrong_credentials', 'password_too_weak'],
      async handle({ actor, body }) {
        await users.changePassword(actor, body.current, body.next);
        return undefined;
      },
    }),
  ];
}

function ownSignInRoutes({ signIns }: AccountServices): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/me/sign-ins',
      paged: true,
      summary: 'Where the own account is signed in',
      access: 'user',
      answer: signInList,
      async handle({ actor }) {
        const rows = await signIns.list(actor.userId);
        return { items: rows.map((row) => shownSignIn(row, actor.signInId)), nextCursor: null };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/me/sign-ins',
      summary: 'Ends all own sign-ins but this one',
      access: 'user',
      async handle({ actor }) {
        await signIns.endAll(actor.userId, actor.signInId);
        return undefined;
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/me/sign-ins/:id',
      summary: 'Ends one of the own sign-ins',
      access: 'user',
      params: byId,
      errors: ['not_found'],
      async handle({ actor, params }) {
        if (await signIns.end(actor.userId, params.id)) return undefined;
        throw new AppError('not_found', 'There is no such sign-in.');
      },
    }),
  ];
}

function userRoutes({ users }: AccountServices): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/users',
      summary: 'Users of the units that the asker administers, by username; `q` finds names without accents',
      access: 'user',
      query: usersQuery,
      answer: listOf(listedUser),
      errors: ['not_allowed'],
      async handle({ actor, query }) {
        const { items, nextCursor } = await users.list(actor, query);
        return { items: items.map(shownListed), nextCursor };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/users',
      summary: 'Makes a user in a unit that the asker administers',
      access: 'user',
      body: createUserBody,
      answer: user,
      status: 201,
      errors: ['name_taken', 'password_too_weak', 'too_many_requests'],
      async handle({ actor, body }) {
        return shown(await users.create(actor, body));
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/users/:id',
      summary: 'Changes name and roles of a user, or disables the account, which ends all its sign-ins',
      access: 'user',
      params: byId,
      body: changeUserBody,
      answer: user,
      errors: ['not_found'],
      async handle({ actor, params, body }) {
        return shown(await users.change(actor, params.id, body));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/users/:id/password',
      summary: 'Sets a password that the user must change, and ends all sign-ins and API tokens of the user',
      access: 'user',
      limit: { points: 60, seconds: 60, by: 'actor' },
      params: byId,
      body: resetPasswordBody,
      errors: ['not_found', 'not_allowed', 'password_too_weak'],
      async handle({ actor, params, body }) {
        await users.resetPassword(actor, params.id, body.password);
        return undefined;
      },
    }),
  ];
}

/** @returns what others may see of an account */
function shown(account: Account): User {
  const { id: userId, username, displayName, unitId, mustChangePassword, grants } = account;
  return {
    id: userId,
    username,
    displayName,
    unitId,
    mustChangePassword,
    disabled: account.disabledAt !== null,
    grants,
  };
}

function shownListed(account: ListedUser): z.input<typeof listedUser> {
  const { lastSignInAt, mayChange } = account;
  return { ...shown(account), lastSignInAt: lastSignInAt?.toISOString() ?? null, may: { change: mayChange } };
}

function shownSignIn(row: SignInRow, current: string) {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    address: row.address,
    agent: row.agent,
    current: row.id === current,
  };
}
