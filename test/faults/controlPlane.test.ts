import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { SimulatedEndpoint } from '../../ops/simulate/endpoint.ts';
import { nowMs } from '../../ops/simulate/rtp.ts';
import { Service as Client } from '../../ops/simulate/service.ts';
import { Silences } from '../../ops/simulate/silences.ts';
import type { Decided } from '../../server/protocol/commands.ts';
import type { SessionEvent, SessionFact } from '../../server/protocol/events.ts';
import { evolve } from '../../server/protocol/evolve.ts';
import type { SessionSnapshot } from '../../server/protocol/snapshot.ts';
import { assemble, EVERYBODY, figure, furnish, hashOf, seconds, untilHeard } from '../support/assembly.ts';
import type { Assembly } from '../support/assembly.ts';
import { bestOfThree } from '../support/measured.ts';
import { Quiet } from '../support/quiet.ts';
import { signal, until } from '../support/processes.ts';
import { connectSocket } from '../support/socket.ts';
import type { RawSocket } from '../support/socket.ts';

/** A gap that nobody notices, milliseconds. */
const UNNOTICED_MS = 200;

describe('the control plane under a briefing of 87 endpoints', function () {
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

  async function events(afterSeq: number): Promise<SessionEvent[]> {
    const path = `/sessions/${assembly.crowd.sessionId}/events?afterSeq=${afterSeq}&limit=5000`;
    return (await assembly.chair.ask<{ items: SessionEvent[] }>('get', path)).items;
  }
  const seqNow = async () =>
    (await assembly.chair.ask<{ seq: number }>('get', `/sessions/${assembly.crowd.sessionId}`)).seq;

  /** Gives a command until it is answered, always with the same key, as a console does. */
  async function insist(client: Client, name: string, input: object): Promise<Decided> {
    const body = { name, input: { ...input, key: randomUUID() } };
    for (const end = Date.now() + 20_000; ; await sleep(100)) {
      try {
        return await client.ask<Decided>('post', `/sessions/${assembly.crowd.sessionId}/commands`, body);
      } catch (error) {
        if (Date.now() > end) throw error;
      }
    }
  }

  it('may be killed: nobody hears or sees a gap, consoles are back within 5 s, each command applies once (F06)', async () => {
    const { crowd, service } = assembly;
    let [backMs, audio, video] = [Infinity, Infinity, Infinity];
    const quiet = new Quiet().start();
    const before = await assembly.state();
    await bestOfThree(UNNOTICED_MS, async () => {
      await untilHeard(crowd);
      const seq = await seqNow();
      const media = crowd.endpoints.map((one) => one.media);
      const silences = new Silences(crowd.endpoints);
      const from = nowMs();
      const old = service.killServer();
      // commands of the hole: refused, or not heard, and then repeated by the console
      const targets = crowd.others.slice(10, 20).map(({ seat }) => seat.endpointId);
      const given = targets.map((endpointId) => insist(assembly.chair, 'mic.allow', { endpointId }));
      await until('a new control plane', () => ![0, old].includes(service.pids().server));
      await until('all sockets to be back', () => crowd.endpoints.every((e) => e.joined), 20_000);
      backMs = Math.min(backMs, nowMs() - from);
      await Promise.all(given);
      await sleep(300);
      silences.stop();
      const allowed = (await events(seq)).flatMap(({ fact }) =>
        fact.type === 'micAllowedSet' ? [fact.endpointId] : [],
      );
      expect(allowed.toSorted(), 'each command applied once').to.deep.equal(targets.toSorted());
      for (const endpointId of targets) await assembly.crowd.chair.command('mic.allow', { endpointId, allowed: false });
      const rebuilt = crowd.endpoints.filter((one, i) => one.media !== media[i]);
      expect(
        rebuilt.map(({ seat }) => seat.name),
        'media that was built anew',
      ).to.deep.equal([]);
      const longest = silences.longestNet('audio');
      if (longest < audio) [audio, video] = [longest, silences.longestNet('video')];
      return longest;
    });
    expect(await assembly.state()).to.deep.equal(before);
    figure(
      'F06',
      `control plane of ${EVERYBODY} killed: largest gap ${Math.round(audio)} ms sound, ${Math.round(video)} ms picture; all back in ${seconds(backMs)}; 10 commands of the hole applied once each; state ${hashOf(before)} kept`,
    );
    expect(audio).to.be.below(quiet.limit(UNNOTICED_MS));
    expect(backMs).to.be.below(5_000);
  });

  it('may be killed while everybody confirms: no confirmed row is lost, none is doubled (F07)', async () => {
    const { crowd, service } = assembly;
    await crowd.untilJoined(20_000);
    const { floor } = (await assembly.state()) as { floor: { queue: { endpointId: string }[] } };
    const raised = new Set(floor.queue.map(({ endpointId }) => endpointId));
    const askers = crowd.others.filter(({ seat }) => !raised.has(seat.endpointId));
    const seq = await seqNow();
    const acked = new Map<string, number>();
    const old = service.pids().server;
    const confirm = async ({ seat }: SimulatedEndpoint, at: number) => {
      await sleep(at * 4);
      const { seq: place } = await insist(new Client(service.url, seat.token), 'floor.request', {});
      acked.set(seat.endpointId, place);
    };
    const marks = crowd.others.slice(4).map(async ({ seat: { endpointId } }, at) => {
      await sleep(at * 20);
      return insist(assembly.chair, 'rollCall.mark', { endpointId, state: 'present_online' });
    });
    const all = Promise.all([...askers.map(confirm), ...marks]);
    await until('a third to be confirmed', () => acked.size >= askers.length / 3);
    const before = acked.size;
    service.killServer();
    await all;
    expect(service.pids().server).to.not.equal(old);
    const kept = await events(seq);
    const hands = kept.flatMap(({ seq: at, fact }) =>
      fact.type === 'handRaised' ? [[fact.endpointId, at] as const] : [],
    );
    expect(hands.length, 'rows').to.equal(askers.length);
    expect(new Map(hands)).to.deep.equal(acked);
    const marked = kept
      .filter(({ fact }) => fact.type === 'rollMarked')
      .map(({ fact }) => (fact as Extract<SessionFact, { type: 'rollMarked' }>).endpointId);
    expect(marked.toSorted()).to.deep.equal(
      crowd.others
        .slice(4)
        .map(({ seat }) => seat.endpointId)
        .toSorted(),
    );
    expect(kept.map((event) => event.seq)).to.deep.equal(kept.map((_, i) => seq + 1 + i));
    figure(
      'F07',
      `control plane killed while ${askers.length} endpoints confirm (${before} acknowledged before) and the chair marks ${marked.length}: 0 lost, 0 doubled`,
    );
  });

  it('may stand still for 5 s: media goes on and nobody counts as lost (F23)', async () => {
    const { crowd, service } = assembly;
    await crowd.untilJoined(20_000);
    await untilHeard(crowd);
    const seq = await seqNow();
    const quiet = new Quiet().start();
    const silences = new Silences(crowd.endpoints);
    const { server } = service.pids();
    signal(server, 'SIGSTOP');
    await sleep(5_000);
    signal(server, 'SIGCONT');
    await crowd.chair.command('floor.approve', { endpointId: (await firstHand())! });
    // a connection that is wrongly taken for lost is found by the next heartbeats
    await sleep(9_000);
    silences.stop();
    const lost = (await events(seq)).filter(
      ({ fact }) => fact.type === 'endpointInterrupted' || fact.type === 'endpointLeft',
    );
    const [audio, video] = [silences.longestNet('audio'), silences.longestNet('video')];
    figure(
      'F23',
      `control plane stopped for 5 s: largest gap ${Math.round(audio)} ms sound, ${Math.round(video)} ms picture; ${lost.length} of ${EVERYBODY} counted as lost`,
    );
    expect(lost).to.deep.equal([]);
    expect(Math.max(audio, video)).to.be.below(quiet.limit(UNNOTICED_MS));
  });

  async function firstHand(): Promise<string | undefined> {
    const { floor } = (await assembly.state()) as { floor: { queue: { endpointId: string; approved: boolean }[] } };
    return floor.queue.find(({ approved }) => !approved)?.endpointId;
  }

  it('puts conflicting commands of several consoles, 100 a second, into one order that all see (F28)', async function () {
    this.timeout(90_000);
    const { crowd, service } = assembly;
    await crowd.untilJoined(20_000);
    const consoles: Console[] = [];
    for (let i = 0; i < CONSOLES; i++) {
      const { token } = await service.signIn(service.firstRun.chairperson);
      consoles.push(await Console.open(service.url, token, crowd.sessionId));
    }
    const [a, b] = [crowd.place(1).seat.endpointId, crowd.place(2).seat.endpointId];
    const wishes = [
      ['stage.set', { endpointId: a }],
      ['stage.set', { endpointId: b }],
      ['floor.give', { endpointId: a }],
      ['floor.release', { endpointId: a }],
      ['mic.muteAll', {}],
      ['mic.allow', { endpointId: b }],
      ['mic.allow', { endpointId: b, allowed: false }],
    ] as const;
    const began = nowMs();
    const quiet = new Quiet().start();
    const answers = await Promise.all(consoles.map((one, i) => one.play(wishes, i, PLAY_MS)));
    const took = nowMs() - began;
    const muted = await consoles[0]!.ok('mic.muteAll', {});
    const from = nowMs();
    await until(
      'all consoles to have heard of it',
      () => consoles.every((one) => one.snapshot.seq >= muted.seq),
      5_000,
    );
    const converged = nowMs() - from;
    const hashes = new Set(consoles.map(({ snapshot }) => hashOf(snapshot)));
    const sent = answers.reduce((sum, one) => sum + one.sent, 0);
    const codes = new Set(answers.flatMap((one) => [...one.refused]));
    for (const one of consoles) one.close();
    figure(
      'F28',
      `${CONSOLES} consoles, ${Math.round(sent / (took / 1000))} conflicting commands a second for ${seconds(took)}: one state ${[...hashes].join(' and ')} at all ${Math.round(converged)} ms after the last`,
    );
    expect(hashes.size, 'states').to.equal(1);
    expect(converged).to.be.below(1_000);
    expect(sent / (took / 1000)).to.be.above(quiet.isBusy ? 30 : 90);
    expect([...codes].filter((code) => code === 'internal' || code === 'too_many_requests')).to.deep.equal([]);
    const open = Object.values(consoles[0]!.snapshot.participants).filter((p) => p.micOpen);
    expect(
      open.map((p) => p.endpointId).filter((id) => id !== crowd.chair.seat.endpointId),
      'still open after mute all',
    ).to.deep.equal([]);
  });
});

/** Each connection may send 20 commands a second. */
const CONSOLES = 7;
const PLAY_MS = 8_000;

/** A console that folds what it hears by itself. */
class Console {
  snapshot: SessionSnapshot;
  readonly #raw: RawSocket;

  private constructor(raw: RawSocket, snapshot: SessionSnapshot) {
    this.#raw = raw;
    this.snapshot = snapshot;
    raw.socket.on('session.events', ({ events }: { events: SessionEvent[] }) => {
      for (const event of events) {
        if (event.seq <= this.snapshot.seq) continue;
        if (event.seq !== this.snapshot.seq + 1) throw new Error(`event ${event.seq} came after ${this.snapshot.seq}`);
        this.snapshot = evolve(this.snapshot, event);
      }
    });
  }

  static async open(url: string, token: string, sessionId: string): Promise<Console> {
    const raw = await connectSocket(url, token);
    const early: SessionEvent[] = [];
    raw.socket.on('session.events', ({ events }: { events: SessionEvent[] }) => early.push(...events));
    const { snapshot } = await raw.ok('session.join', { sessionId, as: 'watch' });
    raw.socket.off('session.events');
    const folded = early.filter(({ seq }) => seq > snapshot!.seq).reduce((s, e) => evolve(s, e), snapshot!);
    return new Console(raw, folded);
  }

  ok(name: 'mic.muteAll', input: object): Promise<Decided> {
    return this.#raw.ok(name, { sessionId: this.snapshot.id, ...input });
  }

  /** Gives the wishes in turn, beginning with the console's own, 15 a second. */
  async play(wishes: readonly (readonly [string, object])[], first: number, forMs: number) {
    const refused = new Set<string>();
    const answers: Promise<unknown>[] = [];
    const end = nowMs() + forMs;
    const began = nowMs();
    for (let turn = first; nowMs() < end; turn += 1) {
      const [name, input] = wishes[turn % wishes.length]!;
      const sent = this.#raw.send(name, { sessionId: this.snapshot.id, ...input });
      answers.push(sent.then((ack) => !ack.ok && refused.add(ack.error.code)));
      await sleep(Math.max(0, began + (turn - first + 1) * 68 - nowMs()));
    }
    await Promise.all(answers);
    return { sent: answers.length, refused };
  }

  close(): void {
    this.#raw.close();
  }
}
