import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/**
 * What the kernel alone takes for a packet: paced sends from one socket to many. Only the time inside of the kernel is
 * told, since JavaScript around the call is not what an SFU would have there.
 */

interface Order {
  ports: number[];
  /** packets a second over all ports */
  rate: number;
  bytes: number;
  ms: number;
}

const TICK_MS = 4;
const socket = createSocket('udp4');
socket.bind(0, '127.0.0.1');
await once(socket, 'listening');

function run({ ports, rate, bytes, ms }: Order): void {
  const packet = Buffer.alloc(bytes, 7);
  const began = performance.now();
  const before = process.resourceUsage();
  let sent = 0;
  const timer = setInterval(() => {
    const now = performance.now() - began;
    const due = Math.min(Math.floor((now * rate) / 1_000), sent + (rate * TICK_MS * 4) / 1_000);
    for (; sent < due; sent += 1) socket.send(packet, ports[sent % ports.length] ?? 0, '127.0.0.1');
    if (now < ms) return;
    clearInterval(timer);
    const after = process.resourceUsage();
    process.send?.({ packets: sent, systemMs: (after.systemCPUTime - before.systemCPUTime) / 1_000 });
  }, TICK_MS);
}

process.on('message', run);
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
