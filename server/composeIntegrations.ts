import type { AccountStore } from './accounts/account.store.ts';
import { apiTokenRoutes } from './accounts/apiTokenRoutes.ts';
import { ApiTokens } from './accounts/apiTokens.ts';
import type { SignIns } from './accounts/signIns.ts';
import type { Users } from './accounts/users.ts';
import type { Clock } from './clock.ts';
import type { Calendar } from './composeCalendar.ts';
import type { Database } from './db/dataSource.ts';
import type { DirectoryService } from './directory/directoryService.ts';
import type { DirectoryWork } from './directory/directoryWork.ts';
import type { Route } from './http/route.ts';
import type { Log } from './log.ts';
import type { MeetingGate } from './sessions/sessionService.ts';
import { AddressGuard } from './webhooks/address.ts';
import { following } from './webhooks/follow.ts';
import { NoticeBoard } from './webhooks/noticeBoard.ts';
import { webhookRoutes } from './webhooks/routes.ts';
import { WebhookSender } from './webhooks/sender.ts';
import { Webhooks } from './webhooks/webhooks.ts';

/** What tokens and webhooks are composed from. */
export interface IntegrationParts {
  db: Database;
  accounts: AccountStore;
  users: Users;
  signIns: SignIns;
  directory: DirectoryService;
  calendar: Calendar;
  work: DirectoryWork;
  clock: Clock;
  log: Log;
  /** hosts with commas that webhooks may reach whatever they are; null: none */
  hosts: string | null;
}

/** What other programs use: the API by token, and being told of events. */
export interface Integrations {
  tokens: ApiTokens;
  sender: WebhookSender;
  /** @returns the gate of sessions, which tells of those that begin and end */
  toldGate(gate: MeetingGate): MeetingGate;
  routes: Route[];
  /** reads who listens, before anything happens, and begins to send */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** News the services of tokens and webhooks and joins them to what they follow. */
export function composeIntegrations(parts: IntegrationParts): Integrations {
  const { db, accounts, users, signIns, directory, calendar, work, clock, log } = parts;
  const tree = () => directory.tree();
  const tokens = new ApiTokens(db, accounts, signIns, tree, clock);
  users.withinPasswordChange((m, actor, account) => tokens.revokeAll(m, actor, account));
  users.onGrantsChanged(({ userId }) => tokens.forget(userId));
  const listed = (parts.hosts ?? '').split(',').flatMap((host) => host.trim() || []);
  const guard = new AddressGuard(listed);
  const board = new NoticeBoard(db, clock);
  const webhooks = new Webhooks(db, tree, clock, guard, board);
  const sender = new WebhookSender({ db, clock, log, guard, board });
  webhooks.onWaiting(() => sender.nudge());
  const follow = following(board);
  calendar.meetings.desk.within(follow.meetings);
  calendar.registrations.within(follow.registrations);
  work.surgery.within(follow.directory);
  work.undo.within(follow.directory);
  return {
    tokens,
    sender,
    toldGate: follow.sessions,
    routes: [...apiTokenRoutes(tokens), ...webhookRoutes(webhooks)],
    start: async () => {
      await board.refresh();
      sender.start();
    },
    stop: () => sender.stop(),
  };
}
