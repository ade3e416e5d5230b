import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for something to become true, asking every few milliseconds.
 * @throws Error that names what was waited for
 */
export async function until<T>(what: string, ask: () => T | Promise<T>, withinMs = 10_000): Promise<NonNullable<T>> {
  const end = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > end) throw new Error(`waited ${withinMs / 1000} s in vain for ${what}`);
    await sleep(5);
  }
}

function tcpFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

function udpFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = createSocket('udp4');
    socket.once('error', () => {
      socket.close();
      done(false);
    });
    socket.bind(port, '127.0.0.1', () => socket.close(() => done(true)));
  });
}

/**
 * Finds ports in a row that are free for TCP and UDP, below the range from which the system takes its own.
 * @returns the first of them
 */
export async function freePorts(count: number): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const base = 12_000 + Math.floor(Math.random() * 8_000);
    const ports = Array.from({ length: count }, (_, i) => base + i);
    const free = await Promise.all(ports.flatMap((port) => [tcpFree(port), udpFree(port)]));
    if (free.every(Boolean)) return base;
  }
  throw new Error(`there are no ${count} free ports in a row`);
}
