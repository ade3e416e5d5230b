import { MediaPath } from '../simulate/mediaPath.ts';
import type { TransportOffer } from '../../server/protocol/media.ts';

/**
 * An audience: receivers with real ICE, DTLS and SRTP that nobody listens to. The parent stops this process while it
 * measures, so that the sockets stand and are not read: what it would cost to receive is not charged to the machine.
 */

interface Order {
  open?: { id: string; transport: TransportOffer; payloadType: number };
  go?: string;
  close?: string;
  count?: true;
}

const paths = new Map<string, MediaPath>();
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

process.on('message', (order: Order) => {
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
