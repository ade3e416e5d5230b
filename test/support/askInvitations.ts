import { inMinutes } from './briefing.ts';
import { ofSides, standing } from './ask.ts';
import type { Ask, Asks } from './ask.ts';
import { PEOPLE } from './world.ts';
import type { Side, World } from './world.ts';

const answer = { answer: 'registered', headCount: 3, delegates: [{ name: 'Nguyễn Văn A' }] };

/** A meeting to which its endpoints were invited by mail. */
const invited = (world: World) =>
  standing(world, 'invited', async (side) => {
    const id = await world.meeting(side);
    await world.admin('post', `/meetings/${id}/invitations`, mailTo(world, side));
    return id;
  });

function mailTo(world: World, side: Side) {
  const recipients = world.places[side].invited.map((endpointId) => ({ endpointId, emails: ['diemcau@example.test'] }));
  return { recipients };
}

const at = (below: string, extra: (world: World, side: Side) => object = () => ({})): Ask => ({
  kind: 'one',
  make: async ({ world, side }) => ({
    path: `/meetings/${(await invited(world))[side]}${below}`,
    ...extra(world, side),
  }),
});

/** The endpoint of the branch, where a side invites it. */
const endpointOf = (world: World, side: Side) => world.places[side === 'above' ? 'own' : side].endpointId;

async function newFeed(world: World, by: 'administratorOfAll' | 'operator', side: Side) {
  const body = { endpointId: world.places[side].endpointId };
  return world.good(by, { method: 'post', path: '/feeds', body });
}

/** How the routes of invitations, registrations and calendars are called. */
export const INVITATION_ASKS: Asks = {
  'post /meetings/{id}/invitations': at('/invitations', (world, side) => ({ body: mailTo(world, side) })),
  'post /meetings/{id}/invitations/remind': at('/invitations/remind'),
  'get /meetings/{id}/letter.pdf': at('/letter.pdf'),
  'get /meetings/{id}/registrations': at('/registrations'),
  'get /meetings/{id}/registrations (of the meeting above)': {
    kind: 'list',
    make: async ({ world }) => ({ path: `/meetings/${(await invited(world)).above}/registrations` }),
    shows: async (world) => ofSides(world, (side) => world.places[side].endpointId),
  },
  'put /meetings/{id}/registrations/{endpointId}': {
    kind: 'one',
    make: async ({ world, side }) => ({
      path: `/meetings/${(await invited(world))[side]}/registrations/${endpointOf(world, side)}`,
      body: answer,
    }),
  },
  'put /meetings/{id}/registrations/{endpointId} (for the endpoint above)': {
    kind: 'plain',
    make: async ({ world }) => ({
      path: `/meetings/${(await invited(world)).above}/registrations/${world.places.above.endpointId}`,
      body: answer,
    }),
  },
  'get /invitation/{secret}': {
    kind: 'plain',
    make: async ({ world }) => {
      const { own } = await invited(world);
      return { path: `/invitation/${world.linkOf(own, world.places.own.endpointId)}` };
    },
  },
  'put /invitation/{secret}/meetings/{id}': {
    kind: 'plain',
    make: async ({ world }) => {
      const { own } = await invited(world);
      return { path: `/invitation/${world.linkOf(own, world.places.own.endpointId)}/meetings/${own}`, body: answer };
    },
  },
  'put /invitation/{secret}/meetings/{id} (another meeting)': {
    kind: 'plain',
    make: async ({ world }) => {
      const { own, foreign } = await invited(world);
      return {
        path: `/invitation/${world.linkOf(own, world.places.own.endpointId)}/meetings/${foreign}`,
        body: answer,
      };
    },
  },
  'get /feeds': {
    kind: 'plain',
    make: () => ({ path: '/feeds' }),
  },
  'post /feeds': {
    kind: 'one',
    make: ({ world, side }) => ({ path: '/feeds', body: { endpointId: world.places[side].endpointId } }),
  },
  'delete /feeds/{id}': {
    kind: 'one',
    sides: ['own', 'foreign'],
    personal: true,
    make: async ({ world, side, caller }) => {
      const body = {};
      const other = caller === 'operator' ? 'technician' : 'operator';
      const by = side === 'own' && PEOPLE.includes(caller) ? caller : other;
      return { path: `/feeds/${(await world.good(by, { method: 'post', path: '/feeds', body })).id}` };
    },
  },
  'get /calendar/{file}': {
    kind: 'plain',
    make: async ({ world }) => {
      world.standing['calendar'] ??= ofSides(world, () => '');
      world.standing['calendar'].own ||= (await newFeed(world, 'operator', 'own')).url;
      return { path: new URL(world.standing['calendar'].own).pathname.replace('/api/v1', '') };
    },
  },
  'get /public/meetings': {
    kind: 'plain',
    make: () => ({ path: `/public/meetings?from=${encodeURIComponent(inMinutes(0))}` }),
  },
  'get /public/meetings.ics': { kind: 'plain', make: () => ({ path: '/public/meetings.ics' }) },
};
