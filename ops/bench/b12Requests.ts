import { setTimeout as delay } from 'node:timers/promises';
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
import { answerOf, sendMany } from './httpLoad.ts';
import type { HttpCall } from './httpLoad.ts';
import { creatorByHand } from './preparedCreate.ts';
import { cpuOf } from './processCpu.ts';
import { wholeService } from './serviceFixture.ts';
import type { WholeService } from './serviceFixture.ts';

/** Requests of one turn: enough that the collector of garbage and the compiler work in each of them. */
const LISTS = 250;
const GETS = 800;
/** Turns of both sides that are not counted: until the code that is asked for so often is compiled for good. */
const WARM_UPS = 3;
const PAIRS = 9;
const SOCKETS = 24;
const MESSAGES = 40;
/** What connecting leaves to do is done then, milliseconds. */
const CONNECTED_MS = 60;
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
    // as titles are here: one letter beyond Latin-1 makes writing a whole text down several times as costly
    title: `Giao ban trực tuyến ${created}`,
    kind: 'briefing',
    startsAt: new Date(start).toISOString(),
    endsAt: new Date(start + HOUR_MS).toISOString(),
    endpointIds,
    chairEndpointId: endpointIds[0],
    floorMode: 'broadcast',
  };
}

/** Headers that Node or express writes on both sides. */
const OF_THE_LIBRARY = new Set(['connection', 'content-length', 'content-type', 'date', 'keep-alive']);

/** Lets express give the same answer, to the byte and the header. @throws Error when it does not */
async function answersAlike(bare: BareWeb, call: HttpCall): Promise<HttpCall> {
  const ours = await answerOf(call);
  const own = Object.entries(ours.headers).filter(([name]) => !OF_THE_LIBRARY.has(name));
  await bare.answer(JSON.parse(ours.body), Object.fromEntries(own) as Record<string, string>);
  const alike = { url: `${bare.url}/body` };
  const theirs = await answerOf(alike);
  const named = ({ headers }: typeof ours) => Object.keys(headers).sort().join(' ');
  if (theirs.body !== ours.body || named(theirs) !== named(ours)) throw new Error('the answers compared are not alike');
  return alike;
}

async function reads(bench: Bench, service: WholeService, bare: BareWeb): Promise<void> {
  const { administrator: actor, endpoints, url } = service;
  const ids = endpoints.slice(0, 87).map((e) => e.id);
  for (let i = 0; i < PAGE; i += 1) await actor.ask('post', '/meetings', meetingBody(ids));
  const { items } = await actor.ask<{ items: Meeting[] }>('get', `/meetings?limit=${PAGE}`);
  const loads = [
    { name: 'list', path: `/meetings?limit=${PAGE}`, load: `a page of ${PAGE} meetings of 87 endpoints`, count: LISTS },
    { name: 'get', path: `/meetings/${items[0]?.id}`, load: 'one meeting of 87 endpoints', count: GETS },
  ];
  for (const { name, path, load, count } of loads) {
    const call = { url: `${url}/api/v1${path}`, token: actor.token };
    const alike = await answersAlike(bare, call);
    const { server } = service.pids();
    const { ratio, medianA, medianB } = await bench.pairs({
      pairs: PAIRS,
      warmUps: WARM_UPS,
      a: () => perCpuSecond(server, count, () => sendMany(call, count)),
      b: () => perCpuSecond(bare.pid, count, () => sendMany(alike, count)),
    });
    bench.report({
      load,
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
  // a connection may send 60 messages in three seconds, so each turn has new ones, of both sides
  const turn = async (pid: number, url: string, token: string | null): Promise<number> => {
    const sockets = await connected(url, token);
    await delay(CONNECTED_MS);
    const rate = await perCpuSecond(pid, count, () => talk(sockets, 'session.list'));
    for (const socket of sockets) socket.disconnect();
    return rate;
  };
  const { ratio, medianA, medianB } = await bench.pairs({
    pairs: PAIRS,
    warmUps: 2,
    a: () => turn(service.pids().server, service.url, service.administrator.token),
    b: () => turn(bare.pid, bare.url, null),
  });
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
