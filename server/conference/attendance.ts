import type { Invited, SessionEvent } from '../protocol/events.ts';
import type { AttendanceRow } from '../protocol/rest.ts';
import type { ExitReason } from '../protocol/snapshot.ts';

/** One stay of an endpoint, from entering to leaving. Times are epoch milliseconds. */
export interface Stay {
  endpointId: string;
  code: string;
  name: string;
  /** counts the entries of this endpoint, from 1 */
  entry: number;
  joinedAt: number;
  leftAt: number | null;
  /** how long the line was lost in this stay */
  interruptedMs: number;
  reason: ExitReason | null;
}

interface Running extends Stay {
  lostAt: number | null;
}

function comeBack(stay: Running, at: number): void {
  if (stay.lostAt !== null) stay.interruptedMs += Math.max(0, at - stay.lostAt);
  stay.lostAt = null;
}

/** Who is in, and who was: built up event by event. */
class Book {
  readonly stays: Running[] = [];
  private readonly invited = new Map<string, Invited>();
  private readonly inside = new Map<string, Running>();
  private readonly entries = new Map<string, number>();

  invite(list: Invited[]): void {
    for (const i of list) this.invited.set(i.endpointId, i);
  }

  enter(endpointId: string, at: number): void {
    const stay = this.inside.get(endpointId);
    if (stay) return comeBack(stay, at);
    const entry = (this.entries.get(endpointId) ?? 0) + 1;
    this.entries.set(endpointId, entry);
    const { code = '', name = '' } = this.invited.get(endpointId) ?? {};
    const fresh: Running = {
      endpointId,
      code,
      name,
      entry,
      joinedAt: at,
      leftAt: null,
      interruptedMs: 0,
      reason: null,
      lostAt: null,
    };
    this.inside.set(endpointId, fresh);
    this.stays.push(fresh);
  }

  lose(endpointId: string, at: number): void {
    const stay = this.inside.get(endpointId);
    if (stay) stay.lostAt ??= at;
  }

  leave(endpointId: string, at: number, reason: ExitReason): void {
    const stay = this.inside.get(endpointId);
    if (!stay) return;
    comeBack(stay, at);
    stay.leftAt = at;
    stay.reason = reason;
    this.inside.delete(endpointId);
  }

  order(endpointId: string): number {
    return this.invited.get(endpointId)?.order ?? Number.MAX_SAFE_INTEGER;
  }
}

/**
 * Folds the events of a session into stays: one row per entry, in roster order. A stay that still runs has no `leftAt`;
 * an interruption begins with the last sign of life, which the service knows only seconds later to have been the last,
 * and one that still runs counts up to `now`.
 * @param events all events from the first on, in order
 * @param now epoch milliseconds
 */
export function stays(events: Iterable<SessionEvent>, now: number): Stay[] {
  const book = new Book();
  for (const { at, fact } of events) {
    if (fact.type === 'sessionOpened') book.invite(fact.invited);
    else if (fact.type === 'endpointJoined') book.enter(fact.endpointId, at);
    else if (fact.type === 'endpointInterrupted') book.lose(fact.endpointId, fact.lastSign?.at ?? at);
    else if (fact.type === 'endpointLeft') book.leave(fact.endpointId, at, fact.reason);
  }
  return book.stays
    .map(({ lostAt, ...stay }) => ({
      ...stay,
      interruptedMs: stay.interruptedMs + (lostAt === null ? 0 : Math.max(0, now - lostAt)),
    }))
    .sort((a, b) => book.order(a.endpointId) - book.order(b.endpointId) || a.entry - b.entry);
}

/** A stay as the API answers it: RFC 3339 in UTC. */
function rowOf(stay: Stay): AttendanceRow {
  const leftAt = stay.leftAt === null ? null : new Date(stay.leftAt).toISOString();
  return { ...stay, joinedAt: new Date(stay.joinedAt).toISOString(), leftAt };
}

/** The stays of a session as the API answers them; parameters as of `stays`. */
export function attendance(events: Iterable<SessionEvent>, now: number): AttendanceRow[] {
  return stays(events, now).map(rowOf);
}
