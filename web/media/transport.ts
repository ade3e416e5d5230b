import type { types } from 'mediasoup-client';
import type { Source } from '../../server/protocol/snapshot.ts';
import type { TransportOffer } from '../../server/protocol/media.ts';
import type { Connection } from '../lib/socket.ts';

/** The server's side of a media peer, as transports need it. */
export interface MediaLink {
  sessionId: string;
  command: Connection['command'];
}

const HICCUP_MS = 3_000;
const RESTART_MS = 6_000;

/**
 * Builds one transport and wires it to the server.
 * @param onFailed called once when the path is lost for good: the whole peer is to be built anew
 */
export function makeTransport(
  device: types.Device,
  direction: 'send' | 'recv',
  offer: TransportOffer,
  link: MediaLink,
  onFailed: () => void,
): types.Transport {
  // the contract keeps mediasoup's shapes opaque; this is the one place where they take their types again
  const options = offer as unknown as types.TransportOptions;
  const transport = direction === 'send' ? device.createSendTransport(options) : device.createRecvTransport(options);
  const { sessionId } = link;
  transport.on('connect', ({ dtlsParameters }, done, fail) => {
    const plain = dtlsParameters as unknown as Record<string, unknown>;
    link.command('media.connect', { sessionId, direction, dtlsParameters: plain }).then(() => done(), fail);
  });
  transport.on('produce', ({ rtpParameters, appData }, done, fail) => {
    const plain = rtpParameters as unknown as Record<string, unknown>;
    const source = appData.source as Source;
    link.command('media.produce', { sessionId, source, rtpParameters: plain }).then((made) => {
      done({ id: made.producerId });
    }, fail);
  });
  watch(transport, direction, link, onFailed);
  return transport;
}

/** A short loss mends itself, a longer one gets new ICE, and what that does not mend is given up. */
function watch(transport: types.Transport, direction: 'send' | 'recv', link: MediaLink, onFailed: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const giveUp = (): void => {
    clearTimeout(timer);
    if (!transport.closed) onFailed();
  };
  const restart = async (): Promise<void> => {
    timer = setTimeout(giveUp, RESTART_MS);
    try {
      const { iceParameters } = await link.command('media.restartIce', { sessionId: link.sessionId, direction });
      if (!transport.closed) await transport.restartIce({ iceParameters: iceParameters as types.IceParameters });
    } catch {
      giveUp();
    }
  };
  transport.on('connectionstatechange', (state) => {
    clearTimeout(timer);
    if (state === 'failed') giveUp();
    if (state === 'disconnected') timer = setTimeout(() => void restart(), HICCUP_MS);
  });
  transport.observer.on('close', () => clearTimeout(timer));
}
