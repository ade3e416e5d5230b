/**
 * The state of one live session, as every process and every browser holds it. It is plain data: it is folded from
 * the session's events by `evolve` and by nothing else.
 */

/** Life of a session; only ever moves to the right. */
export type Phase = 'open' | 'closing' | 'closed';

/** Whether an endpoint is in the session. `left` may enter again, which counts up `joinCount`. */
export type Presence = 'absent' | 'calling' | 'joined' | 'interrupted' | 'left';

/** Why an endpoint is not, or no longer, in the session. */
export const EXIT_REASONS = [
  'left_by_choice',
  'line_lost',
  'removed',
  'moved_to_other_session',
  'taken_over',
  'credential_revoked',
  'no_answer',
  'session_ended',
] as const;

/** One of the named reasons for leaving. */
export type ExitReason = (typeof EXIT_REASONS)[number];

/** Rules of the floor, enforced at the SFU (design: `discussion` all may open, `lecture` exactly one, `broadcast` the chair opens several). */
export const FLOOR_MODES = ['discussion', 'lecture', 'broadcast'] as const;

/** One of the three floor modes. */
export type FloorMode = (typeof FLOOR_MODES)[number];

/** Answers of a roll call: present in the room, present online, absent with a reason, not called. */
export const ROLL_STATES = ['present_in_room', 'present_online', 'absent', 'not_called'] as const;

/** One of the four roll-call states. */
export type RollState = (typeof ROLL_STATES)[number];

/** What an endpoint can send. */
export const SOURCES = ['microphone', 'camera', 'presentation'] as const;

/** One of the three sources. */
export type Source = (typeof SOURCES)[number];

/** An endpoint's presence in one session. Names are those of the day. Times are epoch milliseconds of the server's clock. */
export interface Participant {
  endpointId: string;
  code: string;
  name: string;
  shortName: string;
  /** code of the level row, e.g. `commune` in the seeds */
  level: string;
  unitId: string;
  /** name of the unit above, by which rosters are grouped */
  area: string;
  /** order in rosters and roll calls */
  order: number;
  presence: Presence;
  /** when the present presence began */
  since: number;
  exitReason: ExitReason | null;
  joinCount: number;
  /** the endpoint's wish: its microphone is open; what is heard also needs the right (conference/permissions) */
  micOpen: boolean;
  /** granted by the chair to this endpoint beyond the floor mode */
  micAllowed: boolean;
  /** removed by the chair: may not come back to this session */
  removed: boolean;
}

/** A raised hand; the order of the array is the server's order. */
export interface Hand {
  endpointId: string;
  raisedAt: number;
  approved: boolean;
}

/** What was said in the roll call about one endpoint. */
export interface RollEntry {
  state: RollState;
  reason: string | null;
  calledAt: number | null;
  answeredAt: number | null;
}

/** A roll call, open or closed. */
export interface RollCall {
  open: boolean;
  startedAt: number;
  closedAt: number | null;
  /** endpoint that is called now: on every screen, its microphone open */
  current: string | null;
  entries: Record<string, RollEntry>;
}

/** Who runs the session. */
export interface Chair {
  endpointId: string;
  /** the person who holds the right; null: whoever speaks for the endpoint */
  userId: string | null;
}

/** The whole state of a session after event number `seq`. */
export interface SessionSnapshot {
  id: string;
  meetingId: string;
  title: string;
  seq: number;
  phase: Phase;
  openedAt: number;
  /** planned end, moved by `session.extend` */
  endsAt: number;
  closedAt: number | null;
  floorMode: FloorMode;
  chair: Chair;
  /** the chair of the meeting, who may always take the chair back */
  homeChair: Chair;
  /** what every screen shows; `pinned`: set by the chair, does not follow the floor */
  stage: { endpointId: string; pinned: boolean };
  floor: {
    /** who has the floor, oldest first, and since when */
    holders: { endpointId: string; since: number }[];
    queue: Hand[];
    /** who has spoken, in order, with the milliseconds */
    spoken: { endpointId: string; ms: number }[];
  };
  /** endpoints may open their own microphones (discussion mode) */
  selfUnmute: boolean;
  presentation: { holder: string | null; requests: string[] };
  rollCall: RollCall | null;
  paused: boolean;
  locked: boolean;
  participants: Record<string, Participant>;
}
