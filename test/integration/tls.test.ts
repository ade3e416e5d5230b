import { expect } from 'chai';
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, mkdtempSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { get as getPlain } from 'node:http';
import { request } from 'node:https';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { io } from 'socket.io-client';
import { PROTOCOL_VERSION } from '../../server/protocol/ids.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  certificate: X509Certificate;
}

interface Ask {
  /** the only authority that is trusted; false: any */
  ca: string | false;
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

function ask(url: string, { ca, method = 'GET', body, headers = {} }: Ask): Promise<Answer> {
  return new Promise((done, fail) => {
    const options = {
      method,
      agent: false as const,
      headers: { 'content-type': 'application/json', ...headers },
      ...(ca === false ? { rejectUnauthorized: false } : { ca }),
    };
    const asked = request(url, options, (answer) => {
      const { raw } = (answer.socket as TLSSocket).getPeerCertificate();
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      const { statusCode = 0, headers: given } = answer;
      answer.on('end', () => done({ status: statusCode, headers: given, text, certificate: new X509Certificate(raw) }));
    });
    asked.on('error', fail);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** IPv4 addresses under which this machine may be called. */
function addresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).filter((one) => one.family === 'IPv4').map((one) => one.address),
  );
}

describe('a service with an authority of its own', function () {
  this.timeout(60_000);
  let dataDir: string;
  let service: Service;
  let ca: string;
  const port = () => new URL(service.url).port;

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'nhip-cau-tls-'));
    service = await startService({ dataDir, env: { TLS: 'self', HOST: '0.0.0.0' } });
    // what a technician does once on each PC; he compares it with the file on the server
    const download = await ask(`${service.url}/ca.crt`, { ca: false });
    expect(download.headers['content-type']).to.include('x-x509-ca-cert');
    ca = download.text;
  });

  after(async () => {
    await service?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('is reached over HTTPS by whoever trusts its authority, and by nobody else', async () => {
    expect(service.url).to.match(/^https:\/\/localhost:\d+$/);
    expect(ca).to.equal(readFileSync(join(dataDir, 'tls', 'authority.crt'), 'utf8'));
    expect((await ask(`${service.url}/livez`, { ca })).status).to.equal(200);
    const refused = await ask(`${service.url}/livez`, { ca: foreignAuthority() }).catch((err: Error) => err);
    expect(refused).to.be.instanceOf(Error);
  });

  it('is reached under every address of the machine', async () => {
    expect(addresses()).to.include('127.0.0.1');
    for (const address of addresses()) {
      const { status, certificate } = await ask(`https://${address}:${port()}/livez`, { ca });
      expect(status, address).to.equal(200);
      expect(certificate.checkIP(address), address).to.equal(address);
      expect(certificate.checkHost('localhost')).to.equal('localhost');
      expect(certificate.ca).to.equal(false);
    }
  });

  it('lets browsers keep its certificate: at most 825 days, for servers alone, of an authority that signs no other', async () => {
    const { certificate } = await ask(`${service.url}/livez`, { ca });
    const days = (Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / 86_400_000;
    expect(days).to.be.within(60, 825);
    expect(certificate.keyUsage).to.deep.equal(['1.3.6.1.5.5.7.3.1']);
    const authority = new X509Certificate(ca);
    expect(authority.ca).to.equal(true);
    expect(certificate.verify(authority.publicKey)).to.equal(true);
  });

  it('keeps its keys and secrets for its owner alone', () => {
    const modeOf = (...path: string[]) => (statSync(join(dataDir, ...path)).mode & 0o777).toString(8);
    expect([modeOf('tls'), modeOf('secrets'), modeOf('logs')]).to.deep.equal(['700', '700', '700']);
    expect([modeOf('tls', 'authority.key'), modeOf('tls', 'server.key')]).to.deep.equal(['600', '600']);
    expect(modeOf('secrets', 'sfu-control')).to.equal('600');
    expect(modeOf('first-run.json')).to.equal('600');
    const databases = readdirSync(dataDir).filter((name) => name.startsWith('nhipcau.db'));
    expect(databases).to.not.be.empty;
    for (const name of databases) expect(modeOf(name), name).to.equal('600');
    for (const name of readdirSync(join(dataDir, 'logs'))) expect(modeOf('logs', name), name).to.equal('600');
  });

  it('gives the browser a cookie that only this host over TLS can set, and sockets over wss', async () => {
    const signedIn = await ask(`${service.url}/api/v1/sign-in`, {
      ca,
      method: 'POST',
      body: service.firstRun.chairperson,
    });
    expect(signedIn.status, signedIn.text).to.equal(200);
    const [cookie = ''] = signedIn.headers['set-cookie'] ?? [];
    expect(cookie).to.match(/^__Host-nhipcau_session=[^;]+;/);
    for (const word of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']) expect(cookie).to.include(word);
    const socket = io(service.url, {
      ca,
      transports: ['websocket'],
      reconnection: false,
      auth: { protocol: PROTOCOL_VERSION },
      extraHeaders: { cookie: cookie.split(';')[0] ?? '', origin: service.url },
    });
    const welcome = await new Promise<{ user: { displayName: string } | null }>((done, fail) => {
      socket.once('welcome', done);
      socket.once('connect_error', fail);
    });
    socket.disconnect();
    expect(welcome.user?.displayName).to.equal('Chủ tọa');
  });

  it('tells browsers to stay with HTTPS and what its pages may do', async () => {
    const { headers } = await ask(`${service.url}/`, { ca });
    expect(headers['strict-transport-security']).to.match(/max-age=\d{7,}/);
    expectSafePage(headers);
  });

  it('keeps the authority over a restart, so that PCs go on trusting it', async () => {
    const before = new X509Certificate(ca).fingerprint256;
    expect(await service.stop()).to.equal(0);
    service = await startService({ dataDir, env: { TLS: 'self', HOST: '0.0.0.0' } });
    const { status, certificate } = await ask(`${service.url}/livez`, { ca });
    expect(status).to.equal(200);
    expect(certificate.checkHost('localhost')).to.equal('localhost');
    expect(new X509Certificate((await ask(`${service.url}/ca.crt`, { ca })).text).fingerprint256).to.equal(before);
  });
});

describe('a service over plain HTTP', function () {
  this.timeout(60_000);
  let service: Service;

  before(async () => {
    service = await startService();
  });

  after(() => service?.stop());

  it('serves the page with the same policy, and promises no HTTPS', async () => {
    const { headers, text } = await new Promise<{ headers: IncomingHttpHeaders; text: string }>((done, fail) => {
      getPlain(`${service.url}/`, (answer) => {
        let page = '';
        answer.setEncoding('utf8').on('data', (part: string) => (page += part));
        answer.on('end', () => done({ headers: answer.headers, text: page }));
      }).on('error', fail);
    });
    expectSafePage(headers);
    expect(headers).to.not.have.property('strict-transport-security');
    expect(text).to.not.be.empty;
  });

  it('sets its cookie without asking for TLS', async () => {
    const answer = await service.api().call('post', '/sign-in', service.firstRun.technician);
    expect(answer.headers.get('set-cookie')).to.match(/^nhipcau_session=[^;]+;.*HttpOnly/);
    expect(answer.headers.get('set-cookie')).to.not.include('Secure');
  });
});

function expectSafePage(headers: IncomingHttpHeaders): void {
  const policy = String(headers['content-security-policy']);
  const rules = Object.fromEntries(
    policy.split(';').map((rule) => {
      const [name = '', ...values] = rule.trim().split(' ');
      return [name, values.join(' ')];
    }),
  );
  expect(rules['script-src']).to.equal("'self'");
  expect(rules['frame-ancestors']).to.equal("'none'");
  expect(rules['object-src']).to.equal("'none'");
  expect(rules['base-uri']).to.equal("'none'");
  expect(rules['default-src']).to.equal("'self'");
  expect(policy).to.not.match(/unsafe-eval|script-src[^;]*unsafe-inline|\*/);
  expect(headers['permissions-policy']).to.include('camera=(self)').and.include('microphone=(self)');
  expect(headers['x-content-type-options']).to.equal('nosniff');
  expect(headers['referrer-policy']).to.equal('same-origin');
  expect(headers).to.not.have.property('x-powered-by');
}

/** A real authority that has signed nothing of ours: the first that node itself trusts. */
function foreignAuthority(): string {
  return rootCertificates[0] ?? '';
}
