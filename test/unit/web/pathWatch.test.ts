import { expect } from 'chai';
import { PathWatch, readPath } from '../../../web/media/pathWatch.ts';
import type { PathReading } from '../../../web/media/pathWatch.ts';

describe('the watch over a media path', () => {
  /** one reading a second from 0 on; @returns what is told, by the second */
  function told(readings: (Partial<PathReading> | null)[]): Record<number, string> {
    const watch = new PathWatch(0);
    const all: Record<number, string> = {};
    readings.forEach((reading, second) => {
      const whole = reading && { epoch: 'a', answers: 0, packets: 0, expecting: true, ...reading };
      const report = watch.take(whole, second * 1_000);
      if (report)
        all[second] = `${report.receiving ? 'receiving' : 'deaf'} ${report.answered ? 'answered' : 'unanswered'}`;
    });
    return all;
  }
  const seconds = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

  it('says nothing while packets and answers come', () => {
    expect(told(seconds(0, 20).map((n) => ({ answers: Math.floor(n / 3), packets: n * 50 })))).to.deep.equal({});
  });

  it('says nothing of missing packets while nothing is to come', () => {
    const readings = seconds(0, 20).map((n) => ({ answers: Math.floor(n / 3), expecting: false }));
    expect(told(readings)).to.deep.equal({});
  });

  it('tells every two seconds that nothing comes and the path is silent, then seldom, and once that all is well', () => {
    const well = { answers: 9, packets: 900 };
    const readings = [...seconds(0, 30).map(() => ({ answers: 5, packets: 500 })), well, well, well];
    expect(told(readings)).to.deep.equal({
      3: 'deaf answered',
      5: 'deaf unanswered',
      7: 'deaf unanswered',
      9: 'deaf unanswered',
      11: 'deaf unanswered',
      13: 'deaf unanswered',
      19: 'deaf unanswered',
      25: 'deaf unanswered',
      30: 'receiving answered',
    });
  });

  it('tells that packets come over a path that does not answer, and that none come over one that does', () => {
    expect(told(seconds(0, 6).map((n) => ({ packets: n })))).to.deep.equal({ 4: 'receiving unanswered' });
    expect(told(seconds(0, 6).map((n) => ({ answers: n })))).to.deep.equal({ 3: 'deaf answered', 5: 'deaf answered' });
  });

  it('goes on while the peer is built anew, and takes the first packet of the new build for life', () => {
    const gone = seconds(1, 6).map(() => null);
    const readings = [{ answers: 50, packets: 5_000 }, ...gone, { epoch: 'b', answers: 1, packets: 1 }];
    expect(told(readings)).to.deep.equal({
      3: 'deaf answered',
      5: 'deaf unanswered',
      6: 'receiving answered',
    });
  });

  it('sums up the answers of every pair and the packets of every stream', () => {
    const pair = (responsesReceived: number) => ({ type: 'candidate-pair', responsesReceived });
    const stream = { type: 'inbound-rtp', packetsReceived: 7 };
    expect(readPath([[pair(2), stream, { type: 'codec' }], [pair(3)]])).to.deep.equal({ answers: 5, packets: 7 });
  });

  it('says again that all is well when that did not reach the server', () => {
    const watch = new PathWatch(0);
    const reading = (answers: number) => ({ epoch: 'a', answers, packets: answers, expecting: true });
    watch.take(reading(1), 0);
    expect(watch.take(reading(1), 30_000)).to.not.equal(null);
    expect(watch.take(reading(2), 31_000)).to.deep.equal({ receiving: true, answered: true });
    watch.untold();
    expect(watch.take(reading(3), 32_000)).to.deep.equal({ receiving: true, answered: true });
    expect(watch.take(reading(4), 33_000)).to.equal(null);
  });
});
