import type { EntityManager } from 'typeorm';
import type { z } from 'zod';
import { audit } from '../audit.ts';
import type { Clock } from '../clock.ts';
import { fold, searcher } from '../directory/fold.ts';
import { AppError } from '../errors.ts';
import type { changeUserBody, createUserBody } from '../protocol/rest.ts';
import type { Account, AccountStore } from './account.store.ts';
import type { Grant, UserActor } from './actor.ts';
import { assertStrong } from './passwords.ts';
import type { Passwords } from './passwords.ts';
import { assertMayIn, grantsCover, mayIn, visibleUnits } from './rights.ts';
import type { Tree, TreeReader } from './rights.ts';
import type { SignIns } from './signIns.ts';
import { changeEntries, madeEntry, passwordEntry } from './userRecord.ts';
import type { Maker } from './userRecord.ts';

/** A user to be made. */
export interface NewUser {
  username: string;
  displayName: string;
  unitId: string;
  password: string;
  grants: Grant[];
  /** default: true, since whoever makes the account knows its first password */
  mustChangePassword?: boolean;
}

/** A user as administrators see them in a list. */
export interface ListedUser extends Account {
  /** null: never signed in */
  lastSignInAt: Date | null;
  /** whether the asker may change the account: all its roles lie within the asker's own units */
  mayChange: boolean;
}

/** One page of users, by username. */
export interface UserPage {
  items: ListedUser[];
  nextCursor: string | null;
}

/** Users read at a time while searching: names are compared without accents, which the database cannot. */
const SEARCHED_AT_ONCE = 500;

const ADMINISTRATOR = ['administrator'] as const;

/** Told when the roles of a user changed or the account was disabled, after it is stored. */
export type GrantsListener = (changed: { userId: string }) => void;

/**
 * Done within the transaction that changes a password; it must not change anything but rows.
 * @returns what is to be done once that is stored; it must not throw
 */
export type PasswordWork = (m: EntityManager, actor: UserActor, account: Account) => Promise<() => void>;

/** Keeps the accounts: makes, lists, changes and disables them, always within the asker's own subtree. */
export class Users {
  readonly #store: AccountStore;
  readonly #signIns: SignIns;
  readonly #passwords: Passwords;
  readonly #tree: TreeReader;
  readonly #clock: Clock;
  readonly #listeners: GrantsListener[] = [];
  #passwordWork: PasswordWork = () => Promise.resolve(() => undefined);

  /** Wires the parts; nothing is read yet. */
  constructor(store: AccountStore, signIns: SignIns, passwords: Passwords, tree: TreeReader, clock: Clock) {
    this.#store = store;
    this.#signIns = signIns;
    this.#passwords = passwords;
    this.#tree = tree;
    this.#clock = clock;
  }

  /** Adds a listener, so that open connections take over changed roles; it must not throw. */
  onGrantsChanged(listener: GrantsListener): void {
    this.#listeners.push(listener);
  }

  /** Sets what is done with every change of a password. */
  withinPasswordChange(work: PasswordWork): void {
    this.#passwordWork = work;
  }

  /** @returns whether no account exists yet: the first run */
  async isEmpty(): Promise<boolean> {
    return !(await this.#store.hasAny());
  }

  /** @returns whether the user exists and is not disabled */
  isUsable(userId: string): Promise<boolean> {
    return this.#store.isUsable(userId);
  }

  /** @returns the roles of a user; null when there is no such user, or one who is disabled */
  async grantsOf(userId: string): Promise<readonly Grant[] | null> {
    const account = await this.#store.byId(userId);
    return account && account.disabledAt === null ? account.grants : null;
  }

  /** @returns display names of those of the users that exist, disabled ones too, by id */
  async namesOf(userIds: readonly string[]): Promise<Map<string, string>> {
    if (userIds.length === 0) return new Map();
    const accounts = await this.#store.byIds(userIds);
    return new Map(accounts.map(({ id, displayName }) => [id, displayName]));
  }

  /** @throws AppError not_found */
  async get(userId: string): Promise<Account> {
    const account = await this.#store.byId(userId);
    if (!account) throw unknownUser();
    return account;
  }

  /**
   * Makes an account without asking for rights: for the first run and for scripts of the operator.
   * @param maker whom the log of changes names; left out: it tells nothing
   * @throws AppError name_taken, password_too_weak
   */
  async createUser(user: NewUser, maker?: Maker): Promise<Account> {
    assertStrong(user.password, user.username);
    const { username, displayName, unitId, grants } = user;
    const passwordHash = await this.#passwords.hash(user.password);
    const mustChangePassword = user.mustChangePassword ?? true;
    const createdAt = new Date(this.#clock.now());
    const row = { username, displayName, unitId, passwordHash, mustChangePassword, disabledAt: null, createdAt };
    return this.#store.insert(row, distinct(grants), async (m, account) => {
      if (maker) await audit(m, maker.actor, createdAt.getTime(), [madeEntry(account, maker)]);
    });
  }

  /**
   * Makes an account in a unit of the asker, with roles of units of the asker alone.
   * @throws AppError not_allowed, name_taken, password_too_weak
   */
  async create(actor: UserActor, body: z.output<typeof createUserBody>): Promise<Account> {
    const tree = await this.#tree();
    assertMayIn(actor, ADMINISTRATOR, body.unitId, tree);
    assertMayGrant(actor, body.grants, tree);
    return this.createUser(body, { actor, tree });
  }

  /**
   * @param page.cursor username of the last user of the page before
   * @param page.q only users whose name or username has every word of it, accents or not
   * @returns users of the units that the asker administers
   * @throws AppError not_allowed for who administers nothing
   */
  async list(
    actor: UserActor,
    page: { limit: number; cursor?: string | undefined; q?: string | undefined },
  ): Promise<UserPage> {
    const tree = await this.#tree();
    const unitIds = [...visibleUnits(actor, tree, ADMINISTRATOR)];
    if (unitIds.length === 0) throw new AppError('not_allowed', 'Only administrators may list users.');
    const rows = await this.#search(unitIds, page);
    const shown = rows.slice(0, page.limit);
    const last = await this.#signIns.lastOf(shown.map((account) => account.id));
    const items = shown.map((account) => ({
      ...account,
      lastSignInAt: last.get(account.id) ?? null,
      mayChange: mayGrant(actor, account.grants, tree),
    }));
    return { items, nextCursor: rows.length > page.limit ? (items.at(-1)?.usernameKey ?? null) : null };
  }

  /** @returns the users of a page, and one more where there is one */
  async #search(
    unitIds: readonly string[],
    page: { limit: number; cursor?: string | undefined; q?: string | undefined },
  ): Promise<Account[]> {
    const q = page.q?.trim() ?? '';
    const wanted = page.limit + 1;
    const matches = searcher(q);
    const limit = q ? SEARCHED_AT_ONCE : wanted;
    const found: Account[] = [];
    for (let after = page.cursor ?? null; found.length < wanted;) {
      const rows = await this.#store.list({ unitIds, after, limit });
      found.push(...rows.filter((row) => !q || matches(fold(`${row.displayName} ${row.username}`))));
      if (rows.length < limit) break;
      after = rows.at(-1)?.usernameKey ?? null;
    }
    return found.slice(0, wanted);
  }

  /**
   * Changes a user of the asker's units. Nobody changes the own roles or disables himself, and who administers less
   * than a user's roles reach cannot touch that user.
   * @throws AppError not_found, not_allowed
   */
  async change(actor: UserActor, userId: string, body: z.output<typeof changeUserBody>): Promise<Account> {
    const tree = await this.#tree();
    const account = await this.#administered(actor, userId, tree);
    if (body.grants) assertMayGrant(actor, body.grants, tree);
    if (userId === actor.userId && (body.grants || body.disabled)) {
      throw new AppError('not_allowed', 'Nobody may change the own roles or disable the own account.');
    }
    const { displayName, disabled } = body;
    const now = this.#clock.now();
    const disabledAt = disabled ? (account.disabledAt ?? new Date(now)) : null;
    const fields = { ...(displayName !== undefined && { displayName }), ...(disabled !== undefined && { disabledAt }) };
    const grants = body.grants && distinct(body.grants);
    await this.#store.update(userId, fields, grants, (m) =>
      audit(m, actor, now, changeEntries({ actor, tree }, account, { displayName, grants, disabled })),
    );
    this.#signIns.forget(userId);
    if (disabled) await this.#signIns.endAll(userId);
    if (body.grants || disabled) for (const listener of this.#listeners) listener({ userId });
    return this.get(userId);
  }

  /**
   * Changes the own password and ends all other sign-ins and API tokens.
   * @throws AppError wrong_credentials, password_too_weak, too_many_requests
   */
  async changePassword(actor: UserActor, current: string, next: string): Promise<void> {
    const account = await this.get(actor.userId);
    await this.#signIns.proveOwner(account, current);
    assertStrong(next, account.username, 'next');
    if (next === current) {
      throw new AppError('password_too_weak', 'The new password is the same as the current one.');
    }
    await this.#setPassword(actor, account, { next, isOwn: true });
    await this.#signIns.endAll(account.id, actor.signInId);
  }

  /**
   * Sets the password of a user who lost it. It is to be changed after the next sign-in; all sign-ins and API tokens
   * of the user end. The own password is changed with the old one instead.
   * @throws AppError not_found, not_allowed, password_too_weak
   */
  async resetPassword(actor: UserActor, userId: string, next: string): Promise<void> {
    const account = await this.#administered(actor, userId, await this.#tree());
    if (userId === actor.userId) throw new AppError('not_allowed', 'The own password is changed, not reset.');
    assertStrong(next, account.username);
    await this.#setPassword(actor, account, { next, isOwn: false });
    await this.#signIns.endAll(userId);
  }

  async #setPassword(actor: UserActor, account: Account, { next, isOwn }: { next: string; isOwn: boolean }) {
    const passwordHash = await this.#passwords.hash(next);
    let stored = (): void => undefined;
    await this.#store.update(account.id, { passwordHash, mustChangePassword: !isOwn }, undefined, async (m) => {
      const entry = passwordEntry(account, isOwn ? 'password_changed' : 'password_reset');
      await audit(m, actor, this.#clock.now(), [entry]);
      stored = await this.#passwordWork(m, actor, account);
    });
    stored();
  }

  /** @returns a user that the actor may change @throws AppError not_found, not_allowed */
  async #administered(actor: UserActor, userId: string, tree: Tree): Promise<Account> {
    const account = await this.#store.byId(userId);
    if (!account || !mayIn(actor, ADMINISTRATOR, account.unitId, tree)) throw unknownUser();
    assertMayGrant(actor, account.grants, tree);
    return account;
  }
}

/** @returns whether the actor administers every unit of the roles */
function mayGrant(actor: UserActor, grants: readonly Grant[], tree: Tree): boolean {
  return grants.every((grant) => grantsCover(actor.grants, ADMINISTRATOR, grant.unitId, tree));
}

/** @throws AppError not_allowed unless the actor administers every unit of the roles */
function assertMayGrant(actor: UserActor, grants: readonly Grant[], tree: Tree): void {
  if (mayGrant(actor, grants, tree)) return;
  throw new AppError('not_allowed', 'Roles can be given and taken only within the units that one administers.');
}

function distinct(grants: readonly Grant[]): Grant[] {
  return [...new Map(grants.map((grant) => [`${grant.role} ${grant.unitId}`, grant])).values()];
}

function unknownUser(): AppError {
  return new AppError('not_found', 'There is no such user.');
}
