import { expect } from 'chai';
import { grows, slopeOf } from '../../../ops/soak/slope.ts';

const samples = (values: number[]) => values.map((value, i) => ({ at: i / 20, value }));

describe('whether something grows over a long run', () => {
  it('is told by the line of least squares', () => {
    expect(slopeOf(samples([100, 101, 102, 103])).perHour).to.be.closeTo(20, 1e-6);
    expect(slopeOf(samples([100, 101, 102, 103])).error).to.be.closeTo(0, 1e-6);
    expect(slopeOf(samples([5, 5, 5])).perHour).to.equal(0);
  });

  it('is said of a leak and not of a saw', () => {
    expect(grows(samples([100, 104, 108, 112, 116, 120]), 8)).to.equal(true);
    expect(grows(samples([100, 112, 101, 111, 102, 113]), 8)).to.equal(false);
    expect(grows(samples([100, 101, 100, 102, 101, 102]), 8)).to.equal(false);
  });

  it('is not said of too few samples', () => {
    expect(grows(samples([100, 200, 300]), 8)).to.equal(false);
  });
});
