import { EntitySchema } from 'typeorm';
import {
  foreignKey,
  idColumn,
  index,
  intColumn,
  longTextColumn,
  refColumn,
  textColumn,
  timeColumn,
} from '../db/columns.ts';
import type { ANSWERS } from '../protocol/invitations.ts';

/** An endpoint's invitation to a meeting, and who will attend there. */
export interface InvitationRow {
  id: string;
  meetingId: string;
  endpointId: string;
  /** e-mail addresses with commas; empty: nobody to write to */
  recipients: string;
  /** the mail that carried it last */
  mailId: string | null;
  /** SHA-256 of the secret in the mail's link */
  secretHash: string | null;
  invitedAt: Date | null;
  seenAt: Date | null;
  remindedAt: Date | null;
  answer: (typeof ANSWERS)[number] | null;
  headCount: number;
  /** JSON text */
  delegates: string | null;
  note: string;
  answeredAt: Date | null;
  answeredBy: string | null;
}

/** What the letter of a meeting says beyond the meeting. */
export interface LetterRow {
  meetingId: string;
  /** JSON text, see protocol/invitations.ts */
  letter: string;
  updatedAt: Date;
}

/** A change of invited meetings that nobody was written about yet. */
export interface NewsRow {
  id: string;
  /** JSON text, see news.ts */
  news: string;
  createdAt: Date;
}

/** A mail on its way. It is written in the transaction of what it tells, so that neither is lost without the other. */
export interface MailRow {
  id: string;
  /** e-mail addresses with commas */
  recipients: string;
  subject: string;
  content: string;
  ics: string | null;
  icsMethod: 'REQUEST' | 'CANCEL' | null;
  /** JSON text of a letter to attach as PDF */
  letter: string | null;
  state: 'waiting' | 'sent' | 'bounced' | 'given_up';
  attempts: number;
  nextAt: Date;
  /** until then one control plane tries to send it */
  claimedUntil: Date | null;
  fault: string | null;
  createdAt: Date;
  sentAt: Date | null;
}

/** A calendar that a program subscribes to by a secret address. */
export interface FeedRow {
  id: string;
  endpointId: string | null;
  userId: string | null;
  secretHash: string;
  createdBy: string;
  createdAt: Date;
  readAt: Date | null;
}

export const invitationEntity = new EntitySchema<InvitationRow>({
  name: 'invitation',
  columns: {
    id: idColumn(),
    meetingId: refColumn('meeting_id'),
    endpointId: refColumn('endpoint_id'),
    recipients: textColumn('recipients', 1000),
    mailId: refColumn('mail_id', { nullable: true }),
    secretHash: textColumn('secret_hash', 64, { nullable: true }),
    invitedAt: timeColumn('invited_at', { nullable: true }),
    seenAt: timeColumn('seen_at', { nullable: true }),
    remindedAt: timeColumn('reminded_at', { nullable: true }),
    answer: textColumn('answer', 20, { nullable: true }),
    headCount: intColumn('head_count'),
    delegates: longTextColumn('delegates', { nullable: true }),
    note: textColumn('note', 500),
    answeredAt: timeColumn('answered_at', { nullable: true }),
    answeredBy: textColumn('answered_by', 120, { nullable: true }),
  },
  indices: [
    index('invitation_meeting', ['meetingId', 'endpointId'], true),
    index('invitation_endpoint', ['endpointId']),
    index('invitation_secret', ['secretHash']),
  ],
  foreignKeys: [
    foreignKey('invitation_meeting_fk', 'meetingId', 'meeting', 'CASCADE'),
    foreignKey('invitation_endpoint_fk', 'endpointId', 'endpoint', 'RESTRICT'),
  ],
});

export const letterEntity = new EntitySchema<LetterRow>({
  name: 'invitation_letter',
  columns: {
    meetingId: refColumn('meeting_id', { primary: true }),
    letter: longTextColumn('letter'),
    updatedAt: timeColumn('updated_at'),
  },
  foreignKeys: [foreignKey('invitation_letter_meeting_fk', 'meetingId', 'meeting', 'CASCADE')],
});

export const newsEntity = new EntitySchema<NewsRow>({
  name: 'invitation_news',
  columns: { id: idColumn(), news: longTextColumn('news'), createdAt: timeColumn('created_at') },
});

export const mailEntity = new EntitySchema<MailRow>({
  name: 'mail',
  columns: {
    id: idColumn(),
    recipients: textColumn('recipients', 1000),
    subject: textColumn('subject', 300),
    content: longTextColumn('content'),
    ics: longTextColumn('ics', { nullable: true }),
    icsMethod: textColumn('ics_method', 10, { nullable: true }),
    letter: longTextColumn('letter', { nullable: true }),
    state: textColumn('state', 20),
    attempts: intColumn('attempts'),
    nextAt: timeColumn('next_at'),
    claimedUntil: timeColumn('claimed_until', { nullable: true }),
    fault: textColumn('fault', 300, { nullable: true }),
    createdAt: timeColumn('created_at'),
    sentAt: timeColumn('sent_at', { nullable: true }),
  },
  indices: [index('mail_next', ['state', 'nextAt'])],
});

export const feedEntity = new EntitySchema<FeedRow>({
  name: 'calendar_feed',
  columns: {
    id: idColumn(),
    endpointId: refColumn('endpoint_id', { nullable: true }),
    userId: refColumn('user_id', { nullable: true }),
    secretHash: textColumn('secret_hash', 64),
    createdBy: refColumn('created_by'),
    createdAt: timeColumn('created_at'),
    readAt: timeColumn('read_at', { nullable: true }),
  },
  indices: [
    index('calendar_feed_secret', ['secretHash'], true),
    index('calendar_feed_endpoint', ['endpointId']),
    index('calendar_feed_user', ['userId']),
    index('calendar_feed_maker', ['createdBy']),
  ],
  foreignKeys: [
    foreignKey('calendar_feed_endpoint_fk', 'endpointId', 'endpoint', 'CASCADE'),
    foreignKey('calendar_feed_user_fk', 'userId', 'user_account', 'CASCADE'),
  ],
});
