import { expect } from 'chai';
import { AppError } from '../../../server/errors.ts';
import type { SessionEvent } from '../../../server/protocol/events.ts';
import { Refusal } from '../../../server/protocol/errors.ts';
import type { Step } from '../../../server/sessions/journal.ts';
import { LiveSession } from '../../../server/sessions/liveSession.ts';
import { aSession, names, seat } from '../../support/aSession.ts';

/** Keeps steps in memory; a turn of the disk takes as long as the test says. */
class SlowLog {
  readonly steps: Step[] = [];
  failure: Error | null = null;
  #release: (() => void)[] = [];
  slow = false;

  async append(step: Step): Promise<void> {
    if (this.slow) await new Promise<void>((done) => this.#release.push(done));
    if (this.failure) throw this.failure;
    this.steps.push(step);
  }

  /** Lets every write that waits now, and all later ones, go through. */
  free(): void {
    this.slow = false;
    for (const done of this.#release.splice(0)) done();
  }
}

const [HALL = ''] = names(1);
const BY = { endpointId: null, userId: null };

function live(endpoints = 60, settled: Promise<void> | null = null) {
  const session = aSession({ endpoints: names(endpoints), joined: [HALL], chair: HALL });
  const log = new SlowLog();
  const told: SessionEvent[][] = [];
  const one = new LiveSession(session.s, session.events, [], {
    log,
    clock: { now: () => session.now },
    listener: (_session, events) => {
      told.push(events);
      return settled;
    },
  });
  return { one, log, told };
}

describe('the queue of a live session', () => {
  it('stores a storm of joins in few writes, in the order in which they came', async () => {
    const { one, log, told } = live();
    log.slow = true;
    const joins = names(60)
      .slice(1)
      .map((endpointId) => one.system({ name: 'joined', endpointId }));
    await Promise.resolve();
    log.free();
    const answers = await Promise.all(joins);
    expect(log.steps.length).to.be.at.most(3);
    expect(answers.map((a) => a.seq)).to.deep.equal(answers.map((_, i) => answers[0]!.seq + i));
    expect(log.steps.flatMap((s) => s.events.map((e) => e.seq))).to.deep.equal(answers.map((a) => a.seq));
    expect(told.flat()).to.have.length(59);
    expect(one.snapshot.seq).to.equal(answers.at(-1)!.seq);
  });

  it('stores what comes in one turn of the loop in one write, though the disk answers at once', async () => {
    const { one, log } = live();
    const joins = names(60).slice(1);
    // each from a message of its own, as sockets are read
    const answers = joins.map(async (endpointId) => {
      await new Promise<void>((read) => process.nextTick(read));
      return one.system({ name: 'joined', endpointId });
    });
    await Promise.all(answers);
    expect(log.steps).to.have.length(1);
    expect(one.snapshot.seq).to.equal((await answers.at(-1)!).seq);
  });

  it('acknowledges nothing that was not stored, and stands where it was', async () => {
    const { one, log, told } = live();
    const before = one.snapshot;
    log.failure = new AppError('internal', 'the disk said no');
    const results = await Promise.allSettled([
      one.system({ name: 'joined', endpointId: 'Xã 1' }),
      one.system({ name: 'joined', endpointId: 'Xã 2' }),
    ]);
    expect(results.map((r) => r.status)).to.deep.equal(['rejected', 'rejected']);
    expect(one.snapshot).to.equal(before);
    expect(told).to.deep.equal([]);
    log.failure = null;
    expect((await one.system({ name: 'joined', endpointId: 'Xã 1' })).seq).to.equal(before.seq + 1);
  });

  it('answers when media has obeyed, and goes on with the next command meanwhile', async () => {
    const { promise: obeyed, resolve: obey } = Promise.withResolvers<void>();
    const { one, log } = live(3, obeyed);
    const answered: number[] = [];
    const joins = ['Xã 1', 'Xã 2'].map((endpointId) =>
      one.system({ name: 'joined', endpointId }).then(({ seq }) => answered.push(seq)),
    );
    await new Promise((done) => setTimeout(done, 10));
    expect(log.steps.flatMap((step) => step.events)).to.have.length(2);
    expect(answered).to.deep.equal([]);
    obey();
    await Promise.all(joins);
    expect(answered).to.have.length(2);
  });

  it('refuses one command without harming its neighbours in the same turn', async () => {
    const { one } = live();
    const key = undefined;
    const results = await Promise.allSettled([
      one.run({ name: 'floor.request', input: {} }, seat(HALL), BY, key),
      one.run({ name: 'floor.give', input: { endpointId: 'nobody' } }, seat(HALL), BY, key),
      one.run({ name: 'floor.withdraw', input: {} }, seat(HALL), BY, key),
    ]);
    expect(results.map((r) => r.status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled']);
    const refused = results[1];
    expect(refused?.status === 'rejected' && refused.reason).to.be.instanceOf(Refusal);
  });

  it('applies a repeated key once, also within one turn, and answers the same', async () => {
    const { one, log } = live();
    const ask = () => one.run({ name: 'floor.request', input: {} }, seat(HALL), BY, 'key-of-the-hand');
    const [first, second] = await Promise.all([ask(), ask()]);
    expect(second).to.deep.equal(first);
    expect(await ask()).to.deep.equal(first);
    expect(log.steps.flatMap((s) => s.events)).to.have.length(1);
    expect(log.steps[0]?.keys.map((k) => k.seq)).to.deep.equal([first.seq]);
  });

  it('stores alone what only the database can answer', async () => {
    const { one, log } = live();
    await Promise.all([
      one.system({ name: 'joined', endpointId: 'Xã 1' }),
      one.run({ name: 'session.extend', input: { minutes: 15 } }, seat(HALL), BY),
      one.system({ name: 'joined', endpointId: 'Xã 2' }),
    ]);
    const moved = log.steps.filter((s) => s.movedEnd !== null);
    expect(moved.map((s) => s.events.length)).to.deep.equal([1]);
  });

  it('brings who comes back up to date from memory, and says when it reaches too far back', async () => {
    const { one } = live();
    const from = one.snapshot.seq;
    await one.system({ name: 'joined', endpointId: 'Xã 1' });
    await one.system({ name: 'joined', endpointId: 'Xã 2' });
    expect(one.eventsAfter(from)?.map((e) => e.seq)).to.deep.equal([from + 1, from + 2]);
    expect(one.eventsAfter(from + 2)).to.deep.equal([]);
    expect(one.eventsAfter(from + 9)).to.equal(null);
  });
});
