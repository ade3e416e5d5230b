import type { ErrorCode } from '../server/protocol/errors.ts';

/** The codes with which a node refuses a verb. */
export type SfuErrorCode = Extract<
  ErrorCode,
  | 'bad_request'
  | 'unknown_command'
  | 'media_refused'
  | 'quota_exceeded'
  | 'media_not_open'
  | 'not_found'
  | 'source_taken'
  | 'not_allowed'
  | 'no_capacity'
  | 'last_worker'
  | 'draining'
  | 'internal'
>;

/** An expected refusal of a verb; it becomes the acknowledgement's `error`. */
export class SfuError extends Error {
  readonly code: SfuErrorCode;
  /**
   * @param code entry of the closed table
   * @param detail one English sentence for logs and integrators
   */
  constructor(code: SfuErrorCode, detail: string, cause?: unknown) {
    super(detail, { cause });
    this.name = 'SfuError';
    this.code = code;
  }
}

/**
 * Runs a mediasoup call that judges parameters of a client: what mediasoup does not like is the client's fault
 * (`media_refused`), what fails because the object is gone is not (`media_not_open`).
 * @throws {SfuError}
 */
export async function judged<T>(closed: () => boolean, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof SfuError) throw cause;
    if (closed()) throw new SfuError('media_not_open', 'The media peer was closed meanwhile.', cause);
    throw new SfuError('media_refused', cause instanceof Error ? cause.message : String(cause), cause);
  }
}
