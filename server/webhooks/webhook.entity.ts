import { EntitySchema } from 'typeorm';
import {
  flagColumn,
  idColumn,
  index,
  intColumn,
  longTextColumn,
  refColumn,
  textColumn,
  timeColumn,
} from '../db/columns.ts';
import type { DELIVERY_STATES } from '../protocol/integrations.ts';

/** An address that is told of events. */
export interface WebhookRow {
  id: string;
  name: string;
  url: string;
  /** events with blanks between */
  events: string;
  /** `whsec_...`, as it is: it has to be at hand to sign, and who reads this table can read the payloads' sources too */
  secret: string;
  /** the secret before the last change, which signs too for a while */
  oldSecret: string | null;
  oldSecretUntil: Date | null;
  enabled: boolean;
  disabledWhy: 'by_hand' | 'failing' | 'gone' | null;
  failingSince: Date | null;
  createdAt: Date;
}

/** One event for one webhook. No key to the webhook: a meeting must not fail because its listener goes away meanwhile. */
export interface DeliveryRow {
  id: string;
  webhookId: string;
  event: string;
  /** JSON text that is sent */
  payload: string;
  state: (typeof DELIVERY_STATES)[number];
  /** since the delivery was made or replayed */
  attempts: number;
  nextAt: Date;
  /** until then one control plane tries to send it */
  claimedUntil: Date | null;
  answerStatus: number | null;
  fault: string | null;
  answer: string | null;
  createdAt: Date;
  triedAt: Date | null;
}

export const webhookEntity = new EntitySchema<WebhookRow>({
  name: 'webhook',
  columns: {
    id: idColumn(),
    name: textColumn('name', 120),
    url: textColumn('url', 500),
    events: textColumn('events', 500),
    secret: textColumn('secret', 80),
    oldSecret: textColumn('old_secret', 80, { nullable: true }),
    oldSecretUntil: timeColumn('old_secret_until', { nullable: true }),
    enabled: flagColumn('enabled'),
    disabledWhy: textColumn('disabled_why', 20, { nullable: true }),
    failingSince: timeColumn('failing_since', { nullable: true }),
    createdAt: timeColumn('created_at'),
  },
});

export const deliveryEntity = new EntitySchema<DeliveryRow>({
  name: 'webhook_delivery',
  columns: {
    id: idColumn(),
    webhookId: refColumn('webhook_id'),
    event: textColumn('event', 40),
    payload: longTextColumn('payload'),
    state: textColumn('state', 20),
    attempts: intColumn('attempts'),
    nextAt: timeColumn('next_at'),
    claimedUntil: timeColumn('claimed_until', { nullable: true }),
    answerStatus: intColumn('answer_status', { nullable: true }),
    fault: textColumn('fault', 300, { nullable: true }),
    answer: textColumn('answer', 500, { nullable: true }),
    createdAt: timeColumn('created_at'),
    triedAt: timeColumn('tried_at', { nullable: true }),
  },
  indices: [index('webhook_delivery_due', ['state', 'nextAt']), index('webhook_delivery_webhook', ['webhookId', 'id'])],
});
