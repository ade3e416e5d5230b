import type { Actor, UserActor } from '../accounts/actor.ts';
import { MEETING_ROLES, visibleUnits } from '../accounts/rights.ts';
import type { DirectoryService } from '../directory/directoryService.ts';
import { AppError } from '../errors.ts';
import type { CheckBody, Checked, PlannerWeek } from '../protocol/meetings.ts';
import { MAX_CONFLICTS } from '../protocol/meetings.ts';
import { MEETING_KINDS, MEETING_STATUSES } from '../protocol/rest.ts';
import { conflictsOf } from './booking.ts';
import { takenWithin } from './booking.store.ts';
import type { Taken } from './booking.store.ts';
import { fullest } from './capacity.ts';
import type { CapacityLimit } from './capacity.ts';
import { freeShift } from './freeTime.ts';
import { occurrencesOfSeries } from './meeting.store.ts';
import type { MeetingDesk } from './meetingDesk.ts';
import { assertTimes, overlaps } from './overlap.ts';
import type { Interval } from './overlap.ts';
import { mayChange } from './meetingRights.ts';
import { blocksWithin, crowdsWithin, meetingsOfPerson } from './planner.store.ts';
import type { PlannedBlock } from './planner.store.ts';
import { atWallTime, daysLater, occurrencesOf } from './recurrence.ts';
import type { SeriesService } from './seriesService.ts';

/** The nearest free time is looked for so many days ahead, in such steps. */
const DAYS_AHEAD = 14;
const STEP_MS = 15 * 60_000;
/** Offices are open from and to; a meeting that is wanted outside of them may lie anywhere in its day. */
const OPEN_FROM = '07:00';
const OPEN_TO = '18:00';
/** Longest time of one planner request. */
const MAX_WINDOW_MS = 42 * 24 * 3_600_000;
/** Titles are shown in small blocks; one that is cut shows that it is. */
const TITLE_LENGTH = 80;

/** What the planner reads of the directory. */
export type PlannerDirectory = Pick<DirectoryService, 'listEndpoints' | 'tree'>;

/** Which endpoints and time the planner shows. */
export interface PlannerWish {
  from: string;
  to: string;
  unitId?: string | undefined;
  level?: string | undefined;
  q?: string | undefined;
  endpointIds?: string | undefined;
  /** `true`: with meetings that were cancelled or postponed */
  calledOff?: 'true' | 'false' | undefined;
}

/** Tells what a meeting would clash with before it is saved, and shows the calendar of many endpoints at once. */
export class Planner {
  readonly #desk: MeetingDesk;
  readonly #series: SeriesService;
  readonly #directory: PlannerDirectory;
  readonly #limit: CapacityLimit;
  readonly #zone: string;

  /** @param zone whose working hours count */
  constructor(
    desk: MeetingDesk,
    series: SeriesService,
    directory: PlannerDirectory,
    limit: CapacityLimit,
    zone: string,
  ) {
    this.#desk = desk;
    this.#series = series;
    this.#directory = directory;
    this.#limit = limit;
    this.#zone = zone;
  }

  /**
   * Looks at a meeting that somebody is about to save; nothing is booked.
   * @throws AppError not_allowed, endpoint_unknown, end_before_start, meeting_too_long, time_in_past, series_refused
   */
  async check(actor: UserActor, body: CheckBody): Promise<Checked> {
    const desk = this.#desk;
    const first = { start: Date.parse(body.startsAt), end: Date.parse(body.endsAt) };
    const durationMs = first.end - first.start;
    assertTimes(first, desk.clock.now());
    const seen = await this.#assertMayAsk(actor, body);
    const starts = body.recurrence
      ? occurrencesOf(this.#series.ruleOf(body.recurrence), first.start, durationMs)
      : [first.start];
    const windows = starts.map((start) => ({ start, end: start + durationMs }));
    const except = await this.#own(actor, body);
    const others = <T extends { meetingId: string }>(taken: T[]) => taken.filter((one) => !except.has(one.meetingId));
    const taken = others(await desk.read((m) => takenWithin(m, body.endpointIds, windows)));
    const conflicts = taken.length === 0 ? [] : await desk.read((m) => conflictsOf(m, taken, seen));
    const chair = await this.#chairClashes(actor, body, windows, except);
    const busyChair = chair.length > 0;
    return {
      occurrences: starts.length,
      conflicts,
      conflictCount: taken.length,
      endpoints: countsOf(taken),
      dates: datesOf(windows, taken, chair),
      chair: chair.slice(0, MAX_CONFLICTS),
      capacity: await this.#capacity(body, windows, except),
      nearestFree: taken.length === 0 && !busyChair ? null : await this.#nearest(body, starts, durationMs, others),
    };
  }

  /**
   * @returns every booking of the endpoints that the actor may see, in two statements at the most
   * @throws AppError bad_request for a time that ends before it starts or is longer than six weeks
   */
  async week(actor: Actor, wish: PlannerWish): Promise<PlannerWeek> {
    const window = { start: Date.parse(wish.from), end: Date.parse(wish.to) };
    if (window.end <= window.start || window.end - window.start > MAX_WINDOW_MS) {
      const errors = [{ path: 'to', message: 'expected a time after `from`, at most 42 days later' }];
      throw new AppError('bad_request', 'The planner shows at most six weeks.', { details: { errors } });
    }
    const endpointIds = await this.#shown(actor, wish);
    const calledOff = wish.calledOff === 'true';
    const read = await this.#desk.read((m) => blocksWithin(m, endpointIds, window, calledOff));
    const found = await this.#known(actor, read);
    const tree = await this.#directory.tree();
    const minutes = (ms: number) => Math.round((ms - window.start) / 60_000);
    const titles = new Map<string, number>();
    const places = new Map<string, number>();
    const blocks: PlannerWeek['blocks'] = [];
    const rows = new Map<string, number[]>(endpointIds.map((id) => [id, []]));
    for (const one of found.toSorted((a, b) => a.start - b.start)) {
      const title = shortTitle(one.title);
      const titleAt = titles.get(title) ?? titles.size;
      titles.set(title, titleAt);
      let place = places.get(one.meetingId);
      if (place === undefined) {
        place = blocks.length;
        places.set(one.meetingId, place);
        const kind = MEETING_KINDS.indexOf(one.kind);
        const status = MEETING_STATUSES.indexOf(one.status);
        const [from, to] = [minutes(one.start), minutes(one.end)];
        const may = mayChange(actor, one, tree) ? 1 : 0;
        blocks.push([one.meetingId, kind, status, titleAt, from, to, one.inSeries ? 1 : 0, may]);
      }
      rows.get(one.endpointId)?.push(place);
    }
    return {
      from: new Date(window.start).toISOString(),
      to: new Date(window.end).toISOString(),
      kinds: [...MEETING_KINDS],
      statuses: [...MEETING_STATUSES],
      titles: [...titles.keys()],
      blocks,
      rows: [...rows],
    };
  }

  /** What is not planned yet, or was called off before it was, concerns its host and who wrote it alone. */
  async #known(actor: Actor, found: readonly PlannedBlock[]): Promise<PlannedBlock[]> {
    const units = visibleUnits(actor, await this.#directory.tree());
    const userId = actor.kind === 'user' ? actor.userId : null;
    return found.filter((one) => one.planned || units.has(one.hostUnitId) || one.createdBy === userId);
  }

  /**
   * When somebody is busy is told to who may write a meeting down, and for the endpoints that he sees or has invited.
   * @returns ids of the endpoints that the actor sees
   */
  async #assertMayAsk(actor: UserActor, { endpointIds, meetingId }: CheckBody): Promise<Set<string>> {
    const units = visibleUnits(actor, await this.#directory.tree(), [...MEETING_ROLES, 'operator']);
    if (units.size === 0) throw new AppError('not_allowed', 'Only who plans or drafts meetings may ask for clashes.');
    const kept = meetingId === undefined ? [] : (await this.#desk.seen(actor, meetingId)).endpointIds;
    const seen = await this.#desk.known(actor);
    const strange = endpointIds.filter((id) => !seen.has(id) && !kept.includes(id));
    if (strange.length === 0) return seen;
    const errors = strange.map((id) => ({ path: 'endpointIds', message: `expected an endpoint, ${id} is none` }));
    throw new AppError('endpoint_unknown', 'Some of the endpoints do not exist, or no longer.', {
      details: { errors },
    });
  }

  async #shown(actor: Actor, wish: PlannerWish): Promise<string[]> {
    const within = visibleUnits(actor, await this.#directory.tree());
    const { unitId, level, q } = wish;
    const filter = { ...(unitId && { unitId }), ...(level && { level }), ...(q && { q }), within, limit: 1000 };
    const { items } = await this.#directory.listEndpoints(filter);
    const own = items.map((endpoint) => endpoint.id);
    const all = actor.kind === 'device' ? [actor.endpointId] : own;
    if (wish.endpointIds === undefined) return all;
    const wanted = new Set(wish.endpointIds.split(','));
    return all.filter((id) => wanted.has(id));
  }

  /** Meetings whose own bookings do not count. */
  async #own(actor: UserActor, { meetingId, scope }: CheckBody): Promise<Set<string>> {
    if (meetingId === undefined) return new Set();
    const meeting = await this.#desk.seen(actor, meetingId);
    const { seriesId } = meeting;
    if (scope === 'this' || seriesId === null) return new Set([meetingId]);
    const all = await this.#desk.read((m) => occurrencesOfSeries(m, seriesId));
    const from = scope === 'all' ? 0 : meeting.startsAt.getTime();
    return new Set(all.filter((one) => one.startsAt.getTime() >= from).map((one) => one.id));
  }

  async #chairClashes(
    actor: UserActor,
    body: CheckBody,
    windows: Interval[],
    except: ReadonlySet<string>,
  ): Promise<Checked['chair']> {
    const { chairUserId } = body;
    if (!chairUserId) return [];
    const found = await this.#desk.read((m) => meetingsOfPerson(m, chairUserId, windows));
    const units = visibleUnits(actor, await this.#directory.tree());
    return found
      .filter((one) => !except.has(one.meetingId))
      .map(({ meetingId, title, hostUnitId, start, end }) => ({
        meetingId,
        ...((units.has(hostUnitId) || chairUserId === actor.userId) && { title }),
        startsAt: new Date(start).toISOString(),
        endsAt: new Date(end).toISOString(),
      }));
  }

  /** The fullest moment at the first occurrence: what repeats meets the same load again, and later ones can be moved. */
  async #capacity(body: CheckBody, windows: Interval[], except: ReadonlySet<string>): Promise<Checked['capacity']> {
    const window = windows[0] ?? { start: 0, end: 0 };
    const others = await this.#desk.read((m) => crowdsWithin(m, window, except));
    const own = { ...window, endpoints: new Set(body.endpointIds).size, floorMode: body.floorMode };
    return fullest(others, own, this.#limit);
  }

  async #nearest(
    body: CheckBody,
    starts: readonly number[],
    durationMs: number,
    others: <T extends { meetingId: string }>(taken: T[]) => T[],
  ): Promise<Checked['nearestFree']> {
    const desk = this.#desk;
    const zone = this.#zone;
    for (let day = 0; day < DAYS_AHEAD; day += 1) {
      const wanted = starts.map((start) => daysLater(start, day, zone));
      const windows = wanted.map((start) => workingDay(start, durationMs, zone));
      const busy = others(await desk.read((m) => takenWithin(m, body.endpointIds, windows)));
      const chair = body.chairUserId
        ? others(await desk.read((m) => meetingsOfPerson(m, body.chairUserId ?? '', windows)))
        : [];
      const seats = seatsOf(wanted, windows, [...busy, ...chair]);
      const search = { durationMs, stepMs: STEP_MS, earlier: body.earlier || day > 0 };
      const shift = freeShift(seats, search, desk.clock.now());
      if (shift === null) continue;
      const start = (wanted[0] ?? 0) + shift;
      return { startsAt: new Date(start).toISOString(), endsAt: new Date(start + durationMs).toISOString() };
    }
    return null;
  }
}

/** The hours of the day in which a meeting may lie: those of the office, or the whole day for one that is wanted outside. */
function workingDay(start: number, durationMs: number, zone: string): Interval {
  const hours = { start: atWallTime(start, OPEN_FROM, zone), end: atWallTime(start, OPEN_TO, zone) };
  if (start >= hours.start && start + durationMs <= hours.end) return hours;
  const midnight = atWallTime(start, '00:00', zone);
  return { start: midnight, end: daysLater(midnight, 1, zone) + durationMs };
}

function seatsOf(wanted: readonly number[], windows: readonly Interval[], busy: readonly Interval[]) {
  const sorted = busy.toSorted((a, b) => a.start - b.start);
  return wanted.map((start, i) => {
    const window = windows[i] ?? { start, end: start };
    return { start, window, busy: sorted.filter((one) => one.start < window.end && window.start < one.end) };
  });
}

/** The title as the planner shows it, at most `TITLE_LENGTH` characters. */
function shortTitle(title: string): string {
  const letters = [...title];
  return letters.length <= TITLE_LENGTH
    ? title
    : `${letters
        .slice(0, TITLE_LENGTH - 1)
        .join('')
        .trimEnd()}…`;
}

/** Which of the meetings of a series stand in the way of something. @param windows in order, none overlaps another */
function datesOf(
  windows: readonly Interval[],
  taken: readonly Taken[],
  chair: readonly { startsAt: string; endsAt: string }[],
): Checked['dates'] {
  const busy = windows.map(() => new Set<string>());
  for (const one of taken) {
    let at = firstEndingAfter(windows, one.start);
    for (; (windows[at]?.start ?? Infinity) < one.end; at += 1) busy[at]?.add(one.endpointId);
  }
  const away = chair.map((one) => ({ start: Date.parse(one.startsAt), end: Date.parse(one.endsAt) }));
  return windows.map((window, i) => ({
    startsAt: new Date(window.start).toISOString(),
    busy: busy[i]?.size ?? 0,
    chair: away.some((one) => overlaps(one, window)),
  }));
}

/** Index of the first window that is not over at a moment, by halving. */
function firstEndingAfter(windows: readonly Interval[], moment: number): number {
  let [low, high] = [0, windows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((windows[middle]?.end ?? 0) > moment) high = middle;
    else low = middle + 1;
  }
  return low;
}

function countsOf(taken: readonly Taken[]): Checked['endpoints'] {
  const groups = Map.groupBy(taken, (one) => one.endpointId);
  return [...groups].map(([endpointId, list]) => ({ endpointId, clashes: list.length }));
}
