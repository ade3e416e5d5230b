import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { apiOf } from './api.ts';
import type { Api } from './api.ts';
import { freePorts } from '../../ops/ports.ts';
import { childrenOf, isAlive, signal, until } from './processes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A name and its generated password. */
export interface Login {
  username: string;
  password: string;
}

/** What an empty database's first start writes for the newcomer. */
export interface FirstRun {
  url: string;
  administrator: Login;
  chairperson: Login;
  technician: Login;
  devices: { endpointCode: string; pairUrl: string }[];
}

/** The running service of one test suite: real processes, own folder, own ports. */
export interface Service {
  url: string;
  dataDir: string;
  firstRun: FirstRun;
  /** process ids by `DATA_DIR/run/*.pid` (0: being started again), and of the SFU node's mediasoup workers */
  pids(): { server: number; sfu: number; workers: number[] };
  /** HTTP as nobody, or as the bearer of `token` */
  api(token?: string): Api;
  /** signs in over HTTP and speaks as that user */
  signIn(login: Login): Promise<Api & { token: string }>;
  /** kills the control plane (SIGKILL unless said otherwise); the supervisor starts it again */
  killServer(name?: NodeJS.Signals): number;
  killSfu(name?: NodeJS.Signals): number;
  /** kills the first mediasoup worker */
  killWorker(): number;
  /** resolves when the service answers ready again */
  untilReady(withinMs?: number): Promise<void>;
  /** what the service printed, and the end of each of its logs */
  output(): string;
  /** stops it as Ctrl-C does; @returns the exit code, null if it had to be killed after 8 s */
  stop(): Promise<number | null>;
}

/** Settings of the machine's user must not reach the service under test. */
function cleanEnvironment(): Record<string, string | undefined> {
  const ours = /^(SFU_|TLS|DATABASE_|SMTP_|METRICS_|PUBLIC_|WEBHOOK_)|^(PORT|HOST|DATA_DIR|SEED|LOG_LEVEL|TZ_DEFAULT)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => !ours.test(key)));
}

/** @returns 0 while the process is being started again */
function readPid(dataDir: string, name: string): number {
  const file = join(dataDir, 'run', `${name}.pid`);
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  return Number.isInteger(pid) && pid > 1 ? pid : 0;
}

function logTails(folder: string): string {
  if (!existsSync(folder)) return '';
  const tail = (name: string) => `\n--- ${name}\n${readFileSync(join(folder, name), 'utf8').slice(-2500)}`;
  return readdirSync(folder).map(tail).join('');
}

/** Starts `node ops/start.ts` in a process group of its own and waits for its `ready` line. */
async function launch(env: Record<string, string>) {
  let output = '';
  const child = spawn(process.execPath, [join(root, 'ops/start.ts')], {
    cwd: root,
    detached: true,
    env: { ...cleanEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const url = await until(
    'the line "ready http://..."',
    () => {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`the service ended with ${child.exitCode ?? child.signalCode}:\n${output.slice(-4000)}`);
      return /^ready (https?:\/\/\S+)/m.exec(output)?.[1];
    },
    45_000,
  ).catch((error: Error) => {
    if (child.pid && child.exitCode === null) signal(-child.pid, 'SIGKILL');
    throw new Error(`${error.message}\n${output.slice(-4000)}`);
  });
  return { child, ended, url, output: () => output };
}

/**
 * Starts the whole service as a person would, in a temporary folder, on free ports.
 * @param options.env settings beside or instead of the usual ones
 * @param options.dataDir a folder of an earlier start, which is then kept at `stop`
 */
export async function startService(options: { env?: Record<string, string>; dataDir?: string } = {}): Promise<Service> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'nhip-cau-data-'));
  const workers = Number(options.env?.SFU_WORKERS ?? Math.min(2, availableParallelism()));
  const base = await freePorts(2 + workers);
  const { child, ended, url, output } = await launch({
    DATA_DIR: dataDir,
    PORT: String(base),
    SFU_CONTROL_PORT: String(base + 1),
    SFU_PORT_BASE: String(base + 2),
    SFU_WORKERS: String(workers),
    SFU_ANNOUNCED_ADDRESS: '127.0.0.1',
    HOST: '127.0.0.1',
    ...options.env,
  });
  const origin = new URL(url).origin;
  const pids = () => {
    const sfu = readPid(dataDir, 'sfu');
    return { server: readPid(dataDir, 'server'), sfu, workers: sfu ? childrenOf(sfu, 'mediasoup-worker') : [] };
  };
  const kill = (pid: number | undefined, name: NodeJS.Signals) => {
    if (!pid) throw new Error('there is no such process to kill');
    signal(pid, name);
    return pid;
  };
  const service: Service = {
    url: origin,
    dataDir,
    firstRun: JSON.parse(readFileSync(join(dataDir, 'first-run.json'), 'utf8')) as FirstRun,
    pids,
    output: () => output() + logTails(join(dataDir, 'logs')),
    api: (token) => apiOf(origin, token),
    async signIn({ username, password }) {
      const { token } = await apiOf(origin).ok<{ token: string }>('post', '/sign-in', { username, password });
      return { ...apiOf(origin, token), token };
    },
    killServer: (name = 'SIGKILL') => kill(pids().server, name),
    killSfu: (name = 'SIGKILL') => kill(pids().sfu, name),
    killWorker: () => kill(pids().workers[0], 'SIGKILL'),
    async untilReady(withinMs = 10_000) {
      const asked = async () => (await fetch(`${origin}/readyz`).catch(() => null))?.ok;
      await until('/readyz to answer 200', asked, withinMs);
    },
    async stop() {
      const started = existsSync(join(dataDir, 'run')) ? Object.values(pids()).flat() : [];
      if (child.pid) signal(child.pid, 'SIGTERM');
      const code = await Promise.race([ended, new Promise<'late'>((done) => setTimeout(done, 8000, 'late').unref())]);
      if (code === 'late' && child.pid) signal(-child.pid, 'SIGKILL');
      for (const pid of started) if (pid && isAlive(pid)) signal(pid, 'SIGKILL');
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
      return code === 'late' ? null : code;
    },
  };
  return service;
}
