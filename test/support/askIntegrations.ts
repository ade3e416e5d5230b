import type { Ask, Asks } from './ask.ts';
import { PEOPLE } from './world.ts';
import type { Caller, World } from './world.ts';

const body = { name: 'Hệ thống lịch', url: 'http://127.0.0.1:9/moc', events: ['meeting.created'] };

async function newWebhook(world: World): Promise<string> {
  return (await world.admin('post', '/webhooks', { ...body, name: world.fresh('Móc') })).id;
}

async function newToken(world: World, by: Caller): Promise<string> {
  const made = { name: world.fresh('Thẻ'), scopes: ['meetings:read'], password: world.callers[by].password };
  return (await world.good(by, { method: 'post', path: '/me/api-tokens', body: made })).id;
}

/** Webhooks concern the whole organisation, so who administers a part of it has none. */
const atWebhook = (below: string, extra: object = {}): Ask => ({
  kind: 'plain',
  make: async ({ world }) => {
    world.standing['webhook'] ??= { own: await newWebhook(world), above: '', foreign: '' };
    return { path: `/webhooks/${world.standing['webhook'].own}${below}`, ...extra };
  },
});

async function nodeOf(world: World): Promise<string> {
  return (await world.admin('get', '/sfu/nodes')).items[0].node;
}

/** How the routes of API tokens, webhooks and media servers are called. */
export const INTEGRATION_ASKS: Asks = {
  'get /sfu/nodes': { kind: 'plain', make: () => ({ path: '/sfu/nodes' }) },
  'post /sfu/nodes/{node}/drain': {
    kind: 'plain',
    make: async ({ world }) => ({
      path: `/sfu/nodes/${encodeURIComponent(await nodeOf(world))}/drain`,
      body: { draining: false },
    }),
  },
  'post /sfu/nodes/{node}/workers/{worker}/drain': {
    kind: 'plain',
    make: async ({ world }) => ({
      path: `/sfu/nodes/${encodeURIComponent(await nodeOf(world))}/workers/0/drain`,
      body: { draining: false },
    }),
  },
  'get /me/api-tokens': { kind: 'plain', make: () => ({ path: '/me/api-tokens' }) },
  'post /me/api-tokens': {
    kind: 'plain',
    personal: true,
    make: ({ world, caller }) => ({
      path: '/me/api-tokens',
      body: {
        name: world.fresh('Thẻ'),
        scopes: ['meetings:read'],
        password: world.callers[caller].password || 'khong-co',
      },
    }),
  },
  'delete /me/api-tokens/{id}': {
    kind: 'one',
    sides: ['own', 'foreign'],
    personal: true,
    make: async ({ world, side, caller }) => {
      const other = caller === 'operator' ? 'technician' : 'operator';
      const by = side === 'own' && PEOPLE.includes(caller) ? caller : other;
      return { path: `/me/api-tokens/${await newToken(world, by)}` };
    },
  },
  'get /api-tokens': { kind: 'plain', make: () => ({ path: '/api-tokens' }) },
  'delete /api-tokens/{id}': {
    kind: 'plain',
    once: true,
    make: async ({ world }) => ({ path: `/api-tokens/${await newToken(world, 'operator')}` }),
  },
  'get /webhooks': { kind: 'plain', make: () => ({ path: '/webhooks' }) },
  'post /webhooks': {
    kind: 'plain',
    make: ({ world }) => ({ path: '/webhooks', body: { ...body, name: world.fresh('Móc') } }),
  },
  'patch /webhooks/{id}': atWebhook('', { body: { name: 'Tên khác' } }),
  'delete /webhooks/{id}': {
    kind: 'plain',
    once: true,
    make: async ({ world }) => ({ path: `/webhooks/${await newWebhook(world)}` }),
  },
  'post /webhooks/{id}/secret': atWebhook('/secret'),
  'post /webhooks/{id}/ping': atWebhook('/ping'),
  'get /webhooks/{id}/deliveries': atWebhook('/deliveries'),
  'post /webhooks/{id}/deliveries/{deliveryId}/replay': {
    kind: 'plain',
    make: async ({ world }) => {
      const id = await newWebhook(world);
      const { id: deliveryId } = await world.admin('post', `/webhooks/${id}/ping`);
      return { path: `/webhooks/${id}/deliveries/${deliveryId}/replay` };
    },
  },
  'post /webhooks/{id}/replay': atWebhook('/replay', { body: { since: new Date(Date.now() - 60_000).toISOString() } }),
};
