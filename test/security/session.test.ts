import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { PROTOCOL_VERSION } from '../../server/protocol/ids.ts';
import type { Problem } from '../../server/protocol/errors.ts';
import type { Endpoint, Meeting, User } from '../../server/protocol/rest.ts';
import type { Api } from '../support/api.ts';
import { inMinutes, planBriefing, runOf } from '../support/briefing.ts';
import type { Briefing, Run } from '../support/briefing.ts';
import { enrolDevice, pairDevice, takeSeat } from '../support/mediaSeat.ts';
import type { Device, MediaSeat } from '../support/mediaSeat.ts';
import { until } from '../support/processes.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';
import { ControlClient } from '../support/sfuNode.ts';
import { closeSockets, connectSocket } from '../support/socket.ts';
import type { RawSocket } from '../support/socket.ts';

/** Media that nobody may have noticed anything of has no silence longer than this, milliseconds. */
const UNNOTICED_MS = 200;

describe('a session with hostile clients in it', function () {
  this.timeout(40_000);
  let service: Service;
  let briefing: Briefing;
  let run: Run;
  let node: ControlClient;
  let devices: Device[];
  /** sends all the time; `ear` and `witness` receive */
  let mouth: MediaSeat;
  let ear: MediaSeat;
  let witness: MediaSeat;
  let outsider: Device;
  const seats = new Set<MediaSeat>();

  async function seat(device: Device, options: Parameters<typeof takeSeat>[3] = {}): Promise<MediaSeat> {
    const taken = await takeSeat(service.url, device.credential, run.sessionId, options);
    seats.add(taken);
    return taken;
  }

  /** packets of the endpoint's microphone that reach `ear` within a time */
  async function heardWithin(endpointId: string, ms: number): Promise<number> {
    ear.media.forget();
    await sleep(ms);
    return ear.media.arrived(endpointId, 'microphone').packets;
  }

  async function speaking(one: MediaSeat, endpointId: string): Promise<void> {
    await run.command('floor.give', { endpointId });
    ear.media.forget();
    await ear.media.waitForPackets(endpointId, 'microphone', 25);
    expect(one.media.sentPackets('microphone')).to.be.above(0);
  }

  /** the media of `mouth` at `ear` had no gap while something was done */
  async function unnoticed<T>(what: () => Promise<T>): Promise<T> {
    await speaking(mouth, devices[0]!.endpointId);
    ear.media.forget();
    const result = await what();
    const { packets, maxGapMs, lost } = ear.media.arrived(devices[0]!.endpointId, 'microphone');
    expect(packets).to.be.above(5);
    expect(lost).to.equal(0);
    expect(maxGapMs).to.be.below(UNNOTICED_MS);
    return result;
  }

  async function person(username: string, role: string, unitId: string): Promise<Api & { token: string; id: string }> {
    const password = `mat-khau-cua-${username}`;
    const body = { username, displayName: username, unitId, password, grants: [{ role, unitId }] };
    const { id } = await briefing.administrator.ok<{ id: string }>('post', '/users', body);
    return { ...(await service.signIn({ username, password })), id };
  }

  before(async () => {
    service = await startService();
    briefing = await planBriefing(service, 5, 'lecture');
    devices = await Promise.all(
      briefing.rooms.map(({ endpoint, pairUrl }) => pairDevice(briefing.chair, endpoint.id, pairUrl)),
    );
    const { items } = await briefing.administrator.ok<{ items: Endpoint[] }>('get', '/endpoints?limit=500');
    outsider = await enrolDevice(briefing.administrator, items.at(-1)!);
    run = runOf(briefing.chair, await briefing.start());
    const log = readFileSync(join(service.dataDir, 'logs', 'server.log'), 'utf8');
    const secret = readFileSync(join(service.dataDir, 'secrets', 'sfu-control'), 'utf8').trim();
    node = await ControlClient.connect(Number(/"SFU_CONTROL_PORT":(\d+)/.exec(log)?.[1]), secret);
    [mouth, ear, witness] = await Promise.all([seat(devices[0]!), seat(devices[1]!), seat(devices[2]!)]);
    await mouth.produce('microphone');
    await mouth.produce('camera');
  });

  after(async () => {
    await Promise.all([...seats].map((one) => one.close()));
    node?.socket.disconnect();
    closeSockets();
    await service?.stop();
  });

  afterEach(function () {
    if (this.currentTest?.state === 'failed') console.error(service?.output().slice(-3_000));
  });

  describe('that do not obey', () => {
    it('silences who ignores that the chair muted him: not one packet reaches anybody', async () => {
      const id = devices[0]!.endpointId;
      await speaking(mouth, id);
      await run.command('mic.mute', { endpointId: id, muted: true });
      await sleep(500);
      witness.media.forget();
      const sent = mouth.media.sentPackets('microphone');
      expect(await heardWithin(id, 2_000)).to.equal(0);
      expect(witness.media.arrived(id, 'microphone').packets).to.equal(0);
      expect(mouth.media.sentPackets('microphone') - sent, 'went on sending').to.be.above(60);
    });

    it('silences who lost the floor, and refuses to let him open his microphone', async () => {
      const id = devices[0]!.endpointId;
      await speaking(mouth, id);
      await run.command('floor.release', { endpointId: id });
      const problem = await mouth.raw.refused('mic.mute', { sessionId: run.sessionId, muted: false });
      expect(problem.code).to.equal('mic_not_allowed');
      await sleep(500);
      expect(await heardWithin(id, 1_500)).to.equal(0);
    });

    it('keeps a picture from everybody until the chair or the floor shows it', async () => {
      const id = devices[2]!.endpointId;
      await witness.produce('camera');
      await speaking(mouth, devices[0]!.endpointId);
      ear.media.forget();
      await ear.media.waitForPackets(devices[0]!.endpointId, 'camera', 10);
      expect(ear.media.arrived(id, 'camera').packets).to.equal(0);
    });

    it('shows a room no endpoint that it was not given', async () => {
      const show = [devices[2]!.endpointId];
      const problem = await ear.raw.refused('media.viewport', { sessionId: run.sessionId, show });
      expect(problem.code).to.equal('not_offered');
    });

    it('lets nobody start a consumer that was offered to another', async () => {
      const theirs = [...witness.offered.values()];
      expect(theirs).to.not.be.empty;
      const problem = await ear.raw.refused('media.ready', { sessionId: run.sessionId, consumerIds: theirs });
      expect(problem.code).to.equal('not_offered');
    });

    it('refuses a second camera and a presentation that was not given', async () => {
      const { sessionId } = run;
      const rtpParameters = mouth.media.rtpParameters('camera', [77]);
      await unnoticed(async () => {
        const second = await mouth.raw.refused('media.produce', { sessionId, source: 'camera', rtpParameters });
        expect(second.code).to.equal('source_taken');
        const shown = await mouth.raw.refused('media.produce', { sessionId, source: 'presentation', rtpParameters });
        expect(shown.code).to.equal('presentation_not_held');
        await sleep(300);
      });
    });

    it('refuses media parameters that are none', async () => {
      const { sessionId } = run;
      for (const rtpParameters of [{}, { codecs: [] }, { codecs: [{ mimeType: 'video/x' }], encodings: 'all' }]) {
        const { code } = await ear.raw.refused('media.produce', { sessionId, source: 'camera', rtpParameters });
        expect(code).to.equal('media_refused');
      }
      const { code } = await ear.raw.refused('media.connect', { sessionId, direction: 'send', dtlsParameters: {} });
      expect(code).to.equal('media_refused');
    });
  });

  describe('that ask for too much', () => {
    it('gives a hundred transports to nobody, and the others notice nothing', async () => {
      const greedy = await connectSocket(service.url, devices[3]!.credential);
      const { sessionId } = run;
      await greedy.ok('session.join', { sessionId });
      const codes: string[] = [];
      await unnoticed(async () => {
        for (let i = 0; i < 100 && greedy.socket.connected; i++) {
          const answer = await greedy.send('media.open', { sessionId });
          codes.push(answer.ok ? 'ok' : (answer.error as Problem).code);
          // at the pace that the socket allows: faster is another refusal
          await sleep(52);
        }
      });
      expect(codes).to.have.lengthOf(100);
      expect(codes.filter((code) => code === 'ok')).to.have.lengthOf.within(1, 20);
      expect([...new Set(codes)].sort()).to.deep.equal(['ok', 'quota_exceeded']);
      await sleep(1_500);
      const workers = node.heard('load').at(-1)?.workers ?? [];
      const transports = workers.reduce((sum, worker) => sum + worker.transports, 0);
      const { sessions } = await node.call('describe', {});
      const peers = sessions.reduce((sum, one) => sum + one.peers.length, 0);
      expect(transports).to.be.within(1, peers * 2);
      greedy.close();
    });

    it('makes one consumer of a source, however often it is asked', async () => {
      const { sessionId } = run;
      await speaking(mouth, devices[0]!.endpointId);
      for (let i = 0; i < 30; i++) {
        await ear.raw.ok('media.receive', { sessionId, rtpCapabilities: ear.media.rtpCapabilities, tiles: i % 2 });
        await sleep(52);
      }
      const { sessions } = await node.call('describe', {});
      const peer = sessions[0]?.peers.find((one) => one.peerId === devices[1]!.endpointId);
      const held = (peer?.consumers ?? []).map((one) => `${one.endpointId} ${one.source}`);
      expect(held).to.not.be.empty;
      expect(new Set(held).size).to.equal(held.length);
    });

    it('cuts a flood, and it alone', async () => {
      const flood = await connectSocket(service.url, devices[3]!.credential);
      await unnoticed(async () => {
        for (let i = 0; i < 300; i++) flood.socket.emit('session.list', {}, () => undefined);
        await until('the flood to be cut', () => !flood.socket.connected, 3_000);
      });
      expect(mouth.raw.socket.connected && ear.raw.socket.connected).to.equal(true);
    });

    it('cuts a frame of two megabytes, and it alone', async () => {
      const large = await connectSocket(service.url, devices[3]!.credential);
      await unnoticed(async () => {
        large.socket.emit('session.list', { text: 'x'.repeat(2_000_000) });
        await until('the sender to be cut', () => !large.socket.connected, 3_000);
      });
      expect(mouth.raw.socket.connected && ear.raw.socket.connected).to.equal(true);
    });
  });

  describe('that speak for others', () => {
    it('lets a device join for no other endpoint, and no endpoint that is not invited', async () => {
      const { sessionId } = run;
      const other = await connectSocket(service.url, devices[3]!.credential);
      const endpointId = devices[0]!.endpointId;
      expect((await other.refused('session.join', { sessionId, endpointId })).code).to.equal('not_allowed');
      other.close();
      const stranger = await connectSocket(service.url, outsider.credential);
      expect((await stranger.refused('session.join', { sessionId })).code).to.equal('not_invited');
      expect((await stranger.refused('session.sync', { sessionId, afterSeq: 0 })).code).to.equal('not_found');
      expect((await stranger.refused('media.open', { sessionId })).code).to.equal('not_in_session');
      stranger.close();
    });

    it('has one chair', async () => {
      const { sessionId } = run;
      expect((await ear.raw.refused('chair.takeBack', { sessionId })).code).to.equal('not_chair');
      const operator = await person('van.hanh', 'operator', briefing.chairEndpoint.unitId);
      const socket = await connectSocket(service.url, operator.token);
      for (const name of ['mic.muteAll', 'session.end', 'chair.takeBack', 'rollCall.start']) {
        expect((await socket.refused(name, { sessionId })).code, name).to.equal('not_chair');
      }
      const overHttp = await operator.call<Problem>('post', `/sessions/${sessionId}/commands`, {
        name: 'mic.muteAll',
        input: {},
      });
      expect(overHttp.body.code).to.equal('not_chair');
      socket.close();
    });

    it('replaces the old connection of a device that comes back, at once', async () => {
      const old = await connectSocket(service.url, devices[3]!.credential);
      await old.ok('session.join', { sessionId: run.sessionId });
      const began = Date.now();
      const fresh = await connectSocket(service.url, devices[3]!.credential);
      await until('the old connection to be cut', () => !old.socket.connected, 1_000);
      expect(Date.now() - began).to.be.below(1_000);
      expect((await old.push('connection.replaced')).reason).to.equal('same_device');
      await fresh.ok('session.join', { sessionId: run.sessionId });
      fresh.close();
    });

    it('asks before another device of an endpoint takes its seat, and never hears both', async () => {
      const { sessionId } = run;
      const { endpointId } = devices[4]!;
      const first = await seat(devices[4]!);
      await first.produce('microphone');
      await speaking(first, endpointId);
      const secondDevice = await enrolDevice(briefing.administrator, { id: endpointId });
      const second = await connectSocket(service.url, secondDevice.credential);
      const taken = await second.refused('session.join', { sessionId });
      expect(taken.code).to.equal('seat_taken');
      expect(taken['holder']).to.equal('device');
      expect(await heardWithin(endpointId, 400), 'the first speaks on').to.be.above(10);
      const joined = await second.ok('session.join', { sessionId, takeOver: true });
      expect(joined.endpointId).to.equal(endpointId);
      expect((await first.raw.push('connection.replaced')).reason).to.equal('taken_over');
      await sleep(700);
      expect(await heardWithin(endpointId, 1_000), 'the first is heard no more').to.equal(0);
      const replaced = await takeSeat(service.url, secondDevice.credential, sessionId, { raw: second });
      seats.add(replaced);
      await replaced.produce('microphone');
      ear.media.forget();
      await ear.media.waitForPackets(endpointId, 'microphone', 25);
      const { sessions } = await node.call('describe', {});
      const peers = sessions[0]?.peers.filter((one) => one.peerId === endpointId) ?? [];
      expect(peers.flatMap((one) => one.sources.map(({ source }) => source))).to.deep.equal(['microphone']);
    });
  });

  describe('whose rights end', () => {
    async function goneWithin(one: MediaSeat, endpointId: string, end: () => Promise<unknown>): Promise<void> {
      await speaking(one, endpointId);
      const began = Date.now();
      await end();
      await until('the connection to be cut', () => !one.raw.socket.connected, 1_000);
      expect(one.raw.pushes('connection.refused').at(-1)?.error.code).to.equal('credential_revoked');
      await sleep(Math.max(0, 1_000 - (Date.now() - began)));
      expect(await heardWithin(endpointId, 1_000), 'packets a second later').to.equal(0);
      expect((await run.participant(endpointId))?.exitReason).to.equal('credential_revoked');
    }

    it('cuts connection and media of a device that is revoked, within a second', async () => {
      const [device] = [devices[3]!];
      const one = await seat(device);
      await one.produce('microphone');
      await goneWithin(one, device.endpointId, () =>
        briefing.administrator.ok('delete', `/devices/${device.deviceId}`),
      );
      const again = await connectSocket(service.url, device.credential).catch((err: Error) => err.message);
      expect(again).to.equal('not_signed_in');
    });

    it('cuts connection and media of a person who is disabled, within a second', async () => {
      const { endpoint } = briefing.rooms[3]!;
      const operator = await person('nguoi.noi', 'operator', endpoint.unitId);
      const one = await seat(
        { credential: operator.token, endpointId: endpoint.id, deviceId: '' },
        { endpointId: endpoint.id },
      );
      await one.produce('microphone');
      await goneWithin(one, endpoint.id, () =>
        briefing.administrator.ok('patch', `/users/${operator.id}`, { disabled: true }),
      );
    });

    it('leaves the seat to another device of the endpoint when one that does not hold it is revoked', async () => {
      const spare = await enrolDevice(briefing.administrator, { id: devices[0]!.endpointId });
      await unnoticed(async () => {
        await briefing.administrator.ok('delete', `/devices/${spare.deviceId}`);
        await sleep(500);
      });
      expect((await run.participant(devices[0]!.endpointId))?.presence).to.equal('joined');
    });
  });

  describe('at the door', () => {
    const doorstep = (options: Parameters<typeof io>[1]): Promise<string> =>
      new Promise((done) => {
        const socket = io(service.url, { transports: ['websocket'], forceNew: true, reconnection: false, ...options });
        const end = (how: string) => {
          socket.disconnect();
          done(how);
        };
        socket.once('connect', () => end('welcome'));
        socket.once('connect_error', (err) => end(err.message));
      });

    it('refuses a page of another origin that comes with the cookie, and lets the own one in', async () => {
      const { username, password } = service.firstRun.technician;
      const signedIn = await service.api().call('post', '/sign-in', { username, password });
      const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
      const auth = { protocol: PROTOCOL_VERSION };
      expect(await doorstep({ auth, extraHeaders: { cookie, origin: 'https://xau.example' } })).to.equal(
        'foreign_origin',
      );
      expect(await doorstep({ auth, extraHeaders: { cookie, origin: service.url } })).to.equal('welcome');
      const foreign = { origin: 'https://xau.example', cookie };
      const posted = await service.api().call<Problem>('post', '/sign-out', {}, foreign);
      expect(posted.body.code).to.equal('foreign_origin');
    });

    it('refuses another version of the protocol and a credential that is none', async () => {
      const token = devices[0]!.credential;
      expect(await doorstep({ auth: { protocol: 999, token } })).to.equal('protocol_version');
      expect(await doorstep({ auth: { token } })).to.equal('protocol_version');
      for (const wrong of ['x', 'x'.repeat(5_000), { a: 1 }, null]) {
        expect(await doorstep({ auth: { protocol: PROTOCOL_VERSION, token: wrong } })).to.equal('not_signed_in');
      }
    });

    it('bounds connections that show no credential, and lets the next ones in when they are gone', async () => {
      const url = `${service.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
      const silent = await Promise.all(
        Array.from(
          { length: 230 },
          () =>
            new Promise<WebSocket | null>((done) => {
              const socket = new WebSocket(url);
              socket.onopen = () => done(socket);
              socket.onerror = () => done(null);
            }),
        ),
      );
      expect(silent.filter((one) => one !== null)).to.have.lengthOf(200);
      for (const one of silent) one?.close();
      await until('a place to be free', async () => {
        return (
          (await doorstep({ auth: { protocol: PROTOCOL_VERSION, token: ear.raw && outsider.credential } })) ===
          'welcome'
        );
      });
    });
  });

  describe('after its end', () => {
    it('takes no command and lets nobody in', async () => {
      const { sessionId } = run;
      const raws: RawSocket[] = [ear.raw, mouth.raw];
      await run.command('session.end');
      await until('the media to be gone', async () => (await node.call('describe', {})).sessions.length === 0);
      for (const raw of raws) {
        expect((await raw.refused('session.join', { sessionId })).code).to.equal('wrong_phase');
        expect((await raw.refused('floor.request', { sessionId })).code).to.be.oneOf(['not_found', 'wrong_phase']);
        expect((await raw.refused('media.open', { sessionId })).code).to.equal('not_in_session');
        const rtpParameters = mouth.media.rtpParameters('camera', [1]);
        const produced = await raw.refused('media.produce', { sessionId, source: 'camera', rtpParameters });
        expect(produced.code).to.equal('not_in_session');
      }
      const late = await briefing.chair.call<Problem>('post', `/sessions/${sessionId}/commands`, {
        name: 'mic.muteAll',
        input: {},
      });
      expect(late.body.code).to.equal('wrong_phase');
    });

    it('cuts who asks and does not read, though he answers heartbeats', async () => {
      const { items } = await briefing.administrator.ok<{ items: Endpoint[] }>('get', '/endpoints?limit=500');
      const { user } = await briefing.chair.ok<{ user: User }>('get', '/me');
      const meeting = await briefing.administrator.ok<Meeting>('post', '/meetings', {
        title: 'Toàn tỉnh',
        startsAt: inMinutes(1),
        endsAt: inMinutes(61),
        endpointIds: items.map((one) => one.id),
        chairEndpointId: items[0]?.id,
        chairUserId: user.id,
      });
      const path = `/meetings/${meeting.id}/start`;
      const { sessionId } = await briefing.chair.ok<{ sessionId: string }>('post', path);
      const rss = () =>
        Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${service.pids().server}/status`, 'utf8'))?.[1]);
      const before = rss();
      // seven at once, each within its limit of messages
      const readers = await Promise.all(
        Array.from({ length: 7 }, () => connectSocket(service.url, service.firstRun && briefing.chair.token)),
      );
      const gone: number[] = [];
      const began = Date.now();
      for (const reader of readers) {
        const { ws } = reader.socket.io.engine.transport as unknown as {
          ws: { _socket: { pause(): void; on(name: string, listener: () => void): void }; send(text: string): void };
        };
        ws._socket.pause();
        ws._socket.on('close', () => gone.push(Date.now() - began));
        const ask = setInterval(() => {
          reader.socket.emit('session.sync', { sessionId, afterSeq: 1e9 }, () => undefined);
        }, 60);
        const beat = setInterval(() => ws.send('3'), 1_000);
        ws._socket.on('close', () => {
          clearInterval(ask);
          clearInterval(beat);
        });
      }
      await until('all of them to be cut', () => gone.length === readers.length, 30_000);
      const grown = (rss() - before) / 1024;
      console.log(
        `        cut after ${Math.min(...gone)} to ${Math.max(...gone)} ms, server grew by ${grown.toFixed(0)} MB`,
      );
      expect(grown).to.be.below(50);
    });
  });
});
