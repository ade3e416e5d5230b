import { expect } from 'chai';
import { LineRelief, readPictures, relieved } from '../../../web/media/relief.ts';

describe('the relief of a line that loses packets', () => {
  /** feeds one share of loss a second, of 200 packets; @returns the seconds at which the level changed, and to what */
  function levels(shares: number[], relief = new LineRelief()): Record<number, number> {
    const changes: Record<number, number> = {};
    let [received, lost, before] = [0, 0, 0];
    shares.forEach((share, second) => {
      received += 200 * (1 - share);
      lost += 200 * share;
      const level = relief.take({ epoch: 'a', received, lost }, second * 1_000);
      if (level !== before) changes[second] = level;
      before = level;
    });
    return changes;
  }
  const of = (seconds: number, share: number) => Array.from({ length: seconds }, () => share);

  it('makes the picture smaller within three seconds of 5 % loss, and larger five seconds after its end', () => {
    const changes = levels([...of(10, 0), ...of(10, 0.05), ...of(10, 0)]);
    expect(changes).to.deep.equal({ 11: 1, 23: 0 });
  });

  it('makes it smallest when more than a tenth is lost, and larger step by step', () => {
    expect(Object.values(levels([...of(5, 0), ...of(5, 0.2), ...of(20, 0)])).slice(-3)).to.deep.equal([2, 1, 0]);
  });

  it('leaves it alone at the losses of an ordinary line', () => {
    expect(levels(of(60, 0.015))).to.deep.equal({});
  });

  it('waits longer each time that the larger picture brings the loss back', () => {
    const relief = new LineRelief();
    let [received, lost, level] = [0, 0, 0];
    const rises: number[] = [];
    for (let second = 0; second < 120; second += 1) {
      // the line carries the smaller picture and not the larger one
      const share = level === 0 ? 0.06 : 0;
      received += 200 * (1 - share);
      lost += 200 * share;
      const next = relief.take({ epoch: 'a', received, lost }, second * 1_000);
      if (next < level) rises.push(second);
      level = next;
    }
    const waits = rises.slice(1).map((at, i) => at - rises[i]!);
    expect(waits.length).to.be.within(2, 5);
    expect(waits).to.deep.equal([...waits].sort((a, b) => a - b));
    expect(waits.at(-1)).to.be.above(30);
  });

  it('takes a new build of the peer, or a picture less, for no loss', () => {
    const relief = new LineRelief();
    relief.take({ epoch: 'a', received: 9_000, lost: 0 }, 0);
    expect(relief.take({ epoch: 'b', received: 100, lost: 90 }, 1_000)).to.equal(0);
    expect(relief.take({ epoch: 'b', received: 20, lost: 80 }, 2_000)).to.equal(0);
  });

  it('asks for the next lower layer, never for more than the screen shows', () => {
    expect([relieved(1080, 0), relieved(1080, 1), relieved(1080, 2)]).to.deep.equal([1080, 360, 180]);
    expect([relieved(180, 1), relieved(0, 2)]).to.deep.equal([180, 0]);
  });

  it('counts pictures alone, and no padding', () => {
    const video = { type: 'inbound-rtp', kind: 'video', packetsReceived: 5, packetsLost: 1 };
    const report = [video, video, { ...video, kind: 'audio' }, { ...video, mid: 'probator' }, { type: 'codec' }];
    expect(readPictures(report)).to.deep.equal({ received: 10, lost: 2 });
  });
});
