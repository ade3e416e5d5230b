import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import type { MediaAddress } from './sdp.ts';

/** What a line does to packets. */
export interface LineFault {
  /** round trip that the line adds, milliseconds; half of it each way */
  rtt: number;
  /** most that is added on top of it at random, milliseconds; packets keep their order */
  jitter: number;
  /** share of packets that are lost each way, per cent */
  loss: number;
  /** towards the endpoint and from it, kbit/s; 0: unlimited */
  down: number;
  up: number;
}

/** A line without faults. */
export const CLEAN_LINE: LineFault = { rtt: 0, jitter: 0, loss: 0, down: 0, up: 0 };

/** How long a packet may wait for its turn on a narrow line before it is dropped, milliseconds. */
const LONGEST_WAIT_MS = 400;
/** Most packets that wait on one way; beyond it they are dropped. */
const MOST_WAITING = 2_000;
const TURN_MS = 2;
const BUFFER_BYTES = 1 << 20;

/** One direction of a line: decides when a packet arrives, or that it does not. Pure but for the dice. */
export class Shaper {
  /** packets that were lost by chance, and for want of room */
  lost = 0;
  dropped = 0;
  private readonly fault: LineFault;
  private readonly kbps: number;
  private readonly random: () => number;
  private freeAt = 0;
  private lastAt = 0;

  /** @param random between 0 and 1 */
  constructor(fault: LineFault, way: 'down' | 'up', random: () => number = Math.random) {
    this.fault = fault;
    this.kbps = fault[way];
    this.random = random;
  }

  /** @returns when a packet that comes now arrives at the other end, same clock; null: never */
  arrivalOf(bytes: number, now: number): number | null {
    const { rtt, jitter, loss } = this.fault;
    if (loss > 0 && this.random() * 100 < loss) {
      this.lost += 1;
      return null;
    }
    let at = now;
    if (this.kbps > 0) {
      const free = Math.max(now, this.freeAt);
      if (free - now > LONGEST_WAIT_MS) {
        this.dropped += 1;
        return null;
      }
      at = this.freeAt = free + (bytes * 8) / this.kbps;
    }
    at += rtt / 2 + (jitter > 0 ? this.random() * jitter : 0);
    // a line does not let packets overtake each other
    this.lastAt = Math.max(this.lastAt, at);
    return this.lastAt;
  }
}

/** Packets on their way over one direction of a line. */
class Way {
  private readonly shaper: Shaper;
  private readonly deliver: (packet: Buffer) => void;
  private waiting: { at: number; packet: Buffer }[] = [];
  private first = 0;

  constructor(shaper: Shaper, deliver: (packet: Buffer) => void) {
    this.shaper = shaper;
    this.deliver = deliver;
  }

  put(packet: Buffer, now: number): void {
    if (this.waiting.length - this.first >= MOST_WAITING) {
      this.shaper.dropped += 1;
      return;
    }
    const at = this.shaper.arrivalOf(packet.length, now);
    if (at === null) return;
    if (at <= now && this.first === this.waiting.length) this.deliver(packet);
    else this.waiting.push({ at, packet });
  }

  turn(now: number): void {
    while (this.first < this.waiting.length) {
      const next = this.waiting[this.first]!;
      if (next.at > now) break;
      this.first += 1;
      this.deliver(next.packet);
    }
    if (this.first > 1_000 || this.first === this.waiting.length) {
      this.waiting = this.waiting.slice(this.first);
      this.first = 0;
    }
  }
}

/** One path through the relay: a socket that faces the client and one that faces the SFU. */
interface Leg {
  sockets: Socket[];
  down: Way;
  up: Way;
}

/**
 * A line of one's own between simulated endpoints and the SFU: UDP on loopback, with delay, loss and a rate for each
 * endpoint. It lives in this process and ends with it.
 */
export class Relay {
  private readonly faultOf: (endpointId: string) => LineFault | null;
  private readonly shapers = new Map<string, { down: Shaper; up: Shaper }>();
  private readonly legs = new Set<Leg>();
  private readonly cuts = new Map<string, 'down' | 'up' | 'both'>();
  private timer: NodeJS.Timeout | null = null;

  /** @param faultOf what the line of an endpoint does; null: it does not go through the relay */
  constructor(faultOf: (endpointId: string) => LineFault | null) {
    this.faultOf = faultOf;
  }

  /** @returns the addresses to use instead of the offered ones; each call is a path of its own */
  async route(endpointId: string, offered: MediaAddress[]): Promise<MediaAddress[]> {
    const fault = this.faultOf(endpointId);
    const target = offered.find((a) => a.address === '127.0.0.1') ?? offered[0];
    if (!fault || !target) return offered;
    const port = await this.open(endpointId, fault, target);
    return [{ address: '127.0.0.1', port }];
  }

  /** Cuts the line of an endpoint, whole or one way, or joins it again. */
  cut(endpointId: string, cut: boolean, way: 'down' | 'up' | 'both' = 'both'): void {
    if (cut) this.cuts.set(endpointId, way);
    else this.cuts.delete(endpointId);
  }

  private passes(endpointId: string, way: 'down' | 'up'): boolean {
    const cut = this.cuts.get(endpointId);
    return cut !== 'both' && cut !== way;
  }

  /** Packets that were lost by chance and dropped for want of room, over all lines. */
  get losses(): { lost: number; dropped: number } {
    let lost = 0;
    let dropped = 0;
    for (const { down, up } of this.shapers.values()) {
      lost += down.lost + up.lost;
      dropped += down.dropped + up.dropped;
    }
    return { lost, dropped };
  }

  /** Ends all paths. */
  close(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    for (const leg of this.legs) for (const socket of leg.sockets) socket.close();
    this.legs.clear();
  }

  /** @returns the port that faces the client */
  private async open(endpointId: string, fault: LineFault, target: MediaAddress): Promise<number> {
    const line = this.shapers.get(endpointId) ?? { down: new Shaper(fault, 'down'), up: new Shaper(fault, 'up') };
    this.shapers.set(endpointId, line);
    const front = await boundSocket('127.0.0.1');
    const back = await boundSocket(target.address.startsWith('127.') ? '127.0.0.1' : '0.0.0.0');
    let client: { address: string; port: number } | null = null;
    const leg: Leg = {
      sockets: [front, back],
      down: new Way(line.down, (packet) => client && front.send(packet, client.port, client.address)),
      up: new Way(line.up, (packet) => back.send(packet, target.port, target.address)),
    };
    front.on('message', (packet, from) => {
      client = from;
      if (this.passes(endpointId, 'up')) leg.up.put(packet, performance.now());
    });
    back.on('message', (packet) => {
      if (this.passes(endpointId, 'down')) leg.down.put(packet, performance.now());
    });
    this.legs.add(leg);
    this.timer ??= setInterval(() => this.turn(), TURN_MS);
    return front.address().port;
  }

  private turn(): void {
    const now = performance.now();
    for (const leg of this.legs) {
      leg.down.turn(now);
      leg.up.turn(now);
    }
  }
}

function boundSocket(address: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createSocket({ type: 'udp4', recvBufferSize: BUFFER_BYTES, sendBufferSize: BUFFER_BYTES });
    socket.once('error', reject);
    socket.bind(0, address, () => {
      socket.off('error', reject);
      // what a network drops it drops without a word
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}
