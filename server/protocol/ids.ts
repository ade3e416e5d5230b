import { z } from 'zod';

/** Identifier of a stored thing: a UUIDv7 in text, made by the program. An id is never a permission. */
export const id = z.uuid();

/**
 * The same in answers that list hundreds: the program made it, so its form is described and not looked at again; checking
 * it took longer than reading the list from the database.
 */
export const listedId = z.string().meta({ format: 'uuid' });

export { PROTOCOL_VERSION } from './version.ts';

/** Seconds since the epoch do not appear on the wire: every time is RFC 3339 with an offset. */
export const time = z.iso.datetime({ offset: true });

/** Client-made key that makes a repeated command or request apply once. */
export const commandKey = z.string().min(8).max(64);
