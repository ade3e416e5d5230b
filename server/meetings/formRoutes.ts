import { z } from 'zod';
import { defineRoute, Reply } from '../http/route.ts';
import type { Route } from '../http/route.ts';
import { AppError } from '../errors.ts';
import { id } from '../protocol/ids.ts';
import {
  changeTemplateBody,
  giveWay,
  giveWayAnswerBody,
  giveWayBody,
  giveWaysQuery,
  MAX_DOCUMENT_BYTES,
  meetingDocument,
  template,
  templateBody,
} from '../protocol/meetings.ts';
import { listOf } from '../protocol/rest.ts';
import { DOCUMENT_TYPES } from './documentFiles.ts';
import type { Documents } from './documents.ts';
import type { GiveWays } from './giveWays.ts';
import type { Templates } from './templates.ts';

const byId = z.strictObject({ id });
const inMeeting = z.strictObject({ id, documentId: id });

/** @returns the routes of templates of meetings */
export function templateRoutes(templates: Templates): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/meeting-templates',
      paged: true,
      summary: 'Templates of the units that the caller plans for, and of those above them',
      access: 'user',
      answer: listOf(template),
      handle: async ({ actor }) => ({ items: await templates.list(actor), nextCursor: null }),
    }),
    defineRoute({
      method: 'post',
      path: '/meeting-templates',
      etag: true,
      summary: 'Keep the form of a meeting for the next time',
      access: 'user',
      body: templateBody,
      answer: template,
      status: 201,
      errors: ['name_taken'],
      handle: async ({ actor, body }) => tagged(await templates.create(actor, body)),
    }),
    defineRoute({
      method: 'get',
      path: '/meeting-templates/:id',
      etag: true,
      summary: 'One template; `ETag` is its version',
      access: 'user',
      params: byId,
      answer: template,
      errors: ['not_found'],
      handle: async ({ actor, params }) => tagged(await templates.get(actor, params.id)),
    }),
    defineRoute({
      method: 'patch',
      path: '/meeting-templates/:id',
      etag: true,
      ifMatch: true,
      summary: 'Change a template; `If-Match` guards against changes of others',
      access: 'user',
      params: byId,
      body: changeTemplateBody,
      answer: template,
      errors: ['not_found', 'name_taken', 'version_conflict'],
      handle: async ({ actor, params, body, headers }) =>
        tagged(await templates.change(actor, params.id, body, headers.ifMatch)),
    }),
    defineRoute({
      method: 'delete',
      path: '/meeting-templates/:id',
      ifMatch: true,
      summary: 'Forget a template; meetings made from it stay',
      access: 'user',
      params: byId,
      errors: ['not_found'],
      handle: async ({ actor, params, headers }) => templates.remove(actor, params.id, headers.ifMatch),
    }),
  ];
}

function tagged(answer: { version: number }): Reply {
  return new Reply(answer, { headers: { ETag: `"${answer.version}"` } });
}

/** @returns the routes of papers of meetings */
export function documentRoutes(documents: Documents): Route[] {
  return [...paperRoutes(documents), downloadRoute(documents)];
}

function paperRoutes(documents: Documents): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/meetings/:id/documents',
      paged: true,
      summary: 'Papers of a meeting',
      access: 'any',
      params: byId,
      answer: listOf(meetingDocument),
      errors: ['not_found'],
      handle: async ({ actor, params }) => ({ items: await documents.list(actor, params.id), nextCursor: null }),
    }),
    defineRoute({
      method: 'post',
      path: '/meetings/:id/documents',
      summary: 'Add a paper: the body is the file itself, at most 50 MB; its kind is told by its content',
      access: 'user',
      limit: { points: 60, seconds: 60, by: 'actor' },
      params: byId,
      query: z.strictObject({ name: z.string().max(300) }),
      streamBody: { maxBytes: MAX_DOCUMENT_BYTES },
      answer: meetingDocument,
      status: 201,
      errors: ['not_found', 'file_refused', 'payload_too_large', 'no_capacity'],
      async handle({ actor, params, query, stream }) {
        if (!stream) throw new AppError('file_refused', 'The file is missing.');
        return documents.add(actor, params.id, query.name, stream);
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/meetings/:id/documents/:documentId',
      summary: 'Remove a paper',
      access: 'user',
      params: inMeeting,
      errors: ['not_found'],
      handle: async ({ actor, params }) => documents.remove(actor, params.id, params.documentId),
    }),
  ];
}

function downloadRoute(documents: Documents): Route {
  return defineRoute({
    method: 'get',
    path: '/meetings/:id/documents/:documentId',
    summary: 'The content of a paper, always as a download',
    access: 'any',
    params: inMeeting,
    answerTypes: DOCUMENT_TYPES,
    errors: ['not_found'],
    async handle({ actor, params }) {
      const { document, body } = await documents.open(actor, params.id, params.documentId);
      return new Reply(body, {
        contentType: document.type,
        headers: {
          'Content-Disposition': `attachment; filename="tai-lieu"; filename*=UTF-8''${encoded(document.name)}`,
          'Content-Length': String(document.bytes),
          'Content-Security-Policy': "default-src 'none'; sandbox",
          'X-Content-Type-Options': 'nosniff',
        },
      });
    },
  });
}

/** @returns a name as RFC 8187 wants it */
function encoded(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** @returns the routes by which one meeting makes way for another */
export function giveWayRoutes(giveWays: GiveWays): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/meetings/:id/give-way',
      summary: 'Ask the host of a meeting to make way, or displace it when the asking unit is above it',
      access: 'user',
      params: byId,
      body: giveWayBody,
      answer: giveWay,
      status: 201,
      errors: ['not_found', 'meeting_not_changeable', 'end_before_start'],
      handle: async ({ actor, params, body }) => giveWays.ask(actor, params.id, body),
    }),
    defineRoute({
      method: 'get',
      path: '/give-ways',
      summary: 'Requests to make way that the caller made or may answer, newest first',
      access: 'user',
      query: giveWaysQuery,
      answer: listOf(giveWay),
      handle: async ({ actor, query }) => giveWays.list(actor, query),
    }),
    defineRoute({
      method: 'post',
      path: '/give-ways/:id/answer',
      summary: 'Consent, with new times or without, or refuse',
      access: 'user',
      params: byId,
      body: giveWayAnswerBody,
      answer: giveWay,
      errors: [
        'not_found',
        'meeting_not_changeable',
        'version_conflict',
        'schedule_conflict',
        'time_in_past',
        'end_before_start',
        'meeting_too_long',
        'endpoint_unknown',
      ],
      handle: async ({ actor, params, body }) => giveWays.answer(actor, params.id, body),
    }),
    defineRoute({
      method: 'delete',
      path: '/give-ways/:id',
      summary: 'Withdraw a request',
      access: 'user',
      params: byId,
      answer: giveWay,
      errors: ['not_found', 'version_conflict'],
      handle: async ({ actor, params }) => giveWays.withdraw(actor, params.id),
    }),
  ];
}
