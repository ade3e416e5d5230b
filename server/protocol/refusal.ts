/** What happens to the connection that caused an error: it gets an answer, or it is cut. */
export type Fate = 'reply' | 'disconnect';

/** The closed table of every error that can leave the program: code -> HTTP status and fate. */
export const ERRORS = {
  // shape and identity
  bad_request: { status: 400, fate: 'reply' },
  unknown_command: { status: 400, fate: 'reply' },
  payload_too_large: { status: 413, fate: 'disconnect' },
  unsupported_media_type: { status: 415, fate: 'reply' },
  not_signed_in: { status: 401, fate: 'reply' },
  wrong_credentials: { status: 401, fate: 'reply' },
  credential_revoked: { status: 401, fate: 'disconnect' },
  protocol_version: { status: 426, fate: 'disconnect' },
  foreign_origin: { status: 403, fate: 'disconnect' },
  not_allowed: { status: 403, fate: 'reply' },
  scope_missing: { status: 403, fate: 'reply' },
  not_found: { status: 404, fate: 'reply' },
  too_many_requests: { status: 429, fate: 'reply' },
  too_many_errors: { status: 429, fate: 'disconnect' },
  too_many_connections: { status: 429, fate: 'disconnect' },
  // directory, devices, accounts
  name_taken: { status: 409, fate: 'reply' },
  version_conflict: { status: 412, fate: 'reply' },
  plan_refused: { status: 422, fate: 'reply' },
  undo_refused: { status: 409, fate: 'reply' },
  sheet_unreadable: { status: 422, fate: 'reply' },
  pairing_unknown: { status: 404, fate: 'reply' },
  pairing_pending: { status: 409, fate: 'reply' },
  password_too_weak: { status: 422, fate: 'reply' },
  // programs that use the API or are told of events
  limit_reached: { status: 409, fate: 'reply' },
  webhook_refused: { status: 422, fate: 'reply' },
  webhook_disabled: { status: 409, fate: 'reply' },
  // meetings
  schedule_conflict: { status: 409, fate: 'reply' },
  time_in_past: { status: 422, fate: 'reply' },
  end_before_start: { status: 422, fate: 'reply' },
  meeting_too_long: { status: 422, fate: 'reply' },
  endpoint_unknown: { status: 422, fate: 'reply' },
  chair_not_invited: { status: 422, fate: 'reply' },
  classification_refused: { status: 422, fate: 'reply' },
  series_refused: { status: 422, fate: 'reply' },
  file_refused: { status: 422, fate: 'reply' },
  meeting_not_startable: { status: 409, fate: 'reply' },
  meeting_not_changeable: { status: 409, fate: 'reply' },
  idempotency_reuse: { status: 422, fate: 'reply' },
  // a session
  not_invited: { status: 403, fate: 'reply' },
  not_in_session: { status: 409, fate: 'reply' },
  not_chair: { status: 403, fate: 'reply' },
  wrong_phase: { status: 409, fate: 'reply' },
  session_locked: { status: 409, fate: 'reply' },
  seat_taken: { status: 409, fate: 'reply' },
  removed_from_session: { status: 403, fate: 'reply' },
  no_such_participant: { status: 404, fate: 'reply' },
  participant_absent: { status: 409, fate: 'reply' },
  hand_not_raised: { status: 409, fate: 'reply' },
  hand_already_raised: { status: 409, fate: 'reply' },
  floor_not_held: { status: 409, fate: 'reply' },
  mic_not_allowed: { status: 403, fate: 'reply' },
  presentation_taken: { status: 409, fate: 'reply' },
  presentation_not_held: { status: 409, fate: 'reply' },
  roll_call_not_open: { status: 409, fate: 'reply' },
  roll_call_open: { status: 409, fate: 'reply' },
  not_called: { status: 409, fate: 'reply' },
  // media
  media_unavailable: { status: 503, fate: 'reply' },
  media_not_open: { status: 409, fate: 'reply' },
  media_refused: { status: 422, fate: 'reply' },
  not_offered: { status: 403, fate: 'reply' },
  source_taken: { status: 409, fate: 'reply' },
  quota_exceeded: { status: 429, fate: 'reply' },
  no_capacity: { status: 503, fate: 'reply' },
  last_worker: { status: 409, fate: 'reply' },
  // the program itself
  draining: { status: 503, fate: 'reply' },
  database_unavailable: { status: 503, fate: 'reply' },
  timeout: { status: 504, fate: 'reply' },
  internal: { status: 500, fate: 'reply' },
} as const satisfies Record<string, { status: number; fate: Fate }>;

/** One of the codes of the closed error table. */
export type ErrorCode = keyof typeof ERRORS;

/** A rule said no. Thrown or returned by pure code; becomes a problem at the edge. */
export class Refusal {
  readonly code: ErrorCode;
  readonly detail: string;
  /**
   * @param code entry of the closed table
   * @param detail one English sentence for the log and for integrators
   */
  constructor(code: ErrorCode, detail: string) {
    this.code = code;
    this.detail = detail;
  }
}
