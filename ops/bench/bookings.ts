import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { UserActor } from '../../server/accounts/actor.ts';
import { systemClock } from '../../server/clock.ts';
import { openDatabase } from '../../server/db/dataSource.ts';
import type { Database } from '../../server/db/dataSource.ts';
import { allEntities } from '../../server/db/entities.ts';
import { migrate } from '../../server/db/migrate.ts';
import { newId } from '../../server/db/uuid.ts';
import { DirectoryService } from '../../server/directory/directoryService.ts';
import type { EndpointInfo } from '../../server/directory/roster.ts';
import { loadSeed, readSeed } from '../../server/directory/seed.ts';
import { createLog } from '../../server/log.ts';
import { forgetInvited } from '../../server/meetings/invited.store.ts';
import { Meetings } from '../../server/meetings/meetingService.ts';
import { Planner } from '../../server/meetings/plannerService.ts';
import { SeriesService } from '../../server/meetings/seriesService.ts';
import { SessionStore } from '../../server/sessions/session.store.ts';
import { fillCalendar, INVITED } from './calendarFill.ts';
import { enlarged, provinceFirst } from './enlarged.ts';
import { cpuOf } from './processCpu.ts';

const ZONE = 'Asia/Ho_Chi_Minh';

/** A database full of bookings, with the services over it. */
export interface Calendar {
  name: 'sqlite' | 'mariadb';
  db: Database;
  meetings: Meetings;
  planner: Planner;
  /** in roster order; the first 87 are the sample province */
  endpoints: EndpointInfo[];
  administrator: UserActor;
  bookings: number;
  /** begin of the ten years, epoch milliseconds */
  from: number;
  /** CPU of this process and of the database, milliseconds */
  cpu(): number;
  /** fills up to so many bookings */
  grow(bookings: number): Promise<void>;
  /** a service that remembers nothing of what was read before: a small calendar would be remembered whole */
  forgetful(): Meetings;
  /** waits until the database has written down what it was given: that work is not of what comes next */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a database of its own with the sample province and no booking.
 * @param url of an empty database
 * @param databasePid of a database that is a process of its own
 * @param size endpoints; those beyond the province's are further ones at the same units
 */
export async function openCalendar(
  name: Calendar['name'],
  url: string,
  databasePid: number | null,
  size = 87,
): Promise<Calendar> {
  const db = await openDatabase({ url, entities: allEntities, log: createLog('silent') });
  await migrate(db, 'up');
  const seed = enlarged(readSeed('2020-87'), Math.ceil(size / 87));
  await loadSeed(db, { ...seed, endpoints: seed.endpoints.slice(0, size) }, systemClock);
  const directory = new DirectoryService(db, systemClock);
  const endpoints = provinceFirst(await directory.allEndpoints());
  const [root] = await directory.units();
  const administrator: UserActor = {
    kind: 'user',
    userId: newId(),
    displayName: 'Quản trị',
    signInId: newId(),
    grants: [{ role: 'administrator', unitId: root?.id ?? '' }],
  };
  const sessions = new SessionStore(db);
  const sessionIdsOf = (ids: readonly string[]) => sessions.idsOfMeetings(ids);
  const readers = { directory, isUsableUser: async () => true, sessionIdsOf };
  const meetings = new Meetings(db, readers, systemClock);
  const series = new SeriesService(meetings.desk, ZONE);
  const calendar: Calendar = {
    name,
    db,
    meetings,
    planner: new Planner(meetings.desk, series, directory, { consumers: 10_000, mbps: 1_000 }, ZONE),
    endpoints,
    administrator,
    bookings: 0,
    from: Math.ceil(Date.now() / 1_000) * 1_000 + 86_400_000,
    cpu: () => cpuOf(process.pid) + (databasePid === null ? 0 : cpuOf(databasePid)),
    async grow(bookings) {
      const [first, last] = [calendar.bookings / INVITED, Math.floor(bookings / INVITED)];
      const filling = { from: calendar.from, endpoints, createdBy: administrator.userId };
      await db.transaction((m) => fillCalendar(m, filling, first, last));
      calendar.bookings = last * INVITED;
    },
    forgetful() {
      forgetInvited(db.dataSource);
      return new Meetings(db, readers, systemClock);
    },
    settle: () => (databasePid === null ? Promise.resolve() : untilWritten(db, databasePid)),
    close: () => db.close(),
  };
  return calendar;
}

/** Pages that MariaDB may still hold unwritten when it counts as settled. */
const UNWRITTEN = 200;

/**
 * Waits until MariaDB has written down what it was given and uses less than a tenth of a core, at most thirty seconds: a
 * pool full of unwritten pages makes every later read pay for writing one.
 */
async function untilWritten(db: Database, pid: number): Promise<void> {
  const pages = async (): Promise<number> => {
    const sql = `SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool_pages_dirty'`;
    const [row] = (await db.dataSource.query(sql)) as { Value: string }[];
    return Number(row?.Value);
  };
  const set = (name: string, value: string) => db.dataSource.query(`SET GLOBAL ${name} = ${value}`);
  await set('innodb_io_capacity', '20000');
  await set('innodb_max_dirty_pages_pct', '0');
  for (let round = 0; round < 120; round += 1) {
    const before = cpuOf(pid);
    await delay(250);
    if (cpuOf(pid) - before < 25 && (await pages()) < UNWRITTEN) break;
  }
  await set('innodb_max_dirty_pages_pct', 'DEFAULT');
  await set('innodb_io_capacity', 'DEFAULT');
}

/** A new SQLite file in a folder of its own; @returns its URL and what removes it */
export function temporarySqlite(): { url: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'nhipcau-bench-sqlite-'));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.once('exit', remove);
  return { url: `sqlite:${join(folder, 'bench.db')}`, remove };
}
