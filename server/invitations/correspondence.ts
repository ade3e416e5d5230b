import type { EntityManager } from 'typeorm';
import { newId } from '../db/uuid.ts';
import { hashOf } from '../directory/secrets.ts';
import { noteFirst, occurrencesOfSeries, readMeetings } from '../meetings/meeting.store.ts';
import type { BookedMeeting } from '../meetings/meeting.store.ts';
import type { MeetingDesk } from '../meetings/meetingDesk.ts';
import { agendaOf } from '../meetings/meetingView.ts';
import { readSeries } from '../meetings/series.store.ts';
import type { Series } from '../meetings/series.store.ts';
import type { Letter } from '../protocol/invitations.ts';
import { eventOf, eventsOfSeries } from './events.ts';
import type { EventDetails } from './events.ts';
import { calendarText } from './ics.ts';
import type { Mailbox } from './ics.ts';
import type { InvitationRow, MailRow } from './invitation.entity.ts';
import { secretOf } from './linkKey.ts';
import { blankInvitation, insertInvitations, invitationsOf, noteSent } from './invitation.store.ts';
import { insertMails, oldestNews, takeNews } from './mail.store.ts';
import type { News } from './news.ts';
import { letterSheet, mailWords } from './words.ts';
import type { MeetingWords, Occasion } from './words.ts';

/** Addresses to write to, by endpoint. */
export type ContactReader = (endpointIds: readonly string[]) => Promise<Map<string, string[]>>;

/** What letters and mails need to know of the service. */
export interface PostOffice {
  contacts: ContactReader;
  publicUrl: string;
  /** zone in which times are written */
  zone: string;
  /** in whose name the mails go out; null: there is no mail server, so none are written */
  sender: Mailbox | null;
  /** key from which the secrets of links are made */
  linkKey: Buffer;
}

/** What one endpoint is to be told. */
interface Parcel {
  endpointId: string;
  occasion: Occasion;
  /** the meetings of the endpoint that the mail is about */
  meetings: BookedMeeting[];
  /** the series when it is told of as a whole */
  series: Series | null;
  whole: boolean;
}

/** What came of it. */
export interface Posted {
  mails: number;
  withoutRecipient: string[];
}

/** Writes the mails about meetings: invitations, changes, cancellations, reminders. The outbox sends them. */
export class Correspondence {
  readonly #desk: MeetingDesk;
  readonly #office: PostOffice;

  /** Wires the parts. */
  constructor(desk: MeetingDesk, office: PostOffice) {
    this.#desk = desk;
    this.#office = office;
  }

  /**
   * Invites all endpoints of meetings, of one series or one alone.
   * @param addresses instead of those of the directory
   * @param letter to attach
   */
  async invite(
    meetings: readonly BookedMeeting[],
    series: Series | null,
    addresses: ReadonlyMap<string, string[]>,
    letter: Letter | null,
  ): Promise<Posted> {
    const whole = series !== null && meetings.length > 1;
    return this.#post(parcels('invite', meetings, series, whole), { addresses, letter });
  }

  /** Reminds endpoints that have not answered. */
  async remind(meeting: BookedMeeting, series: Series | null, endpointIds: readonly string[]): Promise<Posted> {
    const only = { ...meeting, endpointIds: [...endpointIds] };
    return this.#post(parcels('remind', [only], series, false), { addresses: new Map(), letter: null });
  }

  /** Writes about the oldest change that nobody was told of. @returns whether there was one */
  async tellNews(): Promise<boolean> {
    const row = await this.#desk.read((m) => oldestNews(m));
    if (!row) return false;
    const list = await this.#aboutNews(JSON.parse(row.news) as News);
    await this.#post(list, { addresses: new Map(), letter: null, first: (m) => takeNews(m, row.id) });
    return true;
  }

  async #aboutNews(news: News): Promise<Parcel[]> {
    const desk = this.#desk;
    const dropped = new Map(news.dropped.map((one) => [one.meetingId, one.endpointIds]));
    if (news.seriesIds.length === 0) {
      const meetings = await desk.read((m) => readMeetings(m, news.meetingIds));
      const list: Parcel[] = [];
      for (const meeting of meetings) {
        const { seriesId } = meeting;
        const series = seriesId === null ? null : await desk.read((m) => readSeries(m, seriesId));
        list.push(...parcels(occasionOf(meeting), [meeting], series, false));
        const gone = { ...meeting, status: 'cancelled' as const, endpointIds: dropped.get(meeting.id) ?? [] };
        list.push(...parcels('cancel', [gone], series, false));
      }
      return list;
    }
    const list: Parcel[] = [];
    for (const id of news.seriesIds) {
      const series = await desk.read((m) => readSeries(m, id));
      const all = await desk.read((m) => occurrencesOfSeries(m, id));
      const standing = all.filter((one) => one.status === 'scheduled');
      list.push(...parcels('change', standing, series, true));
      const here = new Set(standing.flatMap((one) => one.endpointIds));
      const before = new Set([
        ...all.flatMap((one) => one.endpointIds),
        ...news.dropped.flatMap((one) => one.endpointIds),
      ]);
      const [one] = all;
      const gone = [...before].filter((endpointId) => !here.has(endpointId));
      if (one) list.push(...parcels('cancel', [{ ...one, status: 'cancelled', endpointIds: gone }], series, true));
    }
    return list;
  }

  async #post(
    list: readonly Parcel[],
    options: {
      addresses: ReadonlyMap<string, string[]>;
      letter: Letter | null;
      /** done first in the transaction; false: somebody else does all of it */
      first?: (m: EntityManager) => Promise<boolean>;
    },
  ): Promise<Posted> {
    const desk = this.#desk;
    const now = desk.clock.now();
    const meetingIds = [...new Set(list.flatMap((one) => one.meetings.map((meeting) => meeting.id)))];
    const rows = await desk.read((m) => invitationsOf(m, meetingIds));
    const known = new Map(rows.map((row) => [`${row.meetingId} ${row.endpointId}`, row]));
    const contacts = await this.#office.contacts([...new Set(list.map((one) => one.endpointId))]);
    const fresh: InvitationRow[] = [];
    const mails: MailRow[] = [];
    const notes: { ids: string[]; fields: Parameters<typeof noteSent>[2] }[] = [];
    const withoutRecipient = new Set<string>();
    for (const parcel of list) {
      const { endpointId, occasion } = parcel;
      const own = parcel.meetings.map((meeting) => {
        const row = known.get(`${meeting.id} ${endpointId}`) ?? blankInvitation(meeting.id, endpointId);
        const invited = occasion === 'invite' || occasion === 'change';
        if (invited && !known.has(`${meeting.id} ${endpointId}`)) fresh.push({ ...row, invitedAt: new Date(now) });
        return row;
      });
      const before = own.find((row) => row.recipients !== '')?.recipients;
      const to = options.addresses.get(endpointId)?.join(', ') ?? before ?? contacts.get(endpointId)?.join(', ') ?? '';
      const ids = own.map((row) => row.id);
      if (occasion === 'invite') notes.push({ ids, fields: { invitedAt: new Date(now), recipients: to } });
      if (to === '' || this.#office.sender === null) {
        withoutRecipient.add(endpointId);
        continue;
      }
      const secret = secretOf(this.#office.linkKey, parcel.series?.id ?? own[0]?.meetingId ?? '', endpointId);
      const mail = await this.#mail(parcel, to, secret, options.letter, now);
      mails.push(mail);
      notes.push({ ids, fields: { recipients: to, ...noted(parcel, mail, secret, now) } });
    }
    const invited = list.filter(({ occasion }) => occasion === 'invite' || occasion === 'change');
    const invitedIds = [...new Set(invited.flatMap((one) => one.meetings.map((meeting) => meeting.id)))];
    await desk.db.transaction(async (m) => {
      if (options.first && !(await options.first(m))) return;
      await insertInvitations(m, fresh);
      await insertMails(m, mails);
      for (const { ids, fields } of notes) await noteSent(m, ids, fields);
      await noteFirst(m, invitedIds, 'invitedAt', new Date(now));
    });
    return { mails: mails.length, withoutRecipient: [...withoutRecipient] };
  }

  async #mail(parcel: Parcel, to: string, secret: string, letter: Letter | null, now: number): Promise<MailRow> {
    const { zone, publicUrl } = this.#office;
    const { occasion } = parcel;
    const endpoint = (await this.#names([parcel.endpointId])).get(parcel.endpointId) ?? '';
    const words = await this.#words(parcel);
    const link = `${publicUrl}/dang-ky/${secret}`;
    const { subject, text } = mailWords(occasion, words, { endpoint, link, zone });
    const at = new Date(now);
    return {
      id: newId(),
      recipients: to,
      subject,
      content: text,
      ...this.#calendar(parcel, { description: text.replace(link, ''), place: endpoint }, to, now),
      letter: letter === null ? null : JSON.stringify(letterSheet(letter, words, { to: endpoint, zone, now })),
      state: 'waiting',
      attempts: 0,
      nextAt: at,
      claimedUntil: null,
      fault: null,
      createdAt: at,
      sentAt: null,
    };
  }

  #calendar(
    { occasion, meetings, series, whole }: Parcel,
    about: { description: string; place: string },
    to: string,
    now: number,
  ): Pick<MailRow, 'ics' | 'icsMethod'> {
    const { sender, publicUrl } = this.#office;
    // a reminder changes nothing, and a calendar would ask for an answer anew
    if (occasion === 'remind' || sender === null) return { ics: null, icsMethod: null };
    const method = occasion === 'cancel' || occasion === 'postpone' ? 'CANCEL' : 'REQUEST';
    const details: EventDetails = { ...about, organizer: sender, host: new URL(publicUrl).hostname, now };
    const attendee = { name: about.place, address: to.split(',')[0]?.trim() ?? to };
    const events =
      series && whole && method === 'REQUEST'
        ? eventsOfSeries(series, meetings, details)
        : meetings.map((meeting) => {
            const event = eventOf(meeting, series, details);
            if (!whole) return event;
            const { recurrenceId: _, ...all } = event;
            return all;
          });
    return {
      ics: calendarText({ method, events: events.map((one) => ({ ...one, attendee })), now }),
      icsMethod: method,
    };
  }

  /** What is written about the meetings of a parcel. */
  async #words({ meetings, series, whole }: Pick<Parcel, 'meetings' | 'series' | 'whole'>): Promise<MeetingWords> {
    const [first] = meetings;
    if (!first) throw new Error('a mail about no meeting');
    const tree = await this.#desk.directory.tree();
    return {
      title: first.title,
      host: tree.unit(first.hostUnitId)?.name ?? '',
      hostAbove: tree.ancestors(first.hostUnitId)[0]?.name ?? '',
      chair: (await this.#names([first.chairEndpointId])).get(first.chairEndpointId) ?? '',
      start: first.startsAt.getTime(),
      end: first.endsAt.getTime(),
      count: meetings.length,
      rule: whole ? (series?.rrule ?? null) : null,
      agenda: agendaOf(first),
      note: first.note,
      reason: first.cancelReason,
    };
  }

  /** @returns what the letter of a meeting says to all of its endpoints */
  async lettersWords(meeting: BookedMeeting): Promise<MeetingWords> {
    return this.#words({ meetings: [meeting], series: null, whole: false });
  }

  async #names(endpointIds: readonly string[]): Promise<Map<string, string>> {
    const found = await this.#desk.directory.endpointsByIds(endpointIds);
    return new Map(found.map((endpoint) => [endpoint.id, endpoint.name]));
  }
}

/** One parcel for each endpoint, with those of the meetings to which it is invited. */
function parcels(
  occasion: Occasion,
  meetings: readonly BookedMeeting[],
  series: Series | null,
  whole: boolean,
): Parcel[] {
  const endpointIds = [...new Set(meetings.flatMap((meeting) => meeting.endpointIds))];
  return endpointIds.map((endpointId) => ({
    endpointId,
    occasion,
    meetings: meetings.filter((meeting) => meeting.endpointIds.includes(endpointId)),
    series,
    whole,
  }));
}

function occasionOf({ status }: BookedMeeting): Occasion {
  if (status === 'cancelled') return 'cancel';
  return status === 'postponed' ? 'postpone' : 'change';
}

function noted({ occasion }: Parcel, mail: MailRow, secret: string, now: number) {
  if (occasion === 'cancel' || occasion === 'postpone') return {};
  const link = { secretHash: hashOf(secret) };
  return occasion === 'remind' ? { ...link, remindedAt: new Date(now) } : { ...link, mailId: mail.id };
}
