import type { Clock } from './clock.ts';
import type { Database } from './db/dataSource.ts';
import type { DirectoryService } from './directory/directoryService.ts';
import type { Route } from './http/route.ts';
import { Correspondence } from './invitations/correspondence.ts';
import type { ContactReader } from './invitations/correspondence.ts';
import { Feeds } from './invitations/feeds.ts';
import type { GrantsReader } from './invitations/feeds.ts';
import { Invitations } from './invitations/invitations.ts';
import type { LetterSheet } from './invitations/letterPdf.ts';
import { LetterPress } from './invitations/letterPress.ts';
import { readLinkKey } from './invitations/linkKey.ts';
import { smtpMailer } from './invitations/mailer.ts';
import { newsKeeper } from './invitations/news.ts';
import { Outbox } from './invitations/outbox.ts';
import { Registrations } from './invitations/registrations.ts';
import { invitationRoutes } from './invitations/routes.ts';
import type { Log } from './log.ts';
import type { MeetingDesk } from './meetings/meetingDesk.ts';
import type { Contact } from './protocol/directory.ts';

/** What invitations are composed from. */
export interface InvitationParts {
  db: Database;
  desk: MeetingDesk;
  /** roles of a user; null for one who may not sign in */
  grantsOf: GrantsReader;
  directory: DirectoryService;
  clock: Clock;
  log: Log;
  zone: string;
  dataDir: string;
  publicUrl: string;
  /** null: no mail is written */
  smtpUrl: string | null;
  /** address in whose name mails go out; null: no-reply at the host of the public URL */
  smtpFrom: string | null;
}

/** The composed invitations. */
export interface InvitationWork {
  start(): void;
  stop(): Promise<void>;
  /** null without a mail server */
  outbox: Outbox | null;
  registrations: Registrations;
  routes: Route[];
}

/** News the services of invitations and joins them. */
export function composeInvitations(parts: InvitationParts): InvitationWork {
  const { db, desk, directory, clock, log, zone, publicUrl, smtpUrl } = parts;
  const host = new URL(publicUrl).hostname;
  const sender = smtpUrl === null ? null : { name: 'Nhịp Cầu', address: parts.smtpFrom ?? `no-reply@${host}` };
  const contacts = contactsOf(directory);
  const office = { contacts, publicUrl, zone, sender, linkKey: readLinkKey(parts.dataDir) };
  const correspondence = new Correspondence(desk, office);
  if (sender !== null) desk.within(newsKeeper(() => clock.now()));
  const prepare = async () => {
    while (await correspondence.tellNews());
  };
  const press = new LetterPress();
  const draw = (letter: string) => press.draw(JSON.parse(letter) as LetterSheet);
  const outbox =
    smtpUrl === null || sender === null
      ? null
      : new Outbox({ db, clock, log, host, draw, prepare, mailer: smtpMailer(smtpUrl, sender) });
  const registrations = new Registrations(desk);
  const feeds = new Feeds(desk, parts.grantsOf, publicUrl);
  const invitations = new Invitations(desk, correspondence, press, zone);
  return {
    outbox,
    registrations,
    routes: invitationRoutes({ invitations, registrations, feeds }),
    start: () => outbox?.start(),
    stop: async () => {
      await outbox?.stop();
      await press.close();
    },
  };
}

/** @returns the addresses of an endpoint's contacts, as the directory has them today */
function contactsOf(directory: DirectoryService): ContactReader {
  return async (endpointIds) => {
    const wanted = new Set(endpointIds);
    const found = new Map<string, string[]>();
    for (const { id, contacts } of (await directory.rows()).endpoints) {
      if (!wanted.has(id) || contacts === null) continue;
      const emails = (JSON.parse(contacts) as Contact[]).flatMap((one) => one.email ?? []);
      if (emails.length > 0) found.set(id, emails.slice(0, 5));
    }
    return found;
  };
}
