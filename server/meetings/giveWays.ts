import type { EntityManager } from 'typeorm';
import type { z } from 'zod';
import type { UserActor } from '../accounts/actor.ts';
import { MEETING_ROLES, visibleUnits } from '../accounts/rights.ts';
import { newId } from '../db/uuid.ts';
import { AppError } from '../errors.ts';
import type { giveWayAnswerBody, giveWayBody, giveWaysQuery, GiveWay } from '../protocol/meetings.ts';
import type { GiveWayRow } from './calendar.entity.ts';
import { answerGiveWay, insertGiveWay, listGiveWays, readGiveWay } from './calendar.store.ts';
import type { BookedMeeting } from './meeting.store.ts';
import { readMeeting } from './meeting.store.ts';
import { changedMeanwhile, notChangeable } from './meetingDesk.ts';
import type { MeetingDesk } from './meetingDesk.ts';
import { mayPlan } from './meetingRights.ts';
import type { Meetings } from './meetingService.ts';
import type { Procedure } from './procedure.ts';

/** A meeting that stands in the way is asked to give way; one of a lower unit may be displaced. Nothing is done silently. */
export class GiveWays {
  readonly #desk: MeetingDesk;
  readonly #meetings: Meetings;
  readonly #procedure: Procedure;

  /** Wires the parts. */
  constructor(meetings: Meetings, procedure: Procedure) {
    this.#desk = meetings.desk;
    this.#meetings = meetings;
    this.#procedure = procedure;
  }

  /**
   * Asks the host of a meeting to make way, or displaces it: it is postponed, its endpoints are free, its host is told why
   * and by whom.
   * @throws AppError not_found, not_allowed, meeting_not_changeable, end_before_start
   */
  async ask(actor: UserActor, meetingId: string, body: z.output<typeof giveWayBody>): Promise<GiveWay> {
    const tree = await this.#desk.directory.tree();
    if (!mayPlan(actor, body.unitId, tree)) {
      throw new AppError('not_allowed', 'Asking for room needs the right to plan for the unit that needs it.');
    }
    // a meeting that only its host may see can be in the way all the same: its id came with the clash
    const meeting = await this.#desk.read((m) => readMeeting(m, meetingId));
    if (!meeting || ['draft', 'submitted'].includes(meeting.status))
      throw new AppError('not_found', 'There is no such meeting.');
    if (meeting.status !== 'scheduled') throw notChangeable(meeting.status);
    if (Date.parse(body.endsAt) <= Date.parse(body.startsAt)) {
      throw new AppError('end_before_start', 'A meeting must end after it starts.');
    }
    const above = body.unitId !== meeting.hostUnitId && tree.isWithin(meeting.hostUnitId, body.unitId);
    if (body.displace && !above) {
      throw new AppError('not_allowed', 'Only a unit above the host may displace its meeting: ask it to give way.');
    }
    const row = this.#rowOf(actor, meeting, body);
    const keep = (m: EntityManager) => insertGiveWay(m, row);
    if (body.displace) {
      // the meeting goes and the reason stays, or neither
      await this.#meetings.callOff(actor, meetingId, 'postponed', displacedBy(row), { also: keep });
    } else {
      await this.#desk.db.transaction(keep);
      this.#desk.tell([{ before: meeting, after: meeting }]);
    }
    return this.#view(row, actor);
  }

  /**
   * The host consents, and the meeting is moved or postponed, or it does not.
   * @throws AppError not_found, not_allowed, meeting_not_changeable, schedule_conflict, version_conflict when it was
   * answered meanwhile
   */
  async answer(actor: UserActor, id: string, body: z.output<typeof giveWayAnswerBody>): Promise<GiveWay> {
    const row = await this.#desk.read((m) => readGiveWay(m, id));
    if (!row || !(await this.#concerns(actor, row))) throw new AppError('not_found', 'There is no such request.');
    if (!mayPlan(actor, row.hostUnitId, await this.#desk.directory.tree())) {
      throw new AppError('not_allowed', 'Only who plans for the host may answer.');
    }
    if (row.state !== 'asked') throw changedMeanwhile();
    const answered = this.#answered(row, body.consent ? 'consented' : 'refused', body.note);
    if (body.consent) {
      const meeting = await this.#desk.seen(actor, row.meetingId);
      if (meeting.status !== 'scheduled') throw notChangeable(meeting.status);
      const { startsAt, endsAt } = body;
      const times = startsAt !== undefined && endsAt !== undefined ? { startsAt, endsAt } : null;
      const also = (m: EntityManager) => this.#store(m, answered);
      await this.#procedure.moveOrPostpone(actor, meeting, displacedBy(row), times, { also });
    } else {
      await this.#close(answered);
    }
    return this.#view(answered, actor);
  }

  /** The asker needs the room no more. @throws AppError not_found, version_conflict when it was answered meanwhile */
  async withdraw(actor: UserActor, id: string): Promise<GiveWay> {
    const row = await this.#desk.read((m) => readGiveWay(m, id));
    if (row?.askedBy !== actor.userId) throw new AppError('not_found', 'There is no such request of yours.');
    const answered = this.#answered(row, 'withdrawn', '');
    await this.#close(answered);
    return this.#view(answered, actor);
  }

  /** @returns requests that the actor made, and those to units for which he plans, newest first */
  async list(
    actor: UserActor,
    query: z.output<typeof giveWaysQuery>,
  ): Promise<{ items: GiveWay[]; nextCursor: string | null }> {
    const units = visibleUnits(actor, await this.#desk.directory.tree(), MEETING_ROLES);
    const page = { state: query.state, before: query.cursor, limit: query.limit + 1 };
    const rows = await this.#desk.read((m) => listGiveWays(m, { unitIds: [...units], userId: actor.userId }, page));
    const shown = rows.slice(0, query.limit);
    const items = await Promise.all(shown.map((row) => this.#view(row, actor)));
    return { items, nextCursor: rows.length > query.limit ? (shown.at(-1)?.id ?? null) : null };
  }

  async #concerns(actor: UserActor, row: GiveWayRow): Promise<boolean> {
    return row.askedBy === actor.userId || mayPlan(actor, row.hostUnitId, await this.#desk.directory.tree());
  }

  #rowOf(actor: UserActor, meeting: BookedMeeting, body: z.output<typeof giveWayBody>): GiveWayRow {
    const at = new Date(this.#desk.clock.now());
    return {
      id: newId(),
      meetingId: meeting.id,
      meetingTitle: meeting.title,
      hostUnitId: meeting.hostUnitId,
      askingUnitId: body.unitId,
      title: body.title,
      startsAt: new Date(body.startsAt),
      endsAt: new Date(body.endsAt),
      reason: body.reason,
      state: body.displace ? 'displaced' : 'asked',
      askedAt: at,
      askedBy: actor.userId,
      askedByName: actor.displayName,
      answer: null,
      answeredAt: body.displace ? at : null,
    };
  }

  #answered(row: GiveWayRow, state: GiveWayRow['state'], answer: string): GiveWayRow {
    return { ...row, state, answer: answer || null, answeredAt: new Date(this.#desk.clock.now()) };
  }

  async #close(row: GiveWayRow): Promise<void> {
    await this.#desk.db.transaction((m) => this.#store(m, row));
    // who has the screen open reads the list again
    const meeting = await this.#desk.read((m) => readMeeting(m, row.meetingId));
    if (meeting) this.#desk.tell([{ before: meeting, after: meeting }]);
  }

  async #store(m: EntityManager, { id, state, answer, answeredAt }: GiveWayRow): Promise<void> {
    if (!(await answerGiveWay(m, id, { state, answer, answeredAt }))) throw changedMeanwhile();
  }

  async #view(row: GiveWayRow, actor: UserActor): Promise<GiveWay> {
    const tree = await this.#desk.directory.tree();
    const host = mayPlan(actor, row.hostUnitId, tree);
    const hostUnitId = visibleUnits(actor, tree).has(row.hostUnitId) ? row.hostUnitId : null;
    const { id, meetingId, askingUnitId, title, reason, state, answer } = row;
    return {
      ...{ id, meetingId, hostUnitId, askingUnitId, title, reason, state, answer },
      // who asked knows that something is in the way, not what and whose
      meetingTitle: host ? row.meetingTitle : '',
      startsAt: row.startsAt.toISOString(),
      endsAt: row.endsAt.toISOString(),
      askedAt: row.askedAt.toISOString(),
      askedBy: row.askedByName,
      answeredAt: row.answeredAt?.toISOString() ?? null,
      may: { answer: state === 'asked' && host },
    };
  }
}

/** The reason that everybody who was invited reads. */
function displacedBy(row: GiveWayRow): string {
  return `Nhường cho “${row.title}”: ${row.reason}`.slice(0, 300);
}
