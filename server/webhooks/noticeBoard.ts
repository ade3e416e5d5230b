import type { EntityManager } from 'typeorm';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/dataSource.ts';
import { newId } from '../db/uuid.ts';
import type { WebhookEvent } from '../protocol/integrations.ts';
import { insertDeliveries } from './delivery.store.ts';
import type { News } from './news.ts';
import type { DeliveryRow } from './webhook.entity.ts';
import { listWebhooks } from './webhook.store.ts';

/** Who listens to what. */
interface Listener {
  id: string;
  events: ReadonlySet<string>;
}

/**
 * Turns events into deliveries, in the transaction of what happened: both are stored, or neither. Who listens is held in
 * memory, so that without a webhook nothing is asked and nothing is written; other control planes learn of a new webhook
 * within seconds.
 */
export class NoticeBoard {
  readonly #db: Database;
  readonly #clock: Clock;
  #listeners: readonly Listener[] = [];
  #asked = 0;
  #read = 0;
  #onPosted: () => void = () => undefined;

  /** Wires the parts; nobody listens before the first `refresh`. */
  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Told that deliveries were put on the list; their transaction may still be under way. It must not throw. */
  onPosted(listener: () => void): void {
    this.#onPosted = listener;
  }

  /** Reads who listens. */
  async refresh(): Promise<void> {
    const turn = ++this.#asked;
    const rows = await listWebhooks(this.#db.dataSource.manager);
    // one that was asked later may be answered sooner, and knows more
    if (turn < this.#read) return;
    this.#read = turn;
    this.#listeners = rows
      .filter((row) => row.enabled)
      .map((row) => ({ id: row.id, events: new Set(row.events.split(' ')) }));
  }

  /** @returns whether anybody listens to one of the events */
  isHeard(...events: WebhookEvent[]): boolean {
    return this.#listeners.some((one) => events.some((event) => one.events.has(event)));
  }

  /** Writes a delivery for every listener of every event, within the transaction of what happened. */
  async post(m: EntityManager, news: readonly News[]): Promise<void> {
    const rows: DeliveryRow[] = [];
    for (const { event, data } of news) {
      for (const one of this.#listeners) {
        if (one.events.has(event)) rows.push(newDelivery(one.id, event, data, this.#clock.now()));
      }
    }
    if (rows.length === 0) return;
    await insertDeliveries(m, rows);
    this.#onPosted();
  }
}

/** @param now epoch milliseconds @returns a delivery that is due at once; its body is written here, so that attempts never differ */
export function newDelivery(webhookId: string, event: string, data: unknown, now: number): DeliveryRow {
  const at = new Date(now);
  return {
    id: newId(now),
    webhookId,
    event,
    payload: JSON.stringify({ type: event, timestamp: at.toISOString(), data }),
    state: 'waiting',
    attempts: 0,
    nextAt: at,
    claimedUntil: null,
    answerStatus: null,
    fault: null,
    answer: null,
    createdAt: at,
    triedAt: null,
  };
}
