import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { freePorts } from '../../ops/ports.ts';

/**
 * A private MariaDB of this test run: made on first use, shared by all processes of the run, gone afterwards. It has no
 * connection with a server that the machine may run.
 */

const PROGRAM = ['/usr/sbin/mariadbd', '/usr/local/sbin/mariadbd', '/usr/bin/mariadbd'].find((path) =>
  existsSync(path),
);
const INSTALL = ['/usr/bin/mariadb-install-db', '/usr/local/bin/mariadb-install-db'].find((path) => existsSync(path));
const RUN = process.env['NHIP_CAU_TEST_RUN'] ?? `pid-${process.pid}`;
const FOLDER = join(tmpdir(), `nhipcau-mariadb-${RUN}`);
const USER = 'nhipcau';
const PASSWORD = 'for-tests-only';
/** Named even when it is root: the server refuses to run as root by accident. */
const AS_USER = `--user=${userInfo().username}`;

/** @returns whether this machine has MariaDB's server */
export function hasMariadb(): boolean {
  return PROGRAM !== undefined && INSTALL !== undefined;
}

/** How to reach the server. */
export interface Server {
  host: string;
  port: number;
  user: string;
  password: string;
}

let server: Promise<Server> | null = null;

/** Starts the server, or finds the one that another process of this run started. */
export function mariadb(): Promise<Server> {
  server ??= startOrJoin();
  return server;
}

async function startOrJoin(): Promise<Server> {
  const ready = join(FOLDER, 'ready.json');
  try {
    mkdirSync(FOLDER);
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'EEXIST') throw err;
    for (const end = Date.now() + 60_000; !existsSync(ready);) {
      if (Date.now() > end)
        throw new Error(`MariaDB was not started by the other test process within a minute (${FOLDER})`);
      await new Promise((wake) => setTimeout(wake, 100));
    }
    return JSON.parse(readFileSync(ready, 'utf8')) as Server;
  }
  const started = (await start(FOLDER)).where;
  writeFileSync(`${ready}.part`, JSON.stringify(started));
  renameSync(`${ready}.part`, ready);
  return started;
}

/** A running server of one folder. */
interface Running {
  where: Server;
  child: ChildProcess;
}

/** A server of a suite's own, which it may kill. */
export interface OwnServer {
  where: Server;
  /** SIGKILL, as a power cut of the database */
  kill(): Promise<void>;
  /** starts it again on the same data and port */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server of the suite's own; see `hasMariadb`. */
export async function ownMariadb(): Promise<OwnServer> {
  const folder = mkdtempSync(join(tmpdir(), 'nhipcau-mariadb-own-'));
  let { where, child } = await start(folder);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.ref();
    child.kill(signal);
    await gone;
  };
  return {
    where,
    kill: () => end('SIGKILL'),
    restart: async () => {
      ({ where, child } = await run(folder, where));
    },
    stop: () => end('SIGTERM'),
  };
}

async function start(folder: string): Promise<Running> {
  const data = join(folder, 'data');
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  const installed = spawnSync(
    INSTALL ?? '',
    [
      '--no-defaults',
      `--datadir=${data}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      '--skip-name-resolve',
      '--force',
      AS_USER,
    ],
    { encoding: 'utf8' },
  );
  if (installed.status !== 0) throw new Error(`mariadb-install-db failed: ${installed.stdout}${installed.stderr}`);
  writeFileSync(
    join(folder, 'init.sql'),
    `CREATE USER IF NOT EXISTS '${USER}'@'127.0.0.1' IDENTIFIED BY '${PASSWORD}';\nGRANT ALL ON *.* TO '${USER}'@'127.0.0.1';\n`,
  );
  return run(folder, { host: '127.0.0.1', port: await freePorts(1), user: USER, password: PASSWORD });
}

async function run(folder: string, where: Server): Promise<Running> {
  const child = spawn(
    PROGRAM ?? '',
    [
      '--no-defaults',
      AS_USER,
      `--datadir=${join(folder, 'data')}`,
      `--socket=${join(folder, 's.sock')}`,
      `--pid-file=${join(folder, 'pid')}`,
      '--bind-address=127.0.0.1',
      `--port=${where.port}`,
      '--skip-name-resolve',
      // a usual choice of administrators, so that what must not depend on it is seen not to
      '--character-set-server=utf8mb4',
      '--collation-server=utf8mb4_unicode_ci',
      '--default-time-zone=+07:00',
      '--innodb-buffer-pool-size=64M',
      '--innodb-log-file-size=16M',
      '--max-connections=300',
      `--log-error=${join(folder, 'error.log')}`,
      `--init-file=${join(folder, 'init.sql')}`,
    ],
    { stdio: 'ignore' },
  );
  stopWithUs(child);
  await answering(where, child, folder);
  return { where, child };
}

/** The server must not outlive the tests, however they end; nor keep them from ending. */
function stopWithUs(child: ChildProcess): void {
  const stop = () => child.kill('SIGTERM');
  process.prependOnceListener('exit', () => child.kill('SIGKILL'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      stop();
      process.exit(130);
    });
  }
  child.unref();
}

async function answering(where: Server, child: ChildProcess, folder: string): Promise<void> {
  for (const end = Date.now() + 30_000; ;) {
    try {
      const connection = await mysql.createConnection({ ...where, connectTimeout: 1000 });
      await connection.end();
      return;
    } catch (err) {
      if (child.exitCode !== null || Date.now() > end) {
        const log = join(folder, 'error.log');
        throw new Error(
          `MariaDB does not start: ${existsSync(log) ? readFileSync(log, 'utf8').slice(-2000) : String(err)}`,
        );
      }
    }
    await new Promise((wake) => setTimeout(wake, 100));
  }
}
