import { expect } from 'chai';
import fc from 'fast-check';
import { fullest } from '../../../server/meetings/capacity.ts';
import { freeShift, merged } from '../../../server/meetings/freeTime.ts';
import { overlaps } from '../../../server/meetings/overlap.ts';

const search = { durationMs: 60, stepMs: 15, earlier: true };
const seat = (start: number, busy: [number, number][], window = { start: 0, end: 600 }) => ({
  start,
  window,
  busy: busy.map(([from, to]) => ({ start: from, end: to })),
});

describe('the nearest free time', () => {
  it('is the wanted one when all are free, also between two meetings that only touch', () => {
    expect(freeShift([seat(120, [])], search, 0)).to.equal(0);
    expect(
      freeShift(
        [
          seat(120, [
            [60, 120],
            [180, 240],
          ]),
        ],
        search,
        0,
      ),
    ).to.equal(0);
  });

  it('lies before or after, whichever is nearer', () => {
    expect(freeShift([seat(120, [[150, 400]])], search, 0)).to.equal(-30);
    expect(freeShift([seat(120, [[0, 150]])], search, 0)).to.equal(30);
  });

  it('lies after where nobody asked for an earlier one', () => {
    const later = { ...search, earlier: false };
    expect(freeShift([seat(120, [[150, 400]])], later, 0)).to.equal(285);
    expect(freeShift([seat(120, [])], later, 0)).to.equal(0);
    expect(freeShift([seat(120, [[150, 600]])], later, 0)).to.equal(null);
  });

  it('is none when the window is full, or when only the past is free', () => {
    expect(freeShift([seat(120, [[0, 600]])], search, 0)).to.equal(null);
    expect(freeShift([seat(120, [[100, 600]])], search, 90)).to.equal(null);
  });

  it('fits every occurrence of a series at once, and no nearer shift does', () => {
    const interval = fc
      .tuple(fc.integer({ min: 0, max: 580 }), fc.integer({ min: 1, max: 200 }))
      .map(([from, length]): [number, number] => [from, from + length]);
    const seats = fc.array(fc.tuple(fc.integer({ min: 0, max: 540 }), fc.array(interval, { maxLength: 4 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(seats, (list) => {
        const all = list.map(([start, busy]) => seat(start, busy));
        const fits = (shift: number) =>
          all.every(({ start, busy, window }) => {
            const own = { start: start + shift, end: start + shift + 60 };
            return own.start >= window.start && own.end <= window.end && busy.every((b) => !overlaps(own, b));
          });
        const best = [...Array(81).keys()]
          .map((i) => (i - 40) * 15)
          .filter(fits)
          .map(Math.abs);
        const found = freeShift(all, search, 0);
        expect(found === null ? null : Math.abs(found)).to.equal(best.length ? Math.min(...best) : null);
        if (found !== null) expect(fits(found)).to.equal(true);
      }),
    );
  });

  it('joins what overlaps or touches', () => {
    expect(
      merged([
        { start: 5, end: 9 },
        { start: 1, end: 3 },
        { start: 3, end: 4 },
        { start: 6, end: 7 },
      ]),
    ).to.deep.equal([
      { start: 1, end: 4 },
      { start: 5, end: 9 },
    ]);
  });
});

describe('the capacity of the nodes', () => {
  const limit = { consumers: 1000, mbps: 800 };
  const claim = (start: number, end: number, endpoints: number) => ({
    start,
    end,
    endpoints,
    floorMode: 'broadcast' as const,
  });

  it('carries a briefing of 87 beside a small one', () => {
    const load = fullest([claim(30, 90, 10)], claim(0, 60, 87), limit);
    expect(load).to.deep.include({ endpoints: 97, consumers: 388, fits: true });
    expect(load.mbps).to.be.closeTo(172.3, 0.1);
  });

  it('counts what runs at one moment, not over the day, and keeps a fifth free', () => {
    const beside = [claim(30, 60, 200), claim(70, 90, 200)];
    expect(fullest(beside, claim(0, 30, 200), limit)).to.include({ endpoints: 200, most: 250, fits: true });
    expect(fullest(beside, claim(0, 60, 200), limit)).to.include({ endpoints: 400, most: 50, fits: false });
  });

  it('says how many of a floor mode there is room for', () => {
    const wide = { consumers: 4000, mbps: 800 };
    const discussion = { ...claim(0, 60, 400), floorMode: 'discussion' as const };
    expect(fullest([], claim(0, 60, 400), wide)).to.include({ most: 360, fits: false });
    expect(fullest([], discussion, wide)).to.include({ most: 312, fits: false });
    expect(fullest([claim(0, 60, 360)], discussion, wide)).to.include({ most: 0, fits: false });
  });
});
