import type { Clock } from '../clock.ts';
import { newId } from '../db/uuid.ts';
import { AppError } from '../errors.ts';
import { keyOf } from './account.store.ts';
import type { Account, AccountStore } from './account.store.ts';
import type { SignInRow } from './account.entity.ts';
import type { UserActor } from './actor.ts';
import { BackOff } from './backOff.ts';
import type { Passwords } from './passwords.ts';
import type { SignInStore } from './signIn.store.ts';
import { looksLikeToken, newToken, tokenHash } from './tokens.ts';

const HOUR_MS = 3_600_000;
/** A sign-in ends after this time whatever happens. */
const ABSOLUTE_MS = 12 * HOUR_MS;
/** An unused sign-in ends after this time; administrators' rights are worth more to a thief. */
const IDLE_MS = 12 * HOUR_MS;
const ADMINISTRATOR_IDLE_MS = 2 * HOUR_MS;
/** How long a token's actor is remembered, so that not every call asks the database. */
const CACHE_MS = 3000;
const CACHE_SIZE = 5000;
/** `lastSeenAt` is written at most this often. */
const SEEN_EVERY_MS = 60_000;

/** What a person hands over to sign in, and from where. */
export interface SignInRequest {
  username: string;
  password: string;
  address: string;
  agent: string;
}

/** A new sign-in; the token is shown this once. */
export interface SignedIn {
  token: string;
  account: Account;
  signInId: string;
  /** epoch milliseconds */
  expiresAt: number;
}

/** Told when a sign-in ended, after it is stored. */
export type EndedListener = (ended: { signInId: string; userId: string }) => void;

interface Remembered {
  actor: UserActor;
  until: number;
}

/** Signs people in, finds them by their token, and ends what was begun. */
export class SignIns {
  readonly #store: SignInStore;
  readonly #accounts: AccountStore;
  readonly #passwords: Passwords;
  readonly #clock: Clock;
  readonly #remembered = new Map<string, Remembered>();
  readonly #listeners: EndedListener[] = [];
  readonly #byAccount = new BackOff({ free: 5, firstWaitSeconds: 15, maxWaitSeconds: 300 });
  readonly #byAddress = new BackOff({ free: 30, firstWaitSeconds: 15, maxWaitSeconds: 900 });

  /** Wires the parts; nothing is read yet. */
  constructor(store: SignInStore, accounts: AccountStore, passwords: Passwords, clock: Clock) {
    this.#store = store;
    this.#accounts = accounts;
    this.#passwords = passwords;
    this.#clock = clock;
  }

  /** Adds a listener, so that connections of an ended sign-in can be cut; it must not throw. */
  onEnded(listener: EndedListener): void {
    this.#listeners.push(listener);
  }

  /**
   * Checks the password and opens a sign-in. Unknown, disabled and wrong are the same answer after the same work.
   * @throws AppError wrong_credentials, too_many_requests
   */
  async signIn(request: SignInRequest): Promise<SignedIn> {
    const { password, address } = request;
    const name = keyOf(request.username);
    const mayTry = async () => {
      await this.#byAccount.check(name);
      await this.#byAddress.check(address);
    };
    await mayTry();
    const row = await this.#accounts.byUsername(name);
    const stored = row && !row.disabledAt ? row.passwordHash : null;
    // asked again in turn: of many guesses at once only a few are tried before the wait begins
    const matches = await this.#passwords.verify(stored, password, mayTry);
    const account = matches && row ? await this.#accounts.byId(row.id) : null;
    if (!account) {
      await this.#byAccount.failed(name);
      await this.#byAddress.failed(address);
      throw new AppError('wrong_credentials', 'The username or the password is wrong.');
    }
    await this.#byAccount.forget(name);
    if (this.#passwords.isOutdated(account.passwordHash)) {
      await this.#accounts.update(account.id, { passwordHash: await this.#passwords.hash(password) });
    }
    return this.#open(account, request);
  }

  /**
   * Asks a signed-in person for the password again; wrong answers count like wrong sign-ins.
   * @throws AppError wrong_credentials, too_many_requests
   */
  async proveOwner(account: Account, password: string): Promise<void> {
    const name = account.usernameKey;
    const matches = await this.#passwords.verify(account.passwordHash, password, () => this.#byAccount.check(name));
    if (matches) return;
    await this.#byAccount.failed(name);
    throw new AppError('wrong_credentials', 'The current password is wrong.');
  }

  /** @returns the user of a token, or null when it is unknown or its sign-in has ended */
  async byToken(token: string): Promise<UserActor | null> {
    if (!looksLikeToken(token)) return null;
    const hash = tokenHash(token);
    const now = this.#clock.now();
    const known = this.#remembered.get(hash);
    if (known && now < known.until) return known.actor;
    this.#remembered.delete(hash);
    const row = await this.#store.byTokenHash(hash);
    const account = row && (await this.#accounts.byId(row.userId));
    if (!row || !account || account.disabledAt) return null;
    const dies = Math.min(row.expiresAt.getTime(), row.lastSeenAt.getTime() + idleMs(account));
    if (now >= dies) {
      await this.end(row.userId, row.id);
      return null;
    }
    if (now - row.lastSeenAt.getTime() > SEEN_EVERY_MS) await this.#store.seen(row.id, new Date(now));
    const actor = actorOf(account, row.id);
    this.#remember(hash, { actor, until: Math.min(now + CACHE_MS, dies) });
    return actor;
  }

  /** @returns open sign-ins of a user, newest first */
  async list(userId: string): Promise<SignInRow[]> {
    const now = this.#clock.now();
    return (await this.#store.openOf(userId)).filter((row) => row.expiresAt.getTime() > now);
  }

  /** @returns when each of the users signed in last; who never did is missing */
  lastOf(userIds: readonly string[]): Promise<Map<string, Date>> {
    return this.#store.lastOf(userIds);
  }

  /**
   * Ends one sign-in of a user.
   * @returns whether it was open
   */
  async end(userId: string, signInId: string): Promise<boolean> {
    const ended = await this.#store.end({ id: signInId, userId }, new Date(this.#clock.now()));
    this.#tell(ended);
    return ended.length > 0;
  }

  /**
   * Ends all sign-ins of a user.
   * @param except one that goes on
   */
  async endAll(userId: string, except?: string): Promise<void> {
    const now = new Date(this.#clock.now());
    const open = (await this.#store.openOf(userId)).filter((row) => row.id !== except);
    const ended = await Promise.all(open.map((row) => this.#store.end({ id: row.id }, now)));
    this.#tell(ended.flat());
  }

  /** Ends sign-ins whose time is over, so that their connections are cut too; to be called every few seconds. */
  async endExpired(): Promise<void> {
    const now = new Date(this.#clock.now());
    for (const row of await this.#store.expired(now)) {
      this.#tell(await this.#store.end({ id: row.id }, now));
    }
  }

  /** Notes that a sign-in is used over a connection that sends no requests, so that it does not count as idle. */
  async touch(signInId: string): Promise<void> {
    await this.#store.seen(signInId, new Date(this.#clock.now()));
  }

  /** Forgets what is remembered of a user, so that changed roles hold from the next call on. */
  forget(userId: string): void {
    for (const [hash, { actor }] of this.#remembered) if (actor.userId === userId) this.#remembered.delete(hash);
  }

  async #open(account: Account, { address, agent }: SignInRequest): Promise<SignedIn> {
    const token = newToken();
    const now = this.#clock.now();
    const row: SignInRow = {
      id: newId(),
      userId: account.id,
      tokenHash: tokenHash(token),
      createdAt: new Date(now),
      lastSeenAt: new Date(now),
      expiresAt: new Date(now + ABSOLUTE_MS),
      address: address.slice(0, 64),
      agent: agent.slice(0, 200),
      endedAt: null,
    };
    await this.#store.insert(row);
    return { token, account, signInId: row.id, expiresAt: row.expiresAt.getTime() };
  }

  #remember(hash: string, entry: Remembered): void {
    if (this.#remembered.size >= CACHE_SIZE) this.#remembered.clear();
    this.#remembered.set(hash, entry);
  }

  #tell(ended: SignInRow[]): void {
    for (const row of ended) {
      this.#remembered.delete(row.tokenHash);
      for (const listener of this.#listeners) listener({ signInId: row.id, userId: row.userId });
    }
  }
}

function idleMs(account: Account): number {
  return account.grants.some((grant) => grant.role === 'administrator') ? ADMINISTRATOR_IDLE_MS : IDLE_MS;
}

function actorOf(account: Account, signInId: string): UserActor {
  return { kind: 'user', userId: account.id, displayName: account.displayName, signInId, grants: account.grants };
}
