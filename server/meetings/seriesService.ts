import type { UserActor, Actor } from '../accounts/actor.ts';
import { lockRows } from '../db/locks.ts';
import { newId } from '../db/uuid.ts';
import { AppError } from '../errors.ts';
import type {
  PlanMeetingBody,
  PlannedAnswer,
  PlannedMeeting,
  RecurrenceBody,
  Scope,
  SeriesView,
} from '../protocol/meetings.ts';
import { assertAllFree, assertStanding, lockEndpoints } from './booking.ts';
import {
  dropManyBookings,
  insertMeetings,
  occurrencesOfSeries,
  readMeetings,
  updateMeetings,
} from './meeting.store.ts';
import type { BookedMeeting } from './meeting.store.ts';
import { assertSeen } from './meetingDesk.ts';
import type { MeetingDesk } from './meetingDesk.ts';
import { newMeeting, wantedOf } from './meetingForm.ts';
import { maySeeMeeting } from './meetingRights.ts';
import { keyed } from './meetingService.ts';
import { timesOf } from './overlap.ts';
import { occurrencesOf, tidyRule } from './recurrence.ts';
import type { Recurrence } from './recurrence.ts';
import { insertSeries, readSeries } from './series.store.ts';
import type { Series } from './series.store.ts';

/** Most bookings that one request makes: daily for 87 endpoints over two years. */
export const MAX_SERIES_BOOKINGS = 65_000;

/** Plans meetings that repeat. Each occurrence is a meeting with bookings of its own; all are booked at once or none. */
export class SeriesService {
  readonly #desk: MeetingDesk;
  readonly #zone: string;

  /** @param zone in which rules count that name none */
  constructor(desk: MeetingDesk, zone: string) {
    this.#desk = desk;
    this.#zone = zone;
  }

  /** @returns the rule as it is stored @throws AppError series_refused */
  ruleOf({ rrule, tz, except }: RecurrenceBody): Recurrence {
    return { rrule: tidyRule(rrule), tz: tz ?? this.#zone, except: except.toSorted() };
  }

  /**
   * Plans a meeting that repeats.
   * @returns its first occurrence
   * @throws AppError series_refused, schedule_conflict, idempotency_reuse, and what `checkDraft` throws
   */
  async create(
    actor: UserActor,
    body: PlanMeetingBody & { recurrence: RecurrenceBody },
    key: string | null,
  ): Promise<PlannedAnswer> {
    const desk = this.#desk;
    const request = keyed(actor, key, body);
    const given = request && (await desk.given<PlannedAnswer>(request));
    if (given) return given;
    if (body.status === 'draft') {
      throw new AppError('series_refused', 'A draft stands alone: give it its repetition when it is approved.');
    }
    const draft = await desk.check(actor, { ...wantedOf(body), startMoved: true, keptIds: [] });
    const first = newMeeting(body, draft, actor.userId, desk.clock.now());
    const durationMs = first.endsAt.getTime() - first.startsAt.getTime();
    const rule = this.ruleOf(body.recurrence);
    const starts = occurrencesOf(rule, first.startsAt.getTime(), durationMs);
    const series = newSeries(rule, starts[0] ?? 0, durationMs, first);
    const meetings = starts.map((start) => occurrenceOf(first, series.id, start, durationMs));
    assertSize(meetings);
    const seen = await desk.known(actor);
    const [view] = await Promise.all(meetings.slice(0, 1).map((one) => desk.view(one, actor)));
    const turns = meetings.map((after) => ({ before: null, after }));
    const { answer, fresh } = await desk.once<PlannedAnswer>(
      request,
      (m) => lockEndpoints(m, draft.endpointIds),
      async (m) => {
        await assertStanding(m, draft.endpointIds, desk.directory.dayAt(starts.at(-1) ?? 0));
        await assertAllFree(m, draft.endpointIds, meetings.map(timesOf), { except: new Set(), seen });
        await insertSeries(m, series);
        await insertMeetings(m, meetings);
        await desk.stored(m, turns);
        if (!view) throw new AppError('series_refused', 'The series is empty.');
        return { ...view, occurrences: meetings.length };
      },
    );
    if (fresh) desk.tell(turns);
    return answer;
  }

  /** @throws AppError not_found, also when the actor may see none of its meetings */
  async get(actor: Actor, seriesId: string): Promise<SeriesView> {
    const desk = this.#desk;
    const series = await desk.read((m) => readSeries(m, seriesId));
    const rows = series ? await desk.read((m) => occurrencesOfSeries(m, seriesId)) : [];
    const seen = await Promise.all(rows.map((row) => maySeeMeeting(actor, row, desk.directory)));
    if (!series || !seen.includes(true)) {
      throw new AppError('not_found', 'There is no such series.');
    }
    const { id, rrule, tz, except, version } = series;
    // one that was changed alone may concern others
    const shown = rows.filter((_, i) => seen[i]);
    const occurrences = shown.map((row) => ({
      meetingId: row.id,
      original: (row.originalAt ?? row.startsAt).toISOString(),
      startsAt: row.startsAt.toISOString(),
      endsAt: row.endsAt.toISOString(),
      status: row.status,
      detached: row.detached,
    }));
    return { id, rrule, tz, except, startsAt: series.startsAt.toISOString(), version, occurrences };
  }

  /**
   * Cancels this occurrence and those after it, or all that have not begun, and frees their endpoints.
   * @param version of the named occurrence that the asker saw; null: whatever it is
   * @throws AppError not_found, not_allowed, meeting_not_changeable, version_conflict
   */
  async cancel(
    actor: UserActor,
    meetingId: string,
    scope: Scope,
    reason: string,
    version: number | null,
  ): Promise<PlannedMeeting> {
    const desk = this.#desk;
    const { anchor, occurrences } = await this.chosen(actor, meetingId, scope, version);
    const at = new Date(desk.clock.now());
    const turns = await desk.db.transaction(async (m) => {
      const locked = new Set(await lockRows(m, 'meeting', ids(occurrences)));
      const now = await readMeetings(m, [...locked]);
      assertSeen(now.find((one) => one.id === meetingId) ?? anchor, version);
      // one that began meanwhile goes on
      const wanted = now.filter((one) => one.status === 'scheduled');
      const fields = { status: 'cancelled', cancelReason: reason, updatedAt: at } as const;
      await updateMeetings(m, ids(wanted), fields);
      await dropManyBookings(m, ids(wanted), at);
      const done = wanted.map((before) => ({ before, after: { ...before, ...fields, version: before.version + 1 } }));
      await desk.stored(m, done);
      return done;
    });
    desk.tell(turns);
    const own = turns.find((turn) => turn.after.id === meetingId)?.after;
    return desk.view(own ?? anchor, actor);
  }

  /**
   * @returns the occurrences that a change is for, the series, and the one that was named
   * @throws AppError not_found, not_allowed, meeting_not_changeable, version_conflict
   */
  async chosen(
    actor: UserActor,
    meetingId: string,
    scope: Scope,
    version: number | null,
  ): Promise<{ anchor: BookedMeeting; series: Series; occurrences: BookedMeeting[]; kept: BookedMeeting[] }> {
    const desk = this.#desk;
    const anchor = await desk.changeable(actor, meetingId);
    assertSeen(anchor, version);
    const series = anchor.seriesId === null ? null : await desk.read((m) => readSeries(m, anchor.seriesId ?? ''));
    if (!series) throw new AppError('series_refused', 'This meeting stands alone: there are no others to change.');
    const all = await desk.read((m) => occurrencesOfSeries(m, series.id));
    const occurrences = inScope(all, anchor, scope);
    const changed = new Set(ids(occurrences));
    return { anchor, series, occurrences, kept: all.filter((one) => !changed.has(one.id)) };
  }
}

/** Occurrences that have not begun and were not called off, from the named one on or all. */
function inScope(all: readonly BookedMeeting[], anchor: BookedMeeting, scope: Scope): BookedMeeting[] {
  if (scope === 'this') return all.filter((one) => one.id === anchor.id);
  const from = scope === 'all' ? 0 : anchor.startsAt.getTime();
  return all.filter((one) => one.status === 'scheduled' && one.startsAt.getTime() >= from);
}

/** @returns a series that counts from its first occurrence */
export function newSeries(rule: Recurrence, start: number, durationMs: number, of: BookedMeeting): Series {
  const { createdBy, createdAt } = of;
  const at = new Date(start);
  return { id: newId(), ...rule, except: [...rule.except], startsAt: at, durationMs, createdBy, createdAt, version: 1 };
}

/** @returns one occurrence of the form of another */
export function occurrenceOf(form: BookedMeeting, seriesId: string, start: number, durationMs: number): BookedMeeting {
  const startsAt = new Date(start);
  const endsAt = new Date(start + durationMs);
  return { ...form, id: newId(), seriesId, startsAt, endsAt, originalAt: startsAt, detached: false };
}

/** @throws AppError series_refused when it would take too many bookings */
export function assertSize(meetings: readonly BookedMeeting[]): void {
  const bookings = meetings.reduce((n, one) => n + one.endpointIds.length, 0);
  if (bookings <= MAX_SERIES_BOOKINGS) return;
  throw new AppError(
    'series_refused',
    `The series would take ${bookings} bookings, at most ${MAX_SERIES_BOOKINGS} are made at once: end it earlier.`,
  );
}

const ids = (meetings: readonly BookedMeeting[]): string[] => meetings.map((one) => one.id);
