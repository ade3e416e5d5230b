import { z } from 'zod';
import { id, time } from './ids.ts';
import { MEETING_KINDS, MEETING_STATUSES } from './rest.ts';

/** Bodies and answers of invitations, who attends, letters, and calendars that people subscribe to. */

const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(/^\P{Cc}*$/u, 'without control characters');

/** What an endpoint answers. */
export const ANSWERS = ['registered', 'declined'] as const;
/** Where an invitation stands; the first that holds of: answered, seen, sent, bounced, waiting, not written to. */
export const INVITATION_STATES = ['registered', 'declined', 'seen', 'sent', 'bounced', 'waiting', 'none'] as const;

/** What the letter says beyond the meeting. */
export const letter = z.strictObject({
  /** number and sign, e.g. `125/GM-UBND` */
  number: line(60).default(''),
  /** day of the letter, `YYYY-MM-DD`; the day on which it is sent when left out */
  date: z.iso.date().optional(),
  place: line(80).default('Tuyên Quang'),
  /** office that sends it; the host unit's name when left out */
  office: line(160).optional(),
  /** what comes after the agenda, e.g. what to prepare */
  text: z.string().trim().max(4000).default(''),
  signerTitle: line(160).default(''),
  signer: line(120).default(''),
  /** `Nơi nhận` */
  copies: z.array(line(200)).max(20).default([]),
});
export type Letter = z.output<typeof letter>;

export const inviteBody = z.strictObject({
  /** `all`: every meeting of the series that has not begun; one mail an endpoint */
  scope: z.enum(['this', 'all']).default('this'),
  letter: letter.optional(),
  /** addresses instead of the contacts of the directory */
  recipients: z
    .array(z.strictObject({ endpointId: id, emails: z.array(z.email().max(200)).max(5) }))
    .max(1000)
    .default([]),
});
export const invited = z.object({
  meetings: z.number().int(),
  endpoints: z.number().int(),
  /** mails that wait to be sent; 0 when the service has no mail server */
  mails: z.number().int(),
  /** endpoints that nobody can be written to at; their room screens show the meeting all the same */
  withoutRecipient: z.array(id),
});
export const reminded = z.object({ mails: z.number().int() });

export const delegate = z.strictObject({ name: line(120).min(1), title: line(160).default('') });
export const registrationBody = z.strictObject({
  answer: z.enum(ANSWERS),
  /** how many people; at least the named ones */
  headCount: z.int().min(0).max(2000).default(0),
  delegates: z.array(delegate).max(300).default([]),
  note: line(500).default(''),
});
export type RegistrationBody = z.output<typeof registrationBody>;
export const registration = z.object({
  endpointId: id,
  state: z.enum(INVITATION_STATES),
  /** addresses that were written to; only for who plans or runs the meeting */
  recipients: z.array(z.string()),
  sentAt: time.nullable(),
  /** why the mail did not arrive, as the mail server said it */
  fault: z.string().nullable(),
  seenAt: time.nullable(),
  remindedAt: time.nullable(),
  answer: z.enum(ANSWERS).nullable(),
  headCount: z.number().int(),
  delegates: z.array(z.object({ name: z.string(), title: z.string() })),
  note: z.string(),
  answeredAt: time.nullable(),
  answeredBy: z.string().nullable(),
});
export type Registration = z.infer<typeof registration>;
export const registrations = z.object({
  items: z.array(registration),
  totals: z.object({
    endpoints: z.number().int(),
    registered: z.number().int(),
    declined: z.number().int(),
    silent: z.number().int(),
    people: z.number().int(),
  }),
});

const briefMeeting = z.object({
  id,
  title: z.string(),
  kind: z.enum(MEETING_KINDS),
  status: z.enum(MEETING_STATUSES),
  startsAt: time,
  endsAt: time,
});
/** What the link of a mail opens, without any sign-in. */
export const openedInvitation = z.object({
  endpoint: z.object({ id, name: z.string(), shortName: z.string() }),
  meetings: z.array(briefMeeting.extend({ registration })),
});

export const feedBody = z.strictObject({
  /** the calendar of an endpoint; the caller's own when left out */
  endpointId: id.optional(),
});
export const feed = z.object({ id, endpointId: id.nullable(), createdAt: time, readAt: time.nullable() });
/** `url` is told once: it is a secret. */
export const newFeed = feed.extend({ url: z.string() });

export const publicMeetings = z.object({
  items: z.array(briefMeeting.extend({ host: z.string(), chair: z.string() })),
});
export const publicQuery = z.strictObject({ from: time.optional(), to: time.optional() });
export const ICS_TYPE = 'text/calendar; charset=utf-8';
