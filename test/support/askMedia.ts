import type { SfuNodeView } from '../../server/protocol/nodes.ts';
import type { Ask, Asks } from './ask.ts';

/** Media servers serve the whole organisation; what nobody has taken out is put back, so that nothing changes. */
const atNode = (below: string): Ask => ({
  kind: 'plain',
  make: async ({ world }) => {
    const { items } = (await world.admin('get', '/sfu/nodes')) as { items: SfuNodeView[] };
    return { path: `/sfu/nodes/${items[0]?.node}${below}/drain`, body: { draining: false } };
  },
});

/** How the routes of media servers are called. */
export const MEDIA_ASKS: Asks = {
  'get /sfu/nodes': { kind: 'plain', make: () => ({ path: '/sfu/nodes' }) },
  'post /sfu/nodes/{node}/drain': atNode(''),
  'post /sfu/nodes/{node}/workers/{worker}/drain': atNode('/workers/0'),
};
