import { In, IsNull, LessThan, LessThanOrEqual, MoreThanOrEqual, Not } from 'typeorm';
import type { EntityManager, FindOptionsWhere } from 'typeorm';
import { deliveryEntity } from './webhook.entity.ts';
import type { DeliveryRow } from './webhook.entity.ts';

/** Every query of this file runs on the manager that it is given, inside or outside of a transaction. */

/** Most rows of one statement. */
const ROWS = 200;

/** Puts deliveries on the list. */
export async function insertDeliveries(m: EntityManager, rows: readonly DeliveryRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS) {
    const values = rows.slice(from, from + ROWS);
    await m.createQueryBuilder().insert().into(deliveryEntity).values(values).updateEntity(false).execute();
  }
}

/** @returns ids of the webhooks for which something is due that nobody sends now */
export async function dueWebhooks(m: EntityManager, now: Date): Promise<string[]> {
  const rows = await m
    .createQueryBuilder(deliveryEntity, 'd')
    .select('d.webhookId', 'id')
    .distinct(true)
    .where(dueAt(now))
    .getRawMany<{ id: string }>();
  return rows.map((row) => row.id);
}

/** @returns what is due for a webhook and nobody sends now, oldest first */
export function dueOf(m: EntityManager, webhookId: string, now: Date, limit: number): Promise<DeliveryRow[]> {
  const where = dueAt(now).map((one) => ({ ...one, webhookId }));
  return m.find(deliveryEntity, { where, order: { id: 'ASC' }, take: limit });
}

/** Takes a delivery on. @returns false when another control plane has it */
export async function claimDelivery(
  m: EntityManager,
  { id, attempts }: DeliveryRow,
  now: Date,
  until: Date,
): Promise<boolean> {
  const { affected } = await m
    .createQueryBuilder()
    .update(deliveryEntity)
    .set({ claimedUntil: until })
    .where(dueAt(now).map((one) => ({ ...one, id, attempts })))
    .execute();
  return affected === 1;
}

/** Notes how a delivery fared. */
export async function settleDelivery(m: EntityManager, id: string, fields: Partial<DeliveryRow>): Promise<void> {
  await m.update(deliveryEntity, { id }, { ...fields, claimedUntil: null });
}

/** @returns the delivery, or null */
export function deliveryById(m: EntityManager, webhookId: string, id: string): Promise<DeliveryRow | null> {
  return m.findOneBy(deliveryEntity, { webhookId, id });
}

/** @param filter.before id of the last delivery of the page before @returns deliveries, newest first */
export function listDeliveries(
  m: EntityManager,
  filter: {
    webhookId: string;
    state?: DeliveryRow['state'] | undefined;
    before?: string | undefined;
    limit: number;
  },
): Promise<DeliveryRow[]> {
  const where: FindOptionsWhere<DeliveryRow> = { webhookId: filter.webhookId };
  if (filter.state !== undefined) where.state = filter.state;
  if (filter.before !== undefined) where.id = LessThan(filter.before);
  return m.find(deliveryEntity, { where, order: { id: 'DESC' }, take: filter.limit });
}

/** Lets deliveries be sent again from the beginning, unless they are being sent now. @returns how many */
async function sendAgain(m: EntityManager, which: FindOptionsWhere<DeliveryRow>, now: Date): Promise<number> {
  const { affected } = await m
    .createQueryBuilder()
    .update(deliveryEntity)
    .set({ state: 'waiting', attempts: 0, nextAt: now, claimedUntil: null })
    .where(free(now).map((one) => ({ ...which, ...one })))
    .execute();
  return affected ?? 0;
}

/** Lets one delivery be sent again, whatever its state. */
export async function replayOne(m: EntityManager, webhookId: string, id: string, now: Date): Promise<void> {
  await sendAgain(m, { webhookId, id }, now);
}

/** Lets everything be sent again that was made since a moment and failed. @returns how many */
export function replayFailed(m: EntityManager, webhookId: string, since: Date, now: Date): Promise<number> {
  return sendAgain(m, { webhookId, state: 'failed', createdAt: MoreThanOrEqual(since) }, now);
}

/** Gives up what waits for a webhook. */
export async function failWaiting(m: EntityManager, webhookId: string, fault: string): Promise<void> {
  await m.update(deliveryEntity, { webhookId, state: 'waiting' }, { state: 'failed', fault, claimedUntil: null });
}

/**
 * Drops some of what was settled and made before a moment, so that no statement locks for long.
 * @returns how many; 0: all are gone
 */
export async function dropSettled(m: EntityManager, before: Date): Promise<number> {
  // an id begins with the milliseconds of its making, and is a key where the time is none
  const hex = before.getTime().toString(16).padStart(12, '0');
  const id = LessThan(`${hex.slice(0, 8)}-${hex.slice(8)}`);
  const where = { id, state: Not('waiting' as const) };
  const old = await m.find(deliveryEntity, { select: { id: true }, where, order: { id: 'ASC' }, take: ROWS });
  if (old.length > 0) await m.delete(deliveryEntity, { ...where, id: In(old.map((row) => row.id)) });
  return old.length;
}

/** Drops what waits for a webhook that is gone. */
export async function dropOf(m: EntityManager, webhookId: string): Promise<void> {
  await m.delete(deliveryEntity, { webhookId });
}

function free(now: Date): FindOptionsWhere<DeliveryRow>[] {
  return [{ claimedUntil: IsNull() }, { claimedUntil: LessThan(now) }];
}

function dueAt(now: Date): FindOptionsWhere<DeliveryRow>[] {
  return free(now).map((one) => ({ ...one, state: 'waiting', nextAt: LessThanOrEqual(now) }));
}
