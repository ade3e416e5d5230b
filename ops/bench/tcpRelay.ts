import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A line for signalling: TCP on loopback that takes so long each way. */
export interface TcpRelay {
  port: number;
  close(): void;
}

/** Passes bytes on after a while, in their order. */
function pass(from: Socket, to: Socket, ms: number): void {
  from.on('data', (bytes: Buffer) => {
    setTimeout(() => to.writable && to.write(bytes), ms);
  });
  from.on('close', () => {
    setTimeout(() => to.end(), ms);
  });
  from.on('error', () => to.destroy());
}

/**
 * Opens a relay. A connection costs a round trip before the first byte goes, as the handshake of TCP does.
 * @param rtt milliseconds
 */
export async function openTcpRelay(target: number, rtt: number): Promise<TcpRelay> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    client.setNoDelay(true);
    client.pause();
    sockets.add(client);
    const back = connect(target, '127.0.0.1');
    back.setNoDelay(true);
    sockets.add(back);
    pass(client, back, rtt / 2);
    pass(back, client, rtt / 2);
    // the accept comes half a round trip after the first packet, and the client learns of it another half later
    setTimeout(() => client.resume(), rtt);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
