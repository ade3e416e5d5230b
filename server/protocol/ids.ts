import { z } from 'zod';

/** Identifier of a stored thing: a UUIDv7 in text, made by the program. An id is never a permission. */
export const id = z.uuid();

export { PROTOCOL_VERSION } from './version.ts';

/** Seconds since the epoch do not appear on the wire: every time is RFC 3339 with an offset. */
export const time = z.iso.datetime({ offset: true });

/** Client-made key that makes a repeated command or request apply once. */
export const commandKey = z.string().min(8).max(64);
