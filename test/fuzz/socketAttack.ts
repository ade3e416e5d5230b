import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { z } from 'zod';
import { CONNECTION_COMMANDS, SESSION_COMMANDS } from '../../server/protocol/commands.ts';
import { ERRORS } from '../../server/protocol/errors.ts';
import { PROTOCOL_VERSION } from '../../server/protocol/ids.ts';
import { MEDIA_COMMANDS } from '../../server/protocol/media.ts';
import type { Generator, Schema } from './generate.ts';

/** What came of the messages that were sent. */
export interface SocketScore {
  sent: number;
  connections: number;
  /** answers by code; `ok` for those that succeeded */
  answers: Record<string, number>;
  /** messages without an answer because the connection was cut */
  cut: number;
  /** messages that were sent without asking for an answer */
  unasked: number;
  /** answers that are no answers of the protocol, and messages that were left unanswered on a connection that stands */
  broken: string[];
}

/** A score of nothing yet. */
export const noScore = (): SocketScore => ({ sent: 0, connections: 0, answers: {}, cut: 0, unasked: 0, broken: [] });

const inputOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;
const COMMANDS: [string, Schema][] = Object.entries({
  ...SESSION_COMMANDS,
  ...MEDIA_COMMANDS,
  ...CONNECTION_COMMANDS,
}).map(([name, schema]) => [name, inputOf(schema)]);
const KIND_COMMANDS = COMMANDS.filter(([name]) => !['session.end', 'session.remove'].includes(name));
/** Names that are no commands, among them those of the layers below; the client itself refuses to send some. */
const OTHER_NAMES = ['error', 'message', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'session.join '];
/** Written past the client's own checks; each of them costs the connection. */
const FRAMES = [
  '42["connect"]',
  '42["connect_error",{}]',
  '42["disconnect"]',
  '42["disconnecting"]',
  '42["newListener","x"]',
  '42["removeListener"]',
  '42',
  '42[]',
  '42[null]',
  '42{"a":1}',
  '42/other,["session.list",{}]',
  '42/__proto__,["a"]',
  '43[]',
  '4399999999999999999999[1]',
  '451-["session.list",{"_placeholder":true,"num":99}]',
  '4599999-["session.list"]',
  '46["x"]',
  '40{"token":1}',
  '44{"message":"x"}',
  '49',
  '2'.repeat(50),
  '9',
  '',
  'null',
];
const ANSWER_WITHIN_MS = 5_000;

/** One wave of messages over sockets that have a credential. */
export class SocketAttack {
  readonly score = noScore();
  readonly #generator: Generator;
  readonly #origin: string;
  readonly #sessions: readonly string[];

  /** @param sessions sessions that attackers try to join first, so that later messages meet a state */
  constructor(generator: Generator, origin: string, sessions: readonly string[]) {
    this.#generator = generator;
    this.#origin = origin;
    this.#sessions = sessions;
  }

  /** Sends `messages` messages as one credential, over as many connections as it takes. */
  async run(token: string, messages: number): Promise<void> {
    let failures = 0;
    for (let left = messages; left > 0;) {
      const socket = await this.#connect(token);
      if (!socket) {
        if (++failures > 20) throw new Error('the service lets nobody in any more');
        await new Promise((done) => setTimeout(done, 100));
        continue;
      }
      left -= await this.#wave(socket, Math.min(left, 25 + this.#generator.random.below(30)));
      socket.disconnect();
    }
  }

  async #connect(token: string): Promise<Socket | null> {
    const auth = { protocol: PROTOCOL_VERSION, token };
    const socket = io(this.#origin, { auth, transports: ['websocket'], forceNew: true, reconnection: false });
    this.score.connections += 1;
    return new Promise((done) => {
      socket.once('connect', () => done(socket));
      socket.once('connect_error', () => {
        socket.disconnect();
        done(null);
      });
    });
  }

  /** @returns how many messages were sent until the end of the wave or of the connection */
  async #wave(socket: Socket, messages: number): Promise<number> {
    const { random } = this.#generator;
    const answers: Promise<void>[] = [];
    let sent = 0;
    if (random.chance(0.6)) {
      const sessionId = random.pick(this.#sessions);
      answers.push(this.#send(socket, 'session.join', [{ sessionId, takeOver: random.chance(0.5) }]));
      answers.push(this.#send(socket, 'media.open', [{ sessionId }]));
      sent += 2;
    }
    for (; sent < messages && socket.connected; sent++) {
      answers.push(this.#message(socket));
      // in bursts, so that messages overtake each other; with pauses, so that the attackers leave some of the machine
      if (sent % 8 === 0) await new Promise((done) => setTimeout(done, random.below(150)));
    }
    if (random.chance(0.15) && socket.connected) {
      socket.io.engine.write(random.pick(FRAMES));
      this.score.unasked += 1;
      sent += 1;
    }
    await Promise.all(answers);
    this.score.sent += sent;
    return sent;
  }

  #message(socket: Socket): Promise<void> {
    const generator = this.#generator;
    const { random } = generator;
    // a session that has ended or that everybody was put out of teaches little: let it happen, but rarely
    const [name, schema] = random.pick(random.chance(0.02) ? COMMANDS : KIND_COMMANDS);
    const dice = random.next();
    if (dice < 0.45) {
      return this.#send(socket, name, [generator.valid(schema)]);
    }
    if (dice < 0.8) return this.#send(socket, name, [generator.nearlyValid(schema)]);
    const args = Array.from({ length: random.below(4) }, () => generator.hostile());
    return this.#send(socket, random.chance(0.5) ? name : random.pick(OTHER_NAMES), args, random.chance(0.7));
  }

  #send(socket: Socket, name: string, args: unknown[], asks = true): Promise<void> {
    if (!asks) {
      socket.emit(name, ...args);
      this.score.unasked += 1;
      return Promise.resolve();
    }
    return new Promise((done) => {
      const end = (how: () => void) => {
        clearTimeout(timer);
        socket.off('disconnect', cut);
        how();
        done();
      };
      const cut = () => end(() => (this.score.cut += 1));
      const late = () => end(() => this.score.broken.push(`${name} was not answered: ${show(args)}`));
      const timer = setTimeout(late, ANSWER_WITHIN_MS);
      socket.on('disconnect', cut);
      socket.emit(name, ...args, (answer: unknown) => end(() => this.#answered(name, args, answer)));
    });
  }

  #answered(name: string, args: unknown[], answer: unknown): void {
    const { ok, error } = (answer ?? {}) as { ok?: unknown; error?: { code?: unknown; detail?: unknown } };
    const code = ok === true ? 'ok' : String(error?.code);
    this.score.answers[code] = (this.score.answers[code] ?? 0) + 1;
    const isKnown = ok === true || (ok === false && Object.hasOwn(ERRORS, code) && typeof error?.detail === 'string');
    if (!isKnown || code === 'internal') this.score.broken.push(`${name} ${code}: ${show(args)}`);
  }
}

/** What a stranger without a credential sends: handshakes that are none, and frames that are no packets. */
export async function strangers(generator: Generator, origin: string, count: number): Promise<number> {
  const url = `${origin.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
  const { random } = generator;
  const one = () =>
    new Promise<void>((done) => {
      const socket = new WebSocket(url);
      const timer = setTimeout(() => socket.close(), 1_500);
      socket.onerror = () => undefined;
      socket.onclose = () => {
        clearTimeout(timer);
        done();
      };
      socket.onopen = () => {
        const auth = { protocol: PROTOCOL_VERSION, token: generator.hostile(), lastSeq: generator.hostile() };
        const first = random.pick([
          `40${JSON.stringify(random.chance(0.5) ? auth : generator.hostile())}`,
          '40',
          '40/__proto__,{}',
          '40null',
          '40[]',
          ...FRAMES,
        ]);
        socket.send(first);
        if (random.chance(0.5)) socket.send(Buffer.alloc(40, 255));
        for (const frame of ['42["session.list",{}]', '420["error",null]', random.pick(FRAMES)]) socket.send(frame);
      };
    });
  for (let left = count; left > 0; left -= 10) await Promise.all(Array.from({ length: Math.min(10, left) }, one));
  return count;
}

function show(value: unknown): string {
  try {
    return JSON.stringify(value)?.slice(0, 300) ?? 'undefined';
  } catch {
    return 'what JSON cannot show';
  }
}
