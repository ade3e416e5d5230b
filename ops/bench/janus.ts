import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProgram, startProgram } from './children.ts';
import { freePorts, until } from './waiting.ts';

/** Said where it is not installed. */
export const NO_JANUS = 'JANUS IS NOT INSTALLED: apt-get install -y --no-install-recommends janus';

const PROGRAM = '/usr/bin/janus';
const MEDIA_PORTS = 300;

/** A private Janus with one Streaming mountpoint. */
export interface Janus {
  pid: number;
  /** where the mountpoint takes RTP */
  rtpPort: number;
  /** @returns an offer for a new viewer, and what takes its answer */
  watch(): Promise<{ offer: string; start: (answer: string) => Promise<void> }>;
  stop(): Promise<void>;
}

/** Whether this machine has Janus. */
export const hasJanus = (): boolean => existsSync(PROGRAM);

interface Message {
  janus: string;
  transaction?: string;
  sender?: number;
  data?: { id: number };
  jsep?: { type: string; sdp: string };
  error?: { reason: string };
  plugindata?: { data: { error?: string } };
}

/** An address of this machine, since Janus gathers no candidate on loopback. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find((a) => a.family === 'IPv4' && !a.internal)?.address ?? '127.0.0.1';
}

function configure(folder: string, ports: { ws: number; rtp: number; media: number }): void {
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const others = 'audiobridge duktape echotest lua nosip recordplay sip textroom videocall videoroom voicemail';
  const plugins = others.split(' ').map((name) => `libjanus_${name}.so`);
  const transports = ['http', 'mqtt', 'nanomsg', 'pfunix', 'rabbitmq'].map((name) => `libjanus_${name}.so`);
  write(
    'janus.jcfg',
    `general: { configs_folder = "${folder}" debug_level = 2 }
media: { rtp_port_range = "${ports.media}-${ports.media + MEDIA_PORTS - 1}" }
nat: { ice_enforce_list = "${ownAddress()}" }
plugins: { disable = "${plugins.join(',')}" }
transports: { disable = "${transports.join(',')}" }
loggers: { disable = "libjanus_jsonlog.so" }
events: { broadcast = false }
`,
  );
  write(
    'janus.transport.websockets.jcfg',
    `general: { json = "compact" ws = true ws_port = ${ports.ws} ws_ip = "127.0.0.1" wss = false }\nadmin: { admin_ws = false }\n`,
  );
  write(
    'janus.plugin.streaming.jcfg',
    `bench: { type = "rtp" id = 1 description = "bench" media = ( { type = "video" mid = "v" port = ${ports.rtp} pt = 96 codec = "vp8" } ) }\n`,
  );
}

/** One session over a WebSocket. */
class JanusSession {
  readonly #socket: WebSocket;
  readonly #acks = new Map<string, (message: Message) => void>();
  readonly #offers = new Map<number, (message: Message) => void>();
  #count = 0;
  #session = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#hear(JSON.parse(String(data)) as Message));
  }

  static async open(port: number): Promise<JanusSession> {
    const connect = () =>
      new Promise<WebSocket | null>((done) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}`, 'janus-protocol');
        socket.addEventListener('open', () => done(socket));
        socket.addEventListener('error', () => done(null));
      });
    const session = new JanusSession(await until('Janus', connect, 10_000));
    session.#session = (await session.#ask({ janus: 'create' })).data?.id ?? 0;
    return session;
  }

  async watch() {
    const handle = (await this.#ask({ janus: 'attach', plugin: 'janus.plugin.streaming' })).data?.id ?? 0;
    const offered = new Promise<Message>((done) => this.#offers.set(handle, done));
    await this.#ask({ janus: 'message', handle_id: handle, body: { request: 'watch', id: 1 } });
    const { jsep, plugindata } = await offered;
    if (!jsep) throw new Error(`Janus offers nothing: ${plugindata?.data.error ?? ''}`);
    const start = async (sdp: string): Promise<void> => {
      await this.#ask({
        janus: 'message',
        handle_id: handle,
        body: { request: 'start' },
        jsep: { type: 'answer', sdp },
      });
    };
    return { offer: jsep.sdp, start };
  }

  close(): void {
    this.#socket.close();
  }

  #ask(what: object): Promise<Message> {
    const transaction = String((this.#count += 1));
    const session = this.#session ? { session_id: this.#session } : {};
    this.#socket.send(JSON.stringify({ ...what, ...session, transaction }));
    return new Promise((done, failed) => {
      this.#acks.set(transaction, (message) => {
        if (message.janus === 'error') failed(new Error(`Janus: ${message.error?.reason}`));
        else done(message);
      });
    });
  }

  #hear(message: Message): void {
    const ack = this.#acks.get(message.transaction ?? '');
    if (ack) {
      this.#acks.delete(message.transaction ?? '');
      ack(message);
    }
    if (message.janus !== 'event') return;
    const offered = this.#offers.get(message.sender ?? 0);
    this.#offers.delete(message.sender ?? 0);
    offered?.(message);
  }
}

/** Starts a private Janus: own folder, own ports, gone with the suite. */
export async function startJanus(): Promise<Janus> {
  const folder = mkdtempSync(join(tmpdir(), 'nhipcau-bench-janus-'));
  mkdirSync(folder, { recursive: true });
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  const base = await freePorts(2 + MEDIA_PORTS);
  const ports = { ws: base, rtp: base + 1, media: base + 2 };
  configure(folder, ports);
  const child = startProgram(PROGRAM, [`--configs-folder=${folder}`, '--disable-colors']);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text: Buffer) => (output = (output + text.toString()).slice(-3_000)));
  const session = await JanusSession.open(ports.ws).catch((error: Error) => {
    throw new Error(`${error.message}: ${output.slice(-800)}`);
  });
  return {
    pid: child.pid ?? 0,
    rtpPort: ports.rtp,
    watch: () => session.watch(),
    async stop() {
      session.close();
      await endProgram(child, 2_000);
      remove();
    },
  };
}
