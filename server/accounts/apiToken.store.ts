import { IsNull, LessThan, MoreThan } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { userEntity } from './account.entity.ts';
import type { UserRow } from './account.entity.ts';
import { apiTokenEntity } from './apiToken.entity.ts';
import type { ApiTokenRow } from './apiToken.entity.ts';

/** Every query of this file runs on the manager that it is given, inside or outside of a transaction. */

/** Keeps a new token. */
export async function insertToken(m: EntityManager, row: ApiTokenRow): Promise<void> {
  await m.insert(apiTokenEntity, row);
}

/** @returns the token of a hash unless it was revoked, also when it has expired */
export function tokenByHash(m: EntityManager, tokenHash: string): Promise<ApiTokenRow | null> {
  return m.findOneBy(apiTokenEntity, { tokenHash, revokedAt: IsNull() });
}

/** @returns the token unless it was revoked */
export function tokenById(m: EntityManager, id: string): Promise<ApiTokenRow | null> {
  return m.findOneBy(apiTokenEntity, { id, revokedAt: IsNull() });
}

/** @returns a user's tokens that work, newest first */
export function tokensOf(m: EntityManager, userId: string, now: Date): Promise<ApiTokenRow[]> {
  const where = { userId, revokedAt: IsNull(), expiresAt: MoreThan(now) };
  return m.find(apiTokenEntity, { where, order: { id: 'DESC' } });
}

/** @param page.before id of the last token of the page before @returns everybody's tokens that work, newest first */
export async function allTokens(
  m: EntityManager,
  now: Date,
  page: { limit: number; before?: string | undefined },
): Promise<{ token: ApiTokenRow; user: UserRow }[]> {
  const tokens = await m.find(apiTokenEntity, {
    where: {
      revokedAt: IsNull(),
      expiresAt: MoreThan(now),
      ...(page.before !== undefined && { id: LessThan(page.before) }),
    },
    order: { id: 'DESC' },
    take: page.limit,
  });
  if (tokens.length === 0) return [];
  const users = await m
    .createQueryBuilder(userEntity, 'u')
    .where('u.id IN (:...ids)', { ids: tokens.map((token) => token.userId) })
    .getMany();
  const byId = new Map(users.map((user) => [user.id, user]));
  return tokens.flatMap((token) => {
    const user = byId.get(token.userId);
    return user ? [{ token, user }] : [];
  });
}

/** Notes that a token was used. */
export async function noteUse(m: EntityManager, id: string, at: Date): Promise<void> {
  await m.update(apiTokenEntity, { id }, { lastUsedAt: at });
}

/** @returns whether the token worked until now */
export async function revokeToken(m: EntityManager, id: string, at: Date): Promise<boolean> {
  const { affected } = await m.update(apiTokenEntity, { id, revokedAt: IsNull() }, { revokedAt: at });
  return affected === 1;
}
