import { expect } from 'chai';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { z } from 'zod';
import { answerWriter } from '../../../server/http/answers.ts';
import { defineRoute, isLasting, lasting } from '../../../server/http/route.ts';
import { routeTable } from '../../../server/http/table.ts';
import { listOf } from '../../../server/protocol/rest.ts';

/** A schema that counts how often it is asked. */
function counted() {
  const asked = { times: 0 };
  const seen = (n: number) => {
    asked.times += 1;
    return n;
  };
  return { asked, thing: z.object({ n: z.number().transform(seen), name: z.string() }) };
}

const thingOf = (n: number) => ({ n, name: `Phòng họp ${n}`, secret: 'never shown' });
const shown = (n: number) => ({ n, name: `Phòng họp ${n}` });

describe('answers that are written down', () => {
  it('are what the schema makes of them, each time anew', () => {
    const { asked, thing } = counted();
    const write = answerWriter(thing);
    const body = thingOf(1);
    expect(write(body).toString()).to.equal(JSON.stringify(shown(1)));
    body.n = 2;
    expect(JSON.parse(write(body).toString())).to.deep.include({ n: 2 });
    expect(asked.times).to.equal(2);
    expect(() => write({ n: 'text' })).to.throw(z.ZodError);
  });

  it('are checked and written once where they are lasting', () => {
    const { asked, thing } = counted();
    const write = answerWriter(thing);
    const body = lasting(thingOf(1));
    expect(write(body).toString()).to.equal(JSON.stringify(shown(1)));
    expect(write(body)).to.equal(write(body));
    expect(asked.times).to.equal(1);
    expect(() => answerWriter(z.object({ m: z.number() }))(body), 'another route').to.throw(z.ZodError);
  });

  it('are kept in memory of their own, and no shared slab with them', () => {
    const text = answerWriter(counted().thing)(lasting(thingOf(1)));
    expect(text.buffer.byteLength).to.equal(text.length);
  });
  it('are checked and written once as items of lists, beside others', () => {
    const { asked, thing } = counted();
    const list = listOf(thing);
    const write = answerWriter(list);
    const kept = [lasting(thingOf(1)), lasting(thingOf(3))];
    for (let round = 1; round <= 3; round += 1) {
      const body = { items: [kept[0], thingOf(2), kept[1]], nextCursor: 'abc', secret: 'never shown' };
      const expected = JSON.stringify({ items: [1, 2, 3].map(shown), nextCursor: 'abc' });
      expect(write(body).toString()).to.equal(expected);
      expect(asked.times).to.equal(2 + round);
    }
    expect(() => write({ items: [kept[0], { n: 'text' }], nextCursor: null })).to.throw(z.ZodError);
    expect(() => write({ items: kept, nextCursor: 5 })).to.throw(z.ZodError);
  });

  it('are checked as a whole where the schema asks more of the list than of its items', () => {
    const few = z.object({ items: z.array(z.object({ n: z.number() })).max(1), nextCursor: z.null() });
    const body = { items: [lasting({ n: 1 }), lasting({ n: 2 })], nextCursor: null };
    expect(() => answerWriter(few)(body)).to.throw(z.ZodError);
    expect(() => answerWriter(listOf(z.object({ n: z.number() })).strict())({ ...body, more: 1 })).to.throw(z.ZodError);
  });

  it('cannot be changed any more once they are lasting, at no depth', () => {
    const body = lasting({ list: [{ n: 1 }] });
    expect(() => body.list.push({ n: 2 })).to.throw(TypeError);
    expect(() => (body.list[0]!.n = 2)).to.throw(TypeError);
    expect([isLasting(body), isLasting({ ...body }), isLasting(null)]).to.deep.equal([true, false, false]);
  });
});

describe('the table of routes', () => {
  it('finds the route that a comparison with all of them would find', async () => {
    const paths = ['/rooms', '/rooms/first', '/rooms/:id', '/rooms/:id/day', '/feeds/:key.ics', '/'];
    const routes = paths.map((path) =>
      defineRoute({ method: 'get', path, summary: path, access: 'public', handle: async () => null }),
    );
    const table = routeTable(routes, (route) => (req, res) => void res.json([route.path, req.params]));
    const app = express().use('/api', table);
    app.use((_req, res) => void res.status(404).json(['none', {}]));
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const found = async (path: string, method = 'GET') => {
        const answer = await fetch(`http://127.0.0.1:${port}/api${path}`, { method });
        return method === 'HEAD' ? answer.status : ((await answer.json()) as unknown);
      };
      expect(await found('/rooms')).to.deep.equal(['/rooms', {}]);
      expect(await found('/rooms/?page=2')).to.deep.equal(['/rooms', {}]);
      expect(await found('/rooms/first')).to.deep.equal(['/rooms/first', {}]);
      expect(await found('/rooms/a%2Fb/')).to.deep.equal(['/rooms/:id', { id: 'a/b' }]);
      expect(await found('/rooms/7/day')).to.deep.equal(['/rooms/:id/day', { id: '7' }]);
      expect(await found('/feeds/xyz.ics')).to.deep.equal(['/feeds/:key.ics', { key: 'xyz' }]);
      expect(await found('/')).to.deep.equal(['/', {}]);
      expect(await found('/rooms/7', 'HEAD')).to.equal(200);
      for (const path of ['/Rooms', '/rooms//', '/rooms//day', '/rooms/7/8', '/rooms/7/day/9', '/halls', '/feeds/xyz'])
        expect(await found(path), path).to.deep.equal(['none', {}]);
      expect(await found('/rooms/7', 'DELETE')).to.deep.equal(['none', {}]);
    } finally {
      server.close();
    }
  });
});
