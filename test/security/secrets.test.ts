import { expect } from 'chai';
import BetterSqlite3 from 'better-sqlite3';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { maskedConfig, readConfig } from '../../server/config.ts';
import { planBriefing } from '../support/briefing.ts';
import { pairDevice } from '../support/mediaSeat.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';
import { closeSockets, connectSocket } from '../support/socket.ts';

const METRICS_TOKEN = 'canary-of-the-metrics-7d1f';
const MAIL_PASSWORD = 'canary-of-the-mail-93ab';

describe('secrets that were planted in a running service', function () {
  this.timeout(60_000);
  let service: Service;
  /** what must not be found, by what it is */
  const secrets = new Map<string, string>();
  /** everything that the service answered */
  const answers: string[] = [];

  /** @returns the secrets that stand in a text */
  function foundIn(text: string): string[] {
    return [...secrets].filter(([, secret]) => text.includes(secret)).map(([what]) => what);
  }

  function contentOf(folder: string): string {
    const files = readdirSync(folder, { withFileTypes: true }).filter((one) => one.isFile());
    return files.map((one) => readFileSync(join(folder, one.name), 'latin1')).join('\n');
  }

  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const answer = await fetch(`${service.url}${path}`, init);
    answers.push(`${JSON.stringify([...answer.headers])} ${await answer.clone().text()}`);
    return answer;
  }

  const post = (path: string, body: unknown, token?: string) =>
    ask(`/api/v1${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    });

  before(async () => {
    service = await startService({
      env: { METRICS_TOKEN, SMTP_URL: `smtp://thu:${MAIL_PASSWORD}@mail.example:587`, LOG_LEVEL: 'trace' },
    });
    const { firstRun } = service;
    secrets.set('token of the metrics', METRICS_TOKEN).set('password of the mail server', MAIL_PASSWORD);
    for (const who of ['administrator', 'chairperson', 'technician'] as const) {
      secrets.set(`password of the ${who}`, firstRun[who].password);
    }
    secrets.set('secret of the node', readFileSync(join(service.dataDir, 'secrets', 'sfu-control'), 'utf8').trim());
    secrets.set('wrong password', 'canary-wrong-password-51c2').set('wrong token', 'canary-wrong-token-a07e-0000000');
    const briefing = await planBriefing(service, 1, 'lecture');
    secrets.set('token of the administrator', briefing.administrator.token);
    secrets.set('token of the chair', briefing.chair.token);
    const { endpoint, pairUrl } = briefing.rooms[0]!;
    secrets.set('token of a one-time link', new URL(pairUrl).searchParams.get('pair') ?? '');
    const device = await pairDevice(briefing.chair, endpoint.id, pairUrl);
    secrets.set('credential of a device', device.credential);
    const pairing = await briefing.chair.ok<{ secret: string; code: string }>('post', '/devices/pairing', {
      label: 'PC',
    });
    secrets.set('secret of a pairing', pairing.secret);
    for (const [what, secret] of secrets) expect(secret, what).to.have.length.above(11);
  });

  after(async () => {
    closeSockets();
    await service?.stop();
  });

  it('are used rightly and wrongly', async () => {
    const all = Object.fromEntries(secrets);
    const { username } = service.firstRun.administrator;
    expect((await post('/sign-in', { username, password: all['wrong password'] })).status).to.equal(401);
    expect((await post('/sign-in', { username: all['wrong password'], password: 'x' })).status).to.equal(401);
    expect((await post('/sign-in', { user: 1, password: all['password of the chairperson'] })).status).to.equal(400);
    expect((await post('/devices/pair', { token: all['token of a one-time link'] })).status).to.equal(404);
    expect((await post('/devices/pair', { token: all['secret of a pairing'], more: 1 })).status).to.equal(400);
    expect((await post('/meetings', { a: 1 }, all['wrong token'])).status).to.equal(401);
    const inAddress = `/api/v1/endpoints?token=${all['token of the chair']}`;
    await ask(inAddress, { headers: { authorization: `Bearer ${all['token of the chair']}` } });
    await ask('/api/v1/endpoints', { headers: { cookie: `nhipcau_session=${all['wrong token']}` } });
    for (const token of [all['wrong token'], all['secret of the node']]) {
      await connectSocket(service.url, token!).catch(() => undefined);
    }
    const socket = await connectSocket(service.url, all['credential of a device']!);
    await socket.send('session.join', { token: all['credential of a device'], password: all['wrong password'] });
  });

  it('stay out of the log also when the database fails in the middle', async () => {
    const db = new BetterSqlite3(join(service.dataDir, 'nhipcau.db'));
    const tables = db.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).pluck().all() as string[];
    const signIns = tables.find((name) => /sign_?ins?$/i.test(name));
    expect(signIns, tables.join(' ')).to.be.a('string');
    db.exec(`ALTER TABLE "${signIns}" RENAME TO away`);
    try {
      const { username, password } = service.firstRun.technician;
      expect((await post('/sign-in', { username, password })).status).to.equal(500);
      expect((await post('/meetings', {}, secrets.get('token of the administrator'))).status).to.be.oneOf([400, 500]);
    } finally {
      db.exec(`ALTER TABLE away RENAME TO "${signIns}"`);
      db.close();
    }
  });

  it('stand in no log', () => {
    const logs = contentOf(join(service.dataDir, 'logs'));
    expect(logs, 'the failure was logged').to.match(/unexpected|request failed/);
    expect(foundIn(logs)).to.deep.equal([]);
    expect(logs).to.not.match(/\$argon2/);
  });

  it('stand in no answer that was an error, and in no metric', async () => {
    expect(foundIn(answers.join('\n'))).to.deep.equal([]);
    expect((await ask('/metrics')).status).to.equal(401);
    const wrong = await ask('/metrics', { headers: { authorization: `Bearer ${METRICS_TOKEN}x` } });
    expect(wrong.status).to.equal(401);
    const metrics = await fetch(`${service.url}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
    expect(metrics.status).to.equal(200);
    expect(foundIn(await metrics.text())).to.deep.equal([]);
    for (const path of ['/readyz', '/api/v1/openapi.json', '/api/v1/about', '/']) await ask(path);
    expect(foundIn(answers.join('\n'))).to.deep.equal([]);
  });

  it('stand in the database as hashes alone', () => {
    const bytes = readdirSync(service.dataDir)
      .filter((name) => name.startsWith('nhipcau.db'))
      .map((name) => readFileSync(join(service.dataDir, name), 'latin1'))
      .join('\n');
    expect(bytes).to.include('$argon2id$');
    expect(foundIn(bytes)).to.deep.equal([]);
  });

  it('are masked in the settings that the start prints', () => {
    const config = readConfig({
      DATABASE_URL: 'mysql://cau:p@ss:canary/x@db.example:3306/cau',
      SMTP_URL: 'smtps://:canary@mail.example',
      METRICS_TOKEN,
    });
    const printed = JSON.stringify(maskedConfig(config));
    expect(printed).to.include('db.example:3306/cau').and.include('mail.example');
    expect(printed).to.not.match(/canary|p@ss/);
  });
});
