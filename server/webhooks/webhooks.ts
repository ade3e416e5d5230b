import type { EntityManager } from 'typeorm';
import type { z } from 'zod';
import type { UserActor } from '../accounts/actor.ts';
import { assertAdministersAll } from '../accounts/rights.ts';
import type { WholeTreeReader } from '../accounts/rights.ts';
import { audit } from '../audit.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/dataSource.ts';
import { asAppError } from '../db/dbErrors.ts';
import { newId } from '../db/uuid.ts';
import { AppError } from '../errors.ts';
import type {
  changeWebhookBody,
  deliveriesQuery,
  Delivery,
  WebhookEvent,
  WebhookMade,
  WebhookView,
  webhookBody,
} from '../protocol/integrations.ts';
import type { AddressGuard } from './address.ts';
import {
  deliveryById,
  failWaiting,
  insertDeliveries,
  listDeliveries,
  replayFailed,
  replayOne,
} from './delivery.store.ts';
import { newDelivery } from './noticeBoard.ts';
import type { NoticeBoard } from './noticeBoard.ts';
import { newWebhookSecret, OVERLAP_MS } from './signature.ts';
import type { DeliveryRow, WebhookRow } from './webhook.entity.ts';
import { insertWebhook, listWebhooks, removeWebhook, updateWebhook, webhookById } from './webhook.store.ts';

/** Every one of them writes a row at every event, so there are few. */
const MOST = 20;

/** Keeps the webhooks; every function asks for an administrator of the whole organisation. */
export class Webhooks {
  readonly #db: Database;
  readonly #tree: WholeTreeReader;
  readonly #clock: Clock;
  readonly #guard: AddressGuard;
  readonly #board: NoticeBoard;
  #onWaiting: () => void = () => undefined;

  /** Wires the parts; nothing is read yet. */
  constructor(db: Database, tree: WholeTreeReader, clock: Clock, guard: AddressGuard, board: NoticeBoard) {
    this.#db = db;
    this.#tree = tree;
    this.#clock = clock;
    this.#guard = guard;
    this.#board = board;
  }

  /** Told that something waits to be sent; it must not throw. */
  onWaiting(listener: () => void): void {
    this.#onWaiting = listener;
  }

  /** @returns all webhooks, oldest first */
  async list(actor: UserActor): Promise<WebhookView[]> {
    await this.#admit(actor);
    return (await this.#read(listWebhooks)).map((row) => this.#shown(row));
  }

  /**
   * Makes a webhook; its secret is in this answer and nowhere else.
   * @throws AppError not_allowed, webhook_refused, limit_reached
   */
  async make(actor: UserActor, body: z.output<typeof webhookBody>): Promise<WebhookMade> {
    await this.#admit(actor);
    const url = await this.#guard.checkWritten(body.url);
    const now = this.#clock.now();
    const row: WebhookRow = {
      id: newId(now),
      name: body.name.normalize('NFC'),
      url: url.href,
      events: eventsText(body.events),
      secret: newWebhookSecret(),
      oldSecret: null,
      oldSecretUntil: null,
      enabled: true,
      disabledWhy: null,
      failingSince: null,
      createdAt: new Date(now),
    };
    await this.#db.transaction(async (m) => {
      const others = await listWebhooks(m);
      if (others.length >= MOST) throw new AppError('limit_reached', `There are at most ${MOST} webhooks.`);
      await insertWebhook(m, row);
      await this.#note(m, actor, row.id, 'webhook.made', null, noted(row));
    });
    await this.#board.refresh();
    return { ...this.#shown(row), secret: row.secret };
  }

  /**
   * Changes a webhook. Switched off, it gives up what waits; switched on, it begins anew.
   * @throws AppError not_allowed, not_found, webhook_refused
   */
  async change(actor: UserActor, id: string, body: z.output<typeof changeWebhookBody>): Promise<WebhookView> {
    await this.#admit(actor);
    const before = await this.#mustFind(id);
    const fields: Partial<WebhookRow> = {
      ...(body.name !== undefined && { name: body.name.normalize('NFC') }),
      ...(body.url !== undefined && { url: (await this.#guard.checkWritten(body.url)).href }),
      ...(body.events && { events: eventsText(body.events) }),
      ...(body.enabled === true && { enabled: true, disabledWhy: null, failingSince: null }),
      ...(body.enabled === false && before.enabled && { enabled: false, disabledWhy: 'by_hand' as const }),
    };
    const after = { ...before, ...fields };
    await this.#db.transaction(async (m) => {
      await updateWebhook(m, id, fields);
      if (!after.enabled) await failWaiting(m, id, 'the webhook was switched off');
      await this.#note(m, actor, id, 'webhook.changed', noted(before), noted(after));
    });
    await this.#board.refresh();
    return this.#shown(after);
  }

  /** Removes a webhook with its log. @throws AppError not_allowed, not_found */
  async remove(actor: UserActor, id: string): Promise<void> {
    await this.#admit(actor);
    const row = await this.#mustFind(id);
    await this.#db.transaction(async (m) => {
      await removeWebhook(m, id);
      await this.#note(m, actor, id, 'webhook.removed', noted(row), null);
    });
    await this.#board.refresh();
  }

  /**
   * Gives a webhook a new secret; for 24 hours deliveries are signed with the old one too.
   * @throws AppError not_allowed, not_found
   */
  async rotate(actor: UserActor, id: string): Promise<WebhookMade> {
    await this.#admit(actor);
    const before = await this.#mustFind(id);
    const oldSecretUntil = new Date(this.#clock.now() + OVERLAP_MS);
    const fields = { secret: newWebhookSecret(), oldSecret: before.secret, oldSecretUntil };
    await this.#db.transaction(async (m) => {
      await updateWebhook(m, id, fields);
      await this.#note(m, actor, id, 'webhook.secret', null, { oldSecretUntil });
    });
    return { ...this.#shown({ ...before, ...fields }), secret: fields.secret };
  }

  /** Puts a test event on the list. @throws AppError not_allowed, not_found, webhook_disabled */
  async ping(actor: UserActor, id: string): Promise<Delivery> {
    await this.#admit(actor);
    const row = await this.#mustBeOn(id);
    const delivery = newDelivery(id, 'ping', { webhookId: id, name: row.name }, this.#clock.now());
    await this.#db.transaction((m) => insertDeliveries(m, [delivery]));
    this.#onWaiting();
    return shownDelivery(delivery);
  }

  /** @returns what was told to a webhook, newest first @throws AppError not_allowed, not_found */
  async deliveries(
    actor: UserActor,
    id: string,
    query: z.output<typeof deliveriesQuery>,
  ): Promise<{ items: Delivery[]; nextCursor: string | null }> {
    await this.#admit(actor);
    await this.#mustFind(id);
    const filter = { webhookId: id, state: query.state, before: query.cursor, limit: query.limit + 1 };
    const rows = await this.#read((m) => listDeliveries(m, filter));
    const items = rows.slice(0, query.limit).map(shownDelivery);
    return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null };
  }

  /** Sends one delivery again, with the same id. @throws AppError not_allowed, not_found, webhook_disabled */
  async replay(actor: UserActor, id: string, deliveryId: string): Promise<Delivery> {
    await this.#admit(actor);
    await this.#mustBeOn(id);
    const now = new Date(this.#clock.now());
    const row = await this.#db.transaction(async (m) => {
      await replayOne(m, id, deliveryId, now);
      return deliveryById(m, id, deliveryId);
    });
    if (!row) throw new AppError('not_found', 'There is no such delivery.');
    this.#onWaiting();
    return shownDelivery(row);
  }

  /**
   * Sends everything again that was made since a moment and failed.
   * @returns how many deliveries wait now
   * @throws AppError not_allowed, not_found, webhook_disabled
   */
  async replayAll(actor: UserActor, id: string, since: string): Promise<number> {
    await this.#admit(actor);
    await this.#mustBeOn(id);
    const now = new Date(this.#clock.now());
    const count = await this.#db.transaction((m) => replayFailed(m, id, new Date(since), now));
    this.#onWaiting();
    return count;
  }

  async #admit(actor: UserActor): Promise<void> {
    assertAdministersAll(actor, await this.#tree());
  }

  async #mustFind(id: string): Promise<WebhookRow> {
    const row = await this.#read((m) => webhookById(m, id));
    if (!row) throw new AppError('not_found', 'There is no such webhook.');
    return row;
  }

  async #mustBeOn(id: string): Promise<WebhookRow> {
    const row = await this.#mustFind(id);
    if (!row.enabled) throw new AppError('webhook_disabled', 'The webhook is switched off.');
    return row;
  }

  async #note(
    m: EntityManager,
    actor: UserActor,
    id: string,
    action: string,
    before: unknown,
    after: unknown,
  ): Promise<void> {
    // of no unit: only administrators of the whole organisation read it
    await audit(m, actor, this.#clock.now(), [{ action, subject: `webhook:${id}`, unitId: null, before, after }]);
  }

  async #read<T>(query: (m: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await query(this.#db.dataSource.manager);
    } catch (err) {
      throw asAppError(err);
    }
  }

  #shown(row: WebhookRow): WebhookView {
    const { id, name, url, enabled, disabledWhy, oldSecretUntil } = row;
    const overlaps = oldSecretUntil !== null && oldSecretUntil.getTime() > this.#clock.now();
    return {
      ...{ id, name, url, enabled, disabledWhy },
      // written by this program from the same list
      events: row.events.split(' ') as WebhookEvent[],
      failingSince: row.failingSince?.toISOString() ?? null,
      oldSecretUntil: overlaps ? oldSecretUntil.toISOString() : null,
      createdAt: row.createdAt.toISOString(),
    };
  }
}

function eventsText(events: readonly WebhookEvent[]): string {
  return [...new Set(events)].join(' ');
}

/** @returns what the log of changes keeps: no secret */
function noted({ name, url, events, enabled }: WebhookRow): Record<string, unknown> {
  return { name, url, events, enabled };
}

function shownDelivery(row: DeliveryRow): Delivery {
  const { id, event, state, attempts, fault, answer, payload } = row;
  return {
    ...{ id, event, state, attempts, fault, answer, payload },
    status: row.answerStatus,
    createdAt: row.createdAt.toISOString(),
    triedAt: row.triedAt?.toISOString() ?? null,
    nextAt: state === 'waiting' ? row.nextAt.toISOString() : null,
  };
}
