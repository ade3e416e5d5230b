import { z } from 'zod';
import { commandKey, id } from './ids.ts';
import { FLOOR_MODES, ROLL_STATES } from './snapshot.ts';

const session = { sessionId: id, key: commandKey.optional() };
const own = z.strictObject(session);
/** acts on the named endpoint, or on the sender's own when the name is left out */
const maybeOther = z.strictObject({ ...session, endpointId: id.optional() });
const other = z.strictObject({ ...session, endpointId: id });

/**
 * Input of every command of a session. The same schemas serve the socket (`emit(name, input, ack)`) and
 * `POST /api/v1/sessions/{id}/commands` (`{name, input}`, where `sessionId` comes from the path).
 */
export const SESSION_COMMANDS = {
  'session.join': z.strictObject({
    ...session,
    /** the endpoint to speak for; a device may leave it out, and may name no other than its own */
    endpointId: id.optional(),
    /** `speak` takes the endpoint's seat; `watch` sees and hears without a seat */
    as: z.enum(['speak', 'watch']).default('speak'),
    /** the person at the screen chose to replace the device that holds the seat */
    takeOver: z.boolean().default(false),
    /** last event the client holds, so that only what it missed is sent */
    lastSeq: z.number().int().min(0).optional(),
    /** the media peer the client still holds, so that it need not be built anew */
    mediaEpoch: z.string().max(64).optional(),
  }),
  'session.leave': own,
  'chair.handOver': z.strictObject({ ...session, endpointId: id, userId: id.optional() }),
  'chair.takeBack': own,
  'mode.set': z.strictObject({ ...session, floorMode: z.enum(FLOOR_MODES) }),
  'floor.request': own,
  'floor.withdraw': own,
  'floor.approve': other,
  'floor.refuse': other,
  'floor.give': other,
  'floor.release': maybeOther,
  /** own microphone, or (chair) another's; only the endpoint itself can open it without the floor being given */
  'mic.mute': z.strictObject({ ...session, endpointId: id.optional(), muted: z.boolean().default(true) }),
  'mic.muteAll': z.strictObject({
    ...session,
    /** whether endpoints may open their own microphones afterwards (discussion mode) */
    selfUnmute: z.boolean().default(true),
  }),
  /** with `endpointId`: a right for that endpoint beyond the mode; without: self-unmute for all */
  'mic.allow': z.strictObject({ ...session, endpointId: id.optional(), allowed: z.boolean().default(true) }),
  /** null: the stage follows the floor again */
  'stage.set': z.strictObject({ ...session, endpointId: id.nullable() }),
  'presentation.request': own,
  'presentation.give': other,
  'presentation.stop': maybeOther,
  'rollCall.start': own,
  'rollCall.call': other,
  /** the called endpoint answers for itself */
  'rollCall.answer': z.strictObject({
    ...session,
    // who answers over the bridge is not in the chair's room
    state: z.enum(['present_in_room', 'present_online']).default('present_online'),
  }),
  /** marks one endpoint, or several at once */
  'rollCall.mark': z.strictObject({
    ...session,
    endpointId: id.optional(),
    endpointIds: z.array(id).min(1).max(1_000).optional(),
    state: z.enum(ROLL_STATES),
    reason: z.string().trim().max(200).optional(),
  }),
  'rollCall.close': own,
  'session.extend': z.strictObject({ ...session, minutes: z.number().int().min(1).max(240) }),
  'session.pause': own,
  'session.resume': own,
  'session.lock': z.strictObject({ ...session, locked: z.boolean().default(true) }),
  'session.remove': other,
  'session.end': own,
} as const;

/** Name of a command of a session. */
export type SessionCommandName = keyof typeof SESSION_COMMANDS;

/** Parsed input of a command, by its name. */
export type SessionCommandInput<N extends SessionCommandName> = z.output<(typeof SESSION_COMMANDS)[N]>;

/** What a caller writes, by the command's name (defaults may be left out). */
export type SessionCommandCall<N extends SessionCommandName> = z.input<(typeof SESSION_COMMANDS)[N]>;

/** All session command names, for tables and fuzzers. */
export const SESSION_COMMAND_NAMES = Object.keys(SESSION_COMMANDS) as SessionCommandName[];

/** Answer of a decided command: the place of its last event; `events` counts what it caused. */
export interface Decided {
  seq: number;
  events: number;
}

/** Commands of a connection that are not decisions of a session. */
export const CONNECTION_COMMANDS = {
  /** the events after `afterSeq`, or a whole snapshot when there are too many */
  /** without `afterSeq` the answer is the whole session: for a page that does not know what it was told */
  'session.sync': z.strictObject({ sessionId: id, afterSeq: z.number().int().min(0).optional() }),
  /** the sessions that this connection's endpoint or user may enter now */
  'session.list': z.strictObject({}),
} as const;
