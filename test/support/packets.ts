import type { Page } from 'playwright-core';

interface Arrival {
  /** epoch milliseconds of the last packet that had come */
  at: number;
  kind: 'audio' | 'video';
  /** one received stream */
  stream: string;
}

type PageWithPackets = typeof globalThis & { nhipCauArrivals?: Arrival[] };

/** Runs in the page: keeps every connection that it builds and notes every 40 ms when packets last came. */
function noteArrivals(): void {
  const scope = globalThis as PageWithPackets & { RTCPeerConnection: typeof RTCPeerConnection };
  const arrivals: Arrival[] = [];
  const connections: RTCPeerConnection[] = [];
  scope.nhipCauArrivals = arrivals;
  scope.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
    }
  };
  const noteOne = async (connection: RTCPeerConnection) => {
    if (connection.connectionState === 'closed') return;
    for (const entry of (await connection.getStats()).values()) {
      const { type, kind, id, lastPacketReceivedTimestamp: at } = entry as RTCInboundRtpStreamStats;
      if (type === 'inbound-rtp' && at !== undefined)
        arrivals.push({ at: at as number, kind: kind as 'audio', stream: id });
    }
  };
  setInterval(() => {
    for (const connection of connections) void noteOne(connection).catch(() => undefined);
    arrivals.splice(0, arrivals.length - 20_000);
  }, 40);
}

/** Lets a page tell when packets came. Call it before `goto`; it survives reloads. */
export async function countPackets(page: Page): Promise<void> {
  await page.addInitScript(`(${noteArrivals.toString()})()`);
}

function arrivalsOf(page: Page): Promise<Arrival[]> {
  return page.evaluate(() => (globalThis as PageWithPackets).nhipCauArrivals ?? []);
}

/**
 * The largest pause between packets of one kind, whichever stream they came by: an upper bound, coarse by the 50 ms for
 * which a browser keeps its figures.
 * @param from epoch milliseconds
 * @param to epoch milliseconds
 * @returns milliseconds; the whole stretch when nothing came
 */
export async function largestGap(page: Page, kind: 'audio' | 'video', from: number, to: number): Promise<number> {
  const times = (await arrivalsOf(page)).filter((one) => one.kind === kind && one.at >= from && one.at <= to);
  const sorted = [from, ...times.map(({ at }) => at).sort((a, b) => a - b), to];
  return Math.max(...sorted.slice(1).map((at, index) => at - (sorted[index] ?? at)));
}

/** @returns whether a packet of that kind came within the last half second */
export async function isFlowing(page: Page, kind: 'audio' | 'video'): Promise<boolean> {
  const since = Date.now() - 500;
  return (await arrivalsOf(page)).some((one) => one.kind === kind && one.at > since);
}
