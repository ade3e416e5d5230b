import { EntitySchema } from 'typeorm';
import {
  flagColumn,
  foreignKey,
  idColumn,
  index,
  intColumn,
  longTextColumn,
  refColumn,
  textColumn,
  timeColumn,
} from '../db/columns.ts';
import type { CLASSIFICATIONS } from '../protocol/meetings.ts';
import type { Meeting } from '../protocol/rest.ts';

/** A planned meeting as it is stored. Its endpoints are its bookings. */
export interface MeetingRow {
  id: string;
  title: string;
  /** title without accents in lower case, for searching */
  titleFold: string;
  kind: Meeting['kind'];
  status: Meeting['status'];
  startsAt: Date;
  endsAt: Date;
  chairEndpointId: string;
  chairUserId: string | null;
  /** whose people may run the meeting */
  hostUnitId: string;
  floorMode: Meeting['floorMode'];
  note: string;
  cancelReason: string | null;
  createdBy: string;
  version: number;
  createdAt: Date;
  updatedAt: Date;
  classification: (typeof CLASSIFICATIONS)[number];
  deputyUserId: string | null;
  secretaryUserId: string | null;
  /** JSON text of the items; null: none */
  agenda: string | null;
  isPublic: boolean;
  autoOpen: boolean;
  /** the series that it is an occurrence of, and the start that the rule gave it */
  seriesId: string | null;
  originalAt: Date | null;
  /** its times were changed alone: a shift of the series leaves them */
  detached: boolean;
  /** when it was first put into the calendar; null: it never was, and concerns its host alone */
  plannedAt: Date | null;
  /** when its invitations went out first, and when the first endpoint answered */
  invitedAt: Date | null;
  answeredAt: Date | null;
}

/** How a meeting lies in its table. */
interface StoredMeeting extends MeetingRow {
  /** it lasts four hours at most; false also if that was not said. Only the store of meetings writes it */
  isShort: boolean;
}

/** An endpoint is taken by a meeting from `startsAt` until just before `endsAt`, unless it was released. */
export interface BookingRow {
  id: string;
  meetingId: string;
  endpointId: string;
  startsAt: Date;
  endsAt: Date;
  releasedAt: Date | null;
}

/** The answer to a request that must not be carried out twice. */
export interface IdempotencyRow {
  id: string;
  actorId: string;
  key: string;
  /** SHA-256 of the request, hexadecimal */
  requestHash: string;
  status: number;
  /** JSON text */
  answer: string;
  createdAt: Date;
}

export const meetingEntity = new EntitySchema<StoredMeeting>({
  name: 'meeting',
  columns: {
    id: idColumn(),
    title: textColumn('title', 200),
    titleFold: textColumn('title_fold', 400),
    kind: textColumn('kind', 20),
    status: textColumn('status', 20),
    startsAt: timeColumn('starts_at'),
    endsAt: timeColumn('ends_at'),
    chairEndpointId: refColumn('chair_endpoint_id'),
    chairUserId: refColumn('chair_user_id', { nullable: true }),
    hostUnitId: refColumn('host_unit_id'),
    floorMode: textColumn('floor_mode', 20),
    note: textColumn('note', 500),
    cancelReason: textColumn('cancel_reason', 300, { nullable: true }),
    createdBy: refColumn('created_by'),
    version: intColumn('version'),
    createdAt: timeColumn('created_at'),
    updatedAt: timeColumn('updated_at'),
    classification: textColumn('classification', 20, { default: 'open' }),
    // no foreign keys: accounts are never deleted, and a deputy is a convenience
    deputyUserId: refColumn('deputy_user_id', { nullable: true }),
    secretaryUserId: refColumn('secretary_user_id', { nullable: true }),
    agenda: longTextColumn('agenda', { nullable: true }),
    isPublic: flagColumn('is_public', { default: false }),
    autoOpen: flagColumn('auto_open', { default: false }),
    seriesId: refColumn('series_id', { nullable: true }),
    originalAt: timeColumn('original_at', { nullable: true }),
    detached: flagColumn('detached', { default: false }),
    plannedAt: timeColumn('planned_at', { nullable: true }),
    invitedAt: timeColumn('invited_at', { nullable: true }),
    answeredAt: timeColumn('answered_at', { nullable: true }),
    isShort: flagColumn('is_short', { default: false, select: false }),
  },
  indices: [
    index('meeting_times', ['startsAt', 'id', 'endsAt']),
    index('meeting_short', ['isShort', 'startsAt', 'id', 'endsAt']),
    index('meeting_waiting', ['status', 'startsAt', 'id', 'endsAt']),
    index('meeting_of_series', ['seriesId', 'startsAt']),
    index('meeting_chair_starts', ['chairUserId', 'startsAt']),
    index('meeting_public', ['isPublic', 'startsAt']),
    index('meeting_chair_endpoint', ['chairEndpointId']),
    index('meeting_chair_user', ['chairUserId']),
    index('meeting_host_unit', ['hostUnitId']),
  ],
  foreignKeys: [
    foreignKey('meeting_chair_endpoint_fk', 'chairEndpointId', 'endpoint', 'RESTRICT'),
    foreignKey('meeting_chair_user_fk', 'chairUserId', 'user_account', 'RESTRICT'),
    foreignKey('meeting_host_unit_fk', 'hostUnitId', 'unit', 'RESTRICT'),
  ],
});

export const bookingEntity = new EntitySchema<BookingRow>({
  name: 'booking',
  columns: {
    id: idColumn(),
    meetingId: refColumn('meeting_id'),
    endpointId: refColumn('endpoint_id'),
    startsAt: timeColumn('starts_at'),
    endsAt: timeColumn('ends_at'),
    releasedAt: timeColumn('released_at', { nullable: true }),
  },
  indices: [
    index('booking_endpoint_order', ['endpointId', 'startsAt', 'meetingId']),
    index('booking_meeting', ['meetingId', 'endpointId'], true),
  ],
  foreignKeys: [
    foreignKey('booking_meeting_fk', 'meetingId', 'meeting', 'CASCADE'),
    foreignKey('booking_endpoint_fk', 'endpointId', 'endpoint', 'RESTRICT'),
  ],
});

export const idempotencyEntity = new EntitySchema<IdempotencyRow>({
  name: 'idempotency_key',
  columns: {
    id: idColumn(),
    actorId: textColumn('actor_id', 60),
    key: textColumn('request_key', 128),
    requestHash: textColumn('request_hash', 64),
    status: intColumn('status'),
    answer: longTextColumn('answer'),
    createdAt: timeColumn('created_at'),
  },
  indices: [index('idempotency_key_actor', ['actorId', 'key'], true), index('idempotency_key_created', ['createdAt'])],
});
