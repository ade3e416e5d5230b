import { expect } from 'chai';
import { judged, summary } from '../../../ops/simulate/report.ts';
import type { Report } from '../../../ops/simulate/report.ts';
import { valuesOf } from '../../../ops/simulate/watch.ts';

const NONE = { p50: 0, p99: 0, max: 0 };

/** A run in which all went well, but for what is given. */
function run(change: Partial<Report> = {}): Report {
  const load = {
    workerCpu: 0.4,
    workersCpu: 0.5,
    controlCpu: 0.1,
    controlLagMs: 5,
    consumers: 181,
    ownCpu: 0.3,
    machineBusy: 0.5,
  };
  return judged({
    endpoints: 87,
    joined: 87,
    joinMs: { p50: 300, p99: 500, max: 510 },
    packets: { received: 1_000_000, lost: 3 },
    gapMs: { p99: 34, max: 35 },
    worstGap: null,
    floorSwitchMs: { p50: 40, p99: 80, max: 90 },
    errors: [],
    profile: 'briefing',
    seconds: 60,
    receiving: 87,
    switches: { picture: NONE, voice: NONE, sharp: NONE, missed: 0, blurred: 0 },
    returnMs: { ...NONE, count: 0 },
    delayMs: { p50: 1, p99: 4 },
    packetsPerSecond: 20_000,
    packetsLate: 0,
    relayed: null,
    load: { ...load, ownLagMs: { p99: 2, max: 10 } },
    ...change,
  });
}

const load = (change: Partial<Report['load']>) => ({ load: { ...run().load, ...change } });

describe('the verdict of a rehearsal', () => {
  it('is that the server carries it when nothing was met', () => {
    const { verdict } = run();
    expect(verdict).to.deep.equal({
      carries: true,
      words: '87 of 87 joined, 0 errors, largest gap 35 ms: this server carries it.',
    });
    expect(summary(run())).to.include(verdict.words);
  });

  const limits: [string, Partial<Report>, RegExp][] = [
    ['a worker that is full', load({ workerCpu: 0.97 }), /CPU: a media worker took 1 of a core/],
    ['a control plane that is late', load({ controlLagMs: 350 }), /control plane: .* 350 ms/],
    ['endpoints that stayed away', { joined: 80, receiving: 80 }, /7 endpoints did not join/],
    ['endpoints that got nothing', { receiving: 85 }, /2 endpoints joined and received nothing/],
    ['joins that took long', { joinMs: { p50: 9_000, p99: 12_000, max: 12_000 } }, /joining took 12 s/],
    ['a network that loses', { packets: { received: 98_000, lost: 2_000 } }, /network: 2 % of the packets/],
    ['a silence', { gapMs: { p99: 40, max: 450 } }, /silent for 450 ms/],
    ['floor switches that never came', { switches: { ...run().switches, missed: 4 } }, /4 times a floor switch/],
    ['an error', { errors: ['a send path was lost'] }, /errors: a send path was lost/],
  ];
  for (const [what, change, words] of limits) {
    it(`names ${what} as the first limit`, () => {
      const { verdict } = run(change);
      expect(verdict.carries).to.equal(false);
      expect(verdict.words).to.match(words);
    });
  }

  it('blames a machine that was full before what that led to', () => {
    const busy = load({ machineBusy: 0.99, controlLagMs: 300 });
    expect(run({ ...busy, gapMs: { p99: 40, max: 900 } }).verdict.words).to.include('its cores were 99 % busy');
    expect(run(load({ machineBusy: 0.99 })).verdict.carries).to.equal(true);
  });

  it('names the cause before its effects', () => {
    const { verdict } = run({ ...load({ workerCpu: 0.99 }), gapMs: { p99: 40, max: 900 }, errors: ['x'] });
    expect(verdict.words).to.match(/First limit: CPU/);
  });

  it('does not blame the server for a line that was made bad on purpose', () => {
    const lossy = { packets: { received: 95_000, lost: 5_000 }, relayed: { lost: 5_000, dropped: 0 } };
    expect(run(lossy).verdict.carries).to.equal(true);
  });

  it('says when what was sent does not fit through the rate of the line', () => {
    const narrow = { packets: { received: 60_000, lost: 40_000 }, relayed: { lost: 0, dropped: 40_000 } };
    expect(run(narrow).verdict.words).to.match(/First limit: line: 40000 packets did not fit/);
  });

  it('blames the simulator for its own lateness only when something went wrong', () => {
    const late = load({ ownLagMs: { p99: 5, max: 300 } });
    expect(run(late).verdict.carries).to.equal(true);
    expect(run({ ...late, gapMs: { p99: 40, max: 450 } }).verdict.words).to.include('the simulator itself was late');
  });
});

describe('metrics of the service', () => {
  it('are read by name, whatever their labels', () => {
    const text = '# HELP x y\na_b{node="n",worker="0"} 0.25\na_b{node="n",worker="1"} 0.5\na_bc 7\nplain 3.5\n';
    expect([...valuesOf(text, 'a_b').values()]).to.deep.equal([0.25, 0.5]);
    expect(valuesOf(text, 'plain').get('')).to.equal(3.5);
    expect(valuesOf(text, 'missing').size).to.equal(0);
  });
});
