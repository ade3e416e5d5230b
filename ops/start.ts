import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReadyMessage } from '../server/main.ts';

/** Supervisor of one host: the SFU node and the control plane as processes of their own, each restarted by itself. */

const root = fileURLToPath(new URL('..', import.meta.url));
const dataDir = resolve(process.env.DATA_DIR || './data');
const began = performance.now();

/** After this long without a death the next restart is quick again, milliseconds. */
const STEADY_MS = 30_000;
const MAX_WAIT_MS = 5_000;
/** Node lets the young heap grow to 128 MB on machines of this size, which is memory for nothing. */
const SMALL_YOUNG_HEAP = '--max-semi-space-size=16';
/** A process that does not stop by itself within this is killed. */
const STOP_WITHIN_MS = 4_500;
const KEEP_LOG_BYTES = 50_000_000;
/** A part that was never ready is not started more often than this. */
const MOST_FAILURES = 4;
/** What a refused start exits with; the sentence stands on its standard error. */
const REFUSED = 2;

interface Part {
  name: 'sfu' | 'server';
  file: string;
  env: Record<string, string>;
  child: ChildProcess | null;
  startedAt: number;
  waitMs: number;
  wasReady: boolean;
  /** how often it ended */
  failures: number;
}

let stopping = false;

function say(text: string): void {
  console.log(`[${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s] ${text}`);
}

/** Makes what is needed and has no default: the folders and the secret of the control channel. */
function prepare(): void {
  for (const name of ['run', 'logs', 'secrets']) mkdirSync(join(dataDir, name), { recursive: true, mode: 0o700 });
  const secret = join(dataDir, 'secrets', 'sfu-control');
  if (!existsSync(secret)) writeFileSync(secret, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
}

function logFile(name: string): string {
  const file = join(dataDir, 'logs', `${name}.log`);
  if (existsSync(file) && statSync(file).size > KEEP_LOG_BYTES) renameSync(file, `${file}.1`);
  return file;
}

/** Starts one process; its log goes to a file, its last words to this terminal. */
function launch(part: Part): void {
  const log = openSync(logFile(part.name), 'a', 0o600);
  const child = fork(join(root, part.file), [], {
    cwd: root,
    execArgv: [...process.execArgv, SMALL_YOUNG_HEAP],
    env: { ...process.env, ...part.env, NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compile') },
    stdio: ['ignore', log, 'pipe', 'ipc'],
  });
  part.child = child;
  part.startedAt = performance.now();
  if (child.pid) writeFileSync(join(dataDir, 'run', `${part.name}.pid`), `${child.pid}\n`);
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-4_000)));
  child.on('message', (message) => onReady(part, message as ReadyMessage));
  child.once('exit', (code, signal) => onExit(part, code, signal, words.trim()));
}

function onReady(part: Part, message: ReadyMessage): void {
  if (part.wasReady || typeof message.ready !== 'string') return;
  part.wasReady = true;
  if (part.name === 'sfu') {
    say(message.ready);
    if (message.warning) say(message.warning);
    return;
  }
  if (message.firstRun) say(`first start: ${message.firstRun.file} (mode 0600) holds this\n${message.firstRun.text}`);
  say(`logs are in ${join(dataDir, 'logs')}`);
  console.log(`ready ${message.ready}`);
  for (const line of links(message.ready, Boolean(message.firstRun))) console.log(line);
}

/** Three lines that a newcomer can open. A room's link pairs one browser, once; later its screen has a plain address. */
function links(url: string, fresh: boolean): string[] {
  const file = join(dataDir, 'first-run.json');
  if (!existsSync(file)) return [];
  const first = JSON.parse(readFileSync(file, 'utf8')) as { devices: { endpointCode: string; pairUrl: string }[] };
  const commune = first.devices.at(-1);
  const rooms = [first.devices[0], commune].filter((d) => d !== undefined);
  return [
    `  chair's console        ${url}/signin   (user chutoa, password in ${file})`,
    ...rooms.map((d) => {
      const address = fresh ? d.pairUrl : `${url}/room/${d.endpointCode}   (once paired, by its link in ${file})`;
      return `  room ${d.endpointCode.padEnd(17)} ${address}`;
    }),
  ];
}

function onExit(part: Part, code: number | null, signal: string | null, words: string): void {
  part.child = null;
  rmSync(join(dataDir, 'run', `${part.name}.pid`), { force: true });
  if (stopping) return;
  part.failures += 1;
  if (!part.wasReady && (code === REFUSED || part.failures >= MOST_FAILURES)) {
    console.error(words || `${part.name} does not start: see ${join(dataDir, 'logs', `${part.name}.log`)}`);
    void stop(1);
    return;
  }
  if (performance.now() - part.startedAt > STEADY_MS) part.waitMs = 50;
  say(
    `${part.name} ended (${signal ?? code}), starts again in ${part.waitMs} ms${words ? `: ${words.slice(-300)}` : ''}`,
  );
  setTimeout(() => {
    if (!stopping) launch(part);
  }, part.waitMs);
  part.waitMs = Math.min(part.waitMs * 2, MAX_WAIT_MS);
}

async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  await Promise.all(
    parts.map(async ({ child }) => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await gone;
      clearTimeout(hard);
    }),
  );
  process.exit(code);
}

const part = (name: Part['name'], file: string, env: Record<string, string> = {}): Part => ({
  name,
  file,
  env,
  child: null,
  startedAt: 0,
  waitMs: 50,
  wasReady: false,
  failures: 0,
});
const parts: Part[] = [part('server', 'server/main.ts', { DATA_DIR: dataDir })];
// nodes that run elsewhere are started there
if (!process.env.SFU_NODES) {
  parts.unshift(part('sfu', 'sfu/main.ts', { SFU_SECRET_FILE: join(dataDir, 'secrets', 'sfu-control') }));
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));
try {
  prepare();
} catch (err) {
  console.error(`DATA_DIR cannot be written: ${(err as Error).message}.`);
  process.exit(1);
}
say(`starting ${parts.map((p) => p.name).join(' and ')}, data in ${dataDir}`);
for (const p of parts) launch(p);
