import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { Server } from 'socket.io';
import type { Socket } from 'socket.io';
import { GATHERING } from '../server/protocol/sfu.ts';
import type { SfuAnswer, SfuVerb } from '../server/protocol/sfu.ts';
import { SfuError } from './errors.ts';
import type { SfuErrorCode } from './errors.ts';
import type { SfuNode, VerbHandlers } from './node.ts';
import type { EventSink } from './sessionMedia.ts';
import { CALLS, Telling } from './telling.ts';
import { VERB_SHAPES } from './verbs.ts';

/** One message carries many calls, each with as much as a browser may say; nothing honest is larger (bytes). */
const MOST_BYTES = 64_000_000;

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Compares secrets in a time that tells nothing about them. */
export function sameSecret(given: unknown, secret: string): boolean {
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(secret));
}

/**
 * The control channel of a node: every verb passes one wrapper, so that no message can hurt the node. Media does not
 * depend on it: a lost connection closes nothing.
 */
export class ControlServer {
  private readonly node: SfuNode;
  private readonly log: Logger;
  private readonly http: HttpServer;
  private readonly io: Server;
  private readonly hearers = new Set<EventSink>();

  /** @param secret shared with the control plane */
  constructor(node: SfuNode, secret: string, log: Logger) {
    this.node = node;
    this.log = log;
    this.http = createServer((_, response) => response.writeHead(404).end());
    this.io = new Server(this.http, {
      serveClient: false,
      transports: ['websocket'],
      maxHttpBufferSize: MOST_BYTES,
      pingInterval: 5_000,
      pingTimeout: 3_000,
      connectTimeout: 5_000,
    });
    this.io.use((socket, next) => {
      if (sameSecret(socket.handshake.auth.secret, secret)) return next();
      this.log.warn({ address: socket.handshake.address }, 'control channel refused: wrong secret');
      next(new Error('wrong_credentials'));
    });
    this.io.on('connection', (socket) => this.serve(socket));
    node.onEvent((event, data) => {
      for (const hear of this.hearers) hear(event, data);
    });
  }

  /**
   * Starts to listen.
   * @param port 0 takes a free one
   * @returns the port
   * @throws {SfuError} `no_capacity` naming the port when it is taken
   */
  async listen(port: number, host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.http.once('error', (cause) =>
        reject(
          new SfuError(
            'no_capacity',
            `Control port ${port} on ${host} cannot be used (${cause.message}): stop the program that uses it, or set SFU_CONTROL_PORT.`,
            cause,
          ),
        ),
      );
      this.http.listen(port, host, resolve);
    });
    return (this.http.address() as AddressInfo).port;
  }

  /** Cuts all connections and stops to listen. */
  async close(): Promise<void> {
    await this.io.close();
  }

  private serve(socket: Socket): void {
    this.log.info({ address: socket.handshake.address }, 'control channel connected');
    const gathers = Number(socket.handshake.auth.channel) >= GATHERING;
    const telling = gathers ? new Telling((told) => socket.emit('told', told)) : null;
    if (telling) socket.emit('channel', GATHERING);
    const hear: EventSink = (event, data) => (telling ? telling.tell([event, data]) : socket.emit(event, data));
    this.hearers.add(hear);
    socket.on('disconnect', () => this.hearers.delete(hear));
    // who comes while the node drains must not place a session here before the next load
    void this.node.tellLoad();
    socket.on('disconnect', (reason) => this.log.info({ reason }, 'control channel lost; media goes on'));
    socket.on('error', (err) => this.log.warn({ err }, 'control channel error'));
    socket.onAny((verb: string, ...args: unknown[]) => {
      if (telling && verb === 'calls') return this.answerAll(telling, args[0]);
      const ack = args.pop();
      if (typeof ack !== 'function') return this.log.warn({ verb }, 'verb without acknowledgement ignored');
      void this.answer(verb, args[0]).then((answer) => ack(answer));
    });
  }

  private answerAll(telling: Telling, given: unknown): void {
    const calls = CALLS.safeParse(given);
    if (!calls.success) {
      this.log.warn('calls that are none ignored');
      return;
    }
    for (const [number, verb, input] of calls.data)
      void this.answer(verb, input).then((answer) => telling.tell([number, answer]));
  }

  private async answer(verb: string, input: unknown): Promise<SfuAnswer> {
    try {
      if (!Object.hasOwn(VERB_SHAPES, verb)) throw new SfuError('unknown_command', `There is no verb ${verb}.`);
      const shape = VERB_SHAPES[verb as SfuVerb];
      const parsed = shape.safeParse(input);
      if (!parsed.success) {
        const issue = parsed.error.issues[0];
        throw new SfuError('bad_request', `${verb}.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
      }
      // the shape of the same name has just checked it
      const handlers = this.node as unknown as Record<string, (input: unknown) => Promise<object>>;
      const handler = handlers[verb as keyof VerbHandlers];
      return { ok: true, ...(await handler?.call(this.node, parsed.data)) };
    } catch (error) {
      return { ok: false, error: this.refusal(verb, error) };
    }
  }

  private refusal(verb: string, error: unknown): { code: SfuErrorCode; detail: string } {
    if (error instanceof SfuError) {
      this.log.debug({ verb, code: error.code, detail: error.message }, 'verb refused');
      return { code: error.code, detail: error.message };
    }
    this.log.error({ verb, err: error }, 'verb failed');
    return { code: 'internal', detail: 'The node failed; its log says why.' };
  }
}
