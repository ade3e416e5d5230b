import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import type { CONNECTION_COMMANDS, Decided, SESSION_COMMANDS } from '../../server/protocol/commands.ts';
import type { Ack, Problem } from '../../server/protocol/errors.ts';
import { PROTOCOL_VERSION } from '../../server/protocol/ids.ts';
import type { MEDIA_COMMANDS, MediaOpened } from '../../server/protocol/media.ts';
import type { Joined, ServerPushes } from '../../server/protocol/push.ts';
import type { SessionEvent } from '../../server/protocol/events.ts';
import type { SessionSnapshot } from '../../server/protocol/snapshot.ts';
import type { z } from 'zod';

type Commands = typeof SESSION_COMMANDS & typeof MEDIA_COMMANDS & typeof CONNECTION_COMMANDS;

/** Answers that are more than `Decided`. */
interface Answers {
  'session.join': Joined;
  'session.sync': { events: SessionEvent[] | null; snapshot: SessionSnapshot | null };
  'session.list': { sessions: { sessionId: string; endpointId: string | null; title: string }[] };
  'media.open': MediaOpened;
  'media.produce': { producerId: string };
}

type AnswerOf<N extends keyof Commands> = N extends keyof Answers
  ? Answers[N]
  : N extends keyof typeof SESSION_COMMANDS
    ? Decided
    : Record<string, unknown>;

/** Name of a push from the server. */
export type PushName = keyof ServerPushes;

/** What a push carries. */
export type PushOf<N extends PushName> = Parameters<ServerPushes[N]>[0];

/** A raw connection for tests: any command, right or wrong, and every push that came. */
export interface RawSocket {
  socket: Socket;
  /** any event with any argument; @returns the acknowledgement; rejects after 5 s without one */
  send(name: string, ...args: unknown[]): Promise<Ack<Record<string, unknown>>>;
  /** a command that has to succeed; @throws SocketRefused otherwise */
  ok<N extends keyof Commands>(name: N, input: z.input<Commands[N]>): Promise<AnswerOf<N>>;
  /** a command that has to be refused; @returns the problem */
  refused(name: string, input: unknown): Promise<Problem>;
  /** pushes of one name that came so far, oldest first */
  pushes<N extends PushName>(name: N): PushOf<N>[];
  /** waits for a push that fits, also one that came already */
  push<N extends PushName>(name: N, fits?: (push: PushOf<N>) => boolean, withinMs?: number): Promise<PushOf<N>>;
  close(): void;
}

/** A command that had to succeed was refused. */
export class SocketRefused extends Error {
  readonly problem: Problem;
  constructor(name: string, problem: Problem) {
    super(`${name}: ${problem.code}: ${problem.detail}`);
    this.problem = problem;
  }
}

const open = new Set<Socket>();

/**
 * Connects with a user's token or a device's credential and waits for the welcome.
 * @param options.protocol another protocol version than ours, to see it refused
 * @param options.lastSeq handshake field of a client that comes back
 * @throws Error with the server's reason when the handshake is refused
 */
export async function connectSocket(
  origin: string,
  token: string,
  options: { protocol?: number; reconnection?: boolean; lastSeq?: number } = {},
): Promise<RawSocket> {
  const { protocol = PROTOCOL_VERSION, reconnection = false, lastSeq } = options;
  const socket = io(origin, {
    auth: { protocol, token, ...(lastSeq === undefined ? {} : { lastSeq }) },
    transports: ['websocket'],
    forceNew: true,
    reconnection,
    rejectUnauthorized: false,
  });
  open.add(socket);
  const received: { name: string; push: unknown }[] = [];
  const waiting = new Set<() => void>();
  socket.onAny((name: string, push: unknown) => {
    received.push({ name, push });
    for (const wake of waiting) wake();
  });
  const raw: RawSocket = {
    socket,
    send: (name, ...args) => socket.timeout(5000).emitWithAck(name, ...args) as ReturnType<RawSocket['send']>,
    async ok<N extends keyof Commands>(name: N, input: z.input<Commands[N]>) {
      const ack = await raw.send(name, input);
      if (!ack.ok) throw new SocketRefused(name, ack.error);
      return ack as unknown as AnswerOf<N>;
    },
    async refused(name, input) {
      const ack = await raw.send(name, input);
      if (ack.ok) throw new Error(`${name} was not refused`);
      return ack.error;
    },
    pushes: <N extends PushName>(name: N) =>
      received.filter((one) => one.name === name).map((one) => one.push as PushOf<N>),
    push: <N extends PushName>(name: N, fits: (push: PushOf<N>) => boolean = () => true, withinMs = 5000) =>
      new Promise<PushOf<N>>((done, fail) => {
        const look = () => {
          const found = raw.pushes(name).find(fits);
          if (!found) return;
          stopWaiting();
          done(found);
        };
        const timer = setTimeout(() => {
          stopWaiting();
          fail(new Error(`no ${name} within ${withinMs} ms; came: ${received.map((one) => one.name).join(', ')}`));
        }, withinMs);
        const stopWaiting = () => {
          clearTimeout(timer);
          waiting.delete(look);
        };
        waiting.add(look);
        look();
      }),
    close() {
      open.delete(socket);
      socket.disconnect();
    },
  };
  await new Promise<void>((done, fail) => {
    socket.once('connect', done);
    socket.once('connect_error', (error) => {
      if (!reconnection) raw.close();
      fail(error);
    });
  });
  return raw;
}

/** Closes every connection of this run. */
export function closeSockets(): void {
  for (const socket of open) socket.disconnect();
  open.clear();
}
