import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { systemClock } from '../../server/clock.ts';
import { openDatabase } from '../../server/db/dataSource.ts';
import { allEntities } from '../../server/db/entities.ts';
import { migrate } from '../../server/db/migrate.ts';
import { loadSeed, readSeed } from '../../server/directory/seed.ts';
import { createLog } from '../../server/log.ts';
import type { Endpoint } from '../../server/protocol/rest.ts';
import type { SfuVerb, SfuVerbs } from '../../server/protocol/sfu.ts';
import { root } from '../mediasoup-worker/resolve.mjs';
import { Service } from '../simulate/service.ts';
import type { Login } from '../simulate/service.ts';
import { endProgram, startProgram } from './children.ts';
import { enlarged, provinceFirst } from './enlarged.ts';
import type { Fixture } from './harness.ts';
import { childrenOf } from './processCpu.ts';
import { freePorts, until } from './waiting.ts';

/** The sample province is written down this many times over: 87 and 783 more endpoints. */
const COPIES = 10;
const WORKERS = 2;

/** A running service of the suite: real processes, own folder, own ports. */
export interface WholeService {
  url: string;
  dataDir: string;
  administrator: Service;
  chair: Service;
  chairUserId: string;
  /** in roster order; the first 87 are the sample province */
  endpoints: Endpoint[];
  /** process ids; 0 while one is being started again */
  pids(): { server: number; sfu: number; workers: number[] };
  /** asks the SFU node itself, beside the control plane */
  node<V extends SfuVerb>(verb: V, input: SfuVerbs[V]['in']): Promise<SfuVerbs[V]['out']>;
  output(): string;
  stop(): Promise<void>;
}

async function fill(dataDir: string): Promise<void> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const db = await openDatabase({
    url: `sqlite:${join(dataDir, 'nhipcau.db')}`,
    entities: allEntities,
    log: createLog('silent'),
  });
  await migrate(db, 'up');
  await loadSeed(db, enlarged(readSeed('2020-87'), COPIES), systemClock);
  await db.close();
}

/** Settings of the machine's user must not reach the service under test. */
function environment(more: Record<string, string>): NodeJS.ProcessEnv {
  const ours = /^(SFU_|TLS|DATABASE_|SMTP_|METRICS_|PUBLIC_|WEBHOOK_)|^(PORT|HOST|DATA_DIR|SEED|LOG_LEVEL|TZ_DEFAULT)$/;
  return { ...Object.fromEntries(Object.entries(process.env).filter(([key]) => !ours.test(key))), ...more };
}

function readPid(dataDir: string, name: string): number {
  const file = join(dataDir, 'run', `${name}.pid`);
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) || 0 : 0;
}

async function allEndpoints(service: Service): Promise<Endpoint[]> {
  const all: Endpoint[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const page: { items: Endpoint[]; nextCursor: string | null } = await service.ask(
      'get',
      `/endpoints?limit=500${query}`,
    );
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return provinceFirst(all);
}

function dial(port: number, dataDir: string): Socket {
  const secret = readFileSync(join(dataDir, 'secrets', 'sfu-control'), 'utf8').trim();
  return io(`http://127.0.0.1:${port}`, { transports: ['websocket'], auth: { secret }, reconnectionDelay: 100 });
}

/**
 * Starts the whole service and waits until it is ready.
 * @param base first of its ports: one for pages, one for the SFU node, one for each worker
 * @param more settings over those of the suite
 */
export async function launch(dataDir: string, base: number, more: Record<string, string> = {}) {
  const env = environment({
    DATA_DIR: dataDir,
    PORT: String(base),
    SFU_CONTROL_PORT: String(base + 1),
    SFU_PORT_BASE: String(base + 2),
    SFU_WORKERS: String(WORKERS),
    SFU_LISTEN_IP: '127.0.0.1',
    HOST: '127.0.0.1',
    PUBLIC_URL: `http://127.0.0.1:${base}`,
    LOG_LEVEL: 'warn',
    ...more,
  });
  // with BENCH_PROFILE=<folder> every process of the service leaves a CPU profile there when it ends
  const folder = process.env.BENCH_PROFILE;
  const profile = folder ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : [];
  const child = startProgram(process.execPath, [...profile, `${root}/ops/start.ts`], { env, cwd: root });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text: Buffer) => (output = (output + text.toString()).slice(-8_000)));
  const ready = () => /^ready (\S+)/m.exec(output)?.[1] ?? (child.exitCode === null ? undefined : 'ended');
  const url = await until('the service', ready, 60_000).catch((error: Error) => {
    throw new Error(`${error.message}: ${output.slice(-1_500)}`);
  });
  if (url === 'ended') throw new Error(`the service ended: ${output.slice(-1_500)}`);
  return { child, url: new URL(url).origin, output: () => output };
}

/** Starts a service with 870 endpoints in a temporary folder. @param more settings over those of the suite */
export async function startWholeService(more: Record<string, string> = {}): Promise<WholeService> {
  const dataDir = mkdtempSync(join(tmpdir(), 'nhipcau-bench-data-'));
  const remove = () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
  process.once('exit', remove);
  await fill(dataDir);
  const base = await freePorts(2 + WORKERS);
  const { child, url, output } = await launch(dataDir, base, more);
  const first = JSON.parse(readFileSync(join(dataDir, 'first-run.json'), 'utf8')) as Record<
    'administrator' | 'chairperson',
    Login
  >;
  const administrator = (await new Service(url).signIn(first.administrator)).service;
  const chairing = await new Service(url).signIn(first.chairperson);
  const control = dial(base + 1, dataDir);
  return {
    url,
    dataDir,
    administrator,
    chair: chairing.service,
    chairUserId: chairing.userId,
    endpoints: await allEndpoints(administrator),
    pids() {
      const sfu = readPid(dataDir, 'sfu');
      return { server: readPid(dataDir, 'server'), sfu, workers: sfu ? childrenOf(sfu, 'mediasoup-worker') : [] };
    },
    async node(verb, input) {
      const answer = (await control.timeout(10_000).emitWithAck(verb, input)) as {
        ok: boolean;
        error?: { code: string };
      };
      if (!answer.ok) throw new Error(`${verb}: ${answer.error?.code}`);
      return answer as never;
    },
    output,
    async stop() {
      control.disconnect();
      await endProgram(child, 8_000);
      remove();
    },
  };
}

/** One service for all benchmarks that need a whole one. */
export const wholeService: Fixture<WholeService> = {
  name: 'the service',
  async start(bench) {
    bench.say('a service with 870 endpoints starts');
    return startWholeService();
  },
  stop: (service) => service.stop(),
};
