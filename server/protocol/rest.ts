import { z } from 'zod';
import { id, listedId, time } from './ids.ts';
import { FLOOR_MODES } from './snapshot.ts';

/** Bodies and answers of `/api/v1`. The server validates with them, the browser and the OpenAPI page read them. */

const name = z.string().trim().min(1).max(120);
const text = z.string().trim().max(500);

/** Roles, each held within a unit's subtree. */
export const ROLES = ['administrator', 'chairperson', 'operator', 'technician'] as const;
export type Role = (typeof ROLES)[number];

export const MEETING_KINDS = ['briefing', 'conference', 'thematic', 'training', 'relay', 'emergency'] as const;
export const MEETING_STATUSES = [
  'scheduled',
  'running',
  'ended',
  'cancelled',
  'postponed',
  /** books nothing yet */
  'draft',
  /** waits for the host's approval, books nothing yet */
  'submitted',
] as const;

/** Cursor lists: every list takes `limit` and `cursor` and answers `{items, nextCursor}`. */
export const listQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(200).optional(),
});

/** @returns schema of a list answer over `item` */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export const grant = z.object({ role: z.enum(ROLES), unitId: id });
export const user = z.object({
  id,
  username: z.string(),
  displayName: z.string(),
  unitId: id,
  mustChangePassword: z.boolean(),
  disabled: z.boolean(),
  grants: z.array(grant),
});
export type User = z.infer<typeof user>;
/** A user as administrators see them in a list. */
export const listedUser = user.extend({
  /** null: never signed in */
  lastSignInAt: time.nullable(),
  /** whether the asker may change the account */
  may: z.object({ change: z.boolean() }),
});
export type ListedUser = z.infer<typeof listedUser>;
export const usersQuery = listQuery.extend({ q: z.string().max(120).optional() });
/** A new password for somebody who lost it. */
export const resetPasswordBody = z.strictObject({ password: z.string().min(12).max(200) });

export const signInBody = z.strictObject({
  username: z.string().min(1).max(80),
  password: z.string().min(1).max(200),
});
export const signedIn = z.object({ token: z.string(), user, expiresAt: time });
export const changePasswordBody = z.strictObject({
  current: z.string().min(1).max(200),
  next: z.string().min(12).max(200),
});
export const signInSession = z.object({
  id,
  createdAt: time,
  lastSeenAt: time,
  expiresAt: time,
  address: z.string(),
  agent: z.string(),
  current: z.boolean(),
});
export type SignInSession = z.infer<typeof signInSession>;
/** Whom the credential stands for: a person, or a device and the endpoint that it speaks for. */
export const me = z.object({
  user: user.nullable(),
  device: z
    .object({ id, endpoint: z.object({ id, code: z.string(), name: z.string(), shortName: z.string() }) })
    .nullable(),
});
export type Me = z.infer<typeof me>;
export const signInList = listOf(signInSession);
export const createUserBody = z.strictObject({
  username: z
    .string()
    .trim()
    .regex(/^[a-z0-9][a-z0-9._-]{1,78}$/),
  displayName: name,
  unitId: id,
  password: z.string().min(12).max(200),
  grants: z.array(z.strictObject({ role: z.enum(ROLES), unitId: id })).max(20),
});
export const changeUserBody = z.strictObject({
  displayName: name.optional(),
  disabled: z.boolean().optional(),
  grants: z
    .array(z.strictObject({ role: z.enum(ROLES), unitId: id }))
    .max(20)
    .optional(),
});

export const unit = z.object({
  id,
  parentId: id.nullable(),
  code: z.string(),
  name: z.string(),
  shortName: z.string(),
  level: z.string(),
  validFrom: z.string(),
  validTo: z.string().nullable(),
});
export type Unit = z.infer<typeof unit>;

export const level = z.object({
  code: z.string(),
  name: z.string(),
  /** null: the one name stands in every language */
  nameEn: z.string().nullable(),
  rank: z.number().int(),
});

export const line = z.object({
  downKbps: z.number().int().min(64).max(1_000_000),
  upKbps: z.number().int().min(64).max(1_000_000),
});
export const endpoint = z.object({
  id,
  code: z.string(),
  name: z.string(),
  shortName: z.string(),
  unitId: id,
  level: z.string(),
  /** name of the unit above, by which rosters are grouped */
  area: z.string(),
  order: z.number().int(),
  online: z.boolean(),
  line,
});
export type Endpoint = z.infer<typeof endpoint>;
export const endpointsQuery = listQuery.extend({
  unitId: id.optional(),
  level: z.string().max(40).optional(),
  q: z.string().max(120).optional(),
});
export const changeEndpointBody = z.strictObject({
  name: name.optional(),
  shortName: z.string().trim().min(1).max(60).optional(),
  line: line.optional(),
});

export const device = z.object({
  id,
  endpointId: id.nullable(),
  label: z.string(),
  state: z.enum(['waiting', 'active', 'revoked']),
  createdAt: time,
  lastSeenAt: time.nullable(),
});
export type Device = z.infer<typeof device>;
/** A PC asks to be paired: it shows `code`, keeps `secret`, and asks again with it until it is approved. */
export const pairingBody = z.strictObject({ label: z.string().trim().min(1).max(80) });
export const pairingStarted = z.object({ deviceId: id, code: z.string(), secret: z.string(), expiresAt: time });
export const pairingAskBody = z.strictObject({ secret: z.string().min(20).max(100) });
export const paired = z.object({
  deviceId: id,
  credential: z.string(),
  endpoint: z.object({ id, code: z.string(), name: z.string(), shortName: z.string() }),
});
export const approveDeviceBody = z.strictObject({ code: z.string().trim().min(4).max(20), endpointId: id });
/** An administrator enrols a device without a code: the one-time link is carried to the PC. */
export const enrolDeviceBody = z.strictObject({ endpointId: id, label: z.string().trim().min(1).max(80) });
export const enrolled = z.object({ deviceId: id, pairUrl: z.string(), expiresAt: time });
/** The PC exchanges the one-time token of its link for the credential. */
export const pairBody = z.strictObject({ token: z.string().min(20).max(100) });

export const meetingBody = z.strictObject({
  title: name.max(200),
  kind: z.enum(MEETING_KINDS).default('briefing'),
  startsAt: time,
  endsAt: time,
  endpointIds: z.array(id).min(1).max(1000),
  chairEndpointId: id,
  chairUserId: id.nullish(),
  floorMode: z.enum(FLOOR_MODES).default('broadcast'),
  note: text.optional(),
});
export const changeMeetingBody = z.strictObject({
  title: name.max(200).optional(),
  kind: z.enum(MEETING_KINDS).optional(),
  startsAt: time.optional(),
  endsAt: time.optional(),
  endpointIds: z.array(id).min(1).max(1000).optional(),
  chairEndpointId: id.optional(),
  chairUserId: id.nullish(),
  floorMode: z.enum(FLOOR_MODES).optional(),
  note: text.optional(),
});
export const cancelMeetingBody = z.strictObject({ reason: z.string().trim().min(3).max(300) });
export const meeting = z.object({
  id,
  title: z.string(),
  kind: z.enum(MEETING_KINDS),
  status: z.enum(MEETING_STATUSES),
  startsAt: time,
  endsAt: time,
  endpointIds: z.array(listedId),
  chairEndpointId: id,
  chairUserId: id.nullable(),
  floorMode: z.enum(FLOOR_MODES),
  note: z.string(),
  cancelReason: z.string().nullable(),
  /** the session of this meeting, once it was started */
  sessionId: id.nullable(),
  version: z.number().int(),
  /** whether the asker may start or change it */
  may: z.object({ start: z.boolean(), change: z.boolean() }),
});
export type Meeting = z.infer<typeof meeting>;
export const meetingsQuery = listQuery.extend({
  from: time.optional(),
  to: time.optional(),
  endpointId: id.optional(),
  status: z.enum(MEETING_STATUSES).optional(),
});
export const conflict = z.object({
  endpointId: id,
  meetingId: id,
  /** left out when the asker may not see the other meeting */
  title: z.string().optional(),
  startsAt: time,
  endsAt: time,
});
export type Conflict = z.infer<typeof conflict>;

export const started = z.object({ sessionId: id });
export const commandBody = z.strictObject({
  name: z.string().max(60),
  input: z.record(z.string(), z.unknown()).default({}),
});

/** One stay of an endpoint in a session; append-only, to the second and better. */
export const attendanceRow = z.object({
  endpointId: id,
  code: z.string(),
  name: z.string(),
  /** counts the entries of this endpoint, from 1 */
  entry: z.number().int(),
  joinedAt: time,
  leftAt: time.nullable(),
  /** milliseconds of this stay in which the line was lost */
  interruptedMs: z.number().int(),
  reason: z.string().nullable(),
});
export type AttendanceRow = z.infer<typeof attendanceRow>;

/** Somebody whom a room may call for help, and where he is on duty. */
export const helpLine = z.object({ endpointId: id, place: z.string(), name: z.string(), phone: z.string() });
export type HelpLine = z.infer<typeof helpLine>;

/** What a room screen needs before a session: who it is, the next meetings, whether one runs now, whom to call. */
export const roomDay = z.object({
  endpoint: z.object({ id, code: z.string(), name: z.string(), shortName: z.string() }),
  serverTime: time,
  meetings: z.array(
    z.object({ id, title: z.string(), startsAt: time, endsAt: time, status: z.enum(MEETING_STATUSES) }),
  ),
  running: z.object({ sessionId: id, meetingId: id, title: z.string() }).nullable(),
  /** the duty of the endpoint that chairs the running or next meeting first, then the room's own; empty: none is kept */
  help: z.array(helpLine),
});
export type RoomDay = z.infer<typeof roomDay>;
