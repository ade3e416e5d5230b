import type { Page } from 'playwright-core';
import type { Relay } from '../../ops/simulate/relay.ts';

/** Bytes of picture that had come at a moment, epoch milliseconds. */
interface Mark {
  at: number;
  bytes: number;
}

type LedPage = typeof globalThis & {
  nhipCauRoute: (address: string, port: number) => Promise<number>;
  nhipCauMarks?: Mark[];
};

/**
 * Runs in the page: every connection speaks to a port of the relay instead of the candidates that it was given, so that
 * it has one path, and every 250 ms it is noted how much picture had come.
 */
function leadConnections(): void {
  const scope = globalThis as LedPage & { RTCPeerConnection: typeof RTCPeerConnection };
  const marks: Mark[] = [];
  scope.nhipCauMarks = marks;
  const ports = new WeakMap<RTCPeerConnection, Promise<number>>();
  const connections: RTCPeerConnection[] = [];
  const prototype = scope.RTCPeerConnection.prototype;
  // the older form with callbacks is not meant
  const setRemote = prototype.setRemoteDescription as (
    this: RTCPeerConnection,
    description: RTCSessionDescriptionInit,
  ) => Promise<void>;
  prototype.setRemoteDescription = async function led(
    this: RTCPeerConnection,
    description: RTCSessionDescriptionInit,
  ): Promise<void> {
    const lines = (description.sdp ?? '').split('\r\n');
    const offered = lines.find((line) => /^a=candidate:\S+ 1 udp /i.test(line))?.split(' ');
    if (!offered) return setRemote.call(this, description);
    if (!ports.has(this)) {
      connections.push(this);
      ports.set(this, scope.nhipCauRoute(offered[4] ?? '', Number(offered[5])));
    }
    const port = await ports.get(this);
    const led = [...offered.slice(0, 4), '127.0.0.1', port, ...offered.slice(6)].join(' ');
    const once = new Set<string>();
    const kept = lines.flatMap((line) => {
      if (line.startsWith('m=')) once.clear();
      if (!line.startsWith('a=candidate:')) return [line];
      if (once.has(led)) return [];
      once.add(led);
      return [led];
    });
    return setRemote.call(this, { ...description, sdp: kept.join('\r\n') });
  };
  const note = async () => {
    let bytes = 0;
    for (const connection of connections) {
      if (connection.connectionState === 'closed') continue;
      for (const one of (await connection.getStats()).values()) {
        const { type, kind, bytesReceived = 0 } = one as RTCInboundRtpStreamStats;
        if (type === 'inbound-rtp' && kind === 'video') bytes += bytesReceived;
      }
    }
    marks.push({ at: Date.now(), bytes });
    marks.splice(0, marks.length - 2_000);
  };
  setInterval(() => void note(), 250);
}

/** Leads all media of a page through the relay, as the line of an endpoint. Call it before `goto`. */
export async function leadThrough(page: Page, relay: Relay, endpointId: string): Promise<void> {
  await page.exposeFunction('nhipCauRoute', async (address: string, port: number) => {
    const [led] = await relay.route(endpointId, [{ address, port }]);
    return led?.port ?? port;
  });
  await page.addInitScript(`(${leadConnections.toString()})()`);
}

/** @returns how much picture comes, kbit/s over the last second */
export async function pictureRate(page: Page): Promise<number> {
  const marks = await page.evaluate(() => (globalThis as LedPage).nhipCauMarks ?? []);
  const [last, first] = [marks.at(-1), marks.at(-5)];
  if (!last || !first || last.at <= first.at) return 0;
  return Math.max(0, ((last.bytes - first.bytes) * 8) / (last.at - first.at));
}
