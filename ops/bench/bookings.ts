import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { Meetings } from '../../server/meetings/meetingService.ts';
import { SessionStore } from '../../server/sessions/session.store.ts';
import { cpuOf } from './processCpu.ts';

/** Ten years are cut into so many slots; each holds a meeting at most. */
const SLOT_BITS = 17;
const SLOTS = 2 ** SLOT_BITS;
const YEARS_MS = 10 * 365 * 86_400_000;
const SLOT_MS = Math.floor(YEARS_MS / SLOTS);
const MEETING_MS = 30 * 60_000;
/** Endpoints of one stored meeting. */
export const INVITED = 10;
/** A weekly series is written down as so many meetings. */
const SERIES = 52;
const ROWS_A_STATEMENT = 500;

/** A database full of bookings, with the services over it. */
export interface Calendar {
  name: 'sqlite' | 'mariadb';
  db: Database;
  meetings: Meetings;
  endpoints: EndpointInfo[];
  administrator: UserActor;
  bookings: number;
  /** begin of the ten years, epoch milliseconds */
  from: number;
  /** CPU of this process and of the database, milliseconds */
  cpu(): number;
  /** fills up to so many bookings */
  grow(bookings: number): Promise<void>;
  close(): Promise<void>;
}

/** Spreads counting over all slots, so that few bookings lie as even over the years as many. */
export function slotOf(count: number): number {
  let slot = 0;
  for (let bit = 0; bit < SLOT_BITS; bit += 1) if (count & (1 << bit)) slot |= 1 << (SLOT_BITS - 1 - bit);
  return slot;
}

type Values = (string | null | number)[];

function sqlOf(table: string, columns: string[], rows: number): string {
  const one = `(${columns.map(() => '?').join(', ')})`;
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${Array.from({ length: rows }, () => one).join(', ')}`;
}

const MEETING_COLUMNS =
  'id title title_fold kind status starts_at ends_at chair_endpoint_id host_unit_id floor_mode note created_by version created_at updated_at'.split(
    ' ',
  );
const BOOKING_COLUMNS = ['id', 'meeting_id', 'endpoint_id', 'starts_at', 'ends_at'];

/** Both databases take and give `YYYY-MM-DD HH:MM:SS.mmm`. */
const stored = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');

/** Writes meetings number `first` to `last` - 1 with their bookings, many rows a statement. */
async function write(c: Calendar, first: number, last: number): Promise<void> {
  const created = stored(c.from);
  await c.db.transaction(async (m) => {
    let meetings: Values[] = [];
    let bookings: Values[] = [];
    const flush = async (): Promise<void> => {
      if (meetings.length === 0) return;
      await m.query(sqlOf('meeting', MEETING_COLUMNS, meetings.length), meetings.flat());
      await m.query(sqlOf('booking', BOOKING_COLUMNS, bookings.length), bookings.flat());
      [meetings, bookings] = [[], []];
    };
    for (let i = first; i < last; i += 1) {
      const start = c.from + slotOf(i) * SLOT_MS;
      const [from, to] = [stored(start), stored(start + MEETING_MS)];
      const invited = Array.from({ length: INVITED }, (_, e) => c.endpoints[(i * 7 + e * 8) % c.endpoints.length]);
      const chair = invited[0];
      const id = newId(start);
      const title = `Giao ban tuần ${Math.floor(i / SERIES)}, kỳ ${(i % SERIES) + 1}`;
      const about = [id, title, title.toLowerCase(), 'briefing', 'scheduled', from, to];
      const place = [chair?.id ?? '', chair?.unitId ?? '', 'lecture', '', c.administrator.userId];
      meetings.push([...about, ...place, 1, created, created]);
      for (const endpoint of invited) bookings.push([newId(start), id, endpoint?.id ?? '', from, to]);
      if (bookings.length >= ROWS_A_STATEMENT) await flush();
    }
    await flush();
  });
}

/**
 * Opens a database of its own with the sample province and no booking.
 * @param url of an empty database
 * @param databasePid of a database that is a process of its own
 */
export async function openCalendar(name: Calendar['name'], url: string, databasePid: number | null): Promise<Calendar> {
  const db = await openDatabase({ url, entities: allEntities, log: createLog('silent') });
  await migrate(db, 'up');
  await loadSeed(db, readSeed('2020-87'), systemClock);
  const directory = new DirectoryService(db, systemClock);
  const endpoints = await directory.allEndpoints();
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
  const calendar: Calendar = {
    name,
    db,
    meetings: new Meetings(db, readers, systemClock),
    endpoints,
    administrator,
    bookings: 0,
    from: Date.now() + 86_400_000,
    cpu: () => cpuOf(process.pid) + (databasePid === null ? 0 : cpuOf(databasePid)),
    async grow(bookings) {
      await write(calendar, calendar.bookings / INVITED, Math.floor(bookings / INVITED));
      calendar.bookings = Math.floor(bookings / INVITED) * INVITED;
    },
    close: () => db.close(),
  };
  return calendar;
}

/** A new SQLite file in a folder of its own; @returns its URL and what removes it */
export function temporarySqlite(): { url: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'nhipcau-bench-sqlite-'));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.once('exit', remove);
  return { url: `sqlite:${join(folder, 'bench.db')}`, remove };
}
