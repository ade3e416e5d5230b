import { expect } from 'chai';
import { Histogram, spreadOf } from '../../../ops/simulate/histogram.ts';
import { Arrivals, Inflow } from '../../../ops/simulate/inflow.ts';
import type { SourceState } from '../../../ops/simulate/inflow.ts';
import { keyFrameRequests, markAt, markKeyFrame, markLayer, markSentAt, OutStream } from '../../../ops/simulate/rtp.ts';
import type { ConsumerOffer } from '../../../server/protocol/media.ts';

const OFFER: ConsumerOffer = {
  consumerId: 'c',
  producerId: 'p',
  endpointId: 'e',
  source: 'microphone',
  kind: 'audio',
  rtpParameters: {},
};

/** Packets of one stream with chosen sequence numbers. */
function stream() {
  const out = new OutStream(77, 0, 100, 100, 6);
  return (seq: number, sentAt = 0): Buffer => {
    const packet = Buffer.from(out.sound(0, 20, sentAt));
    packet.writeUInt16BE(seq & 0xffff, 2);
    return packet;
  };
}

describe('counting what arrives', () => {
  let total: Arrivals;
  let source: SourceState;
  let inflow: Inflow;
  let packet: ReturnType<typeof stream>;
  beforeEach(() => {
    total = new Arrivals();
    source = { sending: true, changedAt: -10_000 };
    inflow = new Inflow(OFFER, total, source);
    inflow.flow(true, 0);
    packet = stream();
  });
  const take = (seq: number, at: number) => inflow.take(packet(seq), at);

  it('finds no loss in an unbroken row, over the end of the numbers too', () => {
    for (let i = 0; i < 100; i += 1) take(65_500 + i, i * 20);
    expect([total.packets, total.lost, total.late]).to.deep.equal([100, 0, 0]);
  });

  it('counts what is missing, and counts it back when it comes late', () => {
    take(10, 0);
    take(13, 20);
    expect(total.lost).to.equal(2);
    take(11, 25);
    expect([total.lost, total.late, inflow.lost]).to.deep.equal([1, 1, 1]);
  });

  it('measures the silence between two packets of a stream that flows', () => {
    take(1, 100);
    take(2, 120);
    take(3, 470);
    expect(total.gaps.max).to.equal(350);
    expect(total.worst).to.include({ ms: 350, endpointId: 'e', source: 'microphone' });
  });

  it('counts no pause of the server as a silence', () => {
    take(1, 100);
    inflow.flow(false, 110);
    inflow.flow(true, 5_000);
    take(2, 5_020);
    take(3, 5_040);
    expect(total.gaps.max).to.equal(20);
  });

  it('counts no change of the source as a silence', () => {
    take(1, 100);
    source.changedAt = 200;
    take(2, 900);
    expect(total.gaps.count).to.equal(0);
  });

  it('charges the time in which this process stood still to nobody', () => {
    take(1, 100);
    total.stalled(110, 390);
    take(2, 400);
    expect(total.gaps.max).to.equal(20);
  });

  it('counts a silence that lasts at the end', () => {
    take(1, 100);
    inflow.settle(1_600);
    expect(total.gaps.max).to.equal(1_500);
  });

  it('says when a stream should flow and nothing comes', () => {
    expect(inflow.silentFor(3_000, 2_000)).to.equal(false);
    expect(inflow.silentFor(3_000, 4_000)).to.equal(true);
    take(1, 4_000);
    expect(inflow.silentFor(3_000, 8_000)).to.equal(false);
  });

  it('says nothing about silences of a source that somebody else sends', () => {
    inflow = new Inflow(OFFER, total, null);
    inflow.flow(true, 0);
    take(1, 100);
    take(2, 900);
    expect(total.gaps.count).to.equal(0);
    expect(total.packets).to.equal(2);
  });
});

describe('a packet of a simulated source', () => {
  it('carries layer, key frame and time through whatever header an SFU puts before it', () => {
    const out = new OutStream(5, 2, 96, 1_050);
    const sent = out.video(90_000, true, false, true, 1234.5);
    for (const extension of [Buffer.alloc(0), Buffer.from([0xbe, 0xde, 0, 2, 0x10, 1, 0x20, 2, 0, 0, 0, 0])]) {
      const packet = Buffer.concat([sent.subarray(0, 12), extension, sent.subarray(12)]);
      if (extension.length > 0) packet[0] = (packet[0] ?? 0) | 0x10;
      const at = markAt(packet);
      expect([markLayer(packet, at), markKeyFrame(packet, at), markSentAt(packet, at)]).to.deep.equal([
        2,
        true,
        1234.5,
      ]);
    }
  });

  it('is told from padding', () => expect(markAt(Buffer.alloc(200))).to.equal(-1));

  it('asks and is asked for key frames', () => {
    const pli = Buffer.from([0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 42]);
    const fir = Buffer.from([0x84, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 43, 0, 0, 0, 0]);
    expect(keyFrameRequests(Buffer.concat([pli, fir]))).to.deep.equal([42, 43]);
  });
});

describe('a histogram of milliseconds', () => {
  it('tells percentiles to half a millisecond and the exact maximum', () => {
    const histogram = new Histogram();
    for (let ms = 1; ms <= 1_000; ms += 1) histogram.add(ms);
    histogram.add(12_345.6);
    expect(histogram.percentile(0.5)).to.be.within(500, 502);
    expect(histogram.percentile(0.99)).to.be.within(990, 992);
    expect(histogram.max).to.equal(12_345.6);
  });

  it('is all zero without values', () => {
    expect(new Histogram().percentile(0.99)).to.equal(0);
    expect(spreadOf([])).to.deep.equal({ p50: 0, p99: 0, max: 0 });
  });
});
