import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { ERRORS } from '../protocol/errors.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import { GATHERING } from '../protocol/sfu.ts';
import type { SfuAnswer, SfuEvents, SfuTold, SfuVerb, SfuVerbs, WorkerLoad } from '../protocol/sfu.ts';
import { NodeCalls } from './nodeCalls.ts';

/** How long a verb may take before the node counts as not answering, milliseconds. */
const VERB_TIMEOUT_MS = 8_000;

/** What a node tells its owner. `up` comes after each (re)connection. */
export interface NodeListener {
  up(node: RemoteNode): void;
  down(node: RemoteNode): void;
  event<E extends keyof SfuEvents>(node: RemoteNode, name: E, message: SfuEvents[E]): void;
}

/** The control plane's hand on one SFU node. Losing it closes nothing at the node. */
export class RemoteNode {
  readonly id: string;
  readonly #socket: Socket;
  /** sessions that this connection has made known */
  readonly #opened = new Map<string, Promise<SfuVerbs['openSession']['out']>>();
  readonly #calls: NodeCalls;
  readonly #listener: NodeListener;
  #up = false;
  /** the node takes many calls in one message */
  #gathers = false;
  #workers: WorkerLoad[] = [];
  #draining = false;

  /**
   * @param address `host:port` of the node's control channel
   * @param secret shared secret of the channel
   */
  constructor(address: string, secret: string, listener: NodeListener, log: Log) {
    this.id = address;
    this.#socket = io(`http://${address}`, {
      auth: { secret, channel: GATHERING },
      transports: ['websocket'],
      reconnectionDelay: 100,
      reconnectionDelayMax: 1_000,
      autoConnect: false,
    });
    this.#listener = listener;
    this.#calls = new NodeCalls((calls) => this.#socket.emit('calls', calls), VERB_TIMEOUT_MS);
    this.#socket.on('connect', () => {
      this.#up = true;
      log.info({ node: address }, 'SFU node is connected');
      listener.up(this);
    });
    this.#socket.on('disconnect', (reason) => {
      this.#up = false;
      this.#gathers = false;
      this.#opened.clear();
      this.#calls.lose();
      // the program's own end is no loss
      if (reason !== 'io client disconnect') log.warn({ node: address, reason }, 'SFU node is lost');
      listener.down(this);
    });
    this.#socket.on('connect_error', (err) =>
      log.debug({ node: address, err: err.message }, 'SFU node does not answer'),
    );
    this.#socket.on('channel', (version: number) => (this.#gathers = version >= GATHERING));
    this.#socket.on('told', (told: SfuTold[]) => {
      for (const [key, message] of told) {
        if (typeof key === 'number') this.#calls.answer(key, message as SfuAnswer);
        else this.#event(key, message as SfuEvents[typeof key]);
      }
    });
    const names = ['producerClosed', 'endpointMedia', 'speakers', 'load', 'workerDied', 'peerMoving'] as const;
    for (const name of names) {
      this.#socket.on(name, (message: SfuEvents[typeof name]) => this.#event(name, message));
    }
  }

  /** Begins to dial; goes on until `close`. */
  open(): void {
    this.#socket.connect();
  }

  /** Whether the control channel stands now. */
  get up(): boolean {
    return this.#up;
  }

  /** Whether the node takes no new sessions. */
  get draining(): boolean {
    return this.#draining;
  }

  /** Last reported load of the node's workers. */
  get workers(): readonly WorkerLoad[] {
    return this.#workers;
  }

  /**
   * Makes a session known, once a connection: every endpoint asks, and the answer is large.
   * @throws AppError media_unavailable, draining
   */
  openSession(sessionId: string): Promise<SfuVerbs['openSession']['out']> {
    const known = this.#opened.get(sessionId);
    if (known) return known;
    const opened = this.call('openSession', { sessionId });
    this.#opened.set(sessionId, opened);
    opened.catch(() => this.#opened.delete(sessionId));
    return opened;
  }

  /** Ends a session at the node. @throws AppError media_unavailable */
  async closeSession(sessionId: string): Promise<void> {
    this.#opened.delete(sessionId);
    await this.call('closeSession', { sessionId });
  }

  /**
   * Calls a verb.
   * @throws AppError media_unavailable when the node is away or silent, else the node's own code
   */
  async call<V extends SfuVerb>(verb: V, input: SfuVerbs[V]['in']): Promise<SfuVerbs[V]['out']> {
    if (!this.#up) throw new AppError('media_unavailable', 'The media server is not connected.');
    let answer: SfuAnswer;
    try {
      answer = await (this.#gathers
        ? this.#calls.call(verb, input)
        : (this.#socket.timeout(VERB_TIMEOUT_MS).emitWithAck(verb, input) as Promise<SfuAnswer>));
    } catch (cause) {
      throw new AppError('media_unavailable', 'The media server did not answer.', { cause });
    }
    if (!answer.ok) {
      const code = (answer.error.code in ERRORS ? answer.error.code : 'internal') as ErrorCode;
      throw new AppError(code, answer.error.detail);
    }
    // the node answers by protocol/sfu.ts; both ends are this program
    return answer as unknown as SfuVerbs[V]['out'];
  }

  /** Stops dialling; the node goes on by itself. */
  close(): void {
    this.#socket.close();
  }

  #event<E extends keyof SfuEvents>(name: E, message: SfuEvents[E]): void {
    if (name === 'load') this.#load(message as SfuEvents['load']);
    this.#listener.event(this, name, message);
  }

  #load(message: SfuEvents['load']): void {
    this.#workers = message.workers;
    this.#draining = message.draining;
  }
}
