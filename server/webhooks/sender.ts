import { AsyncLocalStorage } from 'node:async_hooks';
import { insertAudit } from '../audit.store.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/dataSource.ts';
import { newId } from '../db/uuid.ts';
import type { Log } from '../log.ts';
import type { AddressGuard } from './address.ts';
import {
  claimDelivery,
  dropOf,
  dropSettled,
  dueOf,
  dueWebhooks,
  failWaiting,
  settleDelivery,
} from './delivery.store.ts';
import type { NoticeBoard } from './noticeBoard.ts';
import { post } from './post.ts';
import type { Posted } from './post.ts';
import { failsTooLong, pauseAfter } from './schedule.ts';
import { signedHeaders } from './signature.ts';
import type { DeliveryRow, WebhookRow } from './webhook.entity.ts';
import { noteFailing, switchOff, updateWebhook, webhookById } from './webhook.store.ts';

/** How often the sender looks, and how soon after an event; milliseconds. */
const EVERY_MS = 5_000;
const SOON_MS = 100;
/** How long one control plane keeps a delivery to itself: well over what a receiver may take, milliseconds. */
const CLAIM_MS = 60_000;
const AT_ONCE = 20;
/** A stop waits so long for what is being broken off, milliseconds: nothing may keep the rest of the program open. */
const STOP_MS = 5_000;
/** The log of deliveries goes back so far, milliseconds; it is cleared once an hour. */
const KEPT_MS = 30 * 24 * 3_600_000;
const CLEAR_EVERY_MS = 3_600_000;

/** What the sender works with. */
export interface SenderParts {
  db: Database;
  clock: Clock;
  log: Log;
  guard: AddressGuard;
  board: NoticeBoard;
}

/**
 * Sends the deliveries that wait in the database, each webhook's one after the other and all webhooks beside each other, so
 * that a slow receiver keeps nobody waiting but itself. Several control planes share the work; none sends what another one is
 * sending.
 */
export class WebhookSender {
  readonly #parts: SenderParts;
  readonly #lanes = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | null = null;
  #soon: NodeJS.Timeout | null = null;
  #cleared = 0;
  #outside: ReturnType<typeof AsyncLocalStorage.snapshot> = (fn, ...args) => fn(...args);
  readonly #stop = new AbortController();

  /** Wires the parts; nothing is sent before `start`. */
  constructor(parts: SenderParts) {
    this.#parts = parts;
  }

  /** Looks now and then every five seconds, and soon after each event. */
  start(): void {
    this.#outside = AsyncLocalStorage.snapshot();
    this.#timer ??= setInterval(() => void this.work(), EVERY_MS);
    this.#parts.board.onPosted(() => this.nudge());
    void this.work();
  }

  /** Looks soon: what was just written may not be committed yet. Does nothing before `start`. */
  nudge(): void {
    if (this.#timer === null || this.#soon !== null) return;
    // not from within the transaction that nudges: by then it may be over, and what it began is refused
    this.#soon = this.#outside(() =>
      setTimeout(() => {
        this.#soon = null;
        void this.work();
      }, SOON_MS),
    );
  }

  /** Stops for good. What is being sent is broken off and counts as not tried; its claim runs out within a minute. */
  async stop(): Promise<void> {
    this.#stop.abort();
    if (this.#timer) clearInterval(this.#timer);
    if (this.#soon) clearTimeout(this.#soon);
    this.#timer = null;
    this.#soon = null;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((done) => (timer = setTimeout(done, STOP_MS)));
    await Promise.race([Promise.all(this.#lanes.values()), late]);
    clearTimeout(timer);
  }

  /** Sends what is due; resolves when all of it was tried. A webhook that is being served is not doubled. Never throws. */
  async work(): Promise<void> {
    const { db, clock, board } = this.#parts;
    try {
      await board.refresh();
      await this.#clear();
      for (const id of await dueWebhooks(db.dataSource.manager, new Date(clock.now()))) this.#openLane(id);
    } catch (err) {
      this.#warn(err);
    }
    await Promise.all(this.#lanes.values());
  }

  #openLane(webhookId: string): void {
    if (this.#lanes.has(webhookId) || this.#stop.signal.aborted) return;
    const lane = this.#serve(webhookId)
      .catch((err: unknown) => this.#warn(err))
      .finally(() => this.#lanes.delete(webhookId));
    this.#lanes.set(webhookId, lane);
  }

  async #serve(webhookId: string): Promise<void> {
    const { db, clock } = this.#parts;
    for (;;) {
      const due = await dueOf(db.dataSource.manager, webhookId, new Date(clock.now()), AT_ONCE);
      for (const delivery of due) if (!(await this.#send(delivery))) return;
      if (due.length < AT_ONCE) return;
    }
  }

  /** @returns whether to go on with the webhook now: after a failure the others wait for the next look */
  async #send(delivery: DeliveryRow): Promise<boolean> {
    const { db, clock, guard } = this.#parts;
    const now = clock.now();
    const until = new Date(now + CLAIM_MS);
    if (!(await db.transaction((m) => claimDelivery(m, delivery, new Date(now), until)))) return true;
    // read after the claim: secret, address and switch as they are now
    const webhook = await webhookById(db.dataSource.manager, delivery.webhookId);
    if (!webhook) {
      await db.transaction((m) => dropOf(m, delivery.webhookId));
      return false;
    }
    if (!webhook.enabled) {
      await db.transaction((m) => failWaiting(m, webhook.id, 'the webhook is switched off'));
      return false;
    }
    const headers = signedHeaders(delivery.id, delivery.payload, webhook, now);
    const { signal } = this.#stop;
    const posted = await post(guard, webhook.url, headers, delivery.payload, signal);
    if (signal.aborted && posted.fault !== null) return false;
    await this.#settle(webhook, delivery, posted);
    return posted.fault === null;
  }

  async #settle(webhook: WebhookRow, delivery: DeliveryRow, posted: Posted): Promise<void> {
    const { db, clock, log, board } = this.#parts;
    const at = new Date(clock.now());
    const { status, fault, answer } = posted;
    const attempts = delivery.attempts + 1;
    const tried = { attempts, answerStatus: status, fault, answer, triedAt: at };
    if (fault === null) {
      await db.transaction(async (m) => {
        await settleDelivery(m, delivery.id, { ...tried, state: 'delivered' });
        if (webhook.failingSince !== null) await updateWebhook(m, webhook.id, { failingSince: null });
      });
      return;
    }
    const pause = pauseAfter(attempts);
    const next: Partial<DeliveryRow> =
      pause === null ? { state: 'failed' } : { nextAt: new Date(at.getTime() + pause) };
    log.info({ webhookId: webhook.id, deliveryId: delivery.id, attempts, fault }, 'a webhook was not taken');
    const why = offWhy(webhook, status, at.getTime());
    await db.transaction(async (m) => {
      await settleDelivery(m, delivery.id, { ...tried, ...next });
      await noteFailing(m, webhook.id, at);
      if (why === null || !(await switchOff(m, webhook, why))) return;
      await failWaiting(m, webhook.id, 'the webhook was switched off');
      await insertAudit(m, [switchedOff(webhook, why, at, fault)]);
    });
    if (why !== null) await board.refresh();
  }

  async #clear(): Promise<void> {
    const { db, clock } = this.#parts;
    const now = clock.now();
    if (now - this.#cleared < CLEAR_EVERY_MS) return;
    this.#cleared = now;
    let dropped: number;
    do dropped = await db.transaction((m) => dropSettled(m, new Date(now - KEPT_MS)));
    while (dropped > 0 && !this.#stop.signal.aborted);
  }

  #warn(err: unknown): void {
    this.#parts.log.warn({ err }, 'webhooks could not be sent; it is tried again');
  }
}

/** @returns why a webhook is to be switched off after a failure; null: it is not */
function offWhy({ failingSince }: WebhookRow, status: number | null, now: number): 'failing' | 'gone' | null {
  // by Standard Webhooks a receiver that answers 410 wants no more
  if (status === 410) return 'gone';
  return failingSince !== null && failsTooLong(failingSince.getTime(), now) ? 'failing' : null;
}

/** @returns the entry of the log of changes; nobody did it */
function switchedOff(webhook: WebhookRow, why: string, at: Date, fault: string) {
  const after = { name: webhook.name, url: webhook.url, why, failingSince: webhook.failingSince, fault };
  return {
    id: newId(at.getTime()),
    at,
    actor: 'system',
    actorName: 'Nhịp Cầu',
    action: 'webhook.disabled',
    subject: `webhook:${webhook.id}`,
    unitId: null,
    before: null,
    after: JSON.stringify(after),
  };
}
