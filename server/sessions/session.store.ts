import type { EntityManager } from 'typeorm';
import { In, MoreThan, Not } from 'typeorm';
import type { Database } from '../db/dataSource.ts';
import { isDuplicateKey } from '../db/dbErrors.ts';
import { AppError } from '../errors.ts';
import type { Decided } from '../protocol/commands.ts';
import type { SessionEvent, SessionFact } from '../protocol/events.ts';
import type { SessionSnapshot } from '../protocol/snapshot.ts';
import type { Step, StepKey } from './journal.ts';
import { sessionEventEntity, sessionEntity } from './session.entity.ts';
import type { SessionEventRow } from './session.entity.ts';

/** Work that belongs into the same transaction as the events. */
export type Within = (m: EntityManager) => Promise<void>;

/** Keeps sessions and their append-only events. */
export class SessionStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Writes a new session with its first event.
   * @returns false when the meeting already has a session
   */
  async open(snapshot: SessionSnapshot, event: SessionEvent, within: Within): Promise<boolean> {
    try {
      await this.#db.transaction(async (m) => {
        await m.insert(sessionEntity, {
          id: snapshot.id,
          meetingId: snapshot.meetingId,
          phase: snapshot.phase,
          lastSeq: snapshot.seq,
          openedAt: new Date(snapshot.openedAt),
          closedAt: null,
        });
        await m.insert(sessionEventEntity, toRow(snapshot.id, event, undefined));
        await within(m);
      });
      return true;
    } catch (err) {
      if (isDuplicateKey(err)) return false;
      throw err;
    }
  }

  /**
   * Appends a step's events. The guard on `lastSeq` keeps a second owner of the session out.
   * @throws AppError internal when somebody else has written meanwhile
   */
  async append(step: Step, within: Within): Promise<void> {
    const { sessionId, events } = step;
    const keys = new Map(step.keys.map((k) => [k.seq, k]));
    await this.#db.transaction(async (m) => {
      const moved = await m.update(
        sessionEntity,
        { id: sessionId, lastSeq: step.beforeSeq },
        {
          lastSeq: step.afterSeq,
          phase: step.phase,
          closedAt: step.closedAt === null ? null : new Date(step.closedAt),
        },
      );
      if (moved.affected !== 1) throw new AppError('internal', 'The session has another owner.');
      await m.insert(
        sessionEventEntity,
        events.map((e) => toRow(sessionId, e, keys.get(e.seq))),
      );
      await within(m);
    });
  }

  /** @returns place of the session's last stored event; 0 when there is no such session */
  async lastSeq(sessionId: string): Promise<number> {
    const row = await this.#db.transaction((m) =>
      m.findOne(sessionEntity, { where: { id: sessionId }, select: { id: true, lastSeq: true } }),
    );
    return row?.lastSeq ?? 0;
  }

  /** @returns the events after `afterSeq`, oldest first */
  async events(sessionId: string, afterSeq: number, limit = 100_000): Promise<SessionEvent[]> {
    const rows = await this.#db.dataSource.manager.find(sessionEventEntity, {
      where: { sessionId, seq: MoreThan(afterSeq) },
      order: { seq: 'ASC' },
      take: limit,
    });
    return rows.map(toEvent);
  }

  /** @returns every session that is not closed, with all events and the answers of keyed commands */
  async loadOpen(): Promise<{ events: SessionEvent[]; keys: [string, Decided][] }[]> {
    const rows = await this.#db.dataSource.manager.find(sessionEntity, { where: { phase: Not('closed') } });
    return Promise.all(
      rows.map(async ({ id }) => {
        const stored = await this.#db.dataSource.manager.find(sessionEventEntity, {
          where: { sessionId: id },
          order: { seq: 'ASC' },
        });
        const keys = stored.flatMap((r): [string, Decided][] =>
          r.commandKey === null ? [] : [[r.commandKey, { seq: r.seq, events: r.commandEvents }]],
        );
        return { events: stored.map(toEvent), keys };
      }),
    );
  }

  /** @returns the sessions of meetings, open or ended, by the meeting's id */
  async idsOfMeetings(meetingIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.#db.dataSource.manager.find(sessionEntity, {
      where: { meetingId: In([...meetingIds]) },
      select: { id: true, meetingId: true },
    });
    return new Map(rows.map((r) => [r.meetingId, r.id]));
  }

  /** @returns the session of a meeting, open or ended, or null */
  async idOfMeeting(meetingId: string): Promise<string | null> {
    const row = await this.#db.dataSource.manager.findOne(sessionEntity, {
      where: { meetingId },
      select: { id: true },
    });
    return row?.id ?? null;
  }
}

/** @returns the session of a meeting as the transaction sees it, or null */
export async function sessionOfMeeting(m: EntityManager, meetingId: string): Promise<string | null> {
  const row = await m.findOne(sessionEntity, { where: { meetingId }, select: { id: true } });
  return row?.id ?? null;
}

function toRow(sessionId: string, e: SessionEvent, key: StepKey | undefined): SessionEventRow {
  return {
    sessionId,
    seq: e.seq,
    at: new Date(e.at),
    byEndpointId: e.by.endpointId,
    byUserId: e.by.userId,
    commandKey: key?.key ?? null,
    commandEvents: key?.events ?? 0,
    type: e.fact.type,
    fact: JSON.stringify(e.fact),
  };
}

function toEvent(r: SessionEventRow): SessionEvent {
  return {
    seq: r.seq,
    at: r.at.getTime(),
    by: { endpointId: r.byEndpointId, userId: r.byUserId },
    // written by this program from the same type; the table is append-only
    fact: JSON.parse(r.fact) as SessionFact,
  };
}
