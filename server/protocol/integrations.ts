import { z } from 'zod';
import { id, time } from './ids.ts';
import { DELIVERY_STATES, SCOPES, WEBHOOK_EVENTS } from './integrationNames.ts';
import { listOf, listQuery } from './rest.ts';

/** Tokens by which programs use the API, and webhooks by which they are told of events. */

export { DELIVERY_STATES, SCOPES, WEBHOOK_EVENTS } from './integrationNames.ts';
export type { Scope, WebhookEvent } from './integrationNames.ts';

const name = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^\P{Cc}*$/u, 'without control characters');

export const apiTokenBody = z.strictObject({
  name,
  scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length),
  /** in the future, at most two years ahead; one year when left out */
  expiresAt: time.optional(),
  /** the caller's own, asked again: a token outlives the sign-in */
  password: z.string().min(1).max(200),
});
export const apiToken = z.object({
  id,
  name: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  /** how the token begins, to tell it from others */
  hint: z.string(),
  createdAt: time,
  expiresAt: time,
  /** to the hour; null: never used */
  lastUsedAt: time.nullable(),
});
export type ApiToken = z.infer<typeof apiToken>;
export const apiTokenList = listOf(apiToken);
/** `token` is shown this once. */
export const apiTokenMade = apiToken.extend({ token: z.string() });
export type ApiTokenMade = z.infer<typeof apiTokenMade>;
/** A token as administrators see it. */
export const ownedApiToken = apiToken.extend({
  user: z.object({ id, username: z.string(), displayName: z.string() }),
});
export type OwnedApiToken = z.infer<typeof ownedApiToken>;

const address = z.string().trim().min(8).max(500);
const events = z.array(z.enum(WEBHOOK_EVENTS)).min(1).max(WEBHOOK_EVENTS.length);
export const webhookBody = z.strictObject({ name, url: address, events });
export const changeWebhookBody = z.strictObject({
  name: name.optional(),
  url: address.optional(),
  events: events.optional(),
  enabled: z.boolean().optional(),
});
export const webhook = z.object({
  id,
  name: z.string(),
  url: z.string(),
  events: z.array(z.enum(WEBHOOK_EVENTS)),
  enabled: z.boolean(),
  /** why it is off: an administrator switched it off, five days of failures, or the receiver answered 410 */
  disabledWhy: z.enum(['by_hand', 'failing', 'gone']).nullable(),
  /** since when every delivery failed; null: the last one arrived */
  failingSince: time.nullable(),
  /** until when deliveries are signed with the old secret too */
  oldSecretUntil: time.nullable(),
  createdAt: time,
});
export type WebhookView = z.infer<typeof webhook>;
export const webhookList = listOf(webhook);
/** `secret` is shown this once. */
export const webhookMade = webhook.extend({ secret: z.string() });
export type WebhookMade = z.infer<typeof webhookMade>;

export const deliveriesQuery = listQuery.extend({ state: z.enum(DELIVERY_STATES).optional() });
export const delivery = z.object({
  /** the `webhook-id` that the receiver gets, the same in every attempt */
  id,
  /** one of the events, or `ping` */
  event: z.string(),
  state: z.enum(DELIVERY_STATES),
  attempts: z.number().int(),
  createdAt: time,
  triedAt: time.nullable(),
  /** of the next attempt; null: there is none */
  nextAt: time.nullable(),
  /** HTTP status of the last answer; null: there was none */
  status: z.number().int().nullable(),
  /** why the last attempt failed */
  fault: z.string().nullable(),
  /** beginning of the last answer's body */
  answer: z.string().nullable(),
  /** the body that is sent, JSON text */
  payload: z.string(),
});
export type Delivery = z.infer<typeof delivery>;
export const replayBody = z.strictObject({ since: time });
export const replayed = z.object({ deliveries: z.number().int() });
