import { expect } from 'chai';
import { exponentOf, lineThrough, median, quantile, ratioOf } from '../../../ops/bench/statistics.ts';

describe('the statistics of the benchmarks', () => {
  it('takes the middle of values, whatever their order and their parity', () => {
    expect(median([5, 1, 3])).to.equal(3);
    expect(median([4, 1, 3, 2])).to.equal(2.5);
    expect(quantile([0, 10], 0.99)).to.be.closeTo(9.9, 1e-9);
    expect(quantile([7], 0.5)).to.equal(7);
    expect(() => median([])).to.throw(RangeError);
  });

  it('compares each measurement with its neighbour, so that a slower machine changes no ratio', () => {
    const ratio = ratioOf([10, 20, 40], [5, 10, 20]);
    expect(ratio).to.deep.equal({ median: 2, min: 2, max: 2, pairs: 3 });
    expect(ratioOf([1, 3], [1, 1])).to.deep.equal({ median: 2, min: 1, max: 3, pairs: 2 });
    expect(() => ratioOf([1], [1, 2])).to.throw(RangeError);
  });

  it('finds slope and start of a line', () => {
    const { slope, intercept } = lineThrough([0, 20, 40, 80], [13, 63, 113, 213]);
    expect(slope).to.be.closeTo(2.5, 1e-9);
    expect(intercept).to.be.closeTo(13, 1e-9);
    expect(() => lineThrough([1], [1])).to.throw(RangeError);
  });

  it('finds the exponent with which a cost grows', () => {
    const sizes = [10, 100, 1_000, 10_000];
    expect(exponentOf(sizes, sizes)).to.be.closeTo(1, 1e-9);
    expect(
      exponentOf(
        sizes,
        sizes.map((n) => 3 * n ** 2),
      ),
    ).to.be.closeTo(2, 1e-9);
    expect(
      exponentOf(
        sizes,
        sizes.map(() => 7),
      ),
    ).to.be.closeTo(0, 1e-9);
  });

  it('says nothing of growth over fewer than four sizes', () => {
    expect(() => exponentOf([1, 2, 3], [1, 2, 3])).to.throw(RangeError, 'four sizes');
    expect(() => exponentOf([1, 2, 3, 4], [1, 2, 3, 0])).to.throw(RangeError, 'positive');
  });
});
