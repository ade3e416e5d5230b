/** Names of tokens and webhooks, apart from their schemas so that the browser loads no validator for them. */

/** What an API token may be good for. Writing does not include reading. */
export const SCOPES = [
  'directory:read',
  'directory:write',
  'meetings:read',
  'meetings:write',
  'sessions:read',
  'sessions:write',
  'invitations:read',
  'invitations:write',
  'audit:read',
] as const;
export type Scope = (typeof SCOPES)[number];

/** What webhooks can be told of. */
export const WEBHOOK_EVENTS = [
  'meeting.created',
  'meeting.changed',
  'meeting.cancelled',
  'session.started',
  'session.ended',
  'endpoint.changed',
  'registration.changed',
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** How a delivery stands. */
export const DELIVERY_STATES = ['waiting', 'delivered', 'failed'] as const;
