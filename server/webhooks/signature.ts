import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** What a delivery is signed with. */
export interface Secrets {
  secret: string;
  oldSecret: string | null;
  oldSecretUntil: Date | null;
}

/** How long the old secret signs beside the new one, milliseconds. */
export const OVERLAP_MS = 24 * 3_600_000;

/** @returns a new secret: 256 random bits in the form of Standard Webhooks */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/**
 * @param now epoch milliseconds
 * @returns the three headers of Standard Webhooks; while a new secret is being taken over, one signature of each
 */
export function signedHeaders(id: string, body: string, secrets: Secrets, now: number): Record<string, string> {
  const at = new Date(now);
  const { secret, oldSecret, oldSecretUntil } = secrets;
  const all = oldSecret !== null && oldSecretUntil !== null && oldSecretUntil > at ? [secret, oldSecret] : [secret];
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now / 1000)),
    'webhook-signature': all.map((one) => new Webhook(one).sign(id, at, body)).join(' '),
  };
}
