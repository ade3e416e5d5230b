import type { EntityManager } from 'typeorm';
import { feedEntity } from './invitation.entity.ts';
import type { FeedRow } from './invitation.entity.ts';

/** Stores a new subscription. */
export async function insertFeed(m: EntityManager, row: FeedRow): Promise<void> {
  await m.insert(feedEntity, row);
}

/** @returns subscriptions that a person made, oldest first */
export async function feedsOf(m: EntityManager, userId: string): Promise<FeedRow[]> {
  return m.find(feedEntity, { where: { createdBy: userId }, order: { id: 'ASC' } });
}

/** @returns whether it was there */
export async function deleteFeed(m: EntityManager, id: string, userId: string): Promise<boolean> {
  const { affected } = await m.delete(feedEntity, { id, createdBy: userId });
  return affected === 1;
}

/** @returns the subscription of a secret address, or null */
export async function feedBySecret(m: EntityManager, secretHash: string): Promise<FeedRow | null> {
  return m.findOneBy(feedEntity, { secretHash });
}

/** Notes that a program read the calendar. */
export async function noteRead(m: EntityManager, id: string, readAt: Date): Promise<void> {
  await m.update(feedEntity, { id }, { readAt });
}
