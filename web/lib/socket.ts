import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import type { Ack, ErrorCode, Problem } from '../../server/protocol/errors.ts';
import { PROTOCOL_VERSION } from '../../server/protocol/version.ts';
import type { ServerPushes, Welcome } from '../../server/protocol/push.ts';
import type { CommandCall, CommandName, CommandOutput } from './commandTypes.ts';
import { ProblemError, localProblem } from './problemError.ts';
import type { ScreenProblem } from './problemError.ts';
import { noteServerTime, serverNow } from './serverClock.ts';
import { Store } from './store.ts';

/** How the connection stands, as a screen shows it. */
export interface ConnectionState {
  status: 'connecting' | 'connected' | 'lost' | 'refused' | 'replaced' | 'closed';
  /** failed attempts since the connection was lost */
  attempt: number;
  /** epoch milliseconds of the server's clock: when the status began */
  since: number;
  welcome: Welcome | null;
  /** why the server refused, when it did */
  problem: ScreenProblem | null;
  /** milliseconds of the last measured round trip */
  rtt: number | null;
}

/** refusals that coming again does not mend */
const FINAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'credential_revoked',
  'foreign_origin',
  'not_signed_in',
  'protocol_version',
]);
const COMMAND_MS = 10_000;
const WAIT_FOR_CONNECTION_MS = 5_000;
const FIRST_RETRY_MS = 300;
const LAST_RETRY_MS = 2_000;

/** The pushes as socket.io-client wants them. */
type Wire = Socket<ServerPushes, Record<string, (input: unknown, ack: (answer: unknown) => void) => void>>;

/**
 * One Socket.IO connection of this page: typed commands with acknowledgements, typed pushes, the state of the line
 * and the server's clock. It comes back by itself; a command that was under way is sent again with the same key.
 */
export class Connection {
  readonly state: Store<ConnectionState>;
  readonly #socket: Wire;
  readonly #entries = new Set<() => Promise<void>>();
  #entered: Promise<unknown> = Promise.resolve();
  #retry: ReturnType<typeof setTimeout> | undefined;

  /** @param token a device's credential; a user is known by the cookie and gives none */
  constructor(token?: string) {
    this.state = new Store<ConnectionState>({
      status: 'connecting',
      attempt: 0,
      since: serverNow(),
      welcome: null,
      problem: null,
      rtt: null,
    });
    this.#socket = io({
      auth: { protocol: PROTOCOL_VERSION, ...(token === undefined ? {} : { token }) },
      withCredentials: true,
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: FIRST_RETRY_MS,
      reconnectionDelayMax: LAST_RETRY_MS,
      timeout: 5_000,
    }) as Wire;
    this.#listen();
  }

  /** Calls `handler` for every push of that name; @returns what stops it */
  on<P extends keyof ServerPushes>(push: P, handler: ServerPushes[P]): () => void {
    // the library's listener type cannot be narrowed by a generic name
    const socket = this.#socket as unknown as { on(e: string, f: unknown): void; off(e: string, f: unknown): void };
    socket.on(push, handler);
    return () => socket.off(push, handler);
  }

  /**
   * Runs `entry` after every (re)connection, before any waiting command goes out: it joins the session again.
   * @returns what takes it off
   */
  onEnter(entry: () => Promise<void>): () => void {
    this.#entries.add(entry);
    return () => this.#entries.delete(entry);
  }

  /**
   * Sends a command and waits for its acknowledgement (10 s). While disconnected it waits up to 5 s for the line.
   * @throws ProblemError with the server's problem, or `timeout`
   */
  async command<N extends CommandName>(name: N, input: CommandCall<N>): Promise<CommandOutput<N>> {
    const body = keyed(name, input);
    const deadline = Date.now() + COMMAND_MS;
    for (;;) {
      await this.#connected(Math.min(WAIT_FOR_CONNECTION_MS, deadline - Date.now()));
      if (!partOfEntering(name)) await this.#entered;
      const answer = await this.#send<CommandOutput<N>>(name, body, deadline - Date.now());
      if (answer === 'cut' && sentOnce(name)) throw new ProblemError(localProblem('timeout', 504, `${name} was cut.`));
      if (answer === 'cut') continue;
      if (!answer.ok) throw new ProblemError(answer.error);
      return answer;
    }
  }

  /** Ends the connection for good. */
  close(): void {
    clearTimeout(this.#retry);
    window.removeEventListener('online', this.#plugged);
    this.#socket.disconnect();
    if (!this.#final()) this.#go('closed');
  }

  /** Connects again after a refusal or a replacement: somebody asked for it. */
  reopen(): void {
    this.state.patch({ attempt: 0, problem: null });
    this.#go('connecting');
    this.#socket.connect();
  }

  #listen(): void {
    window.addEventListener('online', this.#plugged);
    this.#socket.on('connect', () => {
      this.#go('connected', { attempt: 0, problem: null });
      this.#entered = Promise.allSettled([...this.#entries].map((entry) => entry()));
    });
    this.on('welcome', (welcome) => {
      noteServerTime(welcome.serverTime);
      this.state.patch({ welcome });
    });
    this.on('connection.refused', ({ error }) => this.#refused(error));
    this.on('connection.replaced', () => this.#go('replaced'));
    this.#socket.on('disconnect', (reason) => {
      if (this.#final()) return;
      this.#go('lost');
      // the library does not come back by itself when the server closed the connection, as it does while it drains
      if (reason === 'io server disconnect') this.#again();
    });
    this.#socket.on('connect_error', (error: Error & { data?: Partial<Problem> }) => {
      if (error.data?.code) return this.#refused(error.data as Problem);
      this.#failed();
    });
  }

  /** The cable is back: what waits for its turn, or for an answer to what was sent into the dead line, waits no longer. */
  readonly #plugged = (): void => {
    if (this.#final() || this.#socket.connected) return;
    clearTimeout(this.#retry);
    this.#socket.disconnect();
    this.#socket.connect();
  };

  #refused(problem: Problem): void {
    this.state.patch({ problem });
    if (FINAL.has(problem.code)) {
      this.#go('refused', { problem });
      this.#socket.disconnect();
      return;
    }
    this.#failed();
    this.#again();
  }

  #failed(): void {
    const { status, attempt } = this.state.get();
    this.#go(status === 'connecting' ? 'connecting' : 'lost', { attempt: attempt + 1 });
  }

  #again(): void {
    clearTimeout(this.#retry);
    const wait = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.state.get().attempt);
    this.#retry = setTimeout(() => {
      if (!this.#final() && !this.#socket.connected) this.#socket.connect();
    }, wait);
  }

  #final(): boolean {
    const { status } = this.state.get();
    return status === 'refused' || status === 'replaced' || status === 'closed';
  }

  #go(status: ConnectionState['status'], more: Partial<ConnectionState> = {}): void {
    const now = this.state.get();
    this.state.set({ ...now, ...more, status, since: now.status === status ? now.since : serverNow() });
  }

  async #connected(ms: number): Promise<void> {
    if (this.#socket.connected) return;
    const unreachable = localProblem('no_connection', 0, 'The server cannot be reached.');
    if (this.#final() || ms <= 0) throw new ProblemError(this.state.get().problem ?? unreachable);
    await new Promise<void>((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#socket.off('connect', opened);
      };
      const opened = (): void => {
        done();
        resolve();
      };
      const timer = setTimeout(() => {
        done();
        reject(new ProblemError(unreachable));
      }, ms);
      this.#socket.on('connect', opened);
    });
  }

  async #send<T>(name: string, body: unknown, ms: number): Promise<Ack<T> | 'cut'> {
    if (ms <= 0) throw new ProblemError(localProblem('timeout', 504, `No answer to ${name}.`));
    if (!this.#socket.connected) return 'cut';
    const started = performance.now();
    try {
      const answer = (await this.#socket.timeout(ms).emitWithAck(name, body)) as Ack<T>;
      if (name === 'session.list') this.state.patch({ rtt: Math.round(performance.now() - started) });
      return answer;
    } catch {
      if (!this.#socket.connected) return 'cut';
      throw new ProblemError(localProblem('timeout', 504, `No answer to ${name}.`));
    }
  }
}

/** Commands that belong to entering a session: they must not wait for the entry that they are part of. */
function partOfEntering(name: string): boolean {
  return name === 'session.join' || name === 'session.list' || name === 'session.sync';
}

/** Entering and media are built anew after a cut by those who own them; sending them again would do them twice. */
function sentOnce(name: string): boolean {
  return partOfEntering(name) || name.startsWith('media.');
}

/** Decisions carry a key, so that a second sending applies once. */
function keyed(name: string, input: object): object {
  if (name.startsWith('media.') || name === 'session.sync' || name === 'session.list') return input;
  return { key: newKey(), ...input };
}

/** `crypto.randomUUID` exists on secure pages only, and rooms may come over plain HTTP. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
