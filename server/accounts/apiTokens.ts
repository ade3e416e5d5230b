import type { EntityManager } from 'typeorm';
import type { z } from 'zod';
import { audit } from '../audit.ts';
import type { Change } from '../audit.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/dataSource.ts';
import { asAppError } from '../db/dbErrors.ts';
import { newId } from '../db/uuid.ts';
import { AppError } from '../errors.ts';
import type { ApiToken, ApiTokenMade, apiTokenBody, OwnedApiToken, Scope } from '../protocol/integrations.ts';
import type { Account, AccountStore } from './account.store.ts';
import type { UserActor } from './actor.ts';
import type { ApiTokenRow } from './apiToken.entity.ts';
import { allTokens, insertToken, noteUse, revokeToken, tokenByHash, tokenById, tokensOf } from './apiToken.store.ts';
import { assertAdministersAll } from './rights.ts';
import type { WholeTreeReader } from './rights.ts';
import type { SignIns } from './signIns.ts';
import { API_TOKEN, looksLikeToken, newToken, tokenHash } from './tokens.ts';

const DAY_MS = 24 * 3_600_000;
const USUAL_MS = 365 * DAY_MS;
/** Two years, with a leap day. */
const LONGEST_MS = 731 * DAY_MS;
/** How long a token's actor is remembered, so that not every call asks the database, milliseconds. */
const CACHE_MS = 3_000;
const CACHE_SIZE = 5_000;
/** `lastUsedAt` is written at most this often, milliseconds. */
const USED_EVERY_MS = 3_600_000;
/** Tokens that one user may have at a time. */
const MOST = 50;
/** Shown of a token afterwards: the prefix and four characters. */
const HINT = 8;

interface Remembered {
  actor: UserActor;
  until: number;
}

/** Told when a token was revoked, after it is stored. */
export type RevokedListener = (revoked: { tokenId: string }) => void;

/** Tokens by which programs act as a user: never beyond the user's rights of the moment, never beyond their scopes. */
export class ApiTokens {
  readonly #db: Database;
  readonly #accounts: AccountStore;
  readonly #signIns: SignIns;
  readonly #tree: WholeTreeReader;
  readonly #clock: Clock;
  readonly #remembered = new Map<string, Remembered>();
  readonly #listeners: RevokedListener[] = [];

  /** Wires the parts; nothing is read yet. */
  constructor(db: Database, accounts: AccountStore, signIns: SignIns, tree: WholeTreeReader, clock: Clock) {
    this.#db = db;
    this.#accounts = accounts;
    this.#signIns = signIns;
    this.#tree = tree;
    this.#clock = clock;
  }

  /** Adds a listener; it must not throw. */
  onRevoked(listener: RevokedListener): void {
    this.#listeners.push(listener);
  }

  /** @returns the user of a token with its scopes; null when it is unknown, revoked, over, or its user is disabled */
  async byToken(token: string): Promise<UserActor | null> {
    if (!looksLikeToken(token, API_TOKEN)) return null;
    const hash = tokenHash(token);
    const now = this.#clock.now();
    const known = this.#remembered.get(hash);
    if (known && now < known.until) return known.actor;
    this.#remembered.delete(hash);
    const row = await this.#run(() => tokenByHash(this.#db.dataSource.manager, hash));
    const account = row && (await this.#accounts.byId(row.userId));
    if (!row || !account || account.disabledAt || now >= row.expiresAt.getTime()) return null;
    if (now - (row.lastUsedAt?.getTime() ?? 0) > USED_EVERY_MS) {
      await this.#run(() => noteUse(this.#db.dataSource.manager, row.id, new Date(now)));
    }
    const actor = actorOf(account, row);
    if (this.#remembered.size >= CACHE_SIZE) this.#remembered.clear();
    this.#remembered.set(hash, { actor, until: Math.min(now + CACHE_MS, row.expiresAt.getTime()) });
    return actor;
  }

  /**
   * Makes a token for the actor, who proves with the password to be more than the holder of a found cookie. Its text is
   * in this answer and nowhere else.
   * @throws AppError bad_request for an end in the past or too far away, wrong_credentials, too_many_requests, limit_reached
   */
  async make(actor: UserActor, body: z.output<typeof apiTokenBody>): Promise<ApiTokenMade> {
    const now = this.#clock.now();
    const expiresAt = endOf(body.expiresAt, now);
    const account = await this.#accounts.byId(actor.userId);
    if (!account) throw new AppError('not_found', 'There is no such user.');
    await this.#signIns.proveOwner(account, body.password);
    const token = newToken(API_TOKEN);
    const row: ApiTokenRow = {
      id: newId(now),
      userId: actor.userId,
      name: body.name.normalize('NFC'),
      scopes: [...new Set(body.scopes)].join(' '),
      tokenHash: tokenHash(token),
      hint: token.slice(0, HINT),
      createdAt: new Date(now),
      expiresAt,
      lastUsedAt: null,
      revokedAt: null,
    };
    await this.#db.transaction(async (m) => {
      const others = await tokensOf(m, actor.userId, new Date(now));
      if (others.length >= MOST) throw new AppError('limit_reached', `A user has at most ${MOST} API tokens.`);
      await insertToken(m, row);
      const after = { name: row.name, scopes: row.scopes, expiresAt: expiresAt.toISOString() };
      await audit(m, actor, now, [
        { action: 'api_token.made', subject: `api_token:${row.id}`, unitId: account.unitId, after },
      ]);
    });
    return { ...shownToken(row), token };
  }

  /** @returns the actor's own tokens that work, newest first */
  async own(actor: UserActor): Promise<ApiToken[]> {
    const now = new Date(this.#clock.now());
    return (await this.#run(() => tokensOf(this.#db.dataSource.manager, actor.userId, now))).map(shownToken);
  }

  /**
   * @param page.cursor id of the last token of the page before
   * @returns everybody's tokens that work, newest first
   * @throws AppError not_allowed unless the actor administers the whole organisation
   */
  async all(
    actor: UserActor,
    page: { limit: number; cursor?: string | undefined },
  ): Promise<{ items: OwnedApiToken[]; nextCursor: string | null }> {
    assertAdministersAll(actor, await this.#tree());
    const now = new Date(this.#clock.now());
    const wanted = { limit: page.limit + 1, before: page.cursor };
    const rows = await this.#run(() => allTokens(this.#db.dataSource.manager, now, wanted));
    const items = rows.slice(0, page.limit).map(({ token, user: { id, username, displayName } }) => ({
      ...shownToken(token),
      user: { id, username, displayName },
    }));
    return { items, nextCursor: rows.length > page.limit ? (items.at(-1)?.id ?? null) : null };
  }

  /**
   * Ends a token at once.
   * @param whose `own`: one of the actor's; `any`: anybody's
   * @throws AppError not_found, not_allowed
   */
  async revoke(actor: UserActor, tokenId: string, whose: 'own' | 'any'): Promise<void> {
    if (whose === 'any') assertAdministersAll(actor, await this.#tree());
    const row = await this.#run(() => tokenById(this.#db.dataSource.manager, tokenId));
    const account = row && (await this.#accounts.byId(row.userId));
    if (!row || !account || (whose === 'own' && row.userId !== actor.userId)) throw unknownToken();
    const now = this.#clock.now();
    await this.#db.transaction(async (m) => {
      if (!(await revokeToken(m, tokenId, new Date(now)))) throw unknownToken();
      await audit(m, actor, now, [revocation(row, account)]);
    });
    this.#tell([row]);
  }

  /**
   * Ends all tokens of a user within the transaction that changes the password: who knew the old one may have made them.
   * @returns what is to be done once that is stored
   */
  async revokeAll(m: EntityManager, actor: UserActor, account: Account): Promise<() => void> {
    const now = this.#clock.now();
    const rows = await tokensOf(m, account.id, new Date(now));
    for (const row of rows) await revokeToken(m, row.id, new Date(now));
    const why = { why: 'the password was changed' };
    await audit(
      m,
      actor,
      now,
      rows.map((row) => ({ ...revocation(row, account), after: why })),
    );
    return () => this.#tell(rows);
  }

  /** Forgets what is remembered of a user, so that changed roles and a disabled account hold from the next call on. */
  forget(userId: string): void {
    for (const [hash, { actor }] of this.#remembered) if (actor.userId === userId) this.#remembered.delete(hash);
  }

  #tell(revoked: readonly ApiTokenRow[]): void {
    for (const row of revoked) {
      this.#remembered.delete(row.tokenHash);
      for (const listener of this.#listeners) listener({ tokenId: row.id });
    }
  }

  async #run<T>(query: () => Promise<T>): Promise<T> {
    try {
      return await query();
    } catch (err) {
      throw asAppError(err);
    }
  }
}

/** @returns the entry of the log of changes */
function revocation({ id, name }: ApiTokenRow, { unitId, username }: Account): Change {
  return { action: 'api_token.revoked', subject: `api_token:${id}`, unitId, before: { name, username } };
}

/** @returns the actor of a token; the log of changes names the token beside the person */
function actorOf(account: Account, row: ApiTokenRow): UserActor {
  return {
    kind: 'user',
    userId: account.id,
    displayName: `${account.displayName} (API: ${row.name})`.slice(0, 120),
    signInId: row.id,
    grants: account.grants,
    scopes: scopesOf(row),
  };
}

function scopesOf(row: ApiTokenRow): Scope[] {
  // written by this program from the same list
  return row.scopes.split(' ') as Scope[];
}

function shownToken(row: ApiTokenRow): ApiToken {
  const { id, name, hint } = row;
  return {
    id,
    name,
    hint,
    scopes: scopesOf(row),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  };
}

/** @throws AppError bad_request */
function endOf(wanted: string | undefined, now: number): Date {
  const at = wanted === undefined ? now + USUAL_MS : Date.parse(wanted);
  if (at > now && at <= now + LONGEST_MS) return new Date(at);
  const message = 'in the future, at most two years ahead';
  throw new AppError('bad_request', `The end of the token must lie ${message}.`, {
    details: { errors: [{ path: 'body.expiresAt', message }] },
  });
}

function unknownToken(): AppError {
  return new AppError('not_found', 'There is no such token.');
}
