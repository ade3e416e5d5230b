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
import type { Phase } from '../protocol/snapshot.ts';

/** One run of a meeting. A meeting has at most one: the unique index is what makes starting it twice harmless. */
export interface SessionRow {
  id: string;
  meetingId: string;
  phase: Phase;
  /** place of the last event; the guard against a second owner */
  lastSeq: number;
  openedAt: Date;
  closedAt: Date | null;
}

/** One stored event; never updated, never deleted. */
export interface SessionEventRow {
  sessionId: string;
  seq: number;
  at: Date;
  byEndpointId: string | null;
  byUserId: string | null;
  /** key of the command whose last event this is, so that its retry applies once */
  commandKey: string | null;
  /** how many events that command caused */
  commandEvents: number;
  type: string;
  /** the fact as JSON */
  fact: string;
}

export const sessionEntity = new EntitySchema<SessionRow>({
  name: 'session',
  tableName: 'session',
  columns: {
    id: idColumn(),
    meetingId: refColumn('meeting_id'),
    phase: textColumn('phase', 20),
    lastSeq: intColumn('last_seq'),
    openedAt: timeColumn('opened_at'),
    closedAt: timeColumn('closed_at', { nullable: true }),
  },
  indices: [index('session_meeting', ['meetingId'], true), index('session_phase', ['phase'])],
  foreignKeys: [foreignKey('session_meeting_fk', 'meeting_id', 'meeting', 'RESTRICT')],
});

export const sessionEventEntity = new EntitySchema<SessionEventRow>({
  name: 'session_event',
  tableName: 'session_event',
  columns: {
    sessionId: refColumn('session_id', { primary: true }),
    seq: intColumn('seq', { primary: true }),
    at: timeColumn('at'),
    byEndpointId: refColumn('by_endpoint_id', { nullable: true }),
    byUserId: refColumn('by_user_id', { nullable: true }),
    commandKey: textColumn('command_key', 150, { nullable: true }),
    commandEvents: intColumn('command_events'),
    type: textColumn('type', 40),
    fact: longTextColumn('fact'),
  },
  foreignKeys: [foreignKey('session_event_session_fk', 'session_id', 'session', 'RESTRICT')],
});
