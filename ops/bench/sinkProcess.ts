import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** Sockets that are bound and that nobody reads, once the parent has stopped this process. */
const sockets = Array.from({ length: Number(process.env.BENCH_SINKS) }, () => createSocket('udp4'));
for (const socket of sockets) {
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
}
process.on('disconnect', () => process.exit(0));
process.send?.({ ports: sockets.map((socket) => socket.address().port) });
