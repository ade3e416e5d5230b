import type { Conflict, Endpoint, Meeting } from '../../server/protocol/rest.ts';
import type { CheckBody, Checked } from '../../server/protocol/meetings.ts';
import type { FloorMode } from '../../server/protocol/snapshot.ts';
import { CannotSimulate, Refused } from './errors.ts';
import type { SimulateOptions } from './options.ts';
import type { Service } from './service.ts';

/** The title of meetings that a rehearsal makes: one that was left behind is known by it. */
const TITLE = 'Diễn tập mô phỏng';

/** Which meeting the rehearsal uses. */
export interface Rehearsal {
  meeting: Meeting;
  /** endpoints to simulate, the chair's first when it is simulated */
  endpoints: Endpoint[];
  /** the meeting is started, run and ended by us; else it runs already, with people in it */
  ours: boolean;
}

const PAGE = 500;
const LONGER_MS = 30 * 60_000;

async function allEndpoints(service: Service): Promise<Endpoint[]> {
  const all: Endpoint[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const page: { items: Endpoint[]; nextCursor: string | null } = await service.ask(
      'get',
      `/endpoints?limit=${PAGE}${query}`,
    );
    all.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return all;
}

/**
 * Chooses endpoints and meeting: the one that was named, or a new one over the first endpoints that nobody uses now.
 * @param service speaks as who plans and chairs
 * @throws CannotSimulate when there are too few endpoints, no rights, or the meeting cannot be used
 */
export async function prepareMeeting(
  service: Service,
  userId: string,
  options: SimulateOptions,
  floorMode: FloorMode,
): Promise<Rehearsal> {
  const all = await allEndpoints(service);
  if (options.meeting) return named(service, options.meeting, all, options.endpoints);
  const free = all.filter((e) => !e.online);
  if (free.length < options.endpoints) {
    throw new CannotSimulate(
      `${options.endpoints} endpoints are wanted, the directory has ${all.length} (${all.length - free.length} of ` +
        `them in use by real devices): give --endpoints ${free.length}.`,
    );
  }
  const endpoints = free.slice(0, options.endpoints);
  const [chair] = endpoints;
  if (!chair) throw new CannotSimulate('The directory has no endpoint.');
  const body = {
    title: TITLE,
    kind: 'training',
    startsAt: new Date().toISOString(),
    endsAt: new Date(Date.now() + options.seconds * 1000 + LONGER_MS).toISOString(),
    endpointIds: endpoints.map((e) => e.id),
    chairEndpointId: chair.id,
    chairUserId: userId,
    floorMode,
  };
  await assertRoom(service, body);
  return { meeting: await create(service, body), endpoints, ours: true };
}

type Wish = Pick<CheckBody, 'endpointIds' | 'startsAt' | 'endsAt' | 'floorMode'>;

/** @throws CannotSimulate when the SFU nodes cannot carry so many: better said now than by who finds no place */
async function assertRoom(service: Service, wish: Wish): Promise<void> {
  const { endpointIds, startsAt, endsAt, floorMode } = wish;
  const body = { endpointIds, startsAt, endsAt, floorMode };
  const { capacity } = await service.ask<Pick<Checked, 'capacity'>>('post', '/meetings/check', body);
  if (capacity.fits) return;
  throw new CannotSimulate(
    `The service has no capacity for ${endpointIds.length} endpoints in a ${floorMode}: it carries ` +
      `${capacity.most} (${Math.round(capacity.limit.mbps)} Mbps and ${capacity.limit.consumers} consumers in all): ` +
      `give --endpoints ${capacity.most}, or the SFU more workers.`,
  );
}

/** @throws CannotSimulate when it is over, or has too few endpoints that are free */
async function named(service: Service, id: string, all: Endpoint[], wanted: number): Promise<Rehearsal> {
  const meeting = await service.ask<Meeting>('get', `/meetings/${id}`);
  if (meeting.status !== 'scheduled' && meeting.status !== 'running')
    throw new CannotSimulate(`The meeting ${id} is ${meeting.status}.`);
  const ours = meeting.status === 'scheduled';
  if (ours && !meeting.may.start) throw new CannotSimulate('You may not start this meeting.');
  const invited = new Set(meeting.endpointIds);
  const free = all.filter((e) => invited.has(e.id) && !e.online);
  const chairFirst = free.sort(
    (a, b) => Number(b.id === meeting.chairEndpointId) - Number(a.id === meeting.chairEndpointId),
  );
  // who chairs a meeting that runs is a person: nobody else speaks for that endpoint
  const usable =
    ours || meeting.chairUserId === null ? chairFirst : free.filter((e) => e.id !== meeting.chairEndpointId);
  if (usable.length < wanted) {
    throw new CannotSimulate(
      `${wanted} endpoints are wanted, the meeting has ${usable.length} that are free: give --endpoints ${usable.length}.`,
    );
  }
  return { meeting, endpoints: usable.slice(0, wanted), ours };
}

/** A rehearsal that was broken off may have left its meeting behind: it is ended, then the endpoints are free. */
async function create(service: Service, body: object): Promise<Meeting> {
  try {
    return await service.ask<Meeting>('post', '/meetings', body);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { code, detail, conflicts } = error.problem;
    if (code === 'not_allowed') throw new CannotSimulate(`You may not plan a meeting over these endpoints: ${detail}`);
    if (code !== 'schedule_conflict') throw error;
    const ways = conflicts as Conflict[];
    const foreign = ways.filter((c) => c.title !== TITLE);
    if (foreign.length > 0) {
      const { title, meetingId } = foreign[0]!;
      throw new CannotSimulate(
        `The endpoints are booked now: ${title ?? meetingId}. Give --meeting ${meetingId}, or fewer --endpoints.`,
      );
    }
    for (const meetingId of new Set(ways.map((c) => c.meetingId))) await endMeeting(service, meetingId);
    return service.ask<Meeting>('post', '/meetings', body);
  }
}

/** Ends a meeting of ours, whether it runs or only waits. */
export async function endMeeting(service: Service, meetingId: string): Promise<void> {
  const meeting = await service.ask<Meeting>('get', `/meetings/${meetingId}`);
  if (meeting.status === 'scheduled')
    await service.ask('delete', `/meetings/${meetingId}`, { reason: 'Diễn tập đã kết thúc' });
  if (meeting.status !== 'running') return;
  const sessionId = meeting.sessionId ?? (await startMeeting(service, meetingId));
  await service.ask('post', `/sessions/${sessionId}/commands`, { name: 'session.end', input: {} });
}

/** @returns the session of a meeting, started if it was not @throws CannotSimulate when it may not be started */
export async function startMeeting(service: Service, meetingId: string): Promise<string> {
  try {
    return (await service.ask<{ sessionId: string }>('post', `/meetings/${meetingId}/start`)).sessionId;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new CannotSimulate(`The meeting cannot be started: ${error.problem.detail}`);
  }
}
