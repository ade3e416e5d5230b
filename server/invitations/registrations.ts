import type { EntityManager } from 'typeorm';
import type { Actor } from '../accounts/actor.ts';
import { mayIn } from '../accounts/rights.ts';
import { hashOf } from '../directory/secrets.ts';
import { AppError } from '../errors.ts';
import { noteFirst, readMeeting, readMeetings } from '../meetings/meeting.store.ts';
import type { BookedMeeting } from '../meetings/meeting.store.ts';
import type { MeetingDesk } from '../meetings/meetingDesk.ts';
import { mayRun } from '../meetings/meetingRights.ts';
import type { openedInvitation, Registration, RegistrationBody, registrations } from '../protocol/invitations.ts';
import type { z } from 'zod';
import type { InvitationRow } from './invitation.entity.ts';
import { blankInvitation, invitationsBySecret, noteSeen, sentInvitations, storeAnswer } from './invitation.store.ts';
import type { SentInvitation } from './invitation.store.ts';

/** How many meetings a link shows. */
const SHOWN = 30;

/** An answer that is being kept. */
export interface KeptAnswer {
  meeting: BookedMeeting;
  endpointId: string;
  answer: string;
  headCount: number;
}

/** Works within the transaction that keeps an answer, so that it and its consequence are stored or lost together. */
export type AnswerWork = (m: EntityManager, kept: KeptAnswer) => Promise<void>;

/** Who attends where: endpoints register their delegates, the host sees who is silent. */
export class Registrations {
  readonly #desk: MeetingDesk;
  #work: AnswerWork = async () => undefined;

  /** Wires the parts. */
  constructor(desk: MeetingDesk) {
    this.#desk = desk;
  }

  /** Sets work that is done within every transaction that keeps an answer. */
  within(work: AnswerWork): void {
    this.#work = work;
  }

  /**
   * @returns the endpoints of a meeting with how their invitations fare; all for who runs it, else the caller's own
   * @throws AppError not_found
   */
  async table(actor: Actor, meetingId: string): Promise<z.output<typeof registrations>> {
    const meeting = await this.#desk.seen(actor, meetingId);
    const tree = await this.#desk.directory.tree();
    const runs = mayRun(actor, meeting, tree);
    const rows = await this.#desk.read((m) => sentInvitations(m, meetingId));
    const byEndpoint = new Map(rows.map((row) => [row.endpointId, row]));
    const endpoints = await this.#desk.directory.endpointsByIds(meeting.endpointIds);
    const shown = endpoints.filter(({ id, unitId }) => runs || speaksFor(actor, id, unitId, tree));
    const items = shown.map(({ id }) => viewOf(byEndpoint.get(id) ?? unsent(meetingId, id), runs));
    const own = shown.map(({ id }) => id);
    // the endpoint itself has looked, not the host
    if (actor.kind === 'device') await this.#seen([meetingId], own[0]);
    return { items, totals: totalsOf(items) };
  }

  /**
   * Registers who attends at an endpoint, or that nobody does.
   * @throws AppError not_found, not_allowed, meeting_not_changeable when the meeting is over or was called off
   */
  async answer(actor: Actor, meetingId: string, endpointId: string, body: RegistrationBody): Promise<Registration> {
    const meeting = await this.#desk.seen(actor, meetingId);
    if (!meeting.endpointIds.includes(endpointId)) throw new AppError('not_found', 'The endpoint is not invited.');
    const tree = await this.#desk.directory.tree();
    const { unitId } = await this.#desk.directory.endpoint(endpointId);
    if (!speaksFor(actor, endpointId, unitId, tree) && !mayRun(actor, meeting, tree)) {
      throw new AppError('not_allowed', 'Delegates are registered by the endpoint, its unit, or who runs the meeting.');
    }
    const by = actor.kind === 'user' ? actor.displayName : (await this.#desk.directory.endpoint(endpointId)).shortName;
    return this.#store(meeting, endpointId, body, by);
  }

  /** @returns what the link of a mail opens @throws AppError not_found */
  async open(secret: string): Promise<z.output<typeof openedInvitation>> {
    const rows = await this.#byLink(secret);
    const [first] = rows;
    const meetings = (await this.#ahead(rows)).slice(0, SHOWN);
    const endpoint = await this.#desk.directory.endpoint(first?.endpointId ?? '');
    await this.#seen(
      meetings.map((meeting) => meeting.id),
      endpoint.id,
    );
    const byMeeting = new Map(rows.map((row) => [row.meetingId, row]));
    return {
      endpoint: { id: endpoint.id, name: endpoint.name, shortName: endpoint.shortName },
      meetings: meetings.map(({ id, title, kind, status, startsAt, endsAt }) => ({
        ...{ id, title, kind, status },
        startsAt: startsAt.toISOString(),
        endsAt: endsAt.toISOString(),
        registration: viewOf({ ...(byMeeting.get(id) ?? unsent(id, endpoint.id)), mail: null }, false),
      })),
    };
  }

  /** The same as `answer`, by the link of a mail. @throws AppError not_found, meeting_not_changeable */
  async answerByLink(secret: string, meetingId: string, body: RegistrationBody): Promise<Registration> {
    const row = (await this.#byLink(secret)).find((one) => one.meetingId === meetingId);
    const meeting = row && (await this.#desk.read((m) => readMeeting(m, meetingId)));
    if (!row || !meeting?.endpointIds.includes(row.endpointId)) {
      throw new AppError('not_found', 'The link does not open this meeting.');
    }
    return this.#store(meeting, row.endpointId, body, 'liên kết trong thư mời');
  }

  async #byLink(secret: string): Promise<InvitationRow[]> {
    const rows = await this.#desk.read((m) => invitationsBySecret(m, hashOf(secret)));
    if (rows.length === 0) throw new AppError('not_found', 'This link opens no invitation, or no longer.');
    return rows;
  }

  async #ahead(rows: readonly InvitationRow[]): Promise<BookedMeeting[]> {
    const all = await this.#desk.read((m) =>
      readMeetings(
        m,
        rows.map((row) => row.meetingId),
      ),
    );
    const now = this.#desk.clock.now();
    const endpointId = rows[0]?.endpointId ?? '';
    return all.filter((one) => one.endsAt.getTime() > now && one.endpointIds.includes(endpointId));
  }

  async #seen(meetingIds: string[], endpointId: string | undefined): Promise<void> {
    if (endpointId === undefined || meetingIds.length === 0) return;
    const at = new Date(this.#desk.clock.now());
    await this.#desk.db.transaction((m) => noteSeen(m, meetingIds, endpointId, at));
  }

  async #store(meeting: BookedMeeting, endpointId: string, body: RegistrationBody, by: string): Promise<Registration> {
    if (!['scheduled', 'running'].includes(meeting.status)) {
      throw new AppError('meeting_not_changeable', `Nobody registers for a meeting that is ${meeting.status}.`);
    }
    const { answer, delegates, note } = body;
    const at = new Date(this.#desk.clock.now());
    const comes = answer === 'registered';
    const row: InvitationRow = {
      ...blankInvitation(meeting.id, endpointId),
      answer,
      headCount: comes ? Math.max(body.headCount, delegates.length) : 0,
      delegates: comes && delegates.length > 0 ? JSON.stringify(delegates) : null,
      note,
      answeredAt: at,
      answeredBy: by,
      seenAt: at,
    };
    await this.#desk.db.transaction(async (m) => {
      await storeAnswer(m, row);
      await noteFirst(m, [meeting.id], 'answeredAt', at);
      await this.#work(m, { meeting, endpointId, answer, headCount: row.headCount });
    });
    this.#desk.tell([{ before: meeting, after: meeting }]);
    const rows = await this.#desk.read((m) => sentInvitations(m, meeting.id));
    return viewOf(rows.find((one) => one.endpointId === endpointId) ?? { ...row, mail: null }, false);
  }
}

function speaksFor(actor: Actor, endpointId: string, unitId: string, tree: Parameters<typeof mayIn>[3]): boolean {
  if (actor.kind === 'device') return actor.endpointId === endpointId;
  return mayIn(actor, ['administrator', 'chairperson', 'operator'], unitId, tree);
}

function unsent(meetingId: string, endpointId: string): SentInvitation {
  return { ...blankInvitation(meetingId, endpointId), mail: null };
}

function stateOf(row: SentInvitation): Registration['state'] {
  if (row.answer !== null) return row.answer;
  if (row.seenAt !== null) return 'seen';
  if (row.mail === null) return 'none';
  return row.mail.state === 'given_up' ? 'bounced' : row.mail.state;
}

function viewOf(row: SentInvitation, toHost: boolean): Registration {
  const { endpointId, answer, headCount, note, answeredBy, mail } = row;
  return {
    ...{ endpointId, answer, headCount, note, answeredBy },
    state: stateOf(row),
    recipients: toHost && row.recipients !== '' ? row.recipients.split(', ') : [],
    sentAt: mail?.sentAt?.toISOString() ?? null,
    fault: toHost ? (mail?.fault ?? null) : null,
    seenAt: row.seenAt?.toISOString() ?? null,
    remindedAt: row.remindedAt?.toISOString() ?? null,
    delegates: row.delegates === null ? [] : (JSON.parse(row.delegates) as Registration['delegates']),
    answeredAt: row.answeredAt?.toISOString() ?? null,
  };
}

function totalsOf(items: readonly Registration[]) {
  const registered = items.filter((one) => one.answer === 'registered');
  const declined = items.filter((one) => one.answer === 'declined').length;
  return {
    endpoints: items.length,
    registered: registered.length,
    declined,
    silent: items.length - registered.length - declined,
    people: registered.reduce((sum, one) => sum + one.headCount, 0),
  };
}
