import type { UserActor } from '../accounts/actor.ts';
import { AppError } from '../errors.ts';
import { occurrencesOfSeries } from '../meetings/meeting.store.ts';
import type { BookedMeeting } from '../meetings/meeting.store.ts';
import { notChangeable } from '../meetings/meetingDesk.ts';
import type { MeetingDesk } from '../meetings/meetingDesk.ts';
import { mayRun } from '../meetings/meetingRights.ts';
import { readSeries } from '../meetings/series.store.ts';
import type { Series } from '../meetings/series.store.ts';
import type { z } from 'zod';
import { letter as letterShape } from '../protocol/invitations.ts';
import type { invited, inviteBody } from '../protocol/invitations.ts';
import type { Correspondence } from './correspondence.ts';
import { keepLetter, readLetter, sentInvitations } from './invitation.store.ts';
import type { LetterPress } from './letterPress.ts';
import { letterSheet } from './words.ts';

/** Sends invitations out and draws their letters. */
export class Invitations {
  readonly #desk: MeetingDesk;
  readonly #correspondence: Correspondence;
  readonly #press: LetterPress;
  readonly #zone: string;

  /** @param zone in which letters write times */
  constructor(desk: MeetingDesk, correspondence: Correspondence, press: LetterPress, zone: string) {
    this.#desk = desk;
    this.#correspondence = correspondence;
    this.#press = press;
    this.#zone = zone;
  }

  /**
   * Invites every endpoint of a meeting, or of all meetings of its series that have not begun. Asked again, it writes again.
   * @throws AppError not_found, not_allowed, meeting_not_changeable, bad_request for an endpoint that is not invited
   */
  async invite(
    actor: UserActor,
    meetingId: string,
    body: z.output<typeof inviteBody>,
  ): Promise<z.output<typeof invited>> {
    const desk = this.#desk;
    const meeting = await this.#run(actor, meetingId);
    if (meeting.status !== 'scheduled') throw notChangeable(meeting.status);
    const series = await this.#seriesOf(meeting);
    const all = series && body.scope === 'all' ? await desk.read((m) => occurrencesOfSeries(m, series.id)) : [meeting];
    const meetings = all.filter((one) => one.status === 'scheduled');
    const endpointIds = new Set(meetings.flatMap((one) => one.endpointIds));
    const strange = body.recipients.find((one) => !endpointIds.has(one.endpointId));
    if (strange) {
      const errors = [{ path: 'recipients', message: `the endpoint ${strange.endpointId} is not invited` }];
      throw new AppError('bad_request', 'Addresses were given for an endpoint that is not invited.', {
        details: { errors },
      });
    }
    const { letter } = body;
    if (letter) {
      const at = new Date(desk.clock.now());
      const ids = meetings.map((one) => one.id);
      await desk.db.transaction((m) => keepLetter(m, ids, letter, at));
    }
    const addresses = new Map(body.recipients.map((one) => [one.endpointId, one.emails]));
    const posted = await this.#correspondence.invite(meetings, series, addresses, letter ?? null);
    desk.tell([{ before: meeting, after: meeting }]);
    return { meetings: meetings.length, endpoints: endpointIds.size, ...posted };
  }

  /** Writes again to every endpoint that has not answered. @throws AppError not_found, not_allowed, meeting_not_changeable */
  async remind(actor: UserActor, meetingId: string): Promise<{ mails: number }> {
    const meeting = await this.#run(actor, meetingId);
    if (meeting.status !== 'scheduled') throw notChangeable(meeting.status);
    const rows = await this.#desk.read((m) => sentInvitations(m, meetingId));
    const silent = rows.filter((row) => row.answer === null && meeting.endpointIds.includes(row.endpointId));
    const endpointIds = silent.map((row) => row.endpointId);
    const { mails } = await this.#correspondence.remind(meeting, await this.#seriesOf(meeting), endpointIds);
    return { mails };
  }

  /** @returns the invitation letter of a meeting as PDF, to all of its endpoints @throws AppError not_found, not_allowed */
  async letter(actor: UserActor, meetingId: string): Promise<Buffer> {
    const meeting = await this.#run(actor, meetingId);
    const letter = (await this.#desk.read((m) => readLetter(m, meetingId))) ?? letterShape.parse({});
    const words = await this.#correspondence.lettersWords(meeting);
    const to = `Các điểm cầu được mời (${meeting.endpointIds.length} điểm cầu)`;
    return this.#press.draw(letterSheet(letter, words, { to, zone: this.#zone, now: this.#desk.clock.now() }));
  }

  async #run(actor: UserActor, meetingId: string): Promise<BookedMeeting> {
    const meeting = await this.#desk.seen(actor, meetingId);
    if (mayRun(actor, meeting, await this.#desk.directory.tree())) return meeting;
    throw new AppError('not_allowed', 'Invitations are sent by who plans or runs the meeting.');
  }

  async #seriesOf({ seriesId }: BookedMeeting): Promise<Series | null> {
    return seriesId === null ? null : this.#desk.read((m) => readSeries(m, seriesId));
  }
}
