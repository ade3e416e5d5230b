import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { io } from 'socket.io-client';
import type { Problem } from '../../server/protocol/errors.ts';
import { PROTOCOL_VERSION } from '../../server/protocol/ids.ts';
import type { Endpoint, Meeting, User } from '../../server/protocol/rest.ts';
import { inMinutes } from '../support/briefing.ts';
import { connectDeaf } from '../support/deafSocket.ts';
import { until } from '../support/processes.ts';
import { connectSocket } from '../support/socket.ts';
import { Hall } from './hall.ts';

describe('a service with greedy clients at it', function () {
  this.timeout(40_000);
  let hall: Hall;

  before(async function () {
    this.timeout(90_000);
    hall = await Hall.open();
  });

  after(() => hall?.close());

  afterEach(function () {
    if (this.currentTest?.state === 'failed') console.error(hall?.service.output().slice(-3_000));
  });

  describe('that ask for too much', () => {
    it('gives a hundred transports to nobody, and the others notice nothing', async () => {
      const greedy = await connectSocket(hall.service.url, hall.devices[5]!.credential);
      const { sessionId } = hall.run;
      await greedy.ok('session.join', { sessionId });
      const codes: string[] = [];
      await hall.unnoticed(async () => {
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
      const workers = hall.node.heard('load').at(-1)?.workers ?? [];
      const transports = workers.reduce((sum, worker) => sum + worker.transports, 0);
      const { sessions } = await hall.node.call('describe', {});
      const peers = sessions.reduce((sum, one) => sum + one.peers.length, 0);
      expect(transports).to.be.within(1, peers * 2);
      greedy.close();
    });

    it('makes one consumer of a source, however often it is asked', async () => {
      const { sessionId } = hall.run;
      await hall.speaking(hall.mouth, hall.endpointId(0));
      for (let i = 0; i < 30; i++) {
        await hall.ear.raw.ok('media.receive', {
          sessionId,
          rtpCapabilities: hall.ear.media.rtpCapabilities,
          tiles: i % 2,
        });
        await sleep(52);
      }
      const { sessions } = await hall.node.call('describe', {});
      const peer = sessions[0]?.peers.find((one) => one.peerId === hall.endpointId(1));
      const held = (peer?.consumers ?? []).map((one) => `${one.endpointId} ${one.source}`);
      expect(held).to.not.be.empty;
      expect(new Set(held).size).to.equal(held.length);
    });

    it('cuts a flood, and it alone', async () => {
      const flood = await connectSocket(hall.service.url, hall.devices[3]!.credential);
      await hall.unnoticed(async () => {
        for (let i = 0; i < 300; i++) flood.socket.emit('session.list', {}, () => undefined);
        await until('the flood to be cut', () => !flood.socket.connected, 3_000);
      });
      expect(hall.mouth.raw.socket.connected && hall.ear.raw.socket.connected).to.equal(true);
    });

    it('cuts a frame of two megabytes, and it alone', async () => {
      const large = await connectSocket(hall.service.url, hall.devices[3]!.credential);
      await hall.unnoticed(async () => {
        large.socket.emit('session.list', { text: 'x'.repeat(2_000_000) });
        await until('the sender to be cut', () => !large.socket.connected, 3_000);
      });
      expect(hall.mouth.raw.socket.connected && hall.ear.raw.socket.connected).to.equal(true);
    });

    it('cuts who asks and does not read, though he answers heartbeats', async () => {
      const { items } = await hall.briefing.administrator.ok<{ items: Endpoint[] }>('get', '/endpoints?limit=500');
      const { user } = await hall.briefing.chair.ok<{ user: User }>('get', '/me');
      const meeting = await hall.briefing.administrator.ok<Meeting>('post', '/meetings', {
        title: 'Toàn tỉnh',
        startsAt: inMinutes(100),
        endsAt: inMinutes(160),
        endpointIds: items.map((one) => one.id),
        chairEndpointId: items[0]?.id,
        chairUserId: user.id,
      });
      const path = `/meetings/${meeting.id}/start`;
      const { sessionId } = await hall.briefing.chair.ok<{ sessionId: string }>('post', path);
      const rss = () =>
        Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${hall.service.pids().server}/status`, 'utf8'))?.[1]);
      const before = rss();
      // five at once, each within its limit of messages; a single one is soon swallowed by the buffers of the system
      const auth = { protocol: PROTOCOL_VERSION, token: hall.briefing.chair.token };
      const deaf = await Promise.all(Array.from({ length: 5 }, () => connectDeaf(hall.service.url, auth)));
      const ask = setInterval(() => {
        for (const one of deaf) one.send(`421["session.sync",{"sessionId":"${sessionId}","afterSeq":1000000}]`);
      }, 60);
      const beat = setInterval(() => deaf.forEach((one) => one.send('3')), 1_000);
      const late = sleep(25_000, null);
      const gone = await Promise.race([Promise.all(deaf.map((one) => one.cut)), late]);
      clearInterval(ask);
      clearInterval(beat);
      for (const one of deaf) one.close();
      if (gone === null) throw new Error('a connection that does not read was kept for 25 s');
      const grown = (rss() - before) / 1024;
      console.log(
        `        cut after ${Math.min(...gone)} to ${Math.max(...gone)} ms, server grew by ${grown.toFixed(0)} MB`,
      );
      expect(grown).to.be.below(50);
    });
  });

  describe('at the door', () => {
    const doorstep = (options: Parameters<typeof io>[1]): Promise<string> =>
      new Promise((done) => {
        const socket = io(hall.service.url, {
          transports: ['websocket'],
          forceNew: true,
          reconnection: false,
          ...options,
        });
        const end = (how: string) => {
          socket.disconnect();
          done(how);
        };
        socket.once('connect', () => end('welcome'));
        socket.once('connect_error', (err) => end(err.message));
      });

    it('refuses a page of another origin that comes with the cookie, and lets the own one in', async () => {
      const { username, password } = hall.service.firstRun.technician;
      const signedIn = await hall.service.api().call('post', '/sign-in', { username, password });
      const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
      const auth = { protocol: PROTOCOL_VERSION };
      expect(await doorstep({ auth, extraHeaders: { cookie, origin: 'https://xau.example' } })).to.equal(
        'foreign_origin',
      );
      expect(await doorstep({ auth, extraHeaders: { cookie, origin: hall.service.url } })).to.equal('welcome');
      const foreign = { origin: 'https://xau.example', cookie };
      const posted = await hall.service.api().call<Problem>('post', '/sign-out', {}, foreign);
      expect(posted.body.code).to.equal('foreign_origin');
    });

    it('refuses another version of the protocol and a credential that is none', async () => {
      const token = hall.devices[0]!.credential;
      expect(await doorstep({ auth: { protocol: 999, token } })).to.equal('protocol_version');
      expect(await doorstep({ auth: { token } })).to.equal('protocol_version');
      for (const wrong of ['x', 'x'.repeat(5_000), { a: 1 }, null]) {
        expect(await doorstep({ auth: { protocol: PROTOCOL_VERSION, token: wrong } })).to.equal('not_signed_in');
      }
    });

    it('bounds connections that show no credential, and lets the next ones in when they are gone', async () => {
      const url = `${hall.service.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
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
          (await doorstep({ auth: { protocol: PROTOCOL_VERSION, token: hall.outsider.credential } })) === 'welcome'
        );
      });
    });
  });
});
