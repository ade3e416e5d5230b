import { z } from 'zod';
import { defineRoute } from '../http/route.ts';
import type { Route } from '../http/route.ts';
import { id } from '../protocol/ids.ts';
import {
  changeWebhookBody,
  deliveriesQuery,
  delivery,
  replayBody,
  replayed,
  webhook,
  webhookBody,
  webhookList,
  webhookMade,
} from '../protocol/integrations.ts';
import { listOf } from '../protocol/rest.ts';
import type { Webhooks } from './webhooks.ts';

const byId = z.strictObject({ id });
const ofDelivery = z.strictObject({ id, deliveryId: id });

/** @returns the routes of webhooks and of what was told to them, for administrators of the whole organisation */
export function webhookRoutes(webhooks: Webhooks): Route[] {
  return [...keepingRoutes(webhooks), ...deliveryRoutes(webhooks)];
}

function keepingRoutes(webhooks: Webhooks): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/webhooks',
      paged: true,
      summary: 'All webhooks, oldest first',
      access: 'user',
      answer: webhookList,
      handle: async ({ actor }) => ({ items: await webhooks.list(actor), nextCursor: null }),
    }),
    defineRoute({
      method: 'post',
      path: '/webhooks',
      summary: 'Makes a webhook that is told of events; its secret is shown this once',
      access: 'user',
      limit: { points: 120, seconds: 60, by: 'actor' },
      body: webhookBody,
      answer: webhookMade,
      status: 201,
      errors: ['webhook_refused', 'limit_reached'],
      handle: ({ actor, body }) => webhooks.make(actor, body),
    }),
    defineRoute({
      method: 'patch',
      path: '/webhooks/:id',
      summary: 'Changes a webhook, or switches it off or on',
      access: 'user',
      params: byId,
      body: changeWebhookBody,
      answer: webhook,
      errors: ['not_found', 'webhook_refused'],
      handle: ({ actor, params, body }) => webhooks.change(actor, params.id, body),
    }),
    defineRoute({
      method: 'delete',
      path: '/webhooks/:id',
      summary: 'Removes a webhook with the log of its deliveries',
      access: 'user',
      params: byId,
      errors: ['not_found'],
      handle: ({ actor, params }) => webhooks.remove(actor, params.id),
    }),
    defineRoute({
      method: 'post',
      path: '/webhooks/:id/secret',
      summary: 'Gives a webhook a new secret, shown this once; the old one signs too for 24 hours',
      access: 'user',
      params: byId,
      answer: webhookMade,
      // a secret is made, so that an Idempotency-Key keeps a repeated call from losing the one before
      status: 201,
      errors: ['not_found'],
      handle: ({ actor, params }) => webhooks.rotate(actor, params.id),
    }),
  ];
}

function deliveryRoutes(webhooks: Webhooks): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/webhooks/:id/ping',
      summary: 'Sends a test event',
      access: 'user',
      limit: { points: 120, seconds: 60, by: 'actor' },
      params: byId,
      answer: delivery,
      status: 201,
      errors: ['not_found', 'webhook_disabled'],
      handle: ({ actor, params }) => webhooks.ping(actor, params.id),
    }),
    defineRoute({
      method: 'get',
      path: '/webhooks/:id/deliveries',
      summary: 'What was told to a webhook within 30 days, newest first',
      access: 'user',
      params: byId,
      query: deliveriesQuery.extend({ cursor: id.optional() }),
      answer: listOf(delivery),
      errors: ['not_found'],
      handle: ({ actor, params, query }) => webhooks.deliveries(actor, params.id, query),
    }),
    defineRoute({
      method: 'post',
      path: '/webhooks/:id/deliveries/:deliveryId/replay',
      summary: 'Sends a delivery again, with the same id',
      access: 'user',
      params: ofDelivery,
      answer: delivery,
      errors: ['not_found', 'webhook_disabled'],
      handle: ({ actor, params }) => webhooks.replay(actor, params.id, params.deliveryId),
    }),
    defineRoute({
      method: 'post',
      path: '/webhooks/:id/replay',
      summary: 'Sends everything again that was made since a moment and failed',
      access: 'user',
      params: byId,
      body: replayBody,
      answer: replayed,
      errors: ['not_found', 'webhook_disabled'],
      handle: async ({ actor, params, body }) => ({
        deliveries: await webhooks.replayAll(actor, params.id, body.since),
      }),
    }),
  ];
}
