import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { CLEAN_LINE, Relay, Shaper } from '../../../ops/simulate/relay.ts';
import type { LineFault } from '../../../ops/simulate/relay.ts';

const line = (fault: Partial<LineFault>): LineFault => ({ ...CLEAN_LINE, ...fault });

/** The same dice in every run. */
function dice(): () => number {
  let state = 12_345;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
}

describe('a line of the relay', () => {
  it('changes nothing when it has no faults', () => {
    const shaper = new Shaper(CLEAN_LINE, 'down');
    expect(shaper.arrivalOf(1_000, 5)).to.equal(5);
  });

  it('delays each way by half of the round trip', () => {
    const shaper = new Shaper(line({ rtt: 40 }), 'down');
    expect(shaper.arrivalOf(1_000, 100)).to.equal(120);
  });

  it('loses the share that was asked for', () => {
    const shaper = new Shaper(line({ loss: 5 }), 'up', dice());
    const arrived = Array.from({ length: 20_000 }, (_, i) => shaper.arrivalOf(100, i)).filter((at) => at !== null);
    expect(arrived.length / 20_000).to.be.within(0.94, 0.96);
    expect(shaper.lost + arrived.length).to.equal(20_000);
  });

  it('adds jitter without letting packets overtake each other', () => {
    const shaper = new Shaper(line({ rtt: 20, jitter: 30 }), 'down', dice());
    const delays: number[] = [];
    let before = 0;
    for (let now = 0; now < 20_000; now += 20) {
      const at = shaper.arrivalOf(100, now) ?? 0;
      expect(at).to.be.at.least(before);
      before = at;
      delays.push(at - now);
    }
    expect(Math.min(...delays)).to.be.within(10, 13);
    expect(Math.max(...delays)).to.be.within(37, 40);
  });

  it('lets through no more than its rate and drops what would wait too long', () => {
    const shaper = new Shaper(line({ down: 512 }), 'down');
    let bytes = 0;
    let last = 0;
    // 2 Mbit/s for 10 s
    for (let now = 0; now < 10_000; now += 4) {
      const at = shaper.arrivalOf(1_000, now);
      if (at === null) continue;
      bytes += 1_000;
      last = at;
      expect(at - now).to.be.below(420);
    }
    expect((bytes * 8) / last).to.be.within(500, 524);
    expect(shaper.dropped).to.be.above(1_500);
  });

  it('narrows one way and leaves the other', () => {
    const shaper = new Shaper(line({ down: 8 }), 'up');
    expect(shaper.arrivalOf(1_000, 0)).to.equal(0);
    expect(shaper.arrivalOf(1_000, 0)).to.equal(0);
  });
});

describe('the relay', () => {
  let sfu: Socket;
  let client: Socket;
  let relay: Relay;

  const bound = async (): Promise<Socket> => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return socket;
  };

  beforeEach(async () => {
    [sfu, client] = await Promise.all([bound(), bound()]);
    // answers what it gets
    sfu.on('message', (packet, from) => sfu.send(packet, from.port, from.address));
  });
  afterEach(() => {
    relay.close();
    sfu.close();
    client.close();
  });

  const ask = async (port: number, withinMs: number): Promise<number | null> => {
    const began = performance.now();
    const answered = once(client, 'message', { signal: AbortSignal.timeout(withinMs) });
    client.send('xin chào', port, '127.0.0.1');
    return answered.then(
      () => performance.now() - began,
      () => null,
    );
  };

  it('carries packets there and back, later by the round trip', async () => {
    relay = new Relay(() => line({ rtt: 60 }));
    const [via] = await relay.route('a', [{ address: '127.0.0.1', port: sfu.address().port }]);
    expect(via?.port).to.not.equal(sfu.address().port);
    expect(await ask(via?.port ?? 0, 2_000)).to.be.within(58, 500);
  });

  it('is not in the way of an endpoint whose line is sound', async () => {
    relay = new Relay(() => null);
    const offered = [{ address: '127.0.0.1', port: 9 }];
    expect(await relay.route('a', offered)).to.equal(offered);
  });

  it('gives each path a port of its own, so that the SFU can tell them apart', async () => {
    relay = new Relay(() => line({ rtt: 2 }));
    const offered = [{ address: '127.0.0.1', port: sfu.address().port }];
    const senders = new Set<number>();
    sfu.on('message', (_packet, from) => senders.add(from.port));
    for (const [via] of [await relay.route('a', offered), await relay.route('a', offered)])
      await ask(via?.port ?? 0, 2_000);
    expect(senders.size).to.equal(2);
  });

  it('cuts a line and joins it again', async () => {
    relay = new Relay(() => line({ rtt: 2 }));
    const [via] = await relay.route('a', [{ address: '127.0.0.1', port: sfu.address().port }]);
    relay.cut('a', true);
    expect(await ask(via?.port ?? 0, 100)).to.equal(null);
    relay.cut('a', false);
    expect(await ask(via?.port ?? 0, 2_000)).to.be.a('number');
  });

  it('cuts one way of a line: packets reach the SFU, and its answers get lost', async () => {
    relay = new Relay(() => line({ rtt: 2 }));
    const [via] = await relay.route('a', [{ address: '127.0.0.1', port: sfu.address().port }]);
    let reached = 0;
    const count = () => (reached += 1);
    sfu.on('message', count);
    for (const way of ['down', 'up'] as const) {
      relay.cut('a', true, way);
      expect(await ask(via?.port ?? 0, 100), way).to.equal(null);
    }
    sfu.off('message', count);
    expect(reached).to.equal(1);
  });

  it('leaves nothing open', async () => {
    relay = new Relay(() => line({ rtt: 2 }));
    const [via] = await relay.route('a', [{ address: '127.0.0.1', port: sfu.address().port }]);
    relay.close();
    await sleep(10);
    expect(await ask(via?.port ?? 0, 50)).to.equal(null);
  });
});
