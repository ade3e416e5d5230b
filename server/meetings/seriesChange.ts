import type { EntityManager } from 'typeorm';
import type { UserActor } from '../accounts/actor.ts';
import { lockRows } from '../db/locks.ts';
import { AppError } from '../errors.ts';
import type { ChangePlanBody, PlannedMeeting, Scope } from '../protocol/meetings.ts';
import { assertAllFree, assertStanding, lockEndpoints } from './booking.ts';
import { insertBookings } from './booking.store.ts';
import type { Draft } from './draft.ts';
import {
  dropEndpoints,
  dropManyBookings,
  insertMeetings,
  moveMeetings,
  readMeetings,
  updateMeetings,
} from './meeting.store.ts';
import type { BookedMeeting } from './meeting.store.ts';
import { changedMeanwhile } from './meetingDesk.ts';
import type { MeetingDesk, MeetingTurn } from './meetingDesk.ts';
import { changedMeeting, wantedOf, wishOf } from './meetingForm.ts';
import type { NewMeeting } from './meetingForm.ts';
import { timesOf } from './overlap.ts';
import { dayIn, occurrencesOf } from './recurrence.ts';
import type { Recurrence } from './recurrence.ts';
import { endedAt, fitTo, shiftAll } from './replan.ts';
import type { Replan } from './replan.ts';
import { insertSeries, readSeries, updateSeries } from './series.store.ts';
import type { Series } from './series.store.ts';
import { assertSize, newSeries, occurrenceOf } from './seriesService.ts';
import type { SeriesService } from './seriesService.ts';

/** Why an occurrence is cancelled that a new rule has no place for. */
const RULE_CHANGED = 'Lịch lặp đã thay đổi';

/** What a change comes to before it is stored. */
interface Work {
  /** the occurrences as they were */
  before: BookedMeeting[];
  /** how they will be, without those that go away */
  after: BookedMeeting[];
  added: BookedMeeting[];
  dropped: BookedMeeting[];
  /** the rule that they follow from now on; null: as before */
  rule: Recurrence | null;
  series: Series;
  /** earlier occurrences that stay as they are; their series ends with the last of them */
  kept: BookedMeeting[];
}

/** Changes several occurrences of a series at once, in one transaction. */
export class SeriesChange {
  readonly #desk: MeetingDesk;
  readonly #series: SeriesService;

  /** Wires the parts. */
  constructor(desk: MeetingDesk, series: SeriesService) {
    this.#desk = desk;
    this.#series = series;
  }

  /**
   * Changes this occurrence and those after it, or all that have not begun. What the body leaves out stays as it is at
   * each of them. New times shift the others by as much, in the wall time of the series; those moved alone before stay.
   * A new rule keeps the occurrences on its days and cancels the others.
   * @param version of the named occurrence that the asker saw; null: whatever it is
   * @throws AppError not_found, not_allowed, meeting_not_changeable, version_conflict, schedule_conflict, series_refused,
   * and what `checkDraft` throws
   */
  async change(
    actor: UserActor,
    meetingId: string,
    body: ChangePlanBody,
    scope: Scope,
    version: number | null,
  ): Promise<PlannedMeeting> {
    const desk = this.#desk;
    const { anchor, series, occurrences, kept } = await this.#series.chosen(actor, meetingId, scope, version);
    const wish = wishOf(anchor, body);
    const startMoved = Date.parse(wish.startsAt) !== anchor.startsAt.getTime();
    const keptIds = [...new Set(occurrences.flatMap((one) => one.endpointIds))];
    const draft = await desk.check(actor, { ...wantedOf(wish), startMoved, keptIds });
    const { plan, rule } = this.#replan({ body, wish, anchor, series, occurrences });
    const work = workOf({ plan, rule, body, draft, anchor, series, occurrences, kept }, desk.clock.now());
    const earliest = Math.min(...[...work.after, ...work.added].map((one) => one.startsAt.getTime()));
    if (startMoved && earliest < desk.clock.now()) {
      throw new AppError('time_in_past', 'The shift would put a meeting of the series into the past.');
    }
    const seen = await desk.known(actor);
    const turns = turnsOf(work);
    await desk.db.transaction((m) => this.#store(m, work, seen, turns));
    desk.tell(turns);
    const own = [...work.after, ...work.added].find((one) => one.id === meetingId) ?? work.added[0] ?? work.after[0];
    return desk.view(own ?? anchor, actor);
  }

  #replan(c: {
    body: ChangePlanBody;
    wish: NewMeeting;
    anchor: BookedMeeting;
    series: Series;
    occurrences: BookedMeeting[];
  }): { plan: Replan; rule: Recurrence | null } {
    const { anchor, series, body } = c;
    const to = { start: Date.parse(c.wish.startsAt), end: Date.parse(c.wish.endsAt) };
    const plain = c.occurrences.map((one) => ({ id: one.id, detached: one.detached, ...timesOf(one) }));
    const own = { id: anchor.id, detached: anchor.detached, ...timesOf(anchor) };
    const shift = shiftAll(plain, own, to, series.tz);
    if (body.recurrence) {
      const rule = this.#series.ruleOf(body.recurrence);
      const first = Math.min(...shift.kept.map((one) => one.start));
      const starts = occurrencesOf(rule, first, to.end - to.start);
      return { plan: fitTo(plain, starts, to.end - to.start, rule.tz), rule };
    }
    if (dayIn(own.start, series.tz) !== dayIn(to.start, series.tz)) {
      throw new AppError('series_refused', 'Moving a series to another day needs its new rule (recurrence).');
    }
    const moved = to.start !== own.start || to.end !== own.end;
    if (!moved) return { plan: shift, rule: null };
    const { tz, except } = series;
    const last = Math.max(...shift.kept.map((one) => one.start));
    return { plan: shift, rule: { rrule: endedAt(series.rrule, last), tz, except } };
  }

  async #store(m: EntityManager, work: Work, seen: ReadonlySet<string>, turns: readonly MeetingTurn[]): Promise<void> {
    const { before, after, added, dropped } = work;
    const endpointIds = [...new Set([...before, ...after, ...added].flatMap((one) => one.endpointIds))];
    await lockEndpoints(m, endpointIds);
    const all = before.map((one) => one.id);
    await lockRows(m, 'meeting', all);
    const versions = new Map(before.map((one) => [one.id, one.version]));
    const now = await readMeetings(m, all);
    if (now.some((one) => one.version !== versions.get(one.id) || one.status !== 'scheduled')) throw changedMeanwhile();
    await this.#assertFree(m, work, new Set(all), seen);
    await storeRule(m, work);
    await dropMeetings(m, dropped);
    await storeKept(m, before, after);
    await insertMeetings(m, added);
    await this.#desk.stored(m, turns);
  }

  async #assertFree(m: EntityManager, work: Work, except: ReadonlySet<string>, seen: ReadonlySet<string>) {
    const meetings = [...work.after, ...work.added];
    // occurrences may invite different endpoints: those of one set are asked for together
    for (const group of Map.groupBy(meetings, (one) => one.endpointIds.toSorted().join()).values()) {
      const endpointIds = group[0]?.endpointIds ?? [];
      const last = Math.max(...group.map((one) => one.endsAt.getTime() - 1));
      await assertStanding(m, endpointIds, this.#desk.directory.dayAt(last));
      await assertAllFree(m, endpointIds, group.map(timesOf), { except, seen });
    }
  }
}

interface Chosen {
  plan: Replan;
  rule: Recurrence | null;
  body: ChangePlanBody;
  draft: Draft;
  anchor: BookedMeeting;
  series: Series;
  occurrences: BookedMeeting[];
  kept: BookedMeeting[];
}

function workOf({ plan, rule, body, draft, anchor, series, occurrences, kept }: Chosen, now: number): Work {
  const byId = new Map(occurrences.map((one) => [one.id, one]));
  // a new rule, or the old one from another moment on, is a series of its own when earlier meetings keep theirs
  const split = rule !== null && kept.some((one) => one.status !== 'cancelled');
  const firstStart = Math.min(...plan.kept.map((one) => one.start), ...plan.added);
  const [first] = plan.kept;
  const durationMs = first ? first.end - first.start : series.durationMs;
  const next =
    split && rule
      ? newSeries(rule, firstStart, durationMs, anchor)
      : { ...series, ...(rule && { ...rule, except: [...rule.except], startsAt: new Date(firstStart) }) };
  const form = (one: BookedMeeting, start: number, end: number): BookedMeeting => {
    const times = { startsAt: new Date(start).toISOString(), endsAt: new Date(end).toISOString() };
    const { endpointIds, chairEndpointId, ...others } = body;
    const where = body.endpointIds ? { endpointIds: draft.endpointIds } : {};
    const chair = chairEndpointId ? { chairEndpointId, hostUnitId: draft.hostUnitId } : {};
    const wish = wishOf(one, { ...others, ...times, ...chair, ...where });
    const host = { endpointIds: wish.endpointIds, hostUnitId: wish.hostUnitId ?? draft.hostUnitId };
    const after = changedMeeting(one, wish, host, now);
    const original = rule && !one.detached ? { originalAt: after.startsAt } : {};
    return { ...after, ...original, detached: one.detached && rule === null, seriesId: next.id };
  };
  const after = plan.kept.flatMap(({ id, start, end }) => {
    const one = byId.get(id);
    return one ? [form(one, start, end)] : [];
  });
  const model = form(anchor, anchor.startsAt.getTime(), anchor.endsAt.getTime());
  const at = new Date(now);
  const fresh = { version: 1, createdAt: at, updatedAt: at, plannedAt: at, invitedAt: null, answeredAt: null };
  const added = plan.added.map((start) => ({ ...occurrenceOf(model, next.id, start, durationMs), ...fresh }));
  assertSize([...after, ...added]);
  const gone = new Set(plan.dropped);
  const dropped = occurrences
    .filter((one) => gone.has(one.id))
    .map((one) => ({
      ...one,
      status: 'cancelled' as const,
      cancelReason: RULE_CHANGED,
      updatedAt: at,
      version: one.version + 1,
    }));
  return { before: occurrences, after, added, dropped, rule, series: next, kept: split ? kept : [] };
}

function turnsOf({ before, after, added, dropped }: Work): MeetingTurn[] {
  const byId = new Map(before.map((one) => [one.id, one]));
  const old = (one: BookedMeeting): MeetingTurn => ({ before: byId.get(one.id) ?? null, after: one });
  return [...after.map(old), ...dropped.map(old), ...added.map((one) => ({ before: null, after: one }))];
}

async function storeRule(m: EntityManager, { rule, series, kept, before }: Work): Promise<void> {
  if (rule === null) return;
  const [one] = before;
  if (kept.length === 0) {
    const { rrule, tz, except, startsAt, durationMs } = series;
    await updateSeries(m, series.id, { rrule, tz, except, startsAt, durationMs, version: series.version + 1 });
    return;
  }
  await insertSeries(m, series);
  const last = Math.max(...kept.map((k) => (k.originalAt ?? k.startsAt).getTime()));
  const old = one?.seriesId ? await readSeries(m, one.seriesId) : null;
  if (old) await updateSeries(m, old.id, { rrule: endedAt(old.rrule, last), version: old.version + 1 });
}

async function dropMeetings(m: EntityManager, dropped: readonly BookedMeeting[]): Promise<void> {
  const [first] = dropped;
  if (!first) return;
  const ids = dropped.map((one) => one.id);
  const { status, cancelReason, updatedAt } = first;
  await updateMeetings(m, ids, { status, cancelReason, updatedAt });
  await dropManyBookings(m, ids, updatedAt);
}

/** Stores occurrences: those that get the same fields together, their times apart. */
async function storeKept(m: EntityManager, before: readonly BookedMeeting[], after: readonly BookedMeeting[]) {
  const byId = new Map(before.map((one) => [one.id, one]));
  const sameFields = Map.groupBy(after, (one) => JSON.stringify(sharedFields(one)));
  for (const group of sameFields.values()) {
    const [first] = group;
    if (first)
      await updateMeetings(
        m,
        group.map((one) => one.id),
        sharedFields(first),
      );
  }
  const places = (one?: BookedMeeting) =>
    [one?.startsAt, one?.endsAt, one?.originalAt].map((at) => at?.getTime()).join();
  const moved = after.filter((one) => places(byId.get(one.id)) !== places(one));
  await moveMeetings(
    m,
    moved.map((one) => ({ id: one.id, ...timesOf(one), original: (one.originalAt ?? one.startsAt).getTime() })),
  );
  const added = new Map<BookedMeeting, string[]>();
  const dropped = Map.groupBy(
    after.flatMap((one) => {
      const old = byId.get(one.id)?.endpointIds ?? [];
      const plus = one.endpointIds.filter((id) => !old.includes(id));
      if (plus.length > 0) added.set(one, plus);
      const minus = old.filter((id) => !one.endpointIds.includes(id));
      return minus.length > 0 ? [{ id: one.id, minus }] : [];
    }),
    ({ minus }) => minus.toSorted().join(),
  );
  for (const group of dropped.values()) {
    await dropEndpoints(
      m,
      group.map((one) => one.id),
      group[0]?.minus ?? [],
    );
  }
  await insertBookings(
    m,
    [...added].map(([one, endpointIds]) => ({ ...one, endpointIds })),
  );
}

function sharedFields(one: BookedMeeting) {
  const {
    id: _i,
    endpointIds: _e,
    startsAt: _s,
    endsAt: _t,
    version: _v,
    originalAt: _o,
    createdAt: _c,
    ...rest
  } = one;
  const { createdBy: _b, plannedAt: _p, invitedAt: _n, answeredAt: _a, status: _x, ...fields } = rest;
  return fields;
}
