import { z } from 'zod';
import { defineRoute, Reply } from '../http/route.ts';
import type { Route } from '../http/route.ts';
import { id } from '../protocol/ids.ts';
import {
  feed,
  feedBody,
  ICS_TYPE,
  inviteBody,
  invited,
  newFeed,
  openedInvitation,
  publicMeetings,
  publicQuery,
  registration,
  registrationBody,
  registrations as registrationTable,
  reminded,
} from '../protocol/invitations.ts';
import { listOf } from '../protocol/rest.ts';
import type { Feeds } from './feeds.ts';
import type { Invitations } from './invitations.ts';
import type { Registrations } from './registrations.ts';

/** What the routes of invitations need. */
export interface InvitationServices {
  invitations: Invitations;
  registrations: Registrations;
  feeds: Feeds;
}

const byId = z.strictObject({ id });
const atEndpoint = z.strictObject({ id, endpointId: id });
/** secret of a link, as `secretOf` and `newSecret` make them */
const secret = z.string().regex(/^[\w-]{43}$/);
/** A stranger who guesses secrets is slowed down. */
const GUESSES = { points: 120, seconds: 60, by: 'address' } as const;

/** @returns the routes of invitations, registrations and calendars */
export function invitationRoutes(services: InvitationServices): Route[] {
  return [...hostRoutes(services), ...answerRoutes(services), ...feedRoutes(services), ...publicRoutes(services)];
}

function hostRoutes({ invitations }: InvitationServices): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/meetings/:id/invitations',
      // nobody shall get the same mail twice because an answer was lost
      idempotency: 'edge',
      summary: 'Invite every endpoint of a meeting or of its series; the mails wait until the mail server takes them',
      access: 'user',
      limit: { points: 30, seconds: 60, by: 'actor' },
      params: byId,
      body: inviteBody,
      answer: invited,
      errors: ['not_found', 'meeting_not_changeable'],
      handle: async ({ actor, params, body }) => invitations.invite(actor, params.id, body),
    }),
    defineRoute({
      method: 'post',
      path: '/meetings/:id/invitations/remind',
      // nobody shall get the same mail twice because an answer was lost
      idempotency: 'edge',
      summary: 'Write again to every endpoint that has not answered',
      access: 'user',
      limit: { points: 10, seconds: 60, by: 'actor' },
      params: byId,
      answer: reminded,
      errors: ['not_found', 'meeting_not_changeable'],
      handle: async ({ actor, params }) => invitations.remind(actor, params.id),
    }),
    defineRoute({
      method: 'get',
      path: '/meetings/:id/letter.pdf',
      summary: 'The invitation letter of a meeting, ready to be signed',
      access: 'user',
      limit: { points: 60, seconds: 60, by: 'actor' },
      params: byId,
      answerTypes: ['application/pdf'],
      errors: ['not_found'],
      async handle({ actor, params }) {
        const headers = { 'Content-Disposition': 'inline; filename="giay-moi.pdf"' };
        return new Reply(await invitations.letter(actor, params.id), { contentType: 'application/pdf', headers });
      },
    }),
  ];
}

function answerRoutes({ registrations }: InvitationServices): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/meetings/:id/registrations',
      summary:
        'Who was written to, who has seen it, who attends; all endpoints for who runs the meeting, else the own ones',
      access: 'any',
      params: byId,
      answer: registrationTable,
      errors: ['not_found'],
      handle: async ({ actor, params }) => registrations.table(actor, params.id),
    }),
    defineRoute({
      method: 'put',
      path: '/meetings/:id/registrations/:endpointId',
      summary: 'Register who attends at an endpoint, or that nobody does; the last answer counts',
      access: 'any',
      params: atEndpoint,
      body: registrationBody,
      answer: registration,
      errors: ['not_found', 'meeting_not_changeable'],
      handle: async ({ actor, params, body }) => registrations.answer(actor, params.id, params.endpointId, body),
    }),
    defineRoute({
      method: 'get',
      path: '/invitation/:secret',
      summary: 'What the link of an invitation opens, without signing in',
      access: 'public',
      limit: GUESSES,
      params: z.strictObject({ secret }),
      answer: openedInvitation,
      errors: ['not_found'],
      handle: async ({ params }) => registrations.open(params.secret),
    }),
    defineRoute({
      method: 'put',
      path: '/invitation/:secret/meetings/:id',
      summary: 'Register who attends, by the link of an invitation',
      access: 'public',
      limit: GUESSES,
      params: z.strictObject({ secret, id }),
      body: registrationBody,
      answer: registration,
      errors: ['not_found', 'meeting_not_changeable'],
      handle: async ({ params, body }) => registrations.answerByLink(params.secret, params.id, body),
    }),
  ];
}

function feedRoutes({ feeds }: InvitationServices): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/feeds',
      paged: true,
      summary: 'Calendars that the caller subscribed to',
      access: 'user',
      answer: listOf(feed),
      handle: async ({ actor }) => ({ items: await feeds.list(actor), nextCursor: null }),
    }),
    defineRoute({
      method: 'post',
      path: '/feeds',
      summary: 'Subscribe to the calendar of an endpoint, or to the own one; the address is a secret and told once',
      access: 'user',
      limit: { points: 30, seconds: 60, by: 'actor' },
      body: feedBody,
      answer: newFeed,
      status: 201,
      errors: ['not_found', 'quota_exceeded'],
      handle: async ({ actor, body }) => feeds.create(actor, body.endpointId ?? null),
    }),
    defineRoute({
      method: 'delete',
      path: '/feeds/:id',
      summary: 'End a subscription: its address opens nothing any more',
      access: 'user',
      params: byId,
      errors: ['not_found'],
      handle: async ({ actor, params }) => feeds.remove(actor, params.id),
    }),
    defineRoute({
      method: 'get',
      path: '/calendar/:file',
      summary: 'A calendar (iCalendar) by its secret address, `<secret>.ics`',
      access: 'public',
      limit: GUESSES,
      params: z.strictObject({ file: z.string().regex(/^[\w-]{43}\.ics$/) }),
      answerTypes: ['text/calendar'],
      errors: ['not_found'],
      handle: async ({ params }) => new Reply(await feeds.read(params.file.slice(0, -4)), { contentType: ICS_TYPE }),
    }),
  ];
}

function publicRoutes({ feeds }: InvitationServices): Route[] {
  const moment = (iso: string | undefined) => (iso === undefined ? null : Date.parse(iso));
  return [
    defineRoute({
      method: 'get',
      path: '/public/meetings',
      summary: 'Meetings that everybody may know of',
      access: 'public',
      limit: GUESSES,
      query: publicQuery,
      answer: publicMeetings,
      handle: async ({ query }) => feeds.publicList(moment(query.from), moment(query.to)),
    }),
    defineRoute({
      method: 'get',
      path: '/public/meetings.ics',
      summary: 'The same as a calendar (iCalendar)',
      access: 'public',
      limit: GUESSES,
      answerTypes: ['text/calendar'],
      handle: async () => new Reply(await feeds.publicCalendar(), { contentType: ICS_TYPE }),
    }),
  ];
}
