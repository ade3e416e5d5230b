import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { PROTOCOL_VERSION } from '../../server/protocol/ids.ts';
import type { Meeting } from '../../server/protocol/rest.ts';
import { startBareWeb } from './bareWebProcess.ts';
import type { BareWeb } from './bareWebProcess.ts';
import { openCalendar, temporarySqlite } from './bookings.ts';
import type { Calendar } from './bookings.ts';
import { openByHand } from './byHand.ts';
import { INVITED } from './calendarFill.ts';
import type { Bench, Benchmark } from './harness.ts';
import { sendMany } from './httpLoad.ts';
import { creatorByHand } from './preparedCreate.ts';
import { cpuOf } from './processCpu.ts';
import { wholeService } from './serviceFixture.ts';
import type { WholeService } from './serviceFixture.ts';

const REQUESTS = 300;
const SOCKETS = 12;
const MESSAGES = 15;
const CREATES = 24;
const PAGE = 20;
const HOUR_MS = 3_600_000;

/** Operations that one second of the process's CPU carries. */
async function perCpuSecond(pid: number, count: number, work: () => Promise<unknown>): Promise<number> {
  const before = cpuOf(pid);
  await work();
  return count / ((cpuOf(pid) - before) / 1_000);
}

let created = 0;

function meetingBody(endpointIds: string[]): Record<string, unknown> {
  created += 1;
  const start = Date.now() + created * 2 * HOUR_MS;
  return {
    title: `Giao ban ${created}`,
    kind: 'briefing',
    startsAt: new Date(start).toISOString(),
    endsAt: new Date(start + HOUR_MS).toISOString(),
    endpointIds,
    chairEndpointId: endpointIds[0],
    floorMode: 'broadcast',
  };
}

async function reads(bench: Bench, service: WholeService, bare: BareWeb): Promise<void> {
  const { administrator: actor, endpoints, url } = service;
  const ids = endpoints.slice(0, 87).map((e) => e.id);
  for (let i = 0; i < PAGE; i += 1) await actor.ask('post', '/meetings', meetingBody(ids));
  const { items } = await actor.ask<{ items: Meeting[] }>('get', `/meetings?limit=${PAGE}`);
  const paths = { list: `/meetings?limit=${PAGE}`, get: `/meetings/${items[0]?.id}` };
  for (const [name, path] of Object.entries(paths)) {
    await bare.answer(await actor.ask('get', path));
    const call = { url: `${url}/api/v1${path}`, token: actor.token };
    const { pid } = bare;
    const { ratio, medianA, medianB } = await bench.pairs({
      a: () => perCpuSecond(service.pids().server, REQUESTS, () => sendMany(call, REQUESTS)),
      b: () => perCpuSecond(pid, REQUESTS, () => sendMany({ url: `${bare.url}/body` }, REQUESTS)),
    });
    bench.report({
      load: name === 'list' ? `a page of ${PAGE} meetings of 87 endpoints` : 'one meeting of 87 endpoints',
      metric: `${name}: requests per CPU second`,
      value: ratio.median,
      unit: 'x',
      goal: { atLeast: 0.5, of: 'x bare express' },
      ratio,
      detail: { perSecond: medianA, barePerSecond: medianB },
    });
  }
}

async function connected(url: string, token: string | null): Promise<Socket[]> {
  const auth = { protocol: PROTOCOL_VERSION, token };
  const sockets = Array.from({ length: SOCKETS }, () => io(url, { auth, transports: ['websocket'], forceNew: true }));
  await Promise.all(sockets.map((s) => new Promise<void>((done) => s.once('connect', done))));
  return sockets;
}

/** One message at a time on each socket, as people send them. */
async function talk(sockets: readonly Socket[], name: string): Promise<void> {
  const one = async (socket: Socket): Promise<void> => {
    for (let i = 0; i < MESSAGES; i += 1) {
      const ack = (await socket.timeout(5_000).emitWithAck(name, {})) as { ok: boolean; error?: { code: string } };
      if (!ack.ok) throw new Error(`${name}: ${ack.error?.code}`);
    }
  };
  await Promise.all(sockets.map(one));
}

async function acknowledgements(bench: Bench, service: WholeService, bare: BareWeb): Promise<void> {
  const count = SOCKETS * MESSAGES;
  let ours: Socket[] = [];
  const other = await connected(bare.url, null);
  const { ratio, medianA, medianB } = await bench.pairs({
    // a connection may send 60 messages in three seconds, so each round has new ones
    a: async () => {
      ours = await connected(service.url, service.administrator.token);
      const rate = await perCpuSecond(service.pids().server, count, () => talk(ours, 'session.list'));
      for (const socket of ours) socket.disconnect();
      return rate;
    },
    b: () => perCpuSecond(bare.pid, count, () => talk(other, 'session.list')),
  });
  for (const socket of other) socket.disconnect();
  bench.report({
    load: `${SOCKETS} sockets, one message at a time`,
    metric: 'acknowledgements per CPU second',
    value: ratio.median,
    unit: 'x',
    goal: { atLeast: 0.7, of: 'x bare socket.io echo' },
    ratio,
    detail: { perSecond: medianA, barePerSecond: medianB },
  });
}

async function creates(bench: Bench, c: Calendar, url: string): Promise<void> {
  const ids = c.endpoints.map((e) => e.id);
  const create = (endpointIds: string[]) => c.meetings.create(c.administrator, meetingBody(endpointIds) as never, null);
  const file = await openByHand(url);
  const bySql = creatorByHand(file, c);
  const { ratio, medianA, medianB } = await bench.pairs({
    a: () =>
      perCpuSecond(process.pid, CREATES, async () => {
        for (let i = 0; i < CREATES; i += 1) await create(ids);
      }),
    b: () =>
      perCpuSecond(process.pid, CREATES, async () => {
        for (let i = 0; i < CREATES; i += 1) {
          created += 1;
          const start = Date.now() + created * 2 * HOUR_MS;
          await bySql(start, start + HOUR_MS);
        }
      }),
  });
  await file.close();
  bench.report({
    load: 'a meeting of 87 endpoints, SQLite',
    metric: 'creates per CPU second',
    value: ratio.median,
    unit: 'x',
    goal: { atLeast: 0.6, of: 'x its SQL, prepared' },
    ratio,
    detail: { perSecond: medianA, sqlPerSecond: medianB },
  });
}

/** How many statements a request sends, for few and for many rows. */
async function statements(bench: Bench, c: Calendar): Promise<void> {
  const ids = c.endpoints.map((e) => e.id);
  const count = async (work: () => Promise<unknown>): Promise<number> => {
    const { logger } = c.db.dataSource;
    const before = logger.logQuery;
    let sent = 0;
    logger.logQuery = () => void (sent += 1);
    try {
      await work();
    } finally {
      logger.logQuery = before;
    }
    return sent;
  };
  const create = (n: number) => () => c.meetings.create(c.administrator, meetingBody(ids.slice(0, n)) as never, null);
  const list = (limit: number) => () => c.meetings.list(c.administrator, { limit });
  const made = (await create(87)()) as Meeting;
  await c.grow(INVITED * 60);
  const pairs = {
    create: [await count(create(10)), await count(create(87))],
    list: [await count(list(5)), await count(list(50))],
    begun: [0, 0],
    get: [await count(() => c.meetings.get(c.administrator, made.id)), 0],
  };
  await c.db.dataSource.query(`UPDATE meeting SET status = 'ended'`);
  pairs.begun = [await count(list(5)), await count(list(50))];
  const report = (metric: string, few: number, many: number) =>
    bench.report({
      load: 'few and many rows',
      metric: `${metric}: statements more for many`,
      value: many - few,
      goal: { exactly: 0 },
      detail: { few, many },
      note: `${metric} sends ${few} statements`,
      counted: true,
    });
  report('create of 10 and 87 endpoints', pairs.create[0] ?? 0, pairs.create[1] ?? 0);
  report('list of 5 and 50', pairs.list[0] ?? 0, pairs.list[1] ?? 0);
  report('list of 5 and 50 that have begun', pairs.begun[0] ?? 0, pairs.begun[1] ?? 0);
  bench.report({ load: 'one meeting', metric: 'get: statements', value: pairs.get[0] ?? 0, counted: true });
}

/** B12: what a request costs. */
export const benchmark: Benchmark = {
  id: 'B12',
  title: 'requests, against express, Socket.IO and SQL alone',
  async run(bench) {
    const service = await bench.use(wholeService);
    const bare = await startBareWeb();
    try {
      await reads(bench, service, bare);
      await acknowledgements(bench, service, bare);
    } finally {
      await bare.stop();
    }
    const { url, remove } = temporarySqlite();
    const calendar = await openCalendar('sqlite', url, null);
    try {
      await statements(bench, calendar);
      await creates(bench, calendar, url);
    } finally {
      await calendar.close();
      remove();
    }
  },
};
