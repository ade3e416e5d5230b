import { IsNull, LessThan, LessThanOrEqual } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { mailEntity, newsEntity } from './invitation.entity.ts';
import type { MailRow, NewsRow } from './invitation.entity.ts';

/** Most rows of one statement; a mail may carry a long calendar. */
const ROWS = 50;

/** Puts mails into the outbox. */
export async function insertMails(m: EntityManager, rows: readonly MailRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS) {
    const insert = m.createQueryBuilder().insert().into(mailEntity);
    await insert
      .values(rows.slice(from, from + ROWS))
      .updateEntity(false)
      .execute();
  }
}

/** @returns mails whose time to be sent has come and that nobody tries to send now, oldest first */
export async function dueMails(m: EntityManager, now: Date, limit: number): Promise<MailRow[]> {
  const due = { state: 'waiting' as const, nextAt: LessThanOrEqual(now) };
  return m.find(mailEntity, {
    where: [
      { ...due, claimedUntil: IsNull() },
      { ...due, claimedUntil: LessThan(now) },
    ],
    order: { nextAt: 'ASC', id: 'ASC' },
    take: limit,
  });
}

/** Takes a mail on. @returns false when another control plane has it */
export async function claimMail(m: EntityManager, { id, attempts }: MailRow, now: Date, until: Date): Promise<boolean> {
  const free = { id, attempts, state: 'waiting' as const };
  const { affected } = await m
    .createQueryBuilder()
    .update(mailEntity)
    .set({ claimedUntil: until })
    .where([
      { ...free, claimedUntil: IsNull() },
      { ...free, claimedUntil: LessThan(now) },
    ])
    .execute();
  return affected === 1;
}

/** Notes how a mail fared. */
export async function settleMail(m: EntityManager, id: string, fields: Partial<MailRow>): Promise<void> {
  await m.update(mailEntity, { id }, { ...fields, claimedUntil: null });
}

/** @returns how many mails wait */
export async function waitingMails(m: EntityManager): Promise<number> {
  return m.countBy(mailEntity, { state: 'waiting' });
}

/** Notes within the transaction of a change that invited people have to be told. */
export async function insertNews(m: EntityManager, row: NewsRow): Promise<void> {
  await m.insert(newsEntity, row);
}

/** @returns the oldest news, or null */
export async function oldestNews(m: EntityManager): Promise<NewsRow | null> {
  return (await m.find(newsEntity, { order: { id: 'ASC' }, take: 1 }))[0] ?? null;
}

/** Takes news off the list. @returns false when another control plane did */
export async function takeNews(m: EntityManager, id: string): Promise<boolean> {
  const { affected } = await m.delete(newsEntity, { id });
  return affected === 1;
}
