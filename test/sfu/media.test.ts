import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestNode } from '../support/sfuNode.ts';

const S = 'session-1';

describe('media through a node', () => {
  let node: TestNode;
  before(async () => {
    node = await TestNode.start();
  });
  after(() => node.stop());

  it('forwards sound and picture from one peer to another', async () => {
    const tuyenQuang = await node.peer(S, 'tuyen-quang');
    const sonDuong = await node.peer(S, 'son-duong');
    await tuyenQuang.produce('microphone');
    await tuyenQuang.produce('camera');
    await sonDuong.watch([
      { endpointId: 'tuyen-quang', source: 'microphone' },
      { endpointId: 'tuyen-quang', source: 'camera' },
    ]);
    await sonDuong.client.waitForPackets('tuyen-quang', 'microphone', 50);
    await sonDuong.client.waitForPackets('tuyen-quang', 'camera', 25);
    console.log(
      sonDuong.client.arrived('tuyen-quang', 'microphone'),
      sonDuong.client.arrived('tuyen-quang', 'camera'),
      tuyenQuang.client.keyFramesAsked('camera'),
    );
    await sleep(10);
    expect(sonDuong.client.arrived('tuyen-quang', 'camera').keyFrames).to.be.at.least(1);
  });
});
