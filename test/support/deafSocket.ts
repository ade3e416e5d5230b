import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** A connection that speaks the protocol of sockets and reads nothing once it is let in. */
export interface DeafSocket {
  /** one packet of engine.io, e.g. `42["session.list",{}]` */
  send(packet: string): void;
  /** resolves when the server has hung up, with the milliseconds since it was let in */
  readonly cut: Promise<number>;
  close(): void;
}

/** A text frame as clients have to write it: masked. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const mask = randomBytes(4);
  const length = payload.length;
  if (length > 65_535) throw new Error('longer than these frames can be');
  const header =
    length < 126 ? Buffer.from([0x81, 0x80 | length]) : Buffer.from([0x81, 0xfe, length >> 8, length & 255]);
  return Buffer.concat([header, mask, payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0))]);
}

function untilItSays(socket: Socket, text: string): Promise<void> {
  let came = '';
  return new Promise((done) => {
    const look = (data: Buffer) => {
      came += data.toString('latin1');
      if (!came.includes(text)) return;
      socket.off('data', look);
      done();
    };
    socket.on('data', look);
  });
}

/**
 * Lets itself in and stops reading: what the server sends stays with the server.
 * @param auth what the handshake shows
 */
export async function connectDeaf(origin: string, auth: Record<string, unknown>): Promise<DeafSocket> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  const key = randomBytes(16).toString('base64');
  const upgraded = untilItSays(socket, '0{"sid"');
  socket.write(
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\n` +
      `Connection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  );
  await upgraded;
  const welcomed = untilItSays(socket, '["welcome"');
  socket.write(frame(`40${JSON.stringify(auth)}`));
  await welcomed;
  const began = Date.now();
  socket.pause();
  const cut = new Promise<number>((done) => socket.on('close', () => done(Date.now() - began)));
  return { send: (packet) => void socket.write(frame(packet)), cut, close: () => socket.destroy() };
}
