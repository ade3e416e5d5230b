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
import type { GIVE_WAY_STATES } from '../protocol/meetings.ts';

/** The rule by which meetings repeat. Its occurrences are meetings of their own. */
export interface SeriesRow {
  id: string;
  rrule: string;
  tz: string;
  /** JSON text: days without a meeting */
  exceptDays: string;
  /** start from which the rule counts */
  startsAt: Date;
  durationMs: number;
  createdBy: string;
  createdAt: Date;
  version: number;
}

/** A form to start a meeting from. */
export interface TemplateRow {
  id: string;
  name: string;
  nameKey: string;
  unitId: string;
  /** JSON text, see protocol/meetings.ts */
  form: string;
  version: number;
}

/** A paper of a meeting; its content is a file with a random name. */
export interface DocumentRow {
  id: string;
  meetingId: string;
  /** as the uploader called it, without folders */
  name: string;
  /** media type by content */
  type: string;
  bytes: number;
  /** name of the file in the folder of documents */
  file: string;
  uploadedAt: Date;
  uploadedBy: string;
}

/** A request that a meeting make way for a more important one, and what came of it. */
export interface GiveWayRow {
  id: string;
  meetingId: string;
  meetingTitle: string;
  hostUnitId: string;
  askingUnitId: string;
  title: string;
  startsAt: Date;
  endsAt: Date;
  reason: string;
  state: (typeof GIVE_WAY_STATES)[number];
  askedAt: Date;
  askedBy: string;
  askedByName: string;
  answer: string | null;
  answeredAt: Date | null;
}

/** What the scheduler did for a meeting; the unique index lets one control plane do it once. */
export interface DutyRow {
  id: string;
  meetingId: string;
  duty: string;
  /** moved with the meeting, so that a moved meeting is opened again */
  dueAt: Date;
  doneAt: Date;
}

export const seriesEntity = new EntitySchema<SeriesRow>({
  name: 'meeting_series',
  columns: {
    id: idColumn(),
    rrule: textColumn('rrule', 400),
    tz: textColumn('tz', 60),
    exceptDays: longTextColumn('except_days'),
    startsAt: timeColumn('starts_at'),
    durationMs: intColumn('duration_ms'),
    createdBy: refColumn('created_by'),
    createdAt: timeColumn('created_at'),
    version: intColumn('version'),
  },
});

export const templateEntity = new EntitySchema<TemplateRow>({
  name: 'meeting_template',
  columns: {
    id: idColumn(),
    name: textColumn('name', 120),
    nameKey: textColumn('name_key', 240),
    unitId: refColumn('unit_id'),
    form: longTextColumn('form'),
    version: intColumn('version'),
  },
  indices: [index('meeting_template_unit', ['unitId', 'nameKey'], true)],
  foreignKeys: [foreignKey('meeting_template_unit_fk', 'unitId', 'unit', 'RESTRICT')],
});

export const documentEntity = new EntitySchema<DocumentRow>({
  name: 'meeting_document',
  columns: {
    id: idColumn(),
    meetingId: refColumn('meeting_id'),
    name: textColumn('name', 200),
    type: textColumn('type', 120),
    bytes: intColumn('bytes'),
    file: textColumn('file', 60),
    uploadedAt: timeColumn('uploaded_at'),
    uploadedBy: textColumn('uploaded_by', 120),
  },
  indices: [index('meeting_document_meeting', ['meetingId'])],
  foreignKeys: [foreignKey('meeting_document_meeting_fk', 'meetingId', 'meeting', 'CASCADE')],
});

export const giveWayEntity = new EntitySchema<GiveWayRow>({
  name: 'give_way',
  columns: {
    id: idColumn(),
    meetingId: refColumn('meeting_id'),
    meetingTitle: textColumn('meeting_title', 200),
    hostUnitId: refColumn('host_unit_id'),
    askingUnitId: refColumn('asking_unit_id'),
    title: textColumn('title', 200),
    startsAt: timeColumn('starts_at'),
    endsAt: timeColumn('ends_at'),
    reason: textColumn('reason', 300),
    state: textColumn('state', 20),
    askedAt: timeColumn('asked_at'),
    askedBy: refColumn('asked_by'),
    askedByName: textColumn('asked_by_name', 120),
    answer: textColumn('answer', 300, { nullable: true }),
    answeredAt: timeColumn('answered_at', { nullable: true }),
  },
  indices: [
    index('give_way_meeting', ['meetingId']),
    index('give_way_host', ['hostUnitId', 'askedAt']),
    index('give_way_asker', ['askedBy', 'askedAt']),
  ],
  foreignKeys: [foreignKey('give_way_meeting_fk', 'meetingId', 'meeting', 'CASCADE')],
});

export const dutyEntity = new EntitySchema<DutyRow>({
  name: 'meeting_duty',
  columns: {
    id: idColumn(),
    meetingId: refColumn('meeting_id'),
    duty: textColumn('duty', 20),
    dueAt: timeColumn('due_at'),
    doneAt: timeColumn('done_at'),
  },
  indices: [index('meeting_duty_once', ['meetingId', 'duty', 'dueAt'], true)],
  foreignKeys: [foreignKey('meeting_duty_meeting_fk', 'meetingId', 'meeting', 'CASCADE')],
});
