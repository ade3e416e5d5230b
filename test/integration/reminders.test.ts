import { expect } from 'chai';
import { Credentials } from '../../ops/simulate/credentials.ts';
import { Service as Client } from '../../ops/simulate/service.ts';
import type { PlannedMeeting } from '../../server/protocol/meetings.ts';
import type { Endpoint, User } from '../../server/protocol/rest.ts';
import type { Api } from '../support/api.ts';
import { inMinutes } from '../support/briefing.ts';
import { until } from '../support/processes.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';
import { connectSocket } from '../support/socket.ts';
import type { RawSocket } from '../support/socket.ts';

/** The scheduler looks every five seconds; a slow machine gets four looks. */
const LOOKS_MS = 20_000;

describe('the scheduler, as screens hear of it', function () {
  this.timeout(60_000);
  let service: Service;
  let chair: Api & { token: string };
  let chairUserId: string;
  let endpoints: Endpoint[];
  let screen: RawSocket;
  let rooms: RawSocket[];
  let used = 0;

  /** a meeting of one endpoint of its own beside the chair's hall, at minutes from now */
  const plan = async (from: number, to: number, extra: object = {}) => {
    const place = (used += 1);
    const meeting = await chair.ok<PlannedMeeting>('post', '/meetings', {
      title: `Phiên ${place}`,
      startsAt: inMinutes(from),
      endsAt: inMinutes(to),
      endpointIds: [endpoints[place]!.id],
      chairEndpointId: endpoints[place]!.id,
      chairUserId,
      ...extra,
    });
    return { meeting, room: rooms[place]! };
  };
  const reminded = (on: RawSocket, { id }: PlannedMeeting, duty: string) =>
    on.push('meetings.reminder', (one) => one.meetingId === id && one.duty === duty, LOOKS_MS);
  const duties = (on: RawSocket, { id }: PlannedMeeting) =>
    on.pushes('meetings.reminder').flatMap((one) => (one.meetingId === id ? [one.duty] : []));
  const statusOf = async ({ id }: PlannedMeeting) => (await chair.ok<PlannedMeeting>('get', `/meetings/${id}`)).status;

  before(async function () {
    this.timeout(120_000);
    service = await startService({ env: { SFU_WORKERS: '1' } });
    chair = await service.signIn(service.firstRun.chairperson);
    chairUserId = (await chair.ok<{ user: User }>('get', '/me')).user.id;
    endpoints = (await chair.ok<{ items: Endpoint[] }>('get', '/endpoints?limit=6')).items;
    const clerk = (await new Client(service.url).signIn(service.firstRun.administrator)).service;
    const credentials = await new Credentials(service.dataDir, clerk).of(endpoints);
    rooms = await Promise.all(endpoints.map(({ id }) => connectSocket(service.url, credentials.get(id)!)));
    screen = await connectSocket(service.url, chair.token);
  });
  after(async () => {
    for (const socket of [screen, ...(rooms ?? [])]) socket?.close();
    await service?.stop();
  });

  it('tells when a room opens and when its endpoints are called, and calls the room of one that opens by itself', async () => {
    const [alone, byHand, early] = [await plan(14, 60, { autoOpen: true }), await plan(14, 60), await plan(29, 60)];
    for (const { meeting } of [alone, byHand]) {
      await Promise.all([reminded(screen, meeting, 'open'), reminded(screen, meeting, 'call')]);
    }
    await Promise.all([reminded(alone.room, alone.meeting, 'call'), reminded(screen, early.meeting, 'open')]);
    const call = await alone.room.push('session.call', undefined, LOOKS_MS);
    expect(call.title).to.equal(alone.meeting.title);
    await until('the meeting to run', async () => (await statusOf(alone.meeting)) === 'running', LOOKS_MS);
    const { sessionId } = await chair.ok<PlannedMeeting>('get', `/meetings/${alone.meeting.id}`);
    expect(call.sessionId).to.equal(sessionId);
    expect(await statusOf(byHand.meeting)).to.equal('scheduled');
    expect(byHand.room.pushes('session.call')).to.deep.equal([]);
    expect(duties(screen, early.meeting)).to.deep.equal(['open']);
    expect(await statusOf(early.meeting)).to.equal('scheduled');
  });

  it('warns ten minutes before the end of what runs, once, and ends nothing', async () => {
    const [soon, later] = [await plan(0, 9), await plan(0, 30)];
    for (const { meeting } of [soon, later]) await chair.ok('post', `/meetings/${meeting.id}/start`);
    await Promise.all([reminded(screen, soon.meeting, 'warn'), reminded(soon.room, soon.meeting, 'warn')]);
    expect(duties(screen, soon.meeting).filter((duty) => duty === 'warn')).to.deep.equal(['warn']);
    expect(duties(screen, later.meeting)).to.not.include('warn');
    for (const { meeting } of [soon, later]) expect(await statusOf(meeting)).to.equal('running');
  });
});
