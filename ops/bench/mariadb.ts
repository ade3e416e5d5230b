import { spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { endProgram, startProgram } from './children.ts';
import { freePorts, until } from './waiting.ts';

const found = (paths: string[]) => paths.find((path) => existsSync(path));
const PROGRAM = found(['/usr/sbin/mariadbd', '/usr/local/sbin/mariadbd', '/usr/bin/mariadbd']);
const INSTALL = found(['/usr/bin/mariadb-install-db', '/usr/local/bin/mariadb-install-db']);
const USER = 'bench';
const PASSWORD = 'for-the-benchmark-only';

/** Said where it is not installed. */
export const NO_MARIADB = 'mariadbd is not installed (apt-get install mariadb-server)';

/** A private MariaDB: own folder, own port, gone with the suite. */
export interface MariadbServer {
  pid: number;
  /** makes an empty database; @returns its URL */
  newDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** Whether this machine has the server. */
export const hasMariadb = (): boolean => PROGRAM !== undefined && INSTALL !== undefined;

function install(folder: string, user: string): void {
  const args = ['--no-defaults', `--datadir=${join(folder, 'data')}`, '--auth-root-authentication-method=normal'];
  const more = ['--skip-test-db', '--skip-name-resolve', '--force', user];
  const { status, stdout, stderr } = spawnSync(INSTALL ?? '', [...args, ...more], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mariadb-install-db failed: ${stdout}${stderr}`);
  const sql = `CREATE USER '${USER}'@'127.0.0.1' IDENTIFIED BY '${PASSWORD}';\nGRANT ALL ON *.* TO '${USER}'@'127.0.0.1';\n`;
  writeFileSync(join(folder, 'init.sql'), sql);
}

async function answers(port: number): Promise<boolean> {
  try {
    const one = await mysql.createConnection({ host: '127.0.0.1', port, user: USER, password: PASSWORD });
    await one.end();
    return true;
  } catch {
    return false;
  }
}

/** Starts a private server. @throws Error with the end of its log when it does not start */
export async function startMariadb(): Promise<MariadbServer> {
  const folder = mkdtempSync(join(tmpdir(), 'nhipcau-bench-mariadb-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  // named even when it is root: the server refuses to run as root by accident
  const user = `--user=${userInfo().username}`;
  install(folder, user);
  const port = await freePorts(1);
  const child: ChildProcess = startProgram(PROGRAM ?? '', [
    '--no-defaults',
    user,
    `--datadir=${join(folder, 'data')}`,
    `--socket=${join(folder, 's.sock')}`,
    `--pid-file=${join(folder, 'pid')}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    '--skip-name-resolve',
    // ten years of bookings and their indices fit in it, as on a server of a province
    '--innodb-buffer-pool-size=1G',
    '--innodb-log-file-size=64M',
    `--log-error=${join(folder, 'error.log')}`,
    `--init-file=${join(folder, 'init.sql')}`,
  ]);
  await until('MariaDB', () => answers(port), 30_000).catch((error: Error) => {
    const log = join(folder, 'error.log');
    throw new Error(`${error.message}: ${existsSync(log) ? readFileSync(log, 'utf8').slice(-1500) : ''}`);
  });
  return {
    pid: child.pid ?? 0,
    async newDatabase(name) {
      const one = await mysql.createConnection({ host: '127.0.0.1', port, user: USER, password: PASSWORD });
      await one.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin`);
      await one.end();
      return `mysql://${USER}:${PASSWORD}@127.0.0.1:${port}/${name}`;
    },
    async stop() {
      await endProgram(child);
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
