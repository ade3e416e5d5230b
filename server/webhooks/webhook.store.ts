import { IsNull } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { deliveryEntity, webhookEntity } from './webhook.entity.ts';
import type { WebhookRow } from './webhook.entity.ts';

/** Every query of this file runs on the manager that it is given, inside or outside of a transaction. */

/** @returns all webhooks, oldest first */
export function listWebhooks(m: EntityManager): Promise<WebhookRow[]> {
  return m.find(webhookEntity, { order: { id: 'ASC' } });
}

/** @returns the webhook, or null */
export function webhookById(m: EntityManager, id: string): Promise<WebhookRow | null> {
  return m.findOneBy(webhookEntity, { id });
}

/** Keeps a new webhook. */
export async function insertWebhook(m: EntityManager, row: WebhookRow): Promise<void> {
  await m.insert(webhookEntity, row);
}

/** Changes fields of a webhook. */
export async function updateWebhook(m: EntityManager, id: string, fields: Partial<WebhookRow>): Promise<void> {
  if (Object.keys(fields).length > 0) await m.update(webhookEntity, { id }, fields);
}

/** Notes that a webhook fails from now on; one that fails already keeps its moment. */
export async function noteFailing(m: EntityManager, id: string, at: Date): Promise<void> {
  await m.update(webhookEntity, { id, failingSince: IsNull() }, { failingSince: at });
}

/** Switches a webhook off. @returns false when it was off already, or was changed since it was read */
export async function switchOff(
  m: EntityManager,
  { id, url, failingSince }: WebhookRow,
  why: 'failing' | 'gone',
): Promise<boolean> {
  const since = why === 'failing' && failingSince !== null ? { failingSince } : {};
  const as = { id, enabled: true, url, ...since };
  const { affected } = await m.update(webhookEntity, as, { enabled: false, disabledWhy: why });
  return affected === 1;
}

/** Removes a webhook with all that was told to it. */
export async function removeWebhook(m: EntityManager, id: string): Promise<void> {
  await m.delete(deliveryEntity, { webhookId: id });
  await m.delete(webhookEntity, { id });
}
