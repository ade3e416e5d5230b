import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { nowMs } from '../../ops/simulate/rtp.ts';
import type { SimulatedEndpoint } from '../../ops/simulate/endpoint.ts';
import { Silences } from '../../ops/simulate/silences.ts';
import { assemble, EVERYBODY, figure, furnish, hashOf, seconds, untilHeard } from '../support/assembly.ts';
import type { Assembly } from '../support/assembly.ts';
import { Quiet } from '../support/quiet.ts';
import { isAlive, signal, until } from '../support/processes.ts';
import { WorkerSides } from '../support/workerSides.ts';

/** Sound and picture are back at every endpoint by then, milliseconds. */
const AUDIO_BACK_MS = 3_000;
const VIDEO_BACK_MS = 4_000;
const UNNOTICED_MS = 200;

/** Kills a worker or a node under a running briefing and waits until everybody has everything again. */
async function disturb(assembly: Assembly, fault: () => void, withinMs: number): Promise<Silences> {
  await untilHeard(assembly.crowd);
  const silences = new Silences(assembly.crowd.endpoints);
  expect(silences.count('audio'), 'sounds').to.be.at.least(EVERYBODY - 1);
  expect(silences.count('video'), 'pictures').to.be.at.least(EVERYBODY - 1);
  const from = nowMs();
  fault();
  await sleep(100);
  try {
    await silences.untilAllFlow(from + 100, withinMs);
  } finally {
    silences.stop();
  }
  return silences;
}

async function presences(assembly: Assembly): Promise<string[]> {
  const { participants } = (await assembly.state()) as { participants: { presence: string }[] };
  return participants.map(({ presence }) => presence);
}

describe('a briefing of 87 endpoints on one worker', function () {
  this.timeout(60_000);
  let assembly: Assembly;

  before(async function () {
    this.timeout(120_000);
    assembly = await assemble({ env: { SFU_WORKERS: '1' } });
    await furnish(assembly);
  });
  after(() => assembly?.close());
  afterEach(function () {
    if (this.currentTest?.state === 'failed') console.error(assembly?.crowd.faults.lines);
  });

  /** Nobody noticed anything but the gap: who is in, who was called, hands, rights. */
  async function kept(before: object): Promise<string> {
    const after = await assembly.state();
    expect(after).to.deep.equal(before);
    expect(await presences(assembly)).to.deep.equal(Array.from({ length: EVERYBODY }, () => 'joined'));
    return hashOf(after);
  }

  it('is heard again everywhere within 3 s and seen within 4 s when the worker is killed (F01)', async () => {
    const before = await assembly.state();
    const silences = await disturb(assembly, () => assembly.service.killWorker(), 15_000);
    const [audio, video] = [silences.longest('audio'), silences.longest('video')];
    const hash = await kept(before);
    figure(
      'F01',
      `worker of ${EVERYBODY} killed: sound back in ${seconds(audio)}, picture in ${seconds(video)}, state ${hash} kept`,
    );
    expect(audio).to.be.below(AUDIO_BACK_MS);
    expect(video).to.be.below(VIDEO_BACK_MS);
  });

  it('goes on within 8 s when the worker hangs (F04)', async () => {
    const before = await assembly.state();
    const hung = assembly.service.pids().workers[0]!;
    const silences = await disturb(assembly, () => signal(hung, 'SIGSTOP'), 20_000);
    await kept(before);
    const longest = Math.max(silences.longest('audio'), silences.longest('video'));
    figure('F04', `worker of ${EVERYBODY} stopped with SIGSTOP: all back in ${seconds(longest)}`);
    expect(isAlive(hung)).to.equal(false);
    expect(longest).to.be.below(8_000);
  });

  it('is back within 5 s when the SFU node is killed (F05)', async () => {
    const before = await assembly.state();
    const silences = await disturb(assembly, () => assembly.service.killSfu(), 20_000);
    await kept(before);
    const longest = Math.max(silences.longest('audio'), silences.longest('video'));
    figure('F05', `SFU node of ${EVERYBODY} killed: all back in ${seconds(longest)}`);
    expect(longest).to.be.below(5_000);
  });
});

describe('a briefing of 87 endpoints on two workers', function () {
  this.timeout(90_000);
  let assembly: Assembly;
  /** the worker that carries the session after the other one died */
  let carrying: number | undefined;
  const sides = new WorkerSides();

  before(async function () {
    this.timeout(120_000);
    assembly = await assemble({ env: { SFU_WORKERS: '2' }, routeOf: sides.routeOf });
    await furnish(assembly);
  });

  after(() => assembly?.close());
  afterEach(function () {
    if (this.currentTest?.state === 'failed') console.error(assembly?.crowd.faults.lines);
  });

  it('is not disturbed by the death of the worker that others use (F02)', async () => {
    const { endpoints } = assembly.crowd;
    const { stays, goes, going, apart } = await sides.part(assembly);
    const { workers } = assembly.service.pids();
    const victim = workers[goes]!;
    carrying = workers[stays];
    const before = await assembly.state();
    const ends = new Map(endpoints.map((e) => [e, e.media]));
    const quiet = new Quiet().start();
    const silences = await disturb(assembly, () => signal(victim, 'SIGKILL'), 15_000);
    const there = endpoints.filter((e) => e.media === ends.get(e));
    expect(there, 'who kept their media').to.have.members(endpoints.filter((e) => !going.has(e)));
    expect(there.length).to.be.within(10, EVERYBODY - 10);
    const [audio, video] = [silences.longestNet('audio', apart), silences.longestNet('video', apart)];
    const back = seconds(silences.longest('audio'));
    figure(
      'F02',
      `one of two workers killed: ${going.size} endpoints back in ${back}, largest gap of the ${there.length} others ${Math.round(audio)} ms sound, ${Math.round(video)} ms picture`,
    );
    expect(await assembly.state()).to.deep.equal(before);
    expect(Math.max(audio, video)).to.be.below(quiet.limit(UNNOTICED_MS));
  });

  it('stops to revive a worker that dies again and again, and brings nobody back in a loop (F03)', async () => {
    const { endpoints } = assembly.crowd;
    const before = await assembly.state();
    const builds: { at: number; endpoint: SimulatedEndpoint }[] = [];
    for (const endpoint of endpoints)
      assembly.crowd.socketOf(endpoint).on('media.restart', () => builds.push({ at: nowMs(), endpoint }));
    const first = carrying ?? assembly.service.pids().workers[0]!;
    const steady = assembly.service.pids().workers.find((pid) => pid !== first);
    let killed = 0;
    for (let empty = 0; empty < 8_000 && killed < 6; empty += 200) {
      const victim = assembly.service.pids().workers.find((pid) => pid !== steady);
      await sleep(200);
      if (victim === undefined) continue;
      signal(victim, 'SIGKILL');
      killed += 1;
      empty = 0;
      // longer than the stretch within which rebuilds are counted, and than a busy machine is late
      await sleep(6_500);
    }
    expect(killed, 'deaths until the breaker opened').to.equal(3);
    const from = nowMs();
    await until('everybody to sit', () => endpoints.every((e) => e.joined && e.media?.receives), 10_000);
    await untilHeard(assembly.crowd);
    expect(await assembly.state()).to.deep.equal(before);
    const most = Math.max(
      ...endpoints.map((e) =>
        mostWithin(
          builds.filter((b) => b.endpoint === e).map(({ at }) => at),
          5_000,
        ),
      ),
    );
    figure(
      'F03',
      `a worker killed again and again: breaker open after ${killed} deaths, all on the other worker ${seconds(nowMs() - from)} later, at most ${most} rebuilds of an endpoint in 5 s`,
    );
    expect(most).to.be.at.most(1);
    // who is quicker than the next life of the worker goes to the other one, so that later deaths may hit an empty one
    expect(builds.length).to.be.at.least(10);
  });
});

/** @returns the largest number of moments within a stretch of time */
function mostWithin(moments: number[], stretchMs: number): number {
  return Math.max(0, ...moments.map((from) => moments.filter((at) => at >= from && at < from + stretchMs).length));
}
