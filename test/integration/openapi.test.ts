import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { Described } from '../fuzz/described.ts';
import type { Operation } from '../fuzz/described.ts';
import { ASKS } from '../support/asks.ts';
import { World } from '../support/world.ts';

const WEB = new URL('../../web/lib/', import.meta.url);
/** Lists that are no pages, with the reason. */
const WHOLE: Record<string, string> = {
  '/meetings/{id}/registrations': 'the totals belong to all of its endpoints, at most a thousand',
  '/public/meetings': 'a time, not a page, is asked for; at most two thousand meetings',
  '/sessions/{id}/attendance': 'the minutes of one session',
  '/sessions/{id}/events': 'pages by `afterSeq`, the place in the log',
};
/** What makes something and yet has no keys, with the reason. */
const KEYLESS: Record<string, string> = {
  'post /devices/pairing': 'who asks is not known yet',
};

const keyOf = ({ method, path }: Operation) => `${method} ${path}`;
const takes = ({ parameters }: Operation, name: string) => parameters.some((one) => one.name === name);
const successOf = ({ responses }: Operation) => Object.entries(responses).find(([status]) => status < '300');

/** @returns paths below `/api/v1` that the browser's calls name, what is filled in as `{}` */
function browserPaths(): string[] {
  const files = readdirSync(WEB).filter((name) => name.endsWith('.ts'));
  const texts = files.map((name) => readFileSync(new URL(name, WEB), 'utf8'));
  const literals = texts.flatMap((text) => [...text.matchAll(/(['`])((?:\/api\/v1)?\/[a-z](?:(?!\1)[^\n])*)\1/g)]);
  const paths = literals.map(([, , path = '']) =>
    path
      .replace('/api/v1', '')
      .replaceAll(/\$\{[^{}]*\}/g, '{}')
      // a query, given or filled in
      .replace(/(\?|\$\{).*$/, ''),
  );
  return [...new Set(paths.filter((path) => /^\/./.test(path)))];
}

describe('the interface as it is described', function () {
  this.timeout(60_000);
  let world: World;
  let operations: Operation[];

  before(async () => {
    world = await World.open();
    operations = new Described(await world.admin('get', '/openapi.json')).operations;
  });
  after(() => world?.close());

  it('has everything that the browser can do', () => {
    const paths = browserPaths();
    const isKnown = (wanted: string) => {
      const pattern = new RegExp(`^${wanted.replaceAll('.', '\\.').replaceAll('{}', '[^/]+')}$`);
      // a query may be filled in at the end
      return operations.some(({ path }) => pattern.test(path) || wanted === `${path}{}`);
    };
    expect(paths.length).to.be.above(30);
    expect(paths.filter((path) => !isKnown(path))).to.deep.equal([]);
  });

  it('gives every list in pages', () => {
    const lists = operations.filter((one) => {
      const schema = successOf(one)?.[1].content?.['application/json']?.schema;
      return one.method === 'get' && schema?.properties?.['items'];
    });
    expect(lists.length).to.be.above(15);
    const whole = lists.filter((one) => !takes(one, 'limit') || !takes(one, 'cursor')).map(({ path }) => path);
    expect(whole.toSorted()).to.deep.equal(Object.keys(WHOLE).toSorted());
  });

  it('guards everything that has a version', () => {
    const versioned = operations.filter((one) => one.method === 'get' && successOf(one)?.[1].headers?.['ETag']);
    expect(versioned.map(({ path }) => path)).to.include.members(['/meetings/{id}', '/units/{id}', '/endpoints/{id}']);
    const paths = new Set(versioned.map(({ path }) => path));
    const changing = operations.filter((one) => /patch|put|delete/.test(one.method) && paths.has(one.path));
    expect(changing.filter((one) => !takes(one, 'If-Match')).map(keyOf)).to.deep.equal([]);
  });

  it('refuses a change of what somebody else has changed meanwhile, and makes none', async () => {
    const guarded = operations.filter((one) => takes(one, 'If-Match'));
    expect(guarded.length).to.be.above(12);
    for (const one of guarded) {
      const request = await ASKS[keyOf(one)]!.make({ world, side: 'own', caller: 'administratorOfAll' });
      const headers = { 'if-match': '"987"' };
      const got = await world.as('administratorOfAll', { method: one.method, ...request, headers });
      expect([got.status, got.body?.code], keyOf(one)).to.deep.equal([412, 'version_conflict']);
      expect((await world.as('administratorOfAll', { method: one.method, ...request })).status, keyOf(one)).to.be.below(
        300,
      );
    }
  });

  it('carries out once what comes again with the same key', async () => {
    const making = operations.filter((one) => successOf(one)?.[0] === '201');
    const keyless = making.filter((one) => !takes(one, 'Idempotency-Key')).map(keyOf);
    expect(keyless).to.deep.equal(Object.keys(KEYLESS));
    // commands of a session come again with their own key: see the tests of sessions
    const once = operations.filter((one) => takes(one, 'Idempotency-Key') && !one.path.endsWith('commands'));
    for (const one of once) {
      const ask = ASKS[keyOf(one)]!;
      const aim = { world, side: 'own', caller: 'administratorOfAll' } as const;
      const request = await ask.make(aim);
      const headers = { 'idempotency-key': world.fresh('khoa') };
      const send = (sent = request) => world.as('administratorOfAll', { method: one.method, ...sent, headers });
      const [first, meanwhile] = await Promise.all([send(), send()]);
      expect(String(first.status), `${keyOf(one)} ${first.text}`).to.equal(successOf(one)?.[0]);
      for (const again of [meanwhile, await send()]) {
        expect([again.status, again.text, again.headers['etag']], keyOf(one)).to.deep.equal([
          first.status,
          first.text,
          first.headers['etag'],
        ]);
      }
      const other = await send({ ...request, path: `${request.path}${request.path.includes('?') ? '&' : '?'}x=1` });
      if (other.body?.code !== 'bad_request' && one.path !== '/meetings') {
        expect([other.status, other.body?.code], keyOf(one)).to.deep.equal([422, 'idempotency_reuse']);
      }
    }
  });

  it('keeps no answer of another caller and no refusal', async () => {
    const [headers, path] = [{ 'idempotency-key': world.fresh('khoa') }, '/groups'];
    const body = { name: world.fresh('Nhóm'), unitId: world.places.own.unitId };
    const send = (caller: 'operator' | 'administrator' | 'administratorOfAll') =>
      world.as(caller, { method: 'post', path, body, headers });
    expect((await send('operator')).status).to.equal(403);
    expect((await send('operator')).status).to.equal(403);
    const made = await send('administrator');
    expect(made.status).to.equal(201);
    expect((await send('administratorOfAll')).body.code).to.equal('name_taken');
    expect((await send('administrator')).text).to.equal(made.text);
  });

  it('gives a list page by page', async () => {
    const { items } = await world.admin('get', '/units');
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await world.admin('get', `/units?limit=7${cursor && `&cursor=${cursor}`}`);
      expect(page.items.length).to.be.most(7);
      seen.push(...page.items.map((one: { id: string }) => one.id));
      cursor = page.nextCursor ?? '';
    } while (cursor);
    expect(seen).to.deep.equal(items.map((one: { id: string }) => one.id));
    const lost = await world.as('administrator', { method: 'get', path: '/units?cursor=x' });
    expect(lost.body.errors[0].path).to.equal('cursor');
  });
});
