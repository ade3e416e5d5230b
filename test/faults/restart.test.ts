import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { planBriefing, runOf } from '../support/briefing.ts';
import type { Briefing, Run } from '../support/briefing.ts';
import { pairDevice, takeSeat } from '../support/mediaSeat.ts';
import type { Device, MediaSeat } from '../support/mediaSeat.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';
import { closeSockets, connectSocket } from '../support/socket.ts';

describe('media while browsers are on their way back to a restarted control plane', function () {
  this.timeout(60_000);
  let service: Service;
  let briefing: Briefing;
  let run: Run;
  let devices: Device[];
  let mouth: MediaSeat;
  let ear: MediaSeat;

  before(async function () {
    this.timeout(120_000);
    service = await startService({ env: { SFU_WORKERS: '1' } });
    briefing = await planBriefing(service, 2, 'lecture');
    devices = await Promise.all(briefing.rooms.map((r) => pairDevice(briefing.chair, r.endpoint.id, r.pairUrl)));
    run = runOf(briefing.chair, await briefing.start());
    [mouth, ear] = (await Promise.all(
      devices.map((device) => takeSeat(service.url, device.credential, run.sessionId)),
    )) as [MediaSeat, MediaSeat];
    await mouth.produce('microphone');
    await mouth.produce('camera');
    await run.command('floor.give', { endpointId: devices[0]!.endpointId });
    await ear.media.waitForPackets(devices[0]!.endpointId, 'camera', 20);
    await ear.media.waitForPackets(devices[0]!.endpointId, 'microphone', 20);
  });

  after(async () => {
    await Promise.all([mouth?.close(), ear?.close()]);
    closeSockets();
    await service?.stop();
  });

  it('flows on though nobody has come back yet (F06)', async () => {
    service.killServer();
    await service.untilReady(20_000);
    ear.media.forget();
    // the sockets of this test do not reconnect: only the node keeps the media up
    await sleep(4_000);
    for (const source of ['microphone', 'camera'] as const) {
      const { packets, maxGapMs } = ear.media.arrived(devices[0]!.endpointId, source);
      expect(packets, source).to.be.above(50);
      expect(maxGapMs, source).to.be.below(400);
    }
  });

  it('gets what a browser has lost with its connection: the offers are made again', async () => {
    const raw = await connectSocket(service.url, devices[1]!.credential);
    const { sessionId } = run;
    const joined = await raw.ok('session.join', { sessionId, lastSeq: 1, mediaEpoch: ear.opened.epoch });
    expect(joined.mediaKept).to.equal(true);
    const { rtpCapabilities } = ear.media;
    await raw.ok('media.receive', { sessionId, rtpCapabilities, have: [] });
    const offer = await raw.push('media.offer', ({ add }) => add.some((one) => one.source === 'camera'));
    expect(offer.add.map((one) => one.endpointId)).to.include(devices[0]!.endpointId);

    const consumerIds = offer.add.map((one) => one.consumerId);
    await raw.ok('media.ready', { sessionId, consumerIds });
    await raw.ok('media.receive', { sessionId, rtpCapabilities, have: [...consumerIds, 'long-gone'] });
    const removal = await raw.push('media.offer', ({ remove }) => remove.includes('long-gone'));
    expect(removal.add).to.deep.equal([]);
    const flow = await raw.push('media.flow', ({ flowing }) => consumerIds.every((id) => id in flowing));
    expect(Object.keys(flow.flowing)).to.have.members(consumerIds);
    raw.close();
  });
});
