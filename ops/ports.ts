import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

function tcpFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '0.0.0.0', () => server.close(() => done(true)));
  });
}

function udpFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = createSocket('udp4');
    socket.once('error', () => {
      socket.close();
      done(false);
    });
    socket.bind(port, '0.0.0.0', () => socket.close(() => done(true)));
  });
}

/**
 * Finds consecutive ports that are free for TCP and UDP, below the range from which the system takes its own.
 * @param count how many
 * @param range the lowest port and how many there are to try; the default is the tests'
 * @returns the first of them
 */
export async function freePorts(count: number, range = { from: 20_000, width: 12_000 }): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const base = range.from + Math.floor(Math.random() * range.width);
    const all = Array.from({ length: count }, (_, index) => base + index);
    const free = await Promise.all(all.flatMap((port) => [tcpFree(port), udpFree(port)]));
    if (free.every(Boolean)) return base;
  }
  throw new Error(`no ${count} free ports in a row`);
}
