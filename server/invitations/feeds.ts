import type { Grant, UserActor } from '../accounts/actor.ts';
import { grantsCover, visibleUnits } from '../accounts/rights.ts';
import { newId } from '../db/uuid.ts';
import { hashOf, newSecret } from '../directory/secrets.ts';
import { AppError } from '../errors.ts';
import { listMeetings } from '../meetings/meeting.store.ts';
import type { BookedMeeting, MeetingFilter } from '../meetings/meeting.store.ts';
import type { MeetingDesk } from '../meetings/meetingDesk.ts';
import type { feed, newFeed, publicMeetings } from '../protocol/invitations.ts';
import { ROLES } from '../protocol/rest.ts';
import type { z } from 'zod';
import { deleteFeed, feedBySecret, feedsOf, insertFeed, noteRead } from './feed.store.ts';
import { calendarText } from './ics.ts';
import type { FeedRow } from './invitation.entity.ts';

/** What a calendar shows: so far back and ahead, milliseconds, and at most so many meetings. */
const BACK_MS = 31 * 24 * 3_600_000;
const AHEAD_MS = 366 * 24 * 3_600_000;
const LIMIT = 2_000;
/** How many calendars one person may subscribe to. */
const MAX_FEEDS = 50;

type Feed = z.output<typeof feed>;

/** Reads the roles of a user; null for one who does not exist or is disabled. */
export type GrantsReader = (userId: string) => Promise<readonly Grant[] | null>;

/** Calendars that other programs subscribe to: of an endpoint, of a person, and of what is public. */
export class Feeds {
  readonly #desk: MeetingDesk;
  readonly #publicUrl: string;
  readonly #grantsOf: GrantsReader;

  /** Wires the parts; nothing is read yet. */
  constructor(desk: MeetingDesk, grantsOf: GrantsReader, publicUrl: string) {
    this.#desk = desk;
    this.#grantsOf = grantsOf;
    this.#publicUrl = publicUrl;
  }

  /** @returns the calendars that a person subscribed to; their addresses are told once only */
  async list(actor: UserActor): Promise<Feed[]> {
    return (await this.#desk.read((m) => feedsOf(m, actor.userId))).map(viewOf);
  }

  /** @throws AppError not_found for an endpoint that the actor may not see, quota_exceeded */
  async create(actor: UserActor, endpointId: string | null): Promise<z.output<typeof newFeed>> {
    if (endpointId !== null) {
      const { unitId } = await this.#desk.directory.endpoint(endpointId);
      if (!visibleUnits(actor, await this.#desk.directory.tree()).has(unitId)) {
        throw new AppError('not_found', 'There is no such endpoint.');
      }
    }
    if ((await this.list(actor)).length >= MAX_FEEDS) {
      throw new AppError('quota_exceeded', `A person subscribes to at most ${MAX_FEEDS} calendars.`);
    }
    const secret = newSecret();
    const row: FeedRow = {
      id: newId(),
      endpointId,
      userId: endpointId === null ? actor.userId : null,
      secretHash: hashOf(secret),
      createdBy: actor.userId,
      createdAt: new Date(this.#desk.clock.now()),
      readAt: null,
    };
    await this.#desk.db.transaction((m) => insertFeed(m, row));
    return { ...viewOf(row), url: `${this.#publicUrl}/api/v1/calendar/${secret}.ics` };
  }

  /** Ends a subscription: its address opens nothing any more. @throws AppError not_found */
  async remove(actor: UserActor, id: string): Promise<void> {
    if (await this.#desk.db.transaction((m) => deleteFeed(m, id, actor.userId))) return;
    throw new AppError('not_found', 'There is no such subscription of yours.');
  }

  /** @returns the calendar of a secret address @throws AppError not_found */
  async read(secret: string): Promise<string> {
    const row = await this.#desk.read((m) => feedBySecret(m, hashOf(secret)));
    if (!row || !(await this.#isRightful(row))) throw new AppError('not_found', 'There is no such calendar.');
    const now = this.#desk.clock.now();
    if (now - (row.readAt?.getTime() ?? 0) > 60_000) {
      await this.#desk.db.transaction((m) => noteRead(m, row.id, new Date(now)));
    }
    const { endpointId, userId } = row;
    const seen = { endpointIds: endpointId === null ? [] : [endpointId], unitIds: [], userId };
    const meetings = await this.#meetings({ seenFrom: seen, invites: endpointId });
    const name = endpointId === null ? 'Lịch họp của tôi' : (await this.#names([endpointId])).get(endpointId);
    return this.#text(`Nhịp Cầu: ${name ?? ''}`, meetings);
  }

  /** Who may not sign in any more, or not see the endpoint any more, learns nothing by an address that he kept. */
  async #isRightful({ createdBy, endpointId }: FeedRow): Promise<boolean> {
    const grants = await this.#grantsOf(createdBy);
    if (grants === null || endpointId === null) return grants !== null;
    const { directory } = this.#desk;
    const [endpoint] = await directory.endpointsByIds([endpointId]);
    return endpoint !== undefined && grantsCover(grants, ROLES, endpoint.unitId, await directory.tree());
  }

  /** @returns the meetings that everybody may know of */
  async publicList(from: number | null, to: number | null): Promise<z.output<typeof publicMeetings>> {
    const meetings = await this.#publicMeetings(from, to);
    const chairs = await this.#names(meetings.map((one) => one.chairEndpointId));
    const tree = await this.#desk.directory.tree();
    const items = meetings.map(({ id, title, kind, status, startsAt, endsAt, hostUnitId, chairEndpointId }) => ({
      ...{ id, title, kind, status },
      startsAt: startsAt.toISOString(),
      endsAt: endsAt.toISOString(),
      host: tree.unit(hostUnitId)?.name ?? '',
      chair: chairs.get(chairEndpointId) ?? '',
    }));
    return { items };
  }

  /** The same as a calendar. */
  async publicCalendar(): Promise<string> {
    return this.#text('Nhịp Cầu: lịch họp công khai', await this.#publicMeetings(null, null));
  }

  async #publicMeetings(from: number | null, to: number | null): Promise<BookedMeeting[]> {
    const window = { ...(from !== null && { from }), ...(to !== null && { to }) };
    return this.#meetings({ seenFrom: 'public', invites: null, ...window });
  }

  async #meetings(filter: Pick<MeetingFilter, 'seenFrom' | 'invites'> & { from?: number; to?: number }) {
    const now = this.#desk.clock.now();
    const from = Math.max(filter.from ?? 0, now - BACK_MS);
    const to = Math.min(filter.to ?? Infinity, now + AHEAD_MS);
    const statuses = ['scheduled', 'running', 'ended', 'postponed', 'cancelled'] as const;
    return this.#desk.read((m) => listMeetings(m, { ...filter, from, to, statuses, after: null, limit: LIMIT }));
  }

  async #names(endpointIds: readonly string[]): Promise<Map<string, string>> {
    const found = await this.#desk.directory.endpointsByIds(endpointIds);
    return new Map(found.map((endpoint) => [endpoint.id, endpoint.name]));
  }

  async #text(name: string, meetings: readonly BookedMeeting[]): Promise<string> {
    const host = new URL(this.#publicUrl).hostname;
    const chairs = await this.#names(meetings.map((one) => one.chairEndpointId));
    const events = meetings.map((one) => ({
      uid: `${one.id}@${host}`,
      sequence: one.version - 1,
      start: one.startsAt.getTime(),
      end: one.endsAt.getTime(),
      title: one.title,
      description: [one.note, one.cancelReason].filter(Boolean).join('\n'),
      place: chairs.get(one.chairEndpointId) ?? '',
      modified: one.updatedAt.getTime(),
      cancelled: one.status === 'cancelled' || one.status === 'postponed',
    }));
    return calendarText({ method: 'PUBLISH', name, events, now: this.#desk.clock.now() });
  }
}

function viewOf({ id, endpointId, createdAt, readAt }: FeedRow): Feed {
  return { id, endpointId, createdAt: createdAt.toISOString(), readAt: readAt?.toISOString() ?? null };
}
