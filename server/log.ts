import { pino } from 'pino';
import type { Logger } from 'pino';

/** Structured logger; children carry ids. */
export type Log = Logger;

/**
 * @param level pino level name
 * @returns a logger that writes JSON lines to standard output and hides secrets wherever they stand
 */
export function createLog(level: string): Log {
  return pino({
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ['password', 'token', 'credential', 'secret', '*.password', '*.token', '*.credential', '*.secret'],
      censor: '********',
    },
  });
}
