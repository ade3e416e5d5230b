import type { EntityManager } from 'typeorm';
import type { Change } from '../audit.ts';
import { namesOfEndpoints } from '../directory/directory.store.ts';
import { readMeeting } from '../meetings/meeting.store.ts';
import type { MeetingTurn } from '../meetings/meetingDesk.ts';
import type { WebhookEvent } from '../protocol/integrations.ts';
import { sessionOfMeeting } from '../sessions/session.store.ts';
import type { MeetingGate } from '../sessions/sessionService.ts';
import { changedEndpoints, endpointNews, meetingNews, registrationNews } from './news.ts';
import type { AnsweredInvitation } from './news.ts';
import type { NoticeBoard } from './noticeBoard.ts';

/** What the features do within their transactions, so that an event is stored with what happened. Unheard, they cost nothing. */
export interface Following {
  meetings: (m: EntityManager, turns: readonly MeetingTurn[]) => Promise<void>;
  directory: (m: EntityManager, changes: readonly Change[]) => Promise<void>;
  registrations: (m: EntityManager, answered: AnsweredInvitation) => Promise<void>;
  /** @returns the same gate, which tells of sessions that begin and end */
  sessions: (gate: MeetingGate) => MeetingGate;
}

/** @returns the work by which each feature's events reach the board */
export function following(board: NoticeBoard): Following {
  return {
    meetings: async (m, turns) => {
      if (board.isHeard('meeting.created', 'meeting.changed', 'meeting.cancelled')) {
        await board.post(m, meetingNews(turns));
      }
    },
    directory: async (m, changes) => {
      const ids = board.isHeard('endpoint.changed') ? changedEndpoints(changes) : [];
      if (ids.length > 0) await board.post(m, endpointNews(changes, await namesOfEndpoints(m, ids)));
    },
    registrations: async (m, answered) => {
      if (board.isHeard('registration.changed')) await board.post(m, registrationNews(answered));
    },
    sessions: (gate) => toldGate(gate, board),
  };
}

function toldGate(gate: MeetingGate, board: NoticeBoard): MeetingGate {
  const tell = async (m: EntityManager, event: WebhookEvent, meetingId: string): Promise<void> => {
    if (!board.isHeard(event)) return;
    const title = (await readMeeting(m, meetingId))?.title ?? null;
    await board.post(m, [{ event, data: { id: await sessionOfMeeting(m, meetingId), meetingId, title } }]);
  };
  return {
    startable: (meetingId, actor) => gate.startable(meetingId, actor),
    maySteer: (meetingId, actor) => gate.maySteer(meetingId, actor),
    maySee: (meetingId, actor) => gate.maySee(meetingId, actor),
    extend: (m, meetingId, endsAt) => gate.extend(m, meetingId, endsAt),
    markRunning: async (m, meetingId) => {
      await gate.markRunning(m, meetingId);
      await tell(m, 'session.started', meetingId);
    },
    markEnded: async (m, meetingId, endedAt) => {
      await gate.markEnded(m, meetingId, endedAt);
      await tell(m, 'session.ended', meetingId);
    },
  };
}
