import { ofSides, standing } from './ask.ts';
import type { Aim, Ask, Asks } from './ask.ts';
import type { Caller, Side, World } from './world.ts';

const PDF = Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');
/** Those of the branch who plan its meetings, and so may ask others to make way. */
const PLANNERS: readonly Caller[] = ['administratorOfAll', 'administrator', 'chairperson'];
const reason = 'Có việc đột xuất';
const repeated = (world: World) => ({ ...world.distantSlot(), recurrence: { rrule: 'FREQ=DAILY;COUNT=2' } });

const meetings = (world: World) => standing(world, 'meeting', (side) => world.meeting(side));
const drafts = (world: World) => standing(world, 'draft', (side) => world.meeting(side, { status: 'draft' }));
const series = (world: World) =>
  standing(world, 'series', async (side) => {
    const made = await world.admin('post', '/meetings', world.wish(side, repeated(world)));
    return made.series.id;
  });
const documents = (world: World) =>
  standing(world, 'document', async (side) => paper(world, (await meetings(world))[side]));
const templates = (world: World) =>
  standing(
    world,
    'template',
    async (side) => (await world.admin('post', '/meeting-templates', newTemplate(world, side))).id,
  );
const sessions = (world: World) =>
  standing(world, 'session', async (side) => {
    return (await world.admin('post', `/meetings/${await world.meeting(side)}/start`)).sessionId;
  });
const giveWays = (world: World) => standing(world, 'giveWay', (side) => asked(world, 'administratorOfAll', side));

async function paper(world: World, meetingId: string): Promise<string> {
  const file = { type: 'application/pdf', bytes: PDF };
  return (await world.admin('post', `/meetings/${meetingId}/documents?name=a.pdf`, undefined, file)).id;
}

function newTemplate(world: World, side: Side) {
  const { unitId } = world.places[side];
  return { name: world.fresh('Mẫu'), unitId, form: { title: 'Giao ban', endpointIds: world.reach(side) } };
}

function wayBody(world: World, unitId: string) {
  return { unitId, title: 'Họp khẩn', ...world.slot(), reason };
}

/** @returns a request to make way that somebody made for the branch, or for all */
async function asked(world: World, by: Caller, side: Side): Promise<string> {
  const unitId = by === 'administratorOfAll' ? world.places.above.unitId : world.branchId;
  const path = `/meetings/${(await meetings(world))[side]}/give-way`;
  return (await world.good(by, { method: 'post', path, body: wayBody(world, unitId) })).id;
}

/** Aimed at a meeting that stands. */
const atMeeting = (below = '', extra: (aim: Aim) => object = () => ({})): Ask => ({
  kind: 'one',
  make: async (aim) => ({ path: `/meetings/${(await meetings(aim.world))[aim.side]}${below}`, ...extra(aim) }),
});
/** Aimed at a meeting that the call changes for good. */
const atNewMeeting = (
  below = '',
  extra: { body?: object } = {},
  make = (world: World, side: Side) => world.meeting(side),
): Ask => ({
  kind: 'one',
  once: true,
  make: async ({ world, side }) => ({ path: `/meetings/${await make(world, side)}${below}`, ...extra }),
});
const atSession = (below = '', extra: object = {}): Ask => ({
  kind: 'one',
  make: async ({ world, side }) => ({ path: `/sessions/${(await sessions(world))[side]}${below}`, ...extra }),
});
const draft = (world: World, side: Side) => world.meeting(side, { status: 'draft' });
const submitted = async (world: World, side: Side) => {
  const id = await draft(world, side);
  await world.admin('post', `/meetings/${id}/submit`);
  return id;
};

/** How the routes of meetings and sessions are called. */
export const MEETING_ASKS: Asks = {
  'get /meetings': { kind: 'list', make: () => ({ path: '/meetings?limit=500' }), shows: meetings },
  'get /meetings (drafts)': { kind: 'list', make: () => ({ path: '/meetings?limit=500&status=draft' }), shows: drafts },
  'post /meetings': {
    kind: 'one',
    once: true,
    make: ({ world, side }) => ({ path: '/meetings', body: world.wish(side) }),
  },
  'post /meetings (a series)': {
    kind: 'one',
    once: true,
    make: ({ world, side }) => ({ path: '/meetings', body: world.wish(side, repeated(world)) }),
  },
  'post /meetings (a draft)': {
    kind: 'one',
    once: true,
    make: ({ world, side }) => ({ path: '/meetings', body: world.wish(side, { status: 'draft' }) }),
  },
  'post /meetings (hosted by the own unit, with endpoints of a side)': {
    kind: 'one',
    once: true,
    make: ({ world, side }) => {
      return { path: '/meetings', body: world.wish(side, { hostUnitId: world.places.own.unitId }) };
    },
  },
  'get /meetings/{id}': atMeeting(),
  'get /meetings/{id} (a draft)': {
    kind: 'one',
    make: async ({ world, side }) => ({ path: `/meetings/${(await drafts(world))[side]}` }),
  },
  'patch /meetings/{id}': atMeeting('', () => ({ body: { note: 'Ghi chú' } })),
  'patch /meetings/{id} (a draft)': {
    kind: 'one',
    make: async ({ world, side }) => ({ path: `/meetings/${(await drafts(world))[side]}`, body: { note: 'Ghi chú' } }),
  },
  'patch /meetings/{id} (endpoints of a side into a meeting of the own)': {
    kind: 'one',
    once: true,
    make: async ({ world, side }) => {
      const endpointIds = [...world.places.own.invited, ...world.places[side].invited];
      return { path: `/meetings/${await world.meeting('own')}`, body: { endpointIds: [...new Set(endpointIds)] } };
    },
  },
  'patch /meetings/{id} (to another host)': {
    kind: 'one',
    once: true,
    make: async ({ world, side }) => ({
      path: `/meetings/${await world.meeting('own')}`,
      body: { hostUnitId: world.places[side].unitId },
    }),
  },
  'delete /meetings/{id}': atNewMeeting('', { body: { reason } }),
  'post /meetings/{id}/submit': atNewMeeting('/submit', {}, draft),
  'post /meetings/{id}/approve': atNewMeeting('/approve', {}, submitted),
  'post /meetings/{id}/approve (of the own unit, with endpoints of a side)': {
    ...atNewMeeting('/approve', {}, (world, side) =>
      world.meeting(side, { status: 'draft', hostUnitId: world.places.own.unitId }),
    ),
    mayTell: { words: (world) => [world.places.foreign.endpointId], since: 'the meeting itself names its endpoints' },
  },
  'post /meetings/{id}/send-back': atNewMeeting('/send-back', { body: { reason } }, submitted),
  'post /meetings/{id}/postpone': atNewMeeting('/postpone', { body: { reason } }),
  'get /series/{id}': {
    kind: 'one',
    make: async ({ world, side }) => ({ path: `/series/${(await series(world))[side]}` }),
  },
  'post /meetings/check': {
    kind: 'one',
    make: async ({ world, side }) => ({
      path: '/meetings/check',
      body: { endpointIds: world.places[side].invited, ...world.slot() },
    }),
  },
  'get /planner': {
    kind: 'list',
    make: () => {
      const [from, to] = [0, 40].map((days) => new Date(Date.now() + days * 86_400_000).toISOString());
      return { path: `/planner?${new URLSearchParams({ from: from ?? '', to: to ?? '' })}` };
    },
    shows: meetings,
  },
  'get /room/day': {
    kind: 'one',
    make: ({ world, side }) => ({ path: `/room/day?endpointId=${world.places[side].endpointId}` }),
  },
  'post /meetings/{id}/start': atNewMeeting('/start'),
  'get /sessions/{id}': atSession(),
  'post /sessions/{id}/commands': atSession('/commands', { body: { name: 'session.lock', input: { locked: false } } }),
  'get /sessions/{id}/attendance': atSession('/attendance'),
  'get /sessions/{id}/attendance (CSV)': atSession('/attendance?format=csv'),
  'get /sessions/{id}/events': atSession('/events'),
  'get /sessions/{id}/events (CSV)': atSession('/events?format=csv'),
};

/** How the routes of papers, templates and giving way are called. */
export const FORM_ASKS: Asks = {
  'get /meetings/{id}/documents': atMeeting('/documents'),
  'post /meetings/{id}/documents': atNewMeeting('/documents?name=a.pdf', {
    file: { type: 'application/pdf', bytes: PDF },
  } as object),
  'get /meetings/{id}/documents/{documentId}': {
    kind: 'one',
    make: async ({ world, side }) => ({
      path: `/meetings/${(await meetings(world))[side]}/documents/${(await documents(world))[side]}`,
    }),
  },
  'get /meetings/{id}/documents/{documentId} (by way of the own meeting)': {
    kind: 'one',
    make: async ({ world, side }) => ({
      path: `/meetings/${(await meetings(world)).own}/documents/${(await documents(world))[side]}`,
    }),
  },
  'delete /meetings/{id}/documents/{documentId}': {
    kind: 'one',
    once: true,
    make: async ({ world, side }) => {
      const meetingId = (await meetings(world))[side];
      return { path: `/meetings/${meetingId}/documents/${await paper(world, meetingId)}` };
    },
  },
  'get /meeting-templates': { kind: 'list', make: () => ({ path: '/meeting-templates' }), shows: templates },
  'post /meeting-templates': {
    kind: 'one',
    once: true,
    make: ({ world, side }) => ({ path: '/meeting-templates', body: newTemplate(world, side) }),
  },
  'get /meeting-templates/{id}': {
    kind: 'one',
    make: async ({ world, side }) => ({ path: `/meeting-templates/${(await templates(world))[side]}` }),
  },
  'patch /meeting-templates/{id}': {
    kind: 'one',
    make: async ({ world, side }) => ({
      path: `/meeting-templates/${(await templates(world))[side]}`,
      body: { name: world.fresh('Mẫu') },
    }),
  },
  'delete /meeting-templates/{id}': {
    kind: 'one',
    once: true,
    make: async ({ world, side }) => {
      const { id } = await world.admin('post', '/meeting-templates', newTemplate(world, side));
      return { path: `/meeting-templates/${id}` };
    },
  },
  'post /meetings/{id}/give-way': atMeeting('/give-way', ({ world }) => ({ body: wayBody(world, world.branchId) })),
  'post /meetings/{id}/give-way (displacing)': {
    ...atNewMeeting(),
    make: async ({ world, side }) => ({
      path: `/meetings/${await world.meeting(side)}/give-way`,
      body: { ...wayBody(world, world.branchId), displace: true },
    }),
  },
  'post /meetings/{id}/give-way (a draft)': {
    kind: 'one',
    make: async ({ world, side }) => ({
      path: `/meetings/${(await drafts(world))[side]}/give-way`,
      body: wayBody(world, world.branchId),
    }),
  },
  'post /meetings/{id}/give-way (submitted)': {
    kind: 'one',
    once: true,
    make: async ({ world, side }) => ({
      path: `/meetings/${await submitted(world, side)}/give-way`,
      body: wayBody(world, world.branchId),
    }),
  },
  'get /give-ways': {
    kind: 'list',
    make: () => ({ path: '/give-ways?limit=500' }),
    shows: giveWays,
    mayTell: { words: (world) => [world.standing['meeting']?.foreign], since: 'the caller asked about this meeting' },
  },
  'post /give-ways/{id}/answer': {
    kind: 'one',
    once: true,
    make: async ({ world, side }) => ({
      path: `/give-ways/${await asked(world, 'administratorOfAll', side)}/answer`,
      body: { consent: false },
    }),
  },
  'delete /give-ways/{id}': {
    kind: 'one',
    sides: ['own', 'foreign'],
    personal: true,
    make: async ({ world, side, caller }) => {
      const other = caller === 'administratorOfAll' ? 'chairperson' : 'administratorOfAll';
      const by = side === 'own' && PLANNERS.includes(caller) ? caller : other;
      return { path: `/give-ways/${await asked(world, by, 'own')}` };
    },
  },
};

/** What others need of meetings that stand. */
export const standingMeetings = meetings;
/** Ids of what stands, by side, for `ofSides`. */
export const meetingIds = async (world: World): Promise<Record<Side, string>> => {
  const made = await meetings(world);
  return ofSides(world, (side) => made[side]);
};
