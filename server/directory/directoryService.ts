import type { Clock } from '../clock.ts';
import type { Database } from '../db/dataSource.ts';
import { AppError } from '../errors.ts';
import type { Category, LineClass } from '../protocol/directory.ts';
import type { HelpLine } from '../protocol/rest.ts';
import type { DirectoryRows, LevelRow } from './directory.entity.ts';
import { readCards, readDirectory } from './directory.store.ts';
import { fold, searcher } from './fold.ts';
import { peopleOf } from './helpLines.ts';
import { endpointsAsOf, unitsAsOf } from './history.ts';
import { rosterOf } from './roster.ts';
import type { EndpointInfo } from './roster.ts';
import { UnitTree } from './unitTree.ts';
import type { UnitRow } from './unitTree.ts';

/** Which endpoints are wanted. */
export interface EndpointFilter {
  /** within this unit's subtree */
  unitId?: string;
  /** code of a level */
  level?: string;
  category?: Category;
  lineClass?: LineClass;
  /** words of name, short name or code, with or without accents */
  q?: string;
  /** only endpoints of these units; left out: all */
  within?: ReadonlySet<string>;
  limit: number;
  cursor?: string;
}

/** One page of a list. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** The directory of one day. */
export interface DayDirectory {
  day: string;
  levels: LevelRow[];
  tree: UnitTree;
  /** endpoints in roster order */
  roster: EndpointInfo[];
}

/** The directory of today, as it is held in memory. */
interface Held extends DayDirectory {
  rows: DirectoryRows;
  byId: Map<string, EndpointInfo>;
  byCode: Map<string, EndpointInfo>;
  search: Map<string, string>;
}

/**
 * Units and endpoints of today. The whole directory is small, so it is held in memory and read again after a change and at
 * midnight. Ask it before a transaction begins, not inside of one: it reads outside of it.
 */
export class DirectoryService {
  private readonly db: Database;
  private readonly clock: Clock;
  private readonly dayFormat: Intl.DateTimeFormat;
  private readonly zoneFormat: Intl.DateTimeFormat;
  private held: Promise<Held> | null = null;
  private heldDay = '';
  private minute = NaN;
  private dayOfMinute = '';

  /** @param timeZone whose midnight turns the day */
  constructor(db: Database, clock: Clock, timeZone = 'Asia/Ho_Chi_Minh') {
    this.db = db;
    this.clock = clock;
    // this locale writes YYYY-MM-DD
    this.dayFormat = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
    const fields = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
    this.zoneFormat = new Intl.DateTimeFormat('en-CA', { timeZone, hourCycle: 'h23', ...fields });
  }

  /** @returns today's tree of units; cheap to ask again and again */
  async tree(): Promise<UnitTree> {
    return (await this.directory()).tree;
  }

  /** @returns all levels, first in rosters first */
  async levels(): Promise<LevelRow[]> {
    return (await this.directory()).levels;
  }

  /** @returns today's units, higher levels first */
  async units(): Promise<UnitRow[]> {
    const { tree, levels } = await this.directory();
    const rank = new Map(levels.map((level) => [level.code, level.rank]));
    return tree
      .units()
      .sort(
        (a, b) =>
          (rank.get(a.levelCode) ?? 0) - (rank.get(b.levelCode) ?? 0) || a.sort - b.sort || (a.code < b.code ? -1 : 1),
      );
  }

  /**
   * @returns endpoints in roster order
   * @throws AppError bad_request for a cursor that is not ours
   */
  async listEndpoints(filter: EndpointFilter): Promise<Page<EndpointInfo>> {
    const { roster, tree, search } = await this.directory();
    const units = filter.unitId === undefined ? null : tree.subtreeIds(filter.unitId);
    const found = filter.q === undefined ? null : searcher(filter.q);
    const after = filter.cursor === undefined ? 0 : positionAfter(filter.cursor);
    const items: EndpointInfo[] = [];
    for (const endpoint of roster) {
      if (endpoint.order <= after) continue;
      if (filter.within && !filter.within.has(endpoint.unitId)) continue;
      if (units && !units.has(endpoint.unitId)) continue;
      if (filter.level !== undefined && endpoint.level !== filter.level) continue;
      if (filter.category !== undefined && endpoint.category !== filter.category) continue;
      if (filter.lineClass !== undefined && endpoint.lineClass !== filter.lineClass) continue;
      if (found && !found(search.get(endpoint.id) ?? '')) continue;
      if (items.length === filter.limit) return { items, nextCursor: String(items.at(-1)?.order) };
      items.push(endpoint);
    }
    return { items, nextCursor: null };
  }

  /** @returns all of today's endpoints in roster order */
  async allEndpoints(): Promise<EndpointInfo[]> {
    return (await this.directory()).roster;
  }

  /** @returns the known ones of these endpoints in roster order; unknown ids are left out */
  async endpointsByIds(ids: readonly string[]): Promise<EndpointInfo[]> {
    const { byId } = await this.directory();
    const found = new Set<EndpointInfo>();
    for (const id of ids) {
      const endpoint = byId.get(id);
      if (endpoint) found.add(endpoint);
    }
    return [...found].sort((a, b) => a.order - b.order);
  }

  /** @throws AppError not_found */
  async endpoint(id: string): Promise<EndpointInfo> {
    const endpoint = (await this.directory()).byId.get(id);
    if (!endpoint) throw new AppError('not_found', 'There is no such endpoint.');
    return endpoint;
  }

  /** @returns whom a room may call, at these endpoints in this order: duty and deputy, else contacts with a telephone */
  async helpLines(ids: readonly string[]): Promise<HelpLine[]> {
    const cards = new Map((await readCards(this.db, ids)).map((card) => [card.id, card]));
    const { byId } = await this.directory();
    return ids.flatMap((id) => {
      const place = byId.get(id)?.shortName ?? '';
      return peopleOf(cards.get(id)).map((one) => ({ endpointId: id, place, ...one }));
    });
  }

  /** @returns the endpoint of this code, or null */
  async endpointByCode(code: string): Promise<EndpointInfo | null> {
    return (await this.directory()).byCode.get(code) ?? null;
  }

  /**
   * The directory of any day, past or planned; not held, so ask it seldom.
   * @param day `YYYY-MM-DD`
   * @param lasting id of a unit or endpoint that is taken as if it had not ended: one that ended on its first day never was
   */
  async on(day: string, lasting?: string): Promise<DayDirectory> {
    const rows = await this.rows();
    if (lasting === undefined) return dayOf(rows, day);
    const revived = <T extends { id: string }>(list: T[]) =>
      list.map((row) => (row.id === lasting ? { ...row, validTo: null } : row));
    return dayOf({ ...rows, units: revived(rows.units), endpoints: revived(rows.endpoints) }, day);
  }

  /** @returns the rows of any time; they must not be changed */
  async rows(): Promise<DirectoryRows> {
    return (await this.directory()).rows;
  }

  /** @returns today, `YYYY-MM-DD`, in the service's zone; asked several times a request, and no zone turns within a minute */
  today(): string {
    const now = this.clock.now();
    const minute = Math.floor(now / 60_000);
    if (minute !== this.minute) {
      this.dayOfMinute = this.dayAt(now);
      this.minute = minute;
    }
    return this.dayOfMinute;
  }

  /** @returns the day of a moment (epoch milliseconds), `YYYY-MM-DD`, in the service's zone */
  dayAt(ms: number): string {
    return this.dayFormat.format(ms);
  }

  /** @returns the moment (epoch milliseconds) at which a day (`YYYY-MM-DD`) begins in the service's zone */
  startOf(day: string): number {
    const noon = Date.parse(`${day}T12:00:00Z`);
    const clock = this.zoneFormat.formatToParts(noon);
    const part = (type: Intl.DateTimeFormatPartTypes) => Number(clock.find((one) => one.type === type)?.value);
    const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
    return Date.parse(`${day}T00:00:00Z`) - (local - noon);
  }

  /** Reads the directory again at the next question: for who changed it past this service. */
  forget(): void {
    this.held = null;
  }

  private directory(): Promise<Held> {
    const day = this.today();
    if (this.held && this.heldDay === day) return this.held;
    const reading = this.read(day);
    this.held = reading;
    this.heldDay = day;
    // a failed reading is not kept
    reading.catch(() => {
      if (this.held === reading) this.held = null;
    });
    return reading;
  }

  private async read(day: string): Promise<Held> {
    const rows = await readDirectory(this.db);
    const today = dayOf(rows, day);
    return {
      ...today,
      rows,
      byId: new Map(today.roster.map((e) => [e.id, e])),
      byCode: new Map(today.roster.map((e) => [e.code, e])),
      search: new Map(today.roster.map((e) => [e.id, fold(`${e.name} ${e.shortName} ${e.code}`)])),
    };
  }
}

/** @returns the directory of a day, from the rows of any time */
function dayOf(rows: DirectoryRows, day: string): DayDirectory {
  const tree = new UnitTree(unitsAsOf(rows.units, rows.unitPasts, day), day);
  const levels = rows.levels.toSorted((a, b) => a.rank - b.rank);
  const roster = rosterOf(endpointsAsOf(rows.endpoints, rows.endpointPasts, day), tree, levels, day);
  return { day, levels, tree, roster };
}

function positionAfter(cursor: string): number {
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor);
  const errors = [{ path: 'cursor', message: 'expected the nextCursor of an earlier answer' }];
  throw new AppError('bad_request', 'The cursor is not one that this list gave out.', { details: { errors } });
}
