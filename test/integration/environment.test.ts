import { expect } from 'chai';
import BetterSqlite3 from 'better-sqlite3';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../ops/ports.ts';
import { childrenOf, isAlive, signal } from '../support/processes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** A start that is refused ends within this, however busy the machine; on a quiet one within a second. */
const REFUSED_WITHIN_MS = 20_000;

interface Refusal {
  code: number | null;
  /** what it said on its standard error */
  said: string;
  /** processes that were left behind */
  left: number[];
}

describe('a start that cannot go on', function () {
  this.timeout(30_000);
  let dataDir: string;
  let base: number;

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'nhip-cau-env-'));
    base = await freePorts(4);
  });

  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  /** `npm start` without its set-up, in an environment of its own. */
  async function start(env: Record<string, string>): Promise<Refusal> {
    const own = Object.fromEntries(
      Object.entries(process.env).filter(([key]) => /^(PATH|HOME|LANG|MEDIASOUP_)/.test(key)),
    );
    const child = spawn(process.execPath, [join(root, 'ops/start.ts')], {
      cwd: root,
      env: {
        ...own,
        DATA_DIR: dataDir,
        PORT: String(base),
        HOST: '127.0.0.1',
        SFU_CONTROL_PORT: String(base + 1),
        SFU_PORT_BASE: String(base + 2),
        SFU_WORKERS: '1',
        SFU_ANNOUNCED_ADDRESS: '127.0.0.1',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    let shown = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
    const children = new Set<number>();
    const watch = setInterval(() => child.pid && childrenOf(child.pid).forEach((pid) => children.add(pid)), 100);
    const late = setTimeout(() => child.pid && signal(child.pid, 'SIGTERM'), REFUSED_WITHIN_MS);
    const code = await new Promise<number | null>((done) => child.once('close', done));
    clearTimeout(late);
    clearInterval(watch);
    if (code === 0) throw new Error(`the start was not refused:\n${shown.slice(-2_000)}`);
    return { code, said: said.trim(), left: [...children].filter(isAlive) };
  }

  /** Refused, with one sentence that says these things, and nothing left behind. */
  function expectRefused({ code, said, left }: Refusal, ...words: (string | RegExp)[]): void {
    expect(code, said).to.be.above(0);
    expect(left, 'processes left behind').to.deep.equal([]);
    expect(said.split('\n'), 'one line').to.have.lengthOf(1);
    expect(said, 'no stack').to.not.match(/\bat .*:\d+:\d+|Error:/);
    expect(said).to.match(/\.$/);
    for (const word of words) expect(said).to.match(new RegExp(word));
  }

  describe('for its settings', () => {
    const wrong: [string, Record<string, string>, ...string[]][] = [
      ['a key that there is not', { SFU_PORTBASE: '40000' }, 'SFU_PORTBASE', 'not a setting'],
      ['another one', { TLS_CERTIFICATE: 'x' }, 'TLS_CERTIFICATE'],
      ['a port that is none', { PORT: 'abc' }, 'PORT'],
      ['a port beyond the last one', { PORT: '70000' }, 'PORT'],
      ['a control port that is none', { SFU_CONTROL_PORT: '-1' }, 'SFU_CONTROL_PORT'],
      ['no workers', { SFU_WORKERS: '0' }, 'SFU_WORKERS'],
      ['too many workers', { SFU_WORKERS: '100' }, 'SFU_WORKERS'],
      ['media ports beyond the last one', { SFU_PORT_BASE: '65535', SFU_WORKERS: '2' }, 'SFU_PORT_BASE'],
      ['an address that is none', { SFU_ANNOUNCED_ADDRESS: 'not an address' }, 'SFU_ANNOUNCED_ADDRESS'],
      ['a public URL that is none', { PUBLIC_URL: 'cau.example' }, 'PUBLIC_URL'],
      ['a database of another kind', { DATABASE_URL: 'postgres://x/y' }, 'DATABASE_URL', 'mysql://'],
      ['a sample that there is not', { SEED: '1999' }, 'SEED'],
      ['a level that there is not', { LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
      ['a TLS mode that there is not', { TLS: 'maybe' }, 'TLS'],
      ['a certificate without its key', { TLS_CERT: '/etc/hostname' }, 'TLS_KEY'],
      ['a certificate that is not there', { TLS_CERT: '/no/such', TLS_KEY: '/no/such' }, 'TLS_CERT', '/no/such'],
      ['a time zone that there is not', { TZ_DEFAULT: 'Asia/Hanoi2' }, 'TZ_DEFAULT', 'Asia/Ho_Chi_Minh'],
      ['a mail server that is none', { SMTP_URL: 'mail' }, 'SMTP_URL'],
      ['a token for metrics that can be guessed', { METRICS_TOKEN: 'short' }, 'METRICS_TOKEN'],
    ];
    for (const [what, env, ...words] of wrong) {
      it(`names ${Object.keys(env)[0]} for ${what}`, async () => {
        expectRefused(await start(env), ...words);
      });
    }

    it('names TLS_CERT for files that are no certificate and key', async () => {
      const file = join(dataDir, 'x.pem');
      writeFileSync(file, 'no certificate\n');
      expectRefused(await start({ TLS_CERT: file, TLS_KEY: file }), 'TLS_CERT', 'TLS_KEY');
    });
  });

  describe('for what is taken', () => {
    it('names the HTTP port', async () => {
      const other = createServer().listen(base, '127.0.0.1');
      try {
        expectRefused(await start({}), String(base), 'PORT');
      } finally {
        other.close();
      }
    });

    it('names the control port of the SFU node', async () => {
      const other = createServer().listen(base + 1, '127.0.0.1');
      try {
        expectRefused(await start({}), String(base + 1), 'SFU_CONTROL_PORT');
      } finally {
        other.close();
      }
    });

    it('names the media port, whether UDP or TCP is taken', async () => {
      const tcp = createServer().listen(base + 2, '0.0.0.0');
      try {
        expectRefused(await start({}), String(base + 2), 'SFU_PORT_BASE');
      } finally {
        tcp.close();
      }
      const udp = createSocket('udp4');
      await new Promise<void>((done) => udp.bind(base + 2, '0.0.0.0', done));
      try {
        expectRefused(await start({}), String(base + 2), 'SFU_PORT_BASE');
      } finally {
        udp.close();
      }
    });
  });

  describe('for its data', () => {
    const hashOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

    it('leaves a file that is no database as it is', async () => {
      const file = join(dataDir, 'nhipcau.db');
      writeFileSync(file, 'this is not a database '.repeat(500));
      const before = hashOf(file);
      expectRefused(await start({}), 'nhipcau.db', 'not a SQLite database', 'backup');
      expect(hashOf(file)).to.equal(before);
    });

    it('leaves a damaged database as it is', async () => {
      const file = join(dataDir, 'nhipcau.db');
      const db = new BetterSqlite3(file);
      db.exec('CREATE TABLE units (id TEXT PRIMARY KEY, name TEXT); CREATE INDEX by_name ON units (name)');
      const insert = db.prepare('INSERT INTO units VALUES (?, ?)');
      for (let i = 0; i < 2_000; i++) insert.run(`unit-${i}`, 'x'.repeat(50));
      db.close();
      const bytes = readFileSync(file);
      bytes.fill(0x5a, 8_192, bytes.length - 8_192);
      writeFileSync(file, bytes);
      const before = hashOf(file);
      expectRefused(await start({}), 'nhipcau.db', 'backup');
      expect(hashOf(file)).to.equal(before);
    });

    it('leaves the database of a newer version as it is', async () => {
      const file = join(dataDir, 'nhipcau.db');
      const db = new BetterSqlite3(file);
      db.exec('CREATE TABLE migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp BIGINT, name TEXT)');
      db.prepare('INSERT INTO migrations (timestamp, name) VALUES (?, ?)').run(9e12, 'FromTheFuture9000000000000');
      db.close();
      const before = hashOf(file);
      expectRefused(await start({}), 'newer version', 'FromTheFuture');
      expect(hashOf(file)).to.equal(before);
    });

    it('names DATA_DIR when nothing can be written there', async () => {
      const file = join(dataDir, 'a-file');
      writeFileSync(file, '');
      expectRefused(await start({ DATA_DIR: join(file, 'data') }), 'DATA_DIR', 'a-file');
    });

    it('names DATABASE_URL when the database is out of reach', async () => {
      const url = `mysql://nhipcau:mat-khau-bi-mat@127.0.0.1:${base + 3}/nhipcau`;
      const refusal = await start({ DATABASE_URL: url });
      expectRefused(refusal, `127.0.0.1:${base + 3}`);
      expect(refusal.said).to.not.include('mat-khau-bi-mat');
    });

    it('names the secret of the control channel when it was emptied', async () => {
      mkdirSync(join(dataDir, 'secrets'), { recursive: true });
      writeFileSync(join(dataDir, 'secrets', 'sfu-control'), '\n');
      expectRefused(await start({}), 'sfu-control');
    });
  });
});
