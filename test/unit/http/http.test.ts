import { expect } from 'chai';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { z } from 'zod';
import type { UserActor } from '../../../server/accounts/actor.ts';
import { AppError } from '../../../server/errors.ts';
import { createIdentify } from '../../../server/http/identify.ts';
import { mountApi } from '../../../server/http/mount.ts';
import { defineRoute, Reply, SESSION_COOKIE } from '../../../server/http/route.ts';
import { securityHeaders } from '../../../server/http/security.ts';
import { createLog } from '../../../server/log.ts';
import { Refusal } from '../../../server/protocol/errors.ts';
import type { Problem } from '../../../server/protocol/errors.ts';

const someone: UserActor = { kind: 'user', userId: 'u', displayName: 'U', signInId: 's', grants: [] };

const routes = [
  defineRoute({
    method: 'post',
    path: '/echo/:word',
    summary: 'Echo',
    access: 'public',
    params: z.strictObject({ word: z.string().max(5) }),
    query: z.strictObject({ times: z.coerce.number().int().default(1) }),
    body: z.strictObject({ list: z.array(z.strictObject({ n: z.number() })) }),
    answer: z.object({ word: z.string(), times: z.number(), sum: z.number() }),
    status: 201,
    async handle({ params, query, body }) {
      return { ...params, ...query, sum: body.list.reduce((sum, { n }) => sum + n, 0), secret: 'never shown' };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/own',
    ifMatch: true,
    summary: 'Own',
    access: 'user',
    answer: z.object({ id: z.string() }),
    async handle({ actor, headers }) {
      return new Reply({ id: actor.userId }, { headers: { 'x-version': String(headers.ifMatch) } });
    },
  }),
  defineRoute({ method: 'get', path: '/room', summary: 'Room', access: 'device', handle: async () => 'room' }),
  defineRoute({
    method: 'get',
    path: '/throws/:what',
    summary: 'Throws',
    access: 'public',
    params: z.object({ what: z.string() }),
    async handle({ params }) {
      if (params.what === 'refusal') throw new Refusal('not_chair', 'Only the chair.');
      if (params.what === 'busy') throw new AppError('no_capacity', 'Full.');
      throw new Error('a password: hunter2');
    },
  }),
  defineRoute({
    method: 'get',
    path: '/scarce',
    summary: 'Scarce',
    access: 'public',
    limit: { points: 2, seconds: 60, by: 'address' },
    handle: async () => ({}),
  }),
  defineRoute({
    method: 'get',
    path: '/liar',
    summary: 'Answers something else than it says',
    access: 'public',
    answer: z.object({ n: z.number() }),
    handle: async () => new Reply({ n: 'text' }),
  }),
  defineRoute({
    method: 'post',
    path: '/cookie',
    summary: 'Cookie',
    access: 'public',
    handle: async () => new Reply(undefined, { cookies: [{ name: SESSION_COOKIE, value: 'me', expiresAt: null }] }),
  }),
];

async function listen(secure: boolean, refusals: string[] = []): Promise<{ url: string; server: Server }> {
  const app = express().disable('x-powered-by');
  app.use(securityHeaders(secure));
  const identify = createIdentify([async (token) => (token === 'me' ? someone : null)], secure);
  const onRefusal = (code: string) => refusals.push(code);
  const edge = { routes, identify, log: createLog('silent'), secure, origins: ['https://cau.example'], onRefusal };
  app.use('/api/v1', mountApi(edge));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1` };
}

describe('the HTTP edge', () => {
  const refusals: string[] = [];
  let edge: Awaited<ReturnType<typeof listen>>;
  before(async () => (edge = await listen(false, refusals)));
  after(() => edge.server.close());

  const ask = (path: string, init: RequestInit = {}) => fetch(edge.url + path, init);
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    ask(path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  const problemOf = async (response: Response): Promise<Problem> => {
    expect(response.headers.get('content-type')).to.match(/^application\/problem\+json/);
    const problem = (await response.json()) as Problem;
    expect(problem).to.include.keys('type', 'title', 'status', 'code', 'detail', 'ref');
    expect(problem.status).to.equal(response.status);
    return problem;
  };

  it('gives handlers checked input and sends only what the answer names', async () => {
    const response = await post('/echo/abc?times=3', '{"list":[{"n":1},{"n":2}]}');
    expect(response.status).to.equal(201);
    expect(await response.json()).to.deep.equal({ word: 'abc', times: 3, sum: 3 });
  });

  it('names each fault of a body with its path and what was expected', async () => {
    const problem = await problemOf(await post('/echo/abc', '{"list":[{"n":1},{"n":"x"}],"more":1}'));
    expect(problem.code).to.equal('bad_request');
    expect(problem.errors?.find((fault) => fault.path === 'list.1.n')?.message).to.match(/expected number/i);
    expect(JSON.stringify(problem.errors)).to.contain('more');
  });

  it('refuses malformed input of every kind with 4xx and a code', async () => {
    const cases: [Promise<Response>, string][] = [
      [post('/echo/abc', '{"list":['), 'bad_request'],
      [post('/echo/abc', 'null'), 'bad_request'],
      [post('/echo/abc', ''), 'bad_request'],
      [post('/echo/toolong', '{"list":[]}'), 'bad_request'],
      [post('/echo/abc?times=1&times=2', '{"list":[]}'), 'bad_request'],
      [post('/echo/abc?times=x', '{"list":[]}'), 'bad_request'],
      [post('/echo/abc?other=1', '{"list":[]}'), 'bad_request'],
      [post('/echo/%E0%A4%A', '{"list":[]}'), 'bad_request'],
      [post('/echo/abc', JSON.stringify({ list: [], x: 'y'.repeat(256 * 1024) })), 'payload_too_large'],
      [post('/echo/abc', 'list=1', { 'content-type': 'application/x-www-form-urlencoded' }), 'unsupported_media_type'],
      [post('/echo/abc', '{}', { 'content-encoding': 'gzip' }), 'unsupported_media_type'],
      [post('/echo/abc', '{}', { 'content-type': 'application/json; charset=iso-8859-1' }), 'unsupported_media_type'],
      [post('/own', '', { authorization: 'Bearer me', 'if-match': 'three' }), 'bad_request'],
      [ask('/nowhere'), 'not_found'],
      [ask('/echo/abc'), 'not_found'],
      [ask('/own', { method: 'POST' }), 'not_signed_in'],
      [post('/own', '', { authorization: 'Bearer you' }), 'not_signed_in'],
      [post('/own', '', { authorization: `Bearer ${'x'.repeat(5000)}` }), 'not_signed_in'],
      [ask('/room', { headers: { authorization: 'Bearer me' } }), 'not_allowed'],
    ];
    for (const [asked, code] of cases) expect((await problemOf(await asked)).code).to.equal(code);
    expect(refusals).to.include.members(cases.map(([, code]) => code));
  });

  it('turns refusals of the rules into problems and tells of nothing unknown', async () => {
    expect(await problemOf(await ask('/throws/refusal'))).to.include({
      status: 403,
      code: 'not_chair',
      detail: 'Only the chair.',
    });
    const busy = await ask('/throws/busy');
    expect(busy.headers.get('retry-after')).to.match(/^\d+$/);
    const unknown = await problemOf(await ask('/throws/unknown'));
    expect(unknown).to.include({ status: 500, code: 'internal' });
    expect(JSON.stringify(unknown)).to.not.contain('hunter2');
    expect(await problemOf(await ask('/liar'))).to.include({ code: 'internal' });
  });

  it('limits calls and says when to come back', async () => {
    await ask('/scarce');
    await ask('/scarce');
    const third = await ask('/scarce');
    expect(await problemOf(third)).to.include({ code: 'too_many_requests' });
    expect(Number(third.headers.get('retry-after'))).to.be.within(1, 60);
  });

  it('takes the cookie from own pages and from no others', async () => {
    const cookie = `${SESSION_COOKIE}=me`;
    const from = async (headers: Record<string, string>) => (await post('/own', '', { cookie, ...headers })).status;
    expect(await from({})).to.equal(200);
    expect(await from({ origin: new URL(edge.url).origin })).to.equal(200);
    expect(await from({ origin: 'https://cau.example' })).to.equal(200);
    expect(await from({ origin: 'https://evil.example' })).to.equal(403);
    expect(await from({ origin: 'null' })).to.equal(403);
    expect(await from({ 'if-match': '"7"' })).to.equal(200);
    const bearer = await post('/own', '', {
      origin: 'https://evil.example',
      authorization: 'Bearer me',
      'if-match': '"7"',
    });
    expect(bearer.status).to.equal(200);
    expect(bearer.headers.get('x-version')).to.equal('7');
  });

  it('sends headers that leave foreign code and frames no room', async () => {
    const { headers } = await ask('/nowhere');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).to.contain("script-src 'self';").and.contain("frame-ancestors 'none'");
    expect(policy.replace("style-src-attr 'unsafe-inline'", '')).to.not.contain('unsafe');
    expect(headers.get('permissions-policy')).to.contain('camera=(self)');
    expect(headers.get('x-content-type-options')).to.equal('nosniff');
    expect(headers.has('x-powered-by')).to.equal(false);
    expect(headers.has('strict-transport-security')).to.equal(false);
  });

  it('prefixes the cookie and asks for TLS to stay only where there is TLS', async () => {
    const plain = await ask('/cookie', { method: 'POST' });
    expect(plain.headers.get('set-cookie')).to.equal(`${SESSION_COOKIE}=me; Path=/; HttpOnly; SameSite=Lax`);
    const tls = await listen(true);
    try {
      const secure = await fetch(`${tls.url}/cookie`, { method: 'POST' });
      expect(secure.headers.get('set-cookie')).to.equal(
        `__Host-${SESSION_COOKIE}=me; Path=/; HttpOnly; Secure; SameSite=Lax`,
      );
      expect(secure.headers.get('strict-transport-security')).to.match(/max-age=/);
      const own = (name: string) => fetch(`${tls.url}/own`, { method: 'POST', headers: { cookie: `${name}=me` } });
      expect((await own(`__Host-${SESSION_COOKIE}`)).status).to.equal(200);
      expect((await own(SESSION_COOKIE)).status).to.equal(401);
    } finally {
      tls.server.close();
    }
  });
});
