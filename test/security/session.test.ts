import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Problem } from '../../server/protocol/errors.ts';
import { enrolDevice } from '../support/mediaSeat.ts';
import type { MediaSeat } from '../support/mediaSeat.ts';
import { until } from '../support/processes.ts';
import { connectSocket } from '../support/socket.ts';
import type { RawSocket } from '../support/socket.ts';
import { Hall } from './hall.ts';

describe('a session with hostile clients in it', function () {
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

  /** mute is the producer's pause, not only that nobody is offered the sound */
  async function isPausedAtNode(endpointId: string): Promise<boolean | undefined> {
    const { sessions } = await hall.node.call('describe', {});
    const peer = sessions[0]?.peers.find((one) => one.peerId === endpointId);
    return peer?.sources.find((one) => one.source === 'microphone')?.paused;
  }

  describe('that do not obey', () => {
    it('silences who ignores that the chair muted him: not one packet reaches anybody', async () => {
      const id = hall.endpointId(0);
      await hall.speaking(hall.mouth, id);
      await hall.run.command('mic.mute', { endpointId: id, muted: true });
      expect(await isPausedAtNode(id), 'paused where it arrives when the chair is answered').to.equal(true);
      // what was on its way when the node obeyed
      await sleep(100);
      hall.witness.media.forget();
      const sent = hall.mouth.media.sentPackets('microphone');
      expect(await hall.heardWithin(id, 2_000)).to.equal(0);
      expect(hall.witness.media.arrived(id, 'microphone').packets).to.equal(0);
      expect(hall.mouth.media.sentPackets('microphone') - sent, 'went on sending').to.be.above(60);
    });

    it('silences who lost the floor, and refuses to let him open his microphone', async () => {
      const id = hall.endpointId(0);
      await hall.speaking(hall.mouth, id);
      await hall.run.command('floor.release', { endpointId: id });
      const problem = await hall.mouth.raw.refused('mic.mute', { sessionId: hall.run.sessionId, muted: false });
      expect(problem.code).to.equal('mic_not_allowed');
      expect(await isPausedAtNode(id), 'paused where it arrives').to.equal(true);
      await sleep(100);
      expect(await hall.heardWithin(id, 1_500)).to.equal(0);
    });

    it('keeps a picture from everybody until the chair or the floor shows it', async () => {
      const id = hall.endpointId(2);
      await hall.witness.produce('camera');
      await hall.speaking(hall.mouth, hall.endpointId(0));
      hall.ear.media.forget();
      await hall.ear.media.waitForPackets(hall.endpointId(0), 'camera', 10);
      expect(hall.ear.media.arrived(id, 'camera').packets).to.equal(0);
    });

    it('shows a room no endpoint that it was not given', async () => {
      const show = [hall.endpointId(2)];
      const problem = await hall.ear.raw.refused('media.viewport', { sessionId: hall.run.sessionId, show });
      expect(problem.code).to.equal('not_offered');
    });

    it('lets nobody start a consumer that was offered to another', async () => {
      const theirs = [...hall.witness.offered.values()];
      expect(theirs).to.not.be.empty;
      const problem = await hall.ear.raw.refused('media.ready', { sessionId: hall.run.sessionId, consumerIds: theirs });
      expect(problem.code).to.equal('not_offered');
    });

    it('refuses a second camera and a presentation that was not given', async () => {
      const { sessionId } = hall.run;
      const rtpParameters = hall.mouth.media.rtpParameters('camera', [77]);
      await hall.unnoticed(async () => {
        const second = await hall.mouth.raw.refused('media.produce', { sessionId, source: 'camera', rtpParameters });
        expect(second.code).to.equal('source_taken');
        const shown = await hall.mouth.raw.refused('media.produce', {
          sessionId,
          source: 'presentation',
          rtpParameters,
        });
        expect(shown.code).to.equal('presentation_not_held');
      });
    });

    it('refuses media parameters that are none', async () => {
      const { sessionId } = hall.run;
      for (const rtpParameters of [{}, { codecs: [] }, { codecs: [{ mimeType: 'video/x' }], encodings: 'all' }]) {
        const { code } = await hall.ear.raw.refused('media.produce', { sessionId, source: 'camera', rtpParameters });
        expect(code).to.equal('media_refused');
      }
      const { code } = await hall.ear.raw.refused('media.connect', {
        sessionId,
        direction: 'send',
        dtlsParameters: {},
      });
      expect(code).to.equal('media_refused');
    });
  });

  describe('that speak for others', () => {
    it('lets a device join for no other endpoint, and no endpoint that is not invited', async () => {
      const { sessionId } = hall.run;
      const other = await connectSocket(hall.service.url, hall.devices[3]!.credential);
      const endpointId = hall.endpointId(0);
      expect((await other.refused('session.join', { sessionId, endpointId })).code).to.equal('not_allowed');
      other.close();
      const stranger = await connectSocket(hall.service.url, hall.outsider.credential);
      expect((await stranger.refused('session.join', { sessionId })).code).to.equal('not_invited');
      expect((await stranger.refused('session.sync', { sessionId, afterSeq: 0 })).code).to.equal('not_found');
      expect((await stranger.refused('media.open', { sessionId })).code).to.equal('not_in_session');
      stranger.close();
    });

    it('has one chair', async () => {
      const { sessionId } = hall.run;
      expect((await hall.ear.raw.refused('chair.takeBack', { sessionId })).code).to.equal('not_chair');
      const operator = await hall.person('van.hanh', 'operator', hall.briefing.chairEndpoint.unitId);
      const socket = await connectSocket(hall.service.url, operator.token);
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
      const old = await connectSocket(hall.service.url, hall.devices[3]!.credential);
      await old.ok('session.join', { sessionId: hall.run.sessionId });
      const began = Date.now();
      const fresh = await connectSocket(hall.service.url, hall.devices[3]!.credential);
      await until('the old connection to be cut', () => !old.socket.connected, 1_000);
      expect(Date.now() - began).to.be.below(1_000);
      expect((await old.push('connection.replaced')).reason).to.equal('same_device');
      await fresh.ok('session.join', { sessionId: hall.run.sessionId });
      fresh.close();
    });

    it('asks before another device of an endpoint takes its seat, and never hears both', async () => {
      const { sessionId } = hall.run;
      const { endpointId } = hall.devices[4]!;
      const first = await hall.seat(hall.devices[4]!);
      await first.produce('microphone');
      await hall.speaking(first, endpointId);
      const secondDevice = await enrolDevice(hall.briefing.administrator, { id: endpointId });
      const second = await connectSocket(hall.service.url, secondDevice.credential);
      const taken = await second.refused('session.join', { sessionId });
      expect(taken.code).to.equal('seat_taken');
      expect(taken['holder']).to.equal('device');
      expect(await hall.heardWithin(endpointId, 400), 'the first speaks on').to.be.above(10);
      const joined = await second.ok('session.join', { sessionId, takeOver: true });
      expect(joined.endpointId).to.equal(endpointId);
      expect((await first.raw.push('connection.replaced')).reason).to.equal('taken_over');
      await sleep(700);
      expect(await hall.heardWithin(endpointId, 1_000), 'the first is heard no more').to.equal(0);
      const replaced = await hall.seat(secondDevice, { raw: second, takeOver: true });
      await replaced.produce('microphone');
      hall.ear.media.forget();
      await hall.ear.media.waitForPackets(endpointId, 'microphone', 25);
      const { sessions } = await hall.node.call('describe', {});
      const peers = sessions[0]?.peers.filter((one) => one.peerId === endpointId) ?? [];
      expect(peers.flatMap((one) => one.sources.map(({ source }) => source))).to.deep.equal(['microphone']);
    });
  });

  describe('whose rights end', () => {
    async function goneWithin(one: MediaSeat, endpointId: string, end: () => Promise<unknown>): Promise<void> {
      await hall.speaking(one, endpointId);
      const began = Date.now();
      await end();
      await until('the connection to be cut', () => !one.raw.socket.connected, 1_000);
      expect(one.raw.pushes('connection.refused').at(-1)?.error.code).to.equal('credential_revoked');
      await sleep(Math.max(0, 1_000 - (Date.now() - began)));
      expect(await hall.heardWithin(endpointId, 1_000), 'packets a second later').to.equal(0);
      expect((await hall.run.participant(endpointId))?.exitReason).to.equal('credential_revoked');
    }

    it('cuts connection and media of a device that is revoked, within a second', async () => {
      const device = hall.devices[3]!;
      const one = await hall.seat(device);
      await one.produce('microphone');
      await goneWithin(one, device.endpointId, () =>
        hall.briefing.administrator.ok('delete', `/devices/${device.deviceId}`),
      );
      const again = await connectSocket(hall.service.url, device.credential).catch((err: Error) => err.message);
      expect(again).to.equal('not_signed_in');
    });

    it('cuts connection and media of a person who is disabled, within a second', async () => {
      const { endpoint } = hall.briefing.rooms[6]!;
      const operator = await hall.person('nguoi.noi', 'operator', endpoint.unitId);
      const one = await hall.seat({ credential: operator.token }, { endpointId: endpoint.id });
      await one.produce('microphone');
      await goneWithin(one, endpoint.id, () =>
        hall.briefing.administrator.ok('patch', `/users/${operator.id}`, { disabled: true }),
      );
    });

    it('leaves the seat to another device of the endpoint when one that does not hold it is revoked', async () => {
      const spare = await enrolDevice(hall.briefing.administrator, { id: hall.endpointId(0) });
      await hall.unnoticed(async () => {
        await hall.briefing.administrator.ok('delete', `/devices/${spare.deviceId}`);
        await sleep(500);
      });
      expect((await hall.run.participant(hall.endpointId(0)))?.presence).to.equal('joined');
    });
  });

  describe('after its end', () => {
    it('takes no command and lets nobody in', async () => {
      const { sessionId } = hall.run;
      const raws: RawSocket[] = [hall.ear.raw, hall.mouth.raw];
      await hall.run.command('session.end');
      await until('the media to be gone', async () => (await hall.node.call('describe', {})).sessions.length === 0);
      for (const raw of raws) {
        expect((await raw.refused('session.join', { sessionId })).code).to.equal('wrong_phase');
        expect((await raw.refused('floor.request', { sessionId })).code).to.be.oneOf(['not_found', 'wrong_phase']);
        expect((await raw.refused('media.open', { sessionId })).code).to.equal('not_in_session');
        const rtpParameters = hall.mouth.media.rtpParameters('camera', [1]);
        const produced = await raw.refused('media.produce', { sessionId, source: 'camera', rtpParameters });
        expect(produced.code).to.equal('not_in_session');
      }
      const late = await hall.briefing.chair.call<Problem>('post', `/sessions/${sessionId}/commands`, {
        name: 'mic.muteAll',
        input: {},
      });
      expect(late.body.code).to.equal('wrong_phase');
    });
  });
});
