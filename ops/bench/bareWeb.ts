import { createServer } from 'node:http';
import express from 'express';
import { Server } from 'socket.io';

/**
 * Express and Socket.IO with nothing behind them: one route that answers a given object under given headers, an echo for
 * every message, and a broadcast. The parent says by message what the route shall answer, and asks for broadcasts.
 */

interface Order {
  body?: unknown;
  headers?: Record<string, string>;
  broadcast?: { name: string; message: unknown };
}

const app = express();
let body: unknown = {};
let headers: Record<string, string> = {};
app.disable('x-powered-by');
// what is compared answers with the same headers, and those it is given
app.disable('etag');
app.get('/body', (_request, response) => {
  response.set(headers).json(body);
});
const http = createServer(app);
const io = new Server(http, {
  transports: ['websocket'],
  serveClient: false,
  perMessageDeflate: false,
  httpCompression: false,
});
io.on('connection', (socket) => {
  socket.onAny((_name: string, ...args: unknown[]) => {
    const ack = args.pop();
    if (typeof ack === 'function') ack({ ok: true });
  });
});

process.on('message', (order: Order) => {
  if (order.body !== undefined) body = order.body;
  if (order.headers !== undefined) headers = order.headers;
  if (order.broadcast) io.emit(order.broadcast.name, order.broadcast.message);
  process.send?.({ done: true });
});
process.on('disconnect', () => process.exit(0));
http.listen(0, '127.0.0.1', () => {
  const address = http.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});
