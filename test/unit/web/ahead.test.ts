import { expect } from 'chai';
import { addressOf, askAhead, forgetAhead, takeAhead } from '../../../web/lib/ahead.ts';
import { firstAsks } from '../../../web/lib/firstAsks.ts';
import { viewAt } from '../../../web/lib/views.ts';

const NOON = Date.parse('2026-11-25T12:00:00+07:00');

describe('a request that is sent ahead', () => {
  const asked: string[] = [];
  const real = globalThis.fetch;
  let status = 200;
  before(() => {
    globalThis.fetch = async (address) => {
      asked.push(address as string);
      return new Response('{}', { status });
    };
  });
  after(() => {
    globalThis.fetch = real;
  });
  beforeEach(() => {
    status = 200;
    asked.length = 0;
    forgetAhead();
  });

  it('hands its answer over once, to who asks for exactly the same', async () => {
    expect(await askAhead('/endpoints', { q: '', limit: 500 })).to.equal(true);
    expect(await takeAhead(addressOf('/endpoints'))).to.equal(null);
    expect((await takeAhead(addressOf('/endpoints', { limit: 500 })))?.answer.status).to.equal(200);
    expect(await takeAhead(addressOf('/endpoints', { limit: 500 }))).to.equal(null);
    expect(asked).to.deep.equal(['/api/v1/endpoints?limit=500']);
  });

  it('says when it was refused, and is dropped by a change', async () => {
    status = 401;
    expect(await askAhead('/me')).to.equal(false);
    forgetAhead();
    expect(await takeAhead(addressOf('/me'))).to.equal(null);
  });
});

describe('what the first script asks for', () => {
  it('follows the address: the view, its days and nothing else', () => {
    expect(viewAt('/planner')).to.equal('planner');
    expect(viewAt('/dang-ky/geheim')).to.equal('invitation');
    expect(viewAt('/')).to.equal(undefined);
    expect(firstAsks('planner', '?view=week&day=2026-11-25', 0)[0]).to.deep.equal([
      '/planner',
      { from: '2026-11-23T00:00:00+07:00', to: '2026-11-30T00:00:00+07:00' },
    ]);
    expect(firstAsks('planner', '', NOON)[0]?.[1]).to.deep.equal({
      from: '2026-11-25T00:00:00+07:00',
      to: '2026-11-26T00:00:00+07:00',
    });
    expect(firstAsks('meetings', '', NOON)[0]?.[1]).to.deep.equal({
      from: '2026-11-25T00:00:00+07:00',
      to: '2027-01-24T00:00:00+07:00',
      limit: 500,
    });
    expect(firstAsks('room', '', NOON)).to.deep.equal([]);
    expect(firstAsks(undefined, '', NOON)).to.deep.equal([]);
  });
});
