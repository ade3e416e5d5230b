import type { Chair, ExitReason, FloorMode, Participant, RollState } from './snapshot.ts';

/** An endpoint as it is written into the opening event. */
export type Invited = Pick<
  Participant,
  'endpointId' | 'code' | 'name' | 'shortName' | 'level' | 'unitId' | 'area' | 'order'
>;

/** The last that was known of an endpoint before its line was lost: a packet of its heartbeat, or its own closing. */
export interface LastSign {
  /** epoch milliseconds of the server's clock */
  at: number;
  by: 'heartbeat' | 'closing';
}

/** What can happen in a session. `type` names the fact; facts are never changed once stored. */
export type SessionFact =
  | {
      type: 'sessionOpened';
      id: string;
      meetingId: string;
      title: string;
      endsAt: number;
      floorMode: FloorMode;
      chair: Chair;
      invited: Invited[];
    }
  | { type: 'endpointCalled'; endpointId: string }
  | { type: 'endpointJoined'; endpointId: string }
  | { type: 'endpointInterrupted'; endpointId: string; lastSign?: LastSign }
  | { type: 'endpointLeft'; endpointId: string; reason: ExitReason }
  | { type: 'endpointRemoved'; endpointId: string }
  | { type: 'endpointMissedCall'; endpointId: string }
  | { type: 'chairHandedOver'; chair: Chair }
  | { type: 'chairTakenBack'; chair: Chair }
  | { type: 'modeSet'; floorMode: FloorMode }
  | { type: 'handRaised'; endpointId: string }
  | { type: 'handLowered'; endpointId: string }
  | { type: 'handApproved'; endpointId: string }
  | { type: 'handRefused'; endpointId: string }
  | { type: 'floorGiven'; endpointId: string }
  | { type: 'floorReleased'; endpointId: string }
  | { type: 'micOpened'; endpointId: string }
  | { type: 'micMuted'; endpointId: string; byChair: boolean }
  | { type: 'allMuted'; except: string[]; selfUnmute: boolean }
  | { type: 'micAllowedSet'; endpointId: string; allowed: boolean }
  | { type: 'selfUnmuteSet'; allowed: boolean }
  | { type: 'stageSet'; endpointId: string; pinned: boolean }
  | { type: 'presentationRequested'; endpointId: string }
  | { type: 'presentationRequestDropped'; endpointId: string }
  | { type: 'presentationGiven'; endpointId: string }
  | { type: 'presentationStopped'; endpointId: string }
  | { type: 'rollCallStarted' }
  | { type: 'rollCalled'; endpointId: string }
  | {
      type: 'rollMarked';
      endpointId: string;
      state: RollState;
      reason: string | null;
      byChair: boolean;
      /** nobody was left to be called: who was called is called no more. Events of older versions do not have it */
      endsTurn?: true;
    }
  | { type: 'rollCallClosed' }
  | { type: 'sessionExtended'; endsAt: number }
  | { type: 'sessionPaused' }
  | { type: 'sessionResumed' }
  | { type: 'sessionLockSet'; locked: boolean }
  | { type: 'sessionClosing' }
  | { type: 'sessionClosed' };

/** Who caused an event: an endpoint, a person, or the program itself. */
export interface Cause {
  endpointId: string | null;
  userId: string | null;
}

/** A stored event: the fact, its place in the session's one order, when, and by whom. */
export interface SessionEvent {
  seq: number;
  /** epoch milliseconds of the server's clock */
  at: number;
  by: Cause;
  fact: SessionFact;
}
