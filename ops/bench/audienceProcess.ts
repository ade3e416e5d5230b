import { PeerConnection } from 'node-datachannel';
import type { Track } from 'node-datachannel';
import type { TransportOffer } from '../../server/protocol/media.ts';
import { MediaPath } from '../simulate/mediaPath.ts';

/**
 * An audience: receivers with real ICE, DTLS and SRTP that nobody listens to. The parent stops this process while it
 * measures, so that the sockets stand and are not read: what it would cost to receive is not charged to the machine.
 */

interface Order {
  open?: { id: string; transport: TransportOffer; payloadType: number };
  /** somebody else's offer, which is answered as any browser does */
  sdp?: { id: string; offer: string };
  go?: string;
  close?: string;
  count?: true;
}

const paths = new Map<string, { close(): void }>();
/** a collected track receives nothing */
const tracks: Track[] = [];
const going = new Map<string, () => void>();
let packets = 0;

function open({ id, transport, payloadType }: NonNullable<Order['open']>): void {
  const path = new MediaPath({
    direction: 'recv',
    transport,
    payloadType,
    connect: (dtlsParameters) =>
      new Promise<void>((go) => {
        going.set(id, go);
        process.send?.({ dtls: { id, dtlsParameters } });
      }),
    onPacket: () => (packets += 1),
  });
  paths.set(id, path);
  path.connected.then(
    () => process.send?.({ up: id }),
    (error: Error) => process.send?.({ failed: { id, why: error.message } }),
  );
}

function answer({ id, offer }: NonNullable<Order['sdp']>): void {
  const pc = new PeerConnection(id, { iceServers: [] });
  paths.set(id, pc);
  pc.onTrack((track) => {
    tracks.push(track);
    track.onMessage(() => (packets += 1));
  });
  pc.onGatheringStateChange((state) => {
    if (state === 'complete') process.send?.({ answer: { id, sdp: pc.localDescription()?.sdp ?? '' } });
  });
  pc.onStateChange((state) => {
    if (state === 'connected') process.send?.({ up: id });
    if (state === 'failed') process.send?.({ failed: { id, why: 'ICE or DTLS failed' } });
  });
  pc.setRemoteDescription(offer, 'offer');
}

process.on('message', (order: Order) => {
  if (order.sdp) answer(order.sdp);
  if (order.open) open(order.open);
  if (order.go) going.get(order.go)?.();
  if (order.close) {
    paths.get(order.close)?.close();
    paths.delete(order.close);
  }
  if (order.count) process.send?.({ packets });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
