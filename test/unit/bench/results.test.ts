import { expect } from 'chai';
import { figure, goalText, meets, tableOf, verdictOf } from '../../../ops/bench/results.ts';
import type { Result } from '../../../ops/bench/results.ts';

describe('the results of the benchmarks', () => {
  it('judges a value by its goal', () => {
    expect(meets(1.03, { atMost: 1.03 })).to.equal(true);
    expect(meets(1.04, { atMost: 1.03 })).to.equal(false);
    expect(meets(0.4, { atLeast: 0.5 })).to.equal(false);
    expect(meets(1, { exactly: 1 })).to.equal(true);
    expect(meets(2, { exactly: 1 })).to.equal(false);
    expect(meets(Number.NaN, { atMost: 1 })).to.equal(false);
  });

  it('promises nothing of a busy machine, and nothing of what could not be measured', () => {
    expect(verdictOf(1, { atMost: 2 }, true)).to.equal('invalid');
    expect(verdictOf(1, { atMost: 2 }, false)).to.equal('holds');
    expect(verdictOf(3, { atMost: 2 }, false)).to.equal('MISSED');
    expect(verdictOf(3, null, false)).to.equal('told');
    expect(verdictOf(null, { atMost: 2 }, false)).to.equal('absent');
  });

  it('prints the digits that matter', () => {
    expect([0.01234, 1.234, 12.34, 123.4, 1044].map(figure)).to.deep.equal(['0.012', '1.23', '12.3', '123', '1,044']);
    expect(goalText({ atMost: 1.03, of: 'x bare' })).to.equal('<= 1.03 x bare');
    expect(goalText({ exactly: 1 })).to.equal('= 1');
    expect(goalText(null)).to.equal('');
  });

  it('prints one line a result, and notes below', () => {
    const one: Result = {
      id: 'B1',
      load: '87 receivers',
      metric: 'worker CPU',
      value: 1.01,
      unit: 'x',
      goal: { atMost: 1.03, of: 'x bare' },
      verdict: 'holds',
      ratio: { median: 1.01, min: 0.99, max: 1.02, pairs: 5 },
    };
    const none: Result = { ...one, id: 'B2', value: null, verdict: 'absent', note: 'Janus is not installed' };
    delete none.ratio;
    const lines = tableOf([one, none]).split('\n');
    expect(lines[2]).to.match(
      /^B1 {2}87 receivers {2}worker CPU {2}1\.01 x \(0\.990\.\.1\.02, 5\) +<= 1\.03 x bare {2}holds$/,
    );
    expect(lines[3]).to.match(/ - .*absent$/);
    expect(lines.at(-1)).to.equal('B2 worker CPU: Janus is not installed');
  });
});
