import { expect } from 'chai';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { brotliCompressSync, gunzipSync, gzipSync } from 'node:zlib';
import express from 'express';
import type { Express, Request, Response } from 'express';
import { compressedJson } from '../../../server/http/compressed.ts';
import { webFiles } from '../../../server/http/webFiles.ts';

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

const TEXT = JSON.stringify({ items: Array.from({ length: 200 }, (_, n) => `Điểm cầu ${n}`) });
const PAGE = { 'accept-encoding': 'gzip', 'sec-fetch-site': 'same-origin' };

const servers: Server[] = [];

async function listen(app: Express) {
  const server = app.listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  // not `fetch`, which decompresses by itself
  return (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
    new Promise((done, failed) => {
      const sent = request({ port, path, headers, method }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () =>
          done({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) }),
        );
      });
      sent.once('error', failed).end();
    });
}

function api(secure: boolean): Express {
  const app = express();
  app.use(compressedJson(secure));
  app.all('/list', (_req, res) => void res.setHeader('Content-Type', 'application/json').end(TEXT));
  app.get('/short', (_req, res) => void res.setHeader('Content-Type', 'application/json').end('{}'));
  app.get('/file', (_req, res) => void Readable.from([TEXT]).pipe(res.setHeader('Content-Type', 'text/csv')));
  return app;
}

after(() => servers.forEach((server) => server.close()));

describe('a long answer of the interface', () => {
  it('is compressed for a page of the service and for a script', async () => {
    const ask = await listen(api(true));
    for (const headers of [PAGE, { 'accept-encoding': 'gzip', authorization: 'Bearer x' }]) {
      const { headers: said, body } = await ask('/list', headers);
      expect(said['content-encoding']).to.equal('gzip');
      expect(said.vary).to.match(/accept-encoding/i);
      expect(body.length).to.be.lessThan(TEXT.length / 3);
      expect(gunzipSync(body).toString()).to.equal(TEXT);
    }
  });

  it('goes out as it is to foreign pages, after changes, when it is short, and as a stream of a file', async () => {
    const ask = await listen(api(true));
    const plain = [
      await ask('/list', { ...PAGE, 'sec-fetch-site': 'cross-site' }),
      await ask('/list', { ...PAGE, 'sec-fetch-site': 'none' }),
      await ask('/list', { 'accept-encoding': 'gzip' }),
      await ask('/list', PAGE, 'POST'),
      await ask('/file', PAGE),
    ];
    for (const { headers, body } of plain) {
      expect(headers['content-encoding']).to.equal(undefined);
      expect(body.toString()).to.equal(TEXT);
    }
    expect((await ask('/short', PAGE)).headers['content-encoding']).to.equal(undefined);
  });

  it('is compressed for everybody where the line is open anyway', async () => {
    const ask = await listen(api(false));
    expect((await ask('/list', { 'accept-encoding': 'gzip' })).headers['content-encoding']).to.equal('gzip');
  });
});

describe('a file of the browser application', () => {
  const dist = mkdtempSync(join(tmpdir(), 'nhip-cau-dist-'));
  const code = `export const words = ${TEXT};`;
  let ask: Awaited<ReturnType<typeof listen>>;
  before(async () => {
    mkdirSync(join(dist, 'assets'));
    writeFileSync(join(dist, 'index.html'), '<!doctype html>');
    writeFileSync(join(dist, 'assets/view-1.js'), code);
    writeFileSync(join(dist, 'assets/view-1.js.br'), brotliCompressSync(code));
    writeFileSync(join(dist, 'assets/view-1.js.gz'), gzipSync(code));
    writeFileSync(join(dist, 'assets/tiny-1.js'), '1');
    const app = express().use(webFiles(dist));
    app.use((_err: unknown, _req: Request, res: Response, _next: () => void) => void res.status(404).end());
    ask = await listen(app);
  });
  after(() => rmSync(dist, { recursive: true }));

  it('comes as the smallest copy that the browser takes, under its own name and type', async () => {
    for (const [takes, coding, length] of [
      ['gzip, deflate, br', 'br', brotliCompressSync(code).length],
      ['gzip, deflate', 'gzip', gzipSync(code).length],
      ['br;q=0', undefined, Buffer.byteLength(code)],
    ] as const) {
      const { status, headers, body } = await ask('/assets/view-1.js', { 'accept-encoding': takes });
      expect([status, headers['content-encoding'], body.length], takes).to.deep.equal([200, coding, length]);
      expect(headers['content-type']).to.match(/javascript/);
      expect(headers['cache-control']).to.contain('immutable');
      expect(headers.vary).to.match(/accept-encoding/i);
    }
  });

  it('comes as it is where there is no copy, and not at all from beside the folder', async () => {
    const { headers, body } = await ask('/assets/tiny-1.js', { 'accept-encoding': 'br' });
    expect([headers['content-encoding'], body.toString()]).to.deep.equal([undefined, '1']);
    expect((await ask('/assets/..%2Findex.html', { 'accept-encoding': 'br' })).body.toString()).not.to.contain(
      'doctype',
    );
    expect((await ask('/planner', {})).body.toString()).to.equal('<!doctype html>');
  });
});
