import type { UserActor } from '../accounts/actor.ts';
import { AppError } from '../errors.ts';
import type { PlannedMeeting } from '../protocol/meetings.ts';
import type { BookedMeeting } from './meeting.store.ts';
import { assertSeen, notChangeable } from './meetingDesk.ts';
import { changedMeeting, wantedOf, wishOf } from './meetingForm.ts';
import { mayPlan } from './meetingRights.ts';
import type { AskedOf, Meetings } from './meetingService.ts';

/** New times of a meeting, RFC 3339. */
export interface NewTimes {
  startsAt: string;
  endsAt: string;
}

/**
 * Leads a meeting from draft to scheduled, and out of the calendar and back into it. `version` is that of the form which
 * the asker saw (null: whatever it is): what somebody changed meanwhile is not led on.
 */
export class Procedure {
  readonly #meetings: Meetings;

  /** Wires the parts. */
  constructor(meetings: Meetings) {
    this.#meetings = meetings;
  }

  /**
   * Hands a draft to the host for approval; nothing is booked yet, but a clash is told already.
   * @throws AppError not_found, not_allowed, meeting_not_changeable, version_conflict, schedule_conflict, time_in_past
   */
  async submit(actor: UserActor, meetingId: string, version: number | null): Promise<PlannedMeeting> {
    const { desk } = this.#meetings;
    const before = await desk.changeable(actor, meetingId, ['draft'], version);
    await desk.check(actor, { ...wantedOf(wishOf(before, {})), startMoved: true, keptIds: before.endpointIds });
    const seen = await desk.known(actor);
    await desk.read((m) => this.#meetings.assertBookable(m, before, { seen }));
    return this.#move(actor, before, 'submitted');
  }

  /**
   * Approves a draft or what was submitted, and books its endpoints.
   * @throws AppError not_found, not_allowed, meeting_not_changeable, version_conflict, schedule_conflict, time_in_past
   */
  async approve(actor: UserActor, meetingId: string, version: number | null): Promise<PlannedMeeting> {
    const before = await this.#hosted(actor, meetingId, ['draft', 'submitted'], version);
    const { desk } = this.#meetings;
    const wanted = wantedOf({ ...wishOf(before, {}), status: 'scheduled' });
    // what a subordinate asked for is booked by the right of who approves
    await desk.check(actor, { ...wanted, startMoved: true, keptIds: [] });
    return this.#move(actor, before, 'scheduled');
  }

  /**
   * Gives what was submitted back as a draft.
   * @throws AppError not_found, not_allowed, meeting_not_changeable, version_conflict
   */
  async sendBack(actor: UserActor, meetingId: string, reason: string, version: number | null): Promise<PlannedMeeting> {
    const before = await this.#hosted(actor, meetingId, ['submitted'], version);
    return this.#move(actor, before, 'draft', reason);
  }

  /**
   * Takes a meeting out of the calendar until it has new times, or gives it new times.
   * @throws AppError not_found, not_allowed, meeting_not_changeable, version_conflict, schedule_conflict, and what
   * `checkDraft` throws
   */
  async postpone(
    actor: UserActor,
    meetingId: string,
    reason: string,
    times: NewTimes | null,
    version: number | null,
  ): Promise<PlannedMeeting> {
    const before = await this.#hosted(actor, meetingId, ['scheduled', 'postponed'], version);
    return this.moveOrPostpone(actor, before, reason, times, { version });
  }

  /** The same for who was asked before; see `postpone`. */
  async moveOrPostpone(
    actor: UserActor,
    before: BookedMeeting,
    reason: string,
    times: NewTimes | null,
    how: AskedOf,
  ): Promise<PlannedMeeting> {
    const meetings = this.#meetings;
    if (times === null) {
      if (before.status === 'postponed') throw notChangeable('postponed');
      return meetings.callOff(actor, before.id, 'postponed', reason, how);
    }
    const wish = wishOf(before, times);
    const draft = await meetings.desk.check(actor, {
      ...wantedOf(wish),
      startMoved: true,
      keptIds: before.endpointIds,
    });
    const after = changedMeeting(before, wish, draft, meetings.desk.clock.now());
    return meetings.replace(actor, before, { ...after, status: 'scheduled', cancelReason: reason }, how.also);
  }

  async #hosted(
    actor: UserActor,
    meetingId: string,
    statuses: readonly BookedMeeting['status'][],
    version: number | null,
  ): Promise<BookedMeeting> {
    const { desk } = this.#meetings;
    const meeting = await desk.seen(actor, meetingId);
    if (!mayPlan(actor, meeting.hostUnitId, await desk.directory.tree())) {
      throw new AppError('not_allowed', 'Only who plans for the unit that hosts may do this.');
    }
    assertSeen(meeting, version);
    if (!statuses.includes(meeting.status)) throw notChangeable(meeting.status);
    return meeting;
  }

  #move(actor: UserActor, before: BookedMeeting, status: BookedMeeting['status'], reason: string | null = null) {
    const { clock } = this.#meetings.desk;
    const at = new Date(clock.now());
    const plannedAt = before.plannedAt ?? (status === 'scheduled' ? at : null);
    const fields = { status, plannedAt, cancelReason: reason, version: before.version + 1, updatedAt: at };
    return this.#meetings.replace(actor, before, { ...before, ...fields });
  }
}
