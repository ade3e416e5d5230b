import type { Server as HttpServer } from 'node:http';
import { join } from 'node:path';
import { aboutRoutes } from './about.ts';
import { AccountStore } from './accounts/account.store.ts';
import type { Actor } from './accounts/actor.ts';
import { KnownActors } from './accounts/knownActors.ts';
import { Passwords } from './accounts/passwords.ts';
import { accountRoutes } from './accounts/routes.ts';
import { SignInStore } from './accounts/signIn.store.ts';
import { SignIns } from './accounts/signIns.ts';
import { Users } from './accounts/users.ts';
import { createApp } from './app.ts';
import type { AppParts } from './app.ts';
import { auditRoutes } from './audit.ts';
import { systemClock } from './clock.ts';
import { capacityOf, composeCalendar, followScheduler } from './composeCalendar.ts';
import { composeIntegrations } from './composeIntegrations.ts';
import type { Config } from './config.ts';
import { openDatabase } from './db/dataSource.ts';
import type { Database } from './db/dataSource.ts';
import { allEntities } from './db/entities.ts';
import { migrate } from './db/migrate.ts';
import type { BookingReader } from './directory/bookingsAhead.ts';
import { DeviceStore } from './directory/device.store.ts';
import { deviceRoutes } from './directory/deviceRoutes.ts';
import { DeviceService } from './directory/deviceService.ts';
import { DirectoryService } from './directory/directoryService.ts';
import { directoryWork } from './directory/directoryWork.ts';
import { directoryRoutes } from './directory/routes.ts';
import { directoryIsEmpty, loadSeed, readSeed } from './directory/seed.ts';
import { firstRun, firstRunFile, readFirstRun } from './firstRun.ts';
import { Health } from './health.ts';
import { createIdentify } from './http/identify.ts';
import type { Identify } from './http/identify.ts';
import type { Route } from './http/route.ts';
import type { Log } from './log.ts';
import { NodeDesk } from './media/nodeDesk.ts';
import { nodeRoutes } from './media/nodeRoutes.ts';
import { KeptAnswers } from './keptAnswers.ts';
import { bookingsAhead } from './meetings/bookingsAhead.store.ts';
import { MeetingRuns } from './meetings/meetingRuns.ts';
import { createMetrics } from './metrics.ts';
import type { Metrics } from './metrics.ts';
import { measured, observe } from './observe.ts';
import type { ErrorCode } from './protocol/errors.ts';
import type { Invited } from './protocol/events.ts';
import type { RoomDay } from './protocol/rest.ts';
import { live } from './realtime/live.ts';
import type { Live } from './realtime/live.ts';
import { OnlineEndpoints } from './realtime/online.ts';
import { DurableLog } from './sessions/durableLog.ts';
import { Journal } from './sessions/journal.ts';
import { sessionRoutes } from './sessions/routes.ts';
import { SessionStore } from './sessions/session.store.ts';
import { meetingWork, SessionService } from './sessions/sessionService.ts';

/** What the program is composed from. */
export interface Outside {
  config: Config;
  log: Log;
  http: HttpServer;
  /** shared secret of the SFU control channel */
  secret: string;
  /** certificate of the own authority */
  authority: string | null;
}

/** The composed control plane. */
export interface Program {
  /** text for the newcomer after a first start: people, passwords, links */
  firstRun: { file: string; text: string } | null;
  /** takes sessions up and waits until the service takes work */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const VERSION = '0.1.0';
/** How long the start waits for an SFU node before it says ready with a reason, milliseconds. */
const NODE_WAIT_MS = 20_000;
/** How often expired sign-ins are looked for, milliseconds, and in which of these turns open pages count as seen. */
const EXPIRE_EVERY_MS = 3_000;
const TOUCH_EVERY = 20;
/** A meeting that starts later than this after its time counts as late, milliseconds. */
const LATE_MS = 5 * 60_000;

/** The services over the database, without any socket. */
function services(db: Database, config: Config, metrics: Metrics, log: Log) {
  const clock = systemClock;
  const directory = new DirectoryService(measured(db, 'directory', metrics), clock, config.TZ_DEFAULT);
  const devices = new DeviceService(new DeviceStore(measured(db, 'devices', metrics)), directory, clock);
  const accounts = new AccountStore(measured(db, 'accounts', metrics));
  const passwords = new Passwords();
  const signIns = new SignIns(new SignInStore(db), accounts, passwords, clock);
  const users = new Users(accounts, signIns, passwords, () => directory.tree(), clock);
  const store = new SessionStore(measured(db, 'sessions', metrics));
  const booked = measured(db, 'meetings', metrics);
  const futureBookings: BookingReader['futureBookings'] = (ids, since, m) => bookingsAhead(booked, ids, since, m);
  const work = directoryWork(measured(db, 'directory', metrics), directory, { futureBookings }, clock);
  const calendar = composeCalendar({
    db: booked,
    directory,
    readers: {
      isUsableUser: (userId) => users.isUsable(userId),
      sessionIdsOf: (meetingIds) => store.idsOfMeetings(meetingIds),
    },
    clock,
    zone: config.TZ_DEFAULT,
    grantsOf: (userId) => users.grantsOf(userId),
    limit: capacityOf(config),
    dataDir: config.dataDir,
    log,
    publicUrl: config.publicUrl,
    smtpUrl: config.SMTP_URL ?? null,
    smtpFrom: config.SMTP_FROM ?? null,
  });
  // what runs is known by the sessions, which need the meetings first
  const running = (endpointId: string): RoomDay['running'] => {
    const open = sessions.ofEndpoint(endpointId)[0]?.snapshot;
    return open ? { sessionId: open.id, meetingId: open.meetingId, title: open.title } : null;
  };
  const runs = new MeetingRuns(booked, directory, running, clock);
  const invited = async (ids: string[]): Promise<Invited[]> =>
    (await directory.endpointsByIds(ids)).map((e) => ({
      endpointId: e.id,
      code: e.code,
      name: e.name,
      shortName: e.shortName,
      level: e.level,
      unitId: e.unitId,
      area: e.area,
      order: e.order,
    }));
  const journal = new Journal(join(config.dataDir, 'journal', 'sessions.jsonl'));
  const integrations = composeIntegrations({
    db: measured(db, 'integrations', metrics),
    ...{ accounts, users, signIns, directory, calendar, work, clock, log },
    hosts: config.WEBHOOK_HOSTS ?? null,
  });
  const gate = integrations.toldGate(runs);
  const durable = new DurableLog(store, journal, meetingWork(gate), log);
  const sessions = new SessionService(store, durable, gate, invited, clock);
  return { db, work, durable, directory, devices, signIns, users, calendar, runs, sessions, integrations };
}

type Services = ReturnType<typeof services>;

function routes(s: Services, sockets: Live, online: OnlineEndpoints, { config, authority }: Outside): Route[] {
  const { directory, work, devices, signIns, users, calendar, runs, sessions } = s;
  const about = {
    version: VERSION,
    sample: readFirstRun(config.dataDir) !== null,
    tls: config.tls !== 'off',
    authority: authority !== null,
    timeZone: config.TZ_DEFAULT,
  };
  const tree = () => directory.tree();
  return [
    ...aboutRoutes(about, () => systemClock.now()),
    ...accountRoutes({
      signIns,
      users,
      endpointBrief: (endpointId) => directory.endpoint(endpointId).catch(() => null),
    }),
    ...directoryRoutes({ directory, ...work, online: (endpointId) => online.has(endpointId) }),
    ...auditRoutes({ db: s.db, tree }),
    ...deviceRoutes({ directory, devices, pairUrl: (token) => pairUrl(config, token) }),
    ...calendar.routes(runs),
    ...sessionRoutes(sessions, { timeZone: config.TZ_DEFAULT, people: (userIds) => users.namesOf(userIds) }),
    ...s.integrations.routes,
    ...nodeRoutes(new NodeDesk(sockets.media.nodes, tree, s.db, systemClock)),
  ];
}

function pairUrl(config: Config, token: string): string {
  return `${config.publicUrl}/room?pair=${token}`;
}

/** Loads the sample into an empty database and makes the first people. */
async function begin(db: Database, s: Services, { config, log }: Outside): Promise<Program['firstRun']> {
  if (config.SEED !== 'none' && (await directoryIsEmpty(db))) {
    const { endpoints } = await loadSeed(db, readSeed(config.SEED), systemClock);
    log.info({ seed: config.SEED, endpoints }, 'sample directory loaded');
  }
  const made = await firstRun({
    dataDir: config.dataDir,
    publicUrl: config.publicUrl,
    users: s.users,
    devices: s.devices,
    directory: s.directory,
    pairUrl: (token) => pairUrl(config, token),
  });
  return made && { file: firstRunFile(config.dataDir), text: JSON.stringify(made, null, 2) };
}

/** Rights that are removed are gone: connections of an ended credential are cut at once. */
function cutEnded(s: Services, sockets: Live, known: KnownActors): void {
  const cut = (concerns: (actor: Actor) => boolean, detail: string): void => {
    known.forget(concerns);
    sockets.cut(concerns, detail);
  };
  s.signIns.onEnded(({ signInId }) =>
    cut((a) => a.kind === 'user' && a.signInId === signInId, 'The sign-in has ended.'),
  );
  s.users.onGrantsChanged(({ userId }) =>
    cut((a) => a.kind === 'user' && a.userId === userId, 'The rights were changed: sign in again.'),
  );
  s.integrations.tokens.onRevoked(({ tokenId }) =>
    cut((a) => a.kind === 'user' && a.signInId === tokenId, 'The API token was revoked.'),
  );
  s.devices.onRevoked(({ deviceId, endpointId }) => {
    cut((a) => a.kind === 'device' && a.deviceId === deviceId, 'This device was revoked.');
    // another device of the endpoint that sits in a session goes on; else what the revoked one left there ends
    if (endpointId === null || sockets.seated(endpointId)) return;
    for (const session of s.sessions.ofEndpoint(endpointId)) {
      void session.system({ name: 'left', endpointId, reason: 'credential_revoked' }).catch(() => undefined);
    }
  });
}

/** What happens in one part and others show: meetings that changed, waiting events, late starts, the scheduler's warnings. */
function tellEverybody(s: Services, sockets: Live, metrics: Metrics, log: Log): void {
  s.sessions.onStarted((lateMs) => {
    if (lateMs > LATE_MS) metrics.startedLate.inc();
  });
  s.durable.onWaiting((waiting) => sockets.publisher.storage(waiting));
  s.calendar.meetings.onChanged(({ meetingId }) => sockets.publisher.meetingChanged(meetingId));
  followScheduler(s.calendar.scheduler, { sessions: s.sessions, publisher: sockets.publisher, log });
}

/**
 * News every service and joins them.
 * @throws StartRefused when the database or the data folder do not allow a start
 */
export async function compose(outside: Outside): Promise<Program> {
  const { config, log, http } = outside;
  const metrics = createMetrics();
  const db = await openDatabase({ url: config.databaseUrl, entities: allEntities, log });
  await migrate(db, 'up');
  const s = services(db, config, metrics, log);
  const made = await begin(db, s, outside);
  const known = new KnownActors();
  const identify = identifier(s, config, known);
  const online = new OnlineEndpoints();
  const origins = [new URL(config.publicUrl).origin];
  const sockets = live({
    ...s,
    http,
    identify,
    online,
    metrics,
    log,
    origins,
    clock: systemClock,
    nodes: { addresses: nodeAddresses(config), secret: outside.secret },
  });
  cutEnded(s, sockets, known);
  tellEverybody(s, sockets, metrics, log);
  const mediaAvailable = () => sockets.media.available;
  const health = new Health({ db, mediaAvailable, clockFault: () => s.calendar.scheduler.fault });
  const edge = {
    routes: routes(s, sockets, online, outside),
    identify,
    log,
    secure: config.tls !== 'off',
    origins,
    answers: new KeptAnswers(db, systemClock, log),
    onRefusal: (code: ErrorCode) => metrics.refusals.inc({ code }),
  };
  const { authority } = outside;
  answer(http, { edge, health, metrics, metricsToken: config.METRICS_TOKEN ?? null, authority }, sockets.restored);
  const observer = observe(metrics, { ...s, media: sockets.media, online, db });
  const keeper = keepSignIns(s, sockets);
  return {
    firstRun: made,
    start: async () => {
      // who listens is known before a session is taken up, since steps that waited on disk are carried over then
      await s.integrations.start();
      await sockets.start();
      await nodeOr(sockets, NODE_WAIT_MS);
      health.started();
      s.calendar.start();
      await observer.look();
    },
    stop: async () => {
      health.drain();
      clearInterval(keeper);
      observer.stop();
      await stopAll(s, sockets);
    },
  };
}

async function stopAll(s: Services, sockets: Live): Promise<void> {
  await s.integrations.stop();
  await s.calendar.stop();
  await sockets.stop();
  s.durable.close();
  await s.db.close();
}

/** The port is taken first, so that a second program on it touches nothing; who asks meanwhile waits. */
function answer(http: HttpServer, parts: AppParts, restored: Promise<void>): void {
  const app = createApp(parts);
  http.on('request', (req, res) => void restored.then(() => app(req, res)));
}

/** Ends what has expired within seconds, and counts people with an open page as not idle. */
function keepSignIns(s: Services, sockets: Live): NodeJS.Timeout {
  let turn = 0;
  return setInterval(() => {
    turn += 1;
    const seen = turn % TOUCH_EVERY === 0 ? sockets.userConnections() : [];
    const work = [s.signIns.endExpired(), ...seen.map((a) => s.signIns.touch(a.signInId))];
    // a database that is away is told elsewhere
    void Promise.all(work).catch(() => undefined);
  }, EXPIRE_EVERY_MS);
}

function identifier(s: Services, config: Config, known: KnownActors): Identify {
  const ofDevice = async (credential: string): Promise<Actor | null> => {
    const device = await s.devices.byCredential(credential);
    return device && { kind: 'device', ...device };
  };
  const ask = async (credential: string) => (await s.signIns.byToken(credential)) ?? (await ofDevice(credential));
  // an API token does nothing without the database, so nobody remembers it while that is away
  const ofToken = (credential: string) => s.integrations.tokens.byToken(credential);
  return createIdentify([ofToken, (credential) => known.resolve(credential, ask)], config.tls !== 'off');
}

function nodeAddresses(config: Config): string[] {
  const listed = config.SFU_NODES ?? `127.0.0.1:${config.SFU_CONTROL_PORT}`;
  return listed.split(',').map((address) => address.trim());
}

async function nodeOr(sockets: Live, waitMs: number): Promise<void> {
  const until = performance.now() + waitMs;
  while (!sockets.media.available && performance.now() < until) await new Promise((done) => setTimeout(done, 50));
}
