import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { figure, seconds } from '../support/assembly.ts';
import { planBriefing, runOf } from '../support/briefing.ts';
import type { Briefing, Run } from '../support/briefing.ts';
import { Line } from '../support/line.ts';
import { pairDevice, takeSeat } from '../support/mediaSeat.ts';
import type { Device, MediaSeat } from '../support/mediaSeat.ts';
import { until } from '../support/processes.ts';
import { Quiet } from '../support/quiet.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';
import { TEST_SECRET, TestNode } from '../support/sfuNode.ts';
import { closeSockets } from '../support/socket.ts';

/** By hand: a minute. Both ends know of it after 8 s. */
const PARTED_S = Number(process.env['F27_SECONDS'] ?? 10);

describe('a session whose SFU node is cut off from the control plane', function () {
  this.timeout(60_000 + PARTED_S * 1_000);
  const dataDir = mkdtempSync(join(tmpdir(), 'nhip-cau-parted-'));
  let node: TestNode;
  let line: Line;
  let service: Service;
  let briefing: Briefing;
  let run: Run;
  let devices: Device[];
  let mouth: MediaSeat;
  let ear: MediaSeat;

  before(async function () {
    this.timeout(120_000);
    node = await TestNode.start();
    line = await Line.to(`http://127.0.0.1:${node.port}`);
    mkdirSync(join(dataDir, 'secrets'), { recursive: true, mode: 0o700 });
    writeFileSync(join(dataDir, 'secrets', 'sfu-control'), TEST_SECRET, { mode: 0o600 });
    service = await startService({ dataDir, env: { SFU_NODES: new URL(line.url).host } });
    briefing = await planBriefing(service, 2, 'lecture');
    devices = await Promise.all(briefing.rooms.map((r) => pairDevice(briefing.chair, r.endpoint.id, r.pairUrl)));
    run = runOf(briefing.chair, await briefing.start());
    [mouth, ear] = (await Promise.all(
      devices.map((device) => takeSeat(service.url, device.credential, run.sessionId)),
    )) as [MediaSeat, MediaSeat];
    await mouth.produce('microphone');
    await mouth.produce('camera');
    await run.command('floor.give', { endpointId: devices[0]!.endpointId });
    for (const source of ['microphone', 'camera'] as const)
      await ear.media.waitForPackets(devices[0]!.endpointId, source, 20);
  });

  after(async () => {
    await Promise.all([mouth?.close(), ear?.close()]);
    closeSockets();
    await service?.stop();
    line?.close();
    await node?.stop();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });

  const voice = () => ear.media.arrived(devices[0]!.endpointId, 'microphone');
  const readiness = async () => (await fetch(`${service.url}/readyz`)).status;

  it('goes on with everybody in it, and a mute of that time is enforced when they meet again (F27)', async () => {
    const quiet = new Quiet().start();
    ear.media.forget();
    const cutAt = Date.now();
    line.cut();
    await until('the control plane to miss its node', async () => (await readiness()) === 503, 15_000);
    await sleep(Math.max(0, PARTED_S * 1_000 - (Date.now() - cutAt)));
    const { maxGapMs, packets } = voice();
    expect(packets).to.be.above(200);
    expect(maxGapMs).to.be.below(quiet.limit(200));
    await run.command('floor.release', { endpointId: devices[0]!.endpointId });
    line.join();
    const healed = Date.now();
    await until('the mute to be enforced', async () => {
      const before = voice().packets;
      await sleep(300);
      return voice().packets === before;
    });
    const enforced = Date.now() - healed - 300;
    figure(
      'F27',
      `node cut off from the control plane for ${PARTED_S} s: longest silence ${Math.round(maxGapMs)} ms; a mute of that time enforced ${seconds(enforced)} after they meet`,
    );
    const { phase, participants } = await run.view();
    expect(phase).to.equal('open');
    const seated = participants.filter(({ presence }) => presence === 'joined').map(({ endpointId }) => endpointId);
    expect(seated).to.have.members(devices.map(({ endpointId }) => endpointId));
    const { sessions } = await node.control.call('describe', {});
    expect(sessions.map(({ sessionId }) => sessionId)).to.deep.equal([run.sessionId]);
    for (const seat of [mouth, ear]) expect(seat.raw.pushes('media.restart')).to.deep.equal([]);
    await run.command('floor.give', { endpointId: devices[0]!.endpointId });
    ear.media.forget();
    await ear.media.waitForPackets(devices[0]!.endpointId, 'microphone', 20);
  });
});
