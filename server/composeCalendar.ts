import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Clock } from './clock.ts';
import { composeInvitations } from './composeInvitations.ts';
import type { Config } from './config.ts';
import type { Database } from './db/dataSource.ts';
import type { DirectoryService } from './directory/directoryService.ts';
import type { Route } from './http/route.ts';
import type { GrantsReader } from './invitations/feeds.ts';
import type { Outbox } from './invitations/outbox.ts';
import type { Registrations } from './invitations/registrations.ts';
import type { Log } from './log.ts';
import type { CapacityLimit } from './meetings/capacity.ts';
import { DocumentFiles } from './meetings/documentFiles.ts';
import { Documents } from './meetings/documents.ts';
import { documentRoutes, giveWayRoutes, templateRoutes } from './meetings/formRoutes.ts';
import { GiveWays } from './meetings/giveWays.ts';
import type { MeetingReaders } from './meetings/meetingDesk.ts';
import { planOf } from './meetings/meetingRuns.ts';
import type { MeetingRuns } from './meetings/meetingRuns.ts';
import { Meetings } from './meetings/meetingService.ts';
import { plannerRoutes } from './meetings/plannerRoutes.ts';
import { Planner } from './meetings/plannerService.ts';
import { Procedure } from './meetings/procedure.ts';
import { meetingRoutes } from './meetings/routes.ts';
import { Scheduler } from './meetings/scheduler.ts';
import { SeriesChange } from './meetings/seriesChange.ts';
import { SeriesService } from './meetings/seriesService.ts';
import { Templates } from './meetings/templates.ts';
import type { Publisher } from './realtime/publish.ts';
import type { SessionService } from './sessions/sessionService.ts';

/** What the calendar is composed from. */
export interface CalendarParts {
  db: Database;
  directory: DirectoryService;
  readers: Omit<MeetingReaders, 'directory'>;
  clock: Clock;
  /** zone in which meetings are written */
  zone: string;
  /** roles of a user; null for one who may not sign in */
  grantsOf: GrantsReader;
  /** what the SFU nodes can carry together */
  limit: CapacityLimit;
  /** folder of the service's files */
  dataDir: string;
  log: Log;
  /** how browsers reach the service */
  publicUrl: string;
  /** null: no mail is written */
  smtpUrl: string | null;
  smtpFrom: string | null;
}

/** Everything that plans meetings. */
export interface Calendar {
  meetings: Meetings;
  scheduler: Scheduler;
  /** null without a mail server */
  outbox: Outbox | null;
  registrations: Registrations;
  /** lets scheduler and outbox work by themselves */
  start(): void;
  /** stops them and waits for what they do now */
  stop(): Promise<void>;
  /** @returns all routes of the calendar */
  routes(runs: MeetingRuns): Route[];
}

/**
 * Consumers and megabits a second that one worker carries on a core of its own, at 21 microseconds a packet of 1,100
 * bytes (`npm run bench -- B1`). What does not flow costs memory alone, so that packets bound it long before consumers.
 */
const WORKER_CONSUMERS = 2_000;
const WORKER_MBPS = 400;

/** @returns what the configured workers can carry */
export function capacityOf(config: Pick<Config, 'SFU_WORKERS'>): CapacityLimit {
  const workers = config.SFU_WORKERS ?? availableParallelism();
  return { consumers: workers * WORKER_CONSUMERS, mbps: workers * WORKER_MBPS };
}

/** News the services of the calendar and joins them. */
export function composeCalendar(parts: CalendarParts): Calendar {
  const { db, directory, readers, clock, zone, limit, dataDir, log } = parts;
  const meetings = new Meetings(db, { directory, ...readers }, clock);
  const series = new SeriesService(meetings.desk, zone);
  const seriesChange = new SeriesChange(meetings.desk, series);
  const procedure = new Procedure(meetings);
  const planner = new Planner(meetings.desk, series, directory, limit, zone);
  const documents = new Documents(meetings.desk, new DocumentFiles(join(dataDir, 'documents')));
  const giveWays = new GiveWays(meetings, procedure);
  const scheduler = new Scheduler(meetings.desk, log);
  const invitations = composeInvitations({ ...parts, desk: meetings.desk });
  return {
    meetings,
    scheduler,
    outbox: invitations.outbox,
    registrations: invitations.registrations,
    start: () => {
      scheduler.start();
      invitations.start();
    },
    stop: async () => {
      await scheduler.stop();
      await invitations.stop();
    },
    routes: (runs) => [
      ...invitations.routes,
      ...plannerRoutes({ planner, series }),
      ...templateRoutes(new Templates(meetings.desk)),
      ...documentRoutes(documents),
      ...giveWayRoutes(giveWays),
      ...meetingRoutes({ meetings, runs, directory, procedure, series, seriesChange }),
    ],
  };
}

/** What the scheduler works on. */
export interface Live {
  sessions: Pick<SessionService, 'startPlanned'>;
  publisher: Pick<Publisher, 'meetingReminder'>;
  log: Log;
}

/**
 * Lets the scheduler be heard: screens are told of every duty, and a meeting that opens by itself starts its session when
 * its endpoints are called.
 */
export function followScheduler(scheduler: Scheduler, { sessions, publisher, log }: Live): void {
  scheduler.onReminder(({ duty, meeting }) => {
    publisher.meetingReminder(meeting.id, duty);
    if (duty !== 'call' || !meeting.autoOpen) return;
    sessions
      .startPlanned(planOf(meeting))
      .catch((err: unknown) => log.warn({ err, meetingId: meeting.id }, 'a meeting could not be opened by itself'));
  });
}
