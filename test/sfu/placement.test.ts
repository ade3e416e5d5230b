import { expect } from 'chai';
import { placePeer } from '../../sfu/placement.ts';

const LIMITS = { consumers: 500, transports: 100 };
const worker = (index: number, consumers: number, transports = 0, cpuRatio = 0) => {
  return { index, consumers, transports, cpuRatio };
};
const place = (workers: ReturnType<typeof worker>[], used: number[], reserved: [number, number][] = []) =>
  placePeer(workers, new Set(used), new Map(reserved), LIMITS)?.index ?? null;

describe('placing a peer', () => {
  it('begins a session on the least loaded worker', () => {
    expect(place([worker(0, 10), worker(1, 3), worker(2, 7)], [])).to.equal(1);
  });
  it('stays on the workers of the session while they have room', () => {
    expect(place([worker(0, 499), worker(1, 0)], [0])).to.equal(0);
    expect(place([worker(0, 300), worker(1, 200), worker(2, 0)], [0, 1])).to.equal(1);
  });
  it('takes the next worker when all of the session have reached the limit', () => {
    expect(place([worker(0, 500), worker(1, 0)], [0])).to.equal(1);
  });
  it('counts what peers that are placed already will ask for', () => {
    expect(place([worker(0, 0), worker(1, 0)], [0], [[0, 500]])).to.equal(1);
  });
  it('spreads over all when all are past the limit', () => {
    expect(place([worker(0, 800), worker(1, 700)], [0, 1])).to.equal(1);
  });
  it('avoids a worker whose measured CPU is high, however few consumers it has', () => {
    expect(place([worker(0, 3, 0, 0.6), worker(1, 200, 0, 0.2)], [])).to.equal(1);
    expect(place([worker(0, 100, 0, 0.5), worker(1, 100, 0, 0.4)], [0, 1])).to.equal(1);
    expect(place([worker(0, 10, 0, 1), worker(1, 0)], [0])).to.equal(1);
  });
  it('does not take a quiet worker for an empty one', () => {
    expect(place([worker(0, 400, 0, 0.01), worker(1, 20, 0, 0.1)], [])).to.equal(1);
  });
  it('leaves out workers that hold as many transports as they may', () => {
    expect(place([worker(0, 0, 100), worker(1, 400, 99)], [0])).to.equal(1);
    expect(place([worker(0, 0, 100)], [])).to.equal(null);
    expect(place([], [])).to.equal(null);
  });
});
