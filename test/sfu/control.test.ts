import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { VERB_SHAPES } from '../../sfu/verbs.ts';
import { Quiet } from '../support/quiet.ts';
import { ControlClient, TestNode } from '../support/sfuNode.ts';

const S = 'session-1';

describe('the control channel of a node', () => {
  let node: TestNode;
  before(async () => {
    node = await TestNode.start();
  });
  after(() => node.stop());

  it('refuses a wrong secret, no secret and one that is no text', async () => {
    for (const secret of ['a-secret-of-the-tests-onlY', '', null, 7, { a: 1 }]) {
      const refused = await ControlClient.connect(node.port, secret as string).then(
        () => 'connected',
        (error: Error) => error.message,
      );
      expect(refused, JSON.stringify(secret)).to.equal('wrong_credentials');
    }
  });

  it('refuses a verb that does not exist', async () => {
    for (const verb of ['close', 'constructor', 'toString', 'pool', '__proto__'])
      expect(await node.control.codeOf(verb, {}), verb).to.equal('unknown_command');
  });

  it('answers any shape of any verb with a code and stays alive', async () => {
    const inputs = [undefined, null, 1, 'x', [], {}, { sessionId: null }, { sessionId: '' }, { sessionId: { $ne: 1 } }];
    for (const verb of Object.keys(VERB_SHAPES))
      for (const input of inputs) {
        const answer = await node.control.raw(verb, input);
        if (verb === 'describe') continue;
        expect(answer.ok, `${verb} ${JSON.stringify(input)}`).to.equal(false);
        expect((answer.error as { code: string }).code).to.equal('bad_request');
      }
    expect(await node.control.codeOf('describe', {})).to.equal('ok');
  });

  it('ignores a message without acknowledgement', async () => {
    node.control.socket.emit('closeSession', { sessionId: S });
    node.control.socket.emit('closeSession');
    expect(await node.control.codeOf('describe', {})).to.equal('ok');
  });

  it('opens a session once, however often it is asked', async () => {
    const first = await node.control.call('openSession', { sessionId: S });
    const second = await node.control.call('openSession', { sessionId: S });
    expect(second).to.deep.equal(first);
    const codecs = first.routerRtpCapabilities.codecs as { mimeType: string; parameters: object }[];
    expect(codecs.map((c) => c.mimeType)).to.include.members(['audio/opus', 'video/VP8', 'video/H264']);
    expect(codecs.find((c) => c.mimeType === 'audio/opus')?.parameters).to.deep.include({ useinbandfec: 1, usedtx: 1 });
  });

  it('leaves media flowing when the control plane is lost, and tells the next one what it holds', async () => {
    const sender = await node.peer(S, 'tuyen-quang');
    const receiver = await node.peer(S, 'son-duong');
    await sender.produce('microphone');
    await receiver.watch([{ endpointId: 'tuyen-quang', source: 'microphone' }]);
    await receiver.client.waitForPackets('tuyen-quang', 'microphone');
    receiver.client.forget();
    const quiet = new Quiet().start();
    node.control.socket.disconnect();
    await sleep(800);
    const { packets, maxGapMs } = receiver.client.arrived('tuyen-quang', 'microphone');
    expect(packets).to.be.above(20);
    expect(maxGapMs).to.be.below(quiet.limit(200));
    const next = await ControlClient.connect(node.port);
    const { sessions } = await next.call('describe', {});
    expect(sessions[0]?.peers.map((p) => p.peerId)).to.deep.equal(['tuyen-quang', 'son-duong']);
    next.socket.disconnect();
  });
});
