import { In, IsNull, MoreThan } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Database } from '../db/dataSource.ts';
import { asAppError, isDuplicateKey } from '../db/dbErrors.ts';
import { newId } from '../db/uuid.ts';
import { AppError } from '../errors.ts';
import { grantEntity, userEntity } from './account.entity.ts';
import type { UserRow } from './account.entity.ts';
import type { Grant } from './actor.ts';

/** A user with the roles. */
export interface Account extends UserRow {
  grants: Grant[];
}

/** Which users to list, by username. */
export interface AccountFilter {
  unitIds: readonly string[];
  /** username of the last user of the page before */
  after: string | null;
  limit: number;
}

/** Users and their roles in the database. */
export class AccountStore {
  readonly #db: Database;

  /** @param db open database */
  constructor(db: Database) {
    this.#db = db;
  }

  /** @returns the user of that name in any case, without the roles */
  byUsername(username: string): Promise<UserRow | null> {
    return this.#read((m) => m.findOneBy(userEntity, { usernameKey: keyOf(username) }));
  }

  /** @returns the user with the roles, or null */
  async byId(id: string): Promise<Account | null> {
    const [account] = await this.byIds([id]);
    return account ?? null;
  }

  /** @returns those of the users that exist, in no order */
  byIds(ids: readonly string[]): Promise<Account[]> {
    return this.#read(async (m) => withGrants(m, await m.findBy(userEntity, { id: In([...ids]) })));
  }

  /** @returns one page of users of the units, by username */
  list({ unitIds, after, limit }: AccountFilter): Promise<Account[]> {
    if (unitIds.length === 0) return Promise.resolve([]);
    return this.#read(async (m) => {
      const rows = await m.find(userEntity, {
        where: { unitId: In([...unitIds]), ...(after !== null && { usernameKey: MoreThan(after) }) },
        order: { usernameKey: 'ASC' },
        take: limit,
      });
      return withGrants(m, rows);
    });
  }

  /** @returns whether any user exists */
  hasAny(): Promise<boolean> {
    return this.#read((m) => m.exists(userEntity, { where: {} }));
  }

  /** @param within what is stored with it or not at all @throws AppError name_taken */
  async insert(
    row: Omit<UserRow, 'id' | 'usernameKey'>,
    grants: readonly Grant[],
    within?: (m: EntityManager, account: Account) => Promise<void>,
  ): Promise<Account> {
    const user: UserRow = { ...row, id: newId(), usernameKey: keyOf(row.username) };
    try {
      await this.#db.transaction(async (m) => {
        await m.insert(userEntity, user);
        await insertGrants(m, user.id, grants);
        await within?.(m, { ...user, grants: [...grants] });
      });
    } catch (err) {
      if (isDuplicateKey(err))
        throw new AppError('name_taken', 'There is already a user of this name.', { cause: err });
      throw err;
    }
    return { ...user, grants: [...grants] };
  }

  /** Changes fields of a user and, when given, replaces the roles. @param within what is stored with it or not at all */
  async update(
    id: string,
    fields: Partial<UserRow>,
    grants?: readonly Grant[],
    within?: (m: EntityManager) => Promise<void>,
  ): Promise<void> {
    await this.#db.transaction(async (m) => {
      if (Object.keys(fields).length > 0) await m.update(userEntity, { id }, fields);
      await within?.(m);
      if (!grants) return;
      await m.delete(grantEntity, { userId: id });
      await insertGrants(m, id, grants);
    });
  }

  /** @returns whether the user exists and is not disabled */
  isUsable(id: string): Promise<boolean> {
    return this.#read((m) => m.existsBy(userEntity, { id, disabledAt: IsNull() }));
  }

  async #read<T>(query: (m: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await query(this.#db.dataSource.manager);
    } catch (err) {
      throw asAppError(err);
    }
  }
}

/** @returns the form of a username in which names are equal or not */
export function keyOf(username: string): string {
  return username.trim().toLowerCase();
}

async function withGrants(m: EntityManager, rows: UserRow[]): Promise<Account[]> {
  if (rows.length === 0) return [];
  const all = await m.find(grantEntity, { where: { userId: In(rows.map((row) => row.id)) }, order: { id: 'ASC' } });
  return rows.map((row) => ({
    ...row,
    grants: all.filter((g) => g.userId === row.id).map(({ role, unitId }) => ({ role, unitId })),
  }));
}

async function insertGrants(m: EntityManager, userId: string, grants: readonly Grant[]): Promise<void> {
  if (grants.length > 0)
    await m.insert(
      grantEntity,
      grants.map((grant) => ({ id: newId(), userId, ...grant })),
    );
}
