import { In, IsNull, LessThanOrEqual } from 'typeorm';
import type { EntityManager, FindOptionsWhere } from 'typeorm';
import type { Database } from '../db/dataSource.ts';
import { asAppError } from '../db/dbErrors.ts';
import { signInEntity } from './account.entity.ts';
import type { SignInRow } from './account.entity.ts';

/** Sign-ins in the database. */
export class SignInStore {
  readonly #db: Database;

  /** @param db open database */
  constructor(db: Database) {
    this.#db = db;
  }

  /** Keeps a new sign-in. */
  async insert(row: SignInRow): Promise<void> {
    await this.#run((m) => m.insert(signInEntity, row));
  }

  /** @returns the sign-in of a token that was not ended, also when it has expired */
  byTokenHash(tokenHash: string): Promise<SignInRow | null> {
    return this.#run((m) => m.findOneBy(signInEntity, { tokenHash, endedAt: IsNull() }));
  }

  /** @returns sign-ins of a user that were not ended, newest first */
  openOf(userId: string): Promise<SignInRow[]> {
    return this.#run((m) =>
      m.find(signInEntity, { where: { userId, endedAt: IsNull() }, order: { createdAt: 'DESC', id: 'DESC' } }),
    );
  }

  /** @returns sign-ins that were not ended though their time is over */
  expired(now: Date): Promise<SignInRow[]> {
    return this.#run((m) =>
      m.find(signInEntity, { where: { endedAt: IsNull(), expiresAt: LessThanOrEqual(now) }, take: 500 }),
    );
  }

  /** @returns when each of the users signed in last; who never did is missing */
  lastOf(userIds: readonly string[]): Promise<Map<string, Date>> {
    if (userIds.length === 0) return Promise.resolve(new Map());
    return this.#run(async (m) => {
      // ids are made in order: the largest is the newest
      const newest = await m
        .createQueryBuilder(signInEntity, 's')
        .select('MAX(s.id)', 'id')
        .where({ userId: In([...userIds]) })
        .groupBy('s.userId')
        .getRawMany<{ id: string }>();
      const rows = await m.findBy(signInEntity, { id: In(newest.map((row) => row.id)) });
      return new Map(rows.map((row) => [row.userId, row.createdAt]));
    });
  }

  /** Notes that a sign-in was used. */
  async seen(id: string, at: Date): Promise<void> {
    await this.#run((m) => m.update(signInEntity, { id }, { lastSeenAt: at }));
  }

  /** Ends sign-ins. @returns those that were still open */
  async end(which: FindOptionsWhere<SignInRow>, at: Date): Promise<SignInRow[]> {
    return this.#db.transaction(async (m) => {
      const open = await m.findBy(signInEntity, { ...which, endedAt: IsNull() });
      for (const { id } of open) await m.update(signInEntity, { id }, { endedAt: at });
      return open;
    });
  }

  async #run<T>(query: (m: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await query(this.#db.dataSource.manager);
    } catch (err) {
      throw asAppError(err);
    }
  }
}
