import { createServer } from 'node:http';
import { USERS_ROOM } from '../../server/realtime/connection.ts';
import { createIo } from '../../server/realtime/gateway.ts';
import { Publisher } from '../../server/realtime/publish.ts';

/**
 * The part of the control plane that tells dashboards who came and went, alone in a process: the changes come by the
 * parent's order. `bare` sends the same changes with one emit a tick and nothing else.
 */

interface Order {
  endpoints: number;
  /** changes a second */
  rate: number;
  ms: number;
  bare: boolean;
}

const TICK_MS = 50;
const BARE_TICK_MS = 200;
const http = createServer();
const io = createIo(http);
const publisher = new Publisher(io);
io.on('connection', (socket) => {
  void socket.join(USERS_ROOM);
});

const idOf = (n: number) => `01a20000-0000-7000-8000-${String(n).padStart(12, '0')}`;

function run({ endpoints, rate, ms, bare }: Order): void {
  const before = process.cpuUsage();
  const began = performance.now();
  let changes = 0;
  let told = 0;
  const waiting = new Map<string, boolean>();
  const ticker = setInterval(() => {
    const due = Math.floor(((performance.now() - began) * rate) / 1_000);
    for (; changes < due; changes += 1) {
      const up = Math.floor(changes / endpoints) % 2 === 0;
      const id = `${idOf(changes % endpoints)}@${(performance.timeOrigin + performance.now()).toFixed(2)}`;
      if (bare) waiting.set(id, up);
      else publisher.online(id, up);
    }
    if (performance.now() - began > ms) finish();
  }, TICK_MS);
  const flush = setInterval(() => {
    if (waiting.size === 0) return;
    const online = [...waiting].filter(([, up]) => up).map(([id]) => id);
    const offline = [...waiting].filter(([, up]) => !up).map(([id]) => id);
    waiting.clear();
    told += 1;
    io.to(USERS_ROOM).emit('directory.online', { online, offline });
  }, BARE_TICK_MS);
  const finish = () => {
    clearInterval(ticker);
    clearInterval(flush);
    const { user, system } = process.cpuUsage(before);
    process.send?.({ cpuMs: (user + system) / 1_000, changes, told });
  };
}

process.on('message', run);
process.on('disconnect', () => process.exit(0));
http.listen(0, '127.0.0.1', () => {
  const address = http.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});
