import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { SessionCommand } from '../conference/permissions.ts';
import { defineRoute, Reply } from '../http/route.ts';
import type { Route } from '../http/route.ts';
import { SESSION_COMMANDS } from '../protocol/commands.ts';
import type { SessionCommandName } from '../protocol/commands.ts';
import type { SessionEvent } from '../protocol/events.ts';
import { id } from '../protocol/ids.ts';
import { attendanceRow, commandBody, listOf, started } from '../protocol/rest.ts';
import type { AttendanceRow } from '../protocol/rest.ts';
import type { SessionSnapshot } from '../protocol/snapshot.ts';
import { attendanceCsv, eventsCsv } from './csv.ts';
import { CSV_LANGUAGES } from './csvWords.ts';
import { sessionFileName } from './fileName.ts';
import { required } from './liveSession.ts';
import type { SessionService } from './sessionService.ts';

/** events in one answer when no limit is asked for */
const AS_JSON = 1_000;

const byId = z.strictObject({ id });
const asCsv = z.strictObject({
  format: z.enum(['json', 'csv']).default('json'),
  /** language of a CSV file */
  language: z.enum(CSV_LANGUAGES).default('vi'),
});
const eventsQuery = asCsv.extend({
  afterSeq: z.coerce.number().int().min(0).default(0),
  /** left out: 1,000 as JSON; a CSV file then has them all */
  limit: z.coerce.number().int().min(1).max(5_000).optional(),
});
const instant = z.number().int();
/** The session as scripts see it; the whole snapshot goes over the socket. */
const sessionView = z.object({
  id,
  meetingId: id,
  title: z.string(),
  seq: instant,
  phase: z.enum(['open', 'closing', 'closed']),
  floorMode: z.enum(['discussion', 'lecture', 'broadcast']),
  paused: z.boolean(),
  locked: z.boolean(),
  openedAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
  closedAt: z.iso.datetime().nullable(),
  chair: z.object({ endpointId: id, userId: id.nullable() }),
  stage: z.object({ endpointId: id, pinned: z.boolean() }),
  floor: z.object({
    holders: z.array(z.object({ endpointId: id, since: instant })),
    queue: z.array(z.object({ endpointId: id, raisedAt: instant, approved: z.boolean() })),
    spoken: z.array(z.object({ endpointId: id, ms: instant })),
  }),
  presentation: z.object({ holder: id.nullable(), requests: z.array(id) }),
  rollCall: z.unknown(),
  participants: z.array(z.looseObject({ endpointId: id, presence: z.string() })),
});
const storedEvent = z.object({
  seq: instant,
  at: z.iso.datetime(),
  by: z.object({ endpointId: id.nullable(), userId: id.nullable() }),
  fact: z.looseObject({ type: z.string() }),
});
const decided = z.object({ seq: instant, events: instant });

/** Commands that belong to a connection, which HTTP does not have. */
const OF_A_CONNECTION: readonly string[] = ['session.join', 'session.leave'];

/** What the files of a session are written with. */
export interface FileServices {
  /** IANA name of the zone whose clock the files show */
  timeZone: string;
  /** display names of those of the users that exist, by id */
  people: (userIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
}

/** Routes of sessions: start, look, command, attendance, events. */
export function sessionRoutes(sessions: SessionService, files: FileServices): Route[] {
  return [...runRoutes(sessions), ...recordRoutes(sessions, files)];
}

function runRoutes(sessions: SessionService): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/meetings/:id/start',
      summary: 'Start the meeting; asked twice, it answers the same session',
      access: 'user',
      params: byId,
      answer: started,
      errors: ['not_found', 'not_allowed', 'meeting_not_startable'],
      handle: async ({ actor, params }) => ({ sessionId: await sessions.start(params.id, actor) }),
    }),
    defineRoute({
      method: 'get',
      path: '/sessions/:id',
      summary: 'The state of a session, running or ended',
      access: 'any',
      params: byId,
      answer: sessionView,
      errors: ['not_found'],
      handle: async ({ actor, params }) => view(await sessions.mustSee(params.id, actor)),
    }),
    defineRoute({
      method: 'post',
      path: '/sessions/:id/commands',
      idempotency: 'own',
      summary: 'Give a command of a session, for scripts; the same names and inputs as on the socket',
      access: 'any',
      limit: { points: 60, seconds: 3, by: 'actor' },
      params: byId,
      body: commandBody,
      answer: decided,
      errors: ['not_found', 'not_chair', 'not_allowed', 'wrong_phase', 'unknown_command', 'participant_absent'],
      handle: async ({ actor, params, body, headers }) => {
        const { command, key } = parseCommand(params.id, body, headers.idempotencyKey);
        await sessions.mustSee(params.id, actor);
        const seat = actor.kind === 'device' ? actor.endpointId : null;
        const live = sessions.find(params.id);
        if (!live) throw new AppError('wrong_phase', 'The session has ended.');
        return sessions.run(required(live), command, actor, seat, key);
      },
    }),
  ];
}

function recordRoutes(sessions: SessionService, { timeZone, people }: FileServices): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/sessions/:id/attendance',
      answerTypes: ['text/csv'],
      summary: 'Who was in the session and when, each stay a row; `format=csv` too',
      access: 'any',
      params: byId,
      query: asCsv,
      answer: listOf(attendanceRow),
      errors: ['not_found'],
      handle: async ({ actor, params, query }) => {
        const snapshot = await sessions.mustSee(params.id, actor);
        const items: AttendanceRow[] = await sessions.attendance(params.id);
        const to = { language: query.language, timeZone };
        if (query.format === 'csv') {
          return csv(attendanceCsv(items, snapshot, to), sessionFileName('attendance', snapshot, to));
        }
        return { items, nextCursor: null };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/sessions/:id/events',
      answerTypes: ['text/csv'],
      summary: 'The append-only events of a session after a place; `format=csv` too',
      access: 'any',
      params: byId,
      query: eventsQuery,
      answer: listOf(storedEvent),
      errors: ['not_found'],
      handle: async ({ actor, params, query }) => {
        const snapshot = await sessions.mustSee(params.id, actor);
        const { format, language, afterSeq } = query;
        if (format === 'csv') {
          const events = await sessions.events(params.id, afterSeq, query.limit);
          const names = await people(personsOf(events));
          const to = { language, timeZone };
          return csv(eventsCsv(events, snapshot, names, to), sessionFileName('events', snapshot, to));
        }
        const limit = query.limit ?? AS_JSON;
        const events = await sessions.events(params.id, afterSeq, limit);
        const items = events.map((e) => ({ ...e, at: new Date(e.at).toISOString(), fact: { ...e.fact } }));
        return { items, nextCursor: events.length === limit ? String(events.at(-1)?.seq) : null };
      },
    }),
  ];
}

function parseCommand(
  sessionId: string,
  body: { name: string; input: Record<string, unknown> },
  idempotencyKey: string | null,
): { command: SessionCommand; key: string | undefined } {
  if (!Object.hasOwn(SESSION_COMMANDS, body.name) || OF_A_CONNECTION.includes(body.name)) {
    throw new AppError('unknown_command', `There is no command ${body.name.slice(0, 60)} over HTTP.`);
  }
  const name = body.name as SessionCommandName;
  const parsed = SESSION_COMMANDS[name].safeParse({ ...body.input, sessionId });
  if (!parsed.success) {
    const errors = parsed.error.issues.map((i) => ({ path: ['input', ...i.path].join('.'), message: i.message }));
    throw new AppError('bad_request', `${errors[0]?.path}: ${errors[0]?.message}.`, { details: { errors } });
  }
  const key = parsed.data.key ?? idempotencyKey ?? undefined;
  // the schema of this very name has parsed the input
  return { command: { name, input: parsed.data } as unknown as SessionCommand, key };
}

/** @returns the ids of those who did something, each once */
function personsOf(events: SessionEvent[]): string[] {
  return [...new Set(events.flatMap(({ by }) => by.userId ?? []))];
}

/** @param name of the file, in ASCII without quotes */
function csv(text: string, name: string): Reply {
  return new Reply(text, {
    contentType: 'text/csv; charset=utf-8',
    headers: { 'Content-Disposition': `attachment; filename="${name}"` },
  });
}

function view(s: SessionSnapshot) {
  const iso = (ms: number) => new Date(ms).toISOString();
  return {
    ...s,
    openedAt: iso(s.openedAt),
    endsAt: iso(s.endsAt),
    closedAt: s.closedAt === null ? null : iso(s.closedAt),
    participants: Object.values(s.participants)
      .sort((a, b) => a.order - b.order)
      .map((p) => ({ ...p })),
  };
}
