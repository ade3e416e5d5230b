import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { pino } from 'pino';
import { io } from 'socket.io-client';
import type { SfuVerb, SfuVerbs } from '../../server/protocol/sfu.ts';
import { SfuNode } from '../../sfu/node.ts';
import { root, workerBin } from '../mediasoup-worker/resolve.mjs';
import { endProgram, forkHere, startProgram } from './children.ts';
import { childrenOf } from './processCpu.ts';
import { freePorts, until } from './waiting.ts';

/** Something that speaks a node's verbs: our node, or mediasoup with nothing around it. */
export interface Sfu {
  name: string;
  /** @throws Error with the refusal's code */
  call<V extends SfuVerb>(verb: V, input: SfuVerbs[V]['in']): Promise<SfuVerbs[V]['out']>;
  /** process of the program around the workers */
  nodePid: number;
  workerPids(): number[];
  stop(): Promise<void>;
}

const ANSWER_WITHIN_MS = 20_000;

/** Starts our SFU node as a process of its own, as `npm start` does. */
export async function startOurs(workers = 1): Promise<Sfu> {
  const secret = randomBytes(24).toString('hex');
  const base = await freePorts(1 + workers);
  const env = {
    SFU_SECRET: secret,
    SFU_CONTROL_PORT: String(base),
    SFU_PORT_BASE: String(base + 1),
    SFU_WORKERS: String(workers),
    SFU_LISTEN_IP: '127.0.0.1',
    SFU_CONSUMERS_PER_WORKER: '5000',
    LOG_LEVEL: 'warn',
  };
  const child = startProgram(process.execPath, [`${root}/sfu/main.ts`], { env: { ...process.env, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (output += text.toString()));
  const socket = io(`http://127.0.0.1:${base}`, {
    transports: ['websocket'],
    auth: { secret },
    reconnectionDelay: 50,
    reconnectionDelayMax: 100,
  });
  await until('the SFU node', () => socket.connected || (child.exitCode !== null && 'ended'), 15_000);
  if (!socket.connected) throw new Error(`the SFU node ended: ${output.slice(-800)}`);
  const pid = child.pid ?? 0;
  return {
    name: 'ours',
    nodePid: pid,
    workerPids: () => childrenOf(pid, 'mediasoup-worker'),
    async call(verb, input) {
      const answer = (await socket.timeout(ANSWER_WITHIN_MS).emitWithAck(verb, input)) as {
        ok: boolean;
        error?: { code: string; detail: string };
      };
      if (!answer.ok) throw new Error(`${verb}: ${answer.error?.code} ${answer.error?.detail}`);
      return answer as never;
    },
    async stop() {
      socket.disconnect();
      await endProgram(child);
    },
  };
}

/** Starts mediasoup with the least that builds the same objects, as a process of its own. */
export async function startBare(): Promise<Sfu & { special<T>(what: string, input?: object): Promise<T> }> {
  const child = forkHere('bareSfu.ts', { BENCH_WORKER: workerBin(), BENCH_PORT: String(await freePorts(1)) });
  const waiting = new Map<number, { done: (answer: never) => void; failed: (error: Error) => void }>();
  let count = 0;
  child.on('message', (message: { id?: number; answer?: unknown; error?: string }) => {
    const asked = waiting.get(message.id ?? -1);
    if (!asked) return;
    waiting.delete(message.id ?? -1);
    if (message.error === undefined) asked.done(message.answer as never);
    else asked.failed(new Error(message.error));
  });
  child.once('exit', () => {
    for (const { failed } of waiting.values()) failed(new Error('the bare SFU ended'));
  });
  await once(child, 'message');
  const ask = <T>(verb: string, input: object): Promise<T> =>
    new Promise<T>((done, failed) => {
      waiting.set((count += 1), { done: done as never, failed });
      child.send({ id: count, verb, input });
    });
  const pid = child.pid ?? 0;
  return {
    name: 'bare',
    nodePid: pid,
    workerPids: () => childrenOf(pid, 'mediasoup-worker'),
    call: (verb, input) => ask(verb, input),
    special: (what, input = {}) => ask(what, input),
    stop: () => endProgram(child),
  };
}

/** Our node inside of this process, where its pipes can be counted. */
export async function startInside(
  workers: number,
  consumersPerWorker: number,
): Promise<Sfu & { pipes(sessionId: string): number }> {
  const before = new Set(childrenOf(process.pid, 'mediasoup-worker'));
  const options = {
    workerBin: workerBin(),
    workers,
    portBase: await freePorts(workers),
    listens: [{ ip: '127.0.0.1' }],
    consumersPerWorker,
    transportsPerWorker: 5_000,
  };
  const node = await SfuNode.start(options, pino({ level: 'silent' }));
  const own = childrenOf(process.pid, 'mediasoup-worker').filter((pid) => !before.has(pid));
  const verbs = node as unknown as Record<string, (input: unknown) => Promise<never>>;
  return {
    name: `${workers} workers`,
    nodePid: process.pid,
    workerPids: () => own,
    call: (verb, input) => verbs[verb]?.call(node, input) ?? Promise.reject(new Error(verb)),
    pipes: (sessionId) => node.pipeCount(sessionId),
    async stop() {
      node.close();
    },
  };
}
