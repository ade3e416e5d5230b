import type { z } from 'zod';
import type {
  CONNECTION_COMMANDS,
  Decided,
  SessionCommandCall,
  SessionCommandName,
} from '../../server/protocol/commands.ts';
import type { SessionEvent } from '../../server/protocol/events.ts';
import type { MEDIA_COMMANDS, MediaCommandName, MediaOpened } from '../../server/protocol/media.ts';
import type { Joined, SessionCall } from '../../server/protocol/push.ts';
import type { SessionSnapshot } from '../../server/protocol/snapshot.ts';

/** Name of a command of a connection that is no decision of a session. */
export type ConnectionCommandName = keyof typeof CONNECTION_COMMANDS;

/** Every command that a browser may send. */
export type CommandName = SessionCommandName | MediaCommandName | ConnectionCommandName;

/** What a caller writes, by the command's name. */
export type CommandCall<N extends CommandName> = N extends SessionCommandName
  ? SessionCommandCall<N>
  : N extends MediaCommandName
    ? z.input<(typeof MEDIA_COMMANDS)[N]>
    : N extends ConnectionCommandName
      ? z.input<(typeof CONNECTION_COMMANDS)[N]>
      : never;

/** The missed events, or the whole state when there were too many. */
export interface Synced {
  snapshot: SessionSnapshot | null;
  events: SessionEvent[] | null;
}

interface Outputs {
  'session.join': Joined;
  'session.sync': Synced;
  'session.list': { sessions: Omit<SessionCall, 'endpointId'>[] };
  'media.open': MediaOpened;
  'media.connect': object;
  'media.restartIce': { iceParameters: Record<string, unknown> };
  'media.receive': object;
  'media.viewport': object;
  'media.ready': object;
  'media.path': object;
  'media.produce': { producerId: string };
  'media.close': object;
}

/** What a command answers, by its name. */
export type CommandOutput<N extends CommandName> = N extends keyof Outputs ? Outputs[N] : Decided;
