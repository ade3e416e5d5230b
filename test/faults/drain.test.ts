import { expect } from 'chai';
import { nowMs } from '../../ops/simulate/rtp.ts';
import { Silences } from '../../ops/simulate/silences.ts';
import type { SfuNodeView } from '../../server/protocol/nodes.ts';
import type { MediaRestart } from '../../server/protocol/media.ts';
import type { Api } from '../support/api.ts';
import { assemble, figure, furnish, seconds, untilHeard } from '../support/assembly.ts';
import type { Assembly } from '../support/assembly.ts';
import { until } from '../support/processes.ts';
import { Quiet } from '../support/quiet.ts';
import { WorkerSides } from '../support/workerSides.ts';

const COUNT = 24;
/** Everybody is on another worker by then, milliseconds. */
const MOVED_MS = 10_000;
const UNNOTICED_MS = 200;

describe('taking a worker and a media server out of use', function () {
  this.timeout(60_000);
  let assembly: Assembly;
  let admin: Api;
  let node: string;
  const sides = new WorkerSides();
  const nodes = async () => (await admin.ok<{ items: SfuNodeView[] }>('get', '/sfu/nodes')).items;
  const worker = async (index: number) => (await nodes())[0]!.workers[index]!;
  const drain = (draining: boolean, below = '') =>
    admin.ok<SfuNodeView>('post', `/sfu/nodes/${node}${below}/drain`, { draining });
  const refusal = async (path: string, api = admin) => {
    const { status, body } = await api.call<{ code: string }>('post', `/sfu/nodes/${path}/drain`, { draining: true });
    return [status, body.code];
  };

  before(async () => {
    // so few consumers a worker that two carry the session
    assembly = await assemble({
      count: COUNT,
      env: { SFU_WORKERS: '2', SFU_CONSUMERS_PER_WORKER: '150' },
      routeOf: sides.routeOf,
    });
    await furnish(assembly);
    admin = await assembly.service.signIn(assembly.service.firstRun.administrator);
    node = (await nodes())[0]!.node;
  });
  after(() => assembly?.close());
  afterEach(function () {
    if (this.currentTest?.state === 'failed') console.error(assembly?.crowd.faults.lines, assembly?.service.output());
  });

  it('moves everybody off a worker in waves, and nobody else notices', async () => {
    const { crowd } = assembly;
    const { goes: leaving, going: moving, apart } = await sides.part(assembly);
    expect(moving.size).to.be.within(4, COUNT - 4);
    const asked: string[] = [];
    for (const e of crowd.endpoints)
      crowd.socketOf(e).on('media.restart', (m: MediaRestart) => asked.push(`${m.reason} ${e.seat.endpointId}`));
    const before = await assembly.state();
    const quiet = new Quiet().start();
    const silences = new Silences(crowd.endpoints);
    const from = nowMs();

    await drain(true, `/workers/${leaving}`);
    await until('the worker to be empty', async () => (await worker(leaving)).peers === 0, MOVED_MS);
    const tookMs = nowMs() - from;
    await silences.untilAllFlow(nowMs(), 5_000);
    silences.stop();

    const ids = new Set([...moving].map((e) => e.seat.endpointId));
    // the chair's voice and the stage's picture at all who stay
    expect(silences.count('audio', apart)).to.be.at.least(COUNT - moving.size - 1);
    expect(silences.count('video', apart)).to.be.at.least(COUNT - moving.size - 1);
    const [audio, video] = [silences.longestNet('audio', apart), silences.longestNet('video', apart)];
    const own = Math.max(silences.longest('audio'), silences.longest('video'));
    figure(
      'drain',
      `${moving.size} of ${COUNT} moved off one of two workers in ${seconds(tookMs)}, each silent ${seconds(own)} at most; largest gap of the others ${Math.round(audio)} ms sound, ${Math.round(video)} ms picture`,
    );
    expect(asked.toSorted()).to.deep.equal([...ids].map((id) => `worker_drains ${id}`).toSorted());
    expect(await assembly.state()).to.deep.equal(before);
    expect(new Set(crowd.endpoints.map((e) => sides.of(e))).size).to.equal(1);
    expect(Math.max(audio, video)).to.be.below(quiet.limit(UNNOTICED_MS));
    expect(await worker(leaving)).to.include({ alive: true, draining: true, peers: 0, transports: 0 });
  });

  it('refuses to drain the last worker, workers and nodes that there are not, and people without the right', async () => {
    const drained = (await nodes())[0]!.workers.findIndex((one) => one.draining);
    expect(await refusal(`${node}/workers/${1 - drained}`)).to.deep.equal([409, 'last_worker']);
    expect(await refusal(`${node}/workers/7`)).to.deep.equal([404, 'not_found']);
    expect(await refusal('127.0.0.1:1')).to.deep.equal([404, 'not_found']);
    const chair = await assembly.service.signIn(assembly.service.firstRun.chairperson);
    expect(await refusal(`${node}/workers/${drained}`, chair)).to.deep.equal([403, 'not_allowed']);
    expect((await worker(1 - drained)).draining).to.equal(false);
  });

  it('keeps newcomers off the worker until it is put back, and says in the log of changes who did what', async () => {
    const { crowd } = assembly;
    const drained = (await nodes())[0]!.workers.findIndex((one) => one.draining);
    const returning = crowd.others.at(-1)!;
    const comeBack = async () => {
      await returning.leave();
      await returning.join(crowd.sessionId);
      return (await worker(drained)).peers;
    };
    expect(await comeBack()).to.equal(0);
    await drain(false, `/workers/${drained}`);
    await comeBack();
    // its session weighs more than its worker shall carry, so the empty one is taken
    await until('the worker to have a peer', async () => (await worker(drained)).peers === 1, 5_000);
    const { items } = await admin.ok<{ items: { subject: string; after: object }[] }>(
      'get',
      '/audit?action=mediaServer.changed',
    );
    expect(items.map((one) => one.after)).to.deep.equal([{ draining: false }, { draining: true }]);
    expect(items[0]!.subject).to.equal(`mediaServer:${node}/${drained}`);
  });

  it('lets the sessions of a node go on while it takes no new one', async () => {
    const { crowd } = assembly;
    expect((await drain(true)).draining).to.equal(true);
    const returning = crowd.others.at(-1)!;
    await returning.leave();
    await returning.join(crowd.sessionId);
    await untilHeard(crowd);
    const control = await assembly.node();
    expect(await control.codeOf('openSession', { sessionId: 'another' })).to.equal('draining');
    expect((await fetch(`${assembly.service.url}/readyz`)).status).to.equal(503);
    expect((await drain(false)).draining).to.equal(false);
    expect(await control.codeOf('openSession', { sessionId: 'another' })).to.equal('ok');
    await control.call('closeSession', { sessionId: 'another' });
    await assembly.service.untilReady();
  });
});
