import { AppError } from '../errors.ts';

/** Error codes of the two drivers, and of the network below them, by what they mean. */
const DUPLICATE = new Set(['ER_DUP_ENTRY', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY']);
const FOREIGN = new Set([
  'ER_NO_REFERENCED_ROW',
  'ER_NO_REFERENCED_ROW_2',
  'ER_ROW_IS_REFERENCED',
  'ER_ROW_IS_REFERENCED_2',
  'SQLITE_CONSTRAINT_FOREIGNKEY',
  // how SQLite names ON DELETE RESTRICT; there are no triggers here
  'SQLITE_CONSTRAINT_TRIGGER',
]);
const UNAVAILABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ER_CON_COUNT_ERROR',
  'ER_SERVER_SHUTDOWN',
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_LOCK_WAIT_TIMEOUT',
  'SQLITE_BUSY',
  'SQLITE_FULL',
  'SQLITE_CANTOPEN',
  'SQLITE_READONLY',
]);

/** @returns the driver's code of whatever was thrown, looked for below the wrapping errors */
function codeOf(err: unknown): string {
  for (let e = err, depth = 0; typeof e === 'object' && e !== null && depth < 5; depth++) {
    const { code, driverError, cause } = e as { code?: unknown; driverError?: unknown; cause?: unknown };
    if (typeof code === 'string' && !(e instanceof AppError)) return code;
    e = driverError ?? cause;
  }
  return '';
}

/** @returns whether a unique index refused the row */
export function isDuplicateKey(err: unknown): boolean {
  return DUPLICATE.has(codeOf(err));
}

/** @returns whether a foreign key refused the row: its target is missing, or it is still referred to */
export function isForeignKey(err: unknown): boolean {
  return FOREIGN.has(codeOf(err));
}

/** @returns whether the database chose this transaction as the victim of a deadlock; it may be run again */
export function isDeadlock(err: unknown): boolean {
  return codeOf(err) === 'ER_LOCK_DEADLOCK';
}

/** @returns whether the database could not be used at all just now */
export function isUnavailable(err: unknown): boolean {
  const code = codeOf(err);
  if (UNAVAILABLE.has(code) || code.startsWith('SQLITE_IOERR')) return true;
  return (
    err instanceof Error && /Pool is closed|Can't add new command when connection is in closed state/.test(err.message)
  );
}

/** @returns `database_unavailable` for an error that says so, any other error as it was */
export function asAppError(err: unknown): unknown {
  if (err instanceof AppError || !isUnavailable(err)) return err;
  return new AppError('database_unavailable', 'The database does not answer; try again in a moment.', { cause: err });
}
