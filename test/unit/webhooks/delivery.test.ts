import { expect } from 'chai';
import { Webhook } from 'standardwebhooks';
import type { BookedMeeting } from '../../../server/meetings/meeting.store.ts';
import { changedEndpoints, endpointNews, meetingNews } from '../../../server/webhooks/news.ts';
import { failsTooLong, pauseAfter } from '../../../server/webhooks/schedule.ts';
import { newWebhookSecret, signedHeaders } from '../../../server/webhooks/signature.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('a delivery', () => {
  it('is tried ten times, at pauses that grow, over a little more than three days', () => {
    const pauses: number[] = [];
    for (let attempts = 1, pause = pauseAfter(1); pause !== null; pause = pauseAfter((attempts += 1))) {
      pauses.push(pause);
    }
    expect(pauses.slice(0, 6)).to.deep.equal([5_000, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR]);
    expect(pauses).to.have.length(9);
    expect(pauses).to.deep.equal(pauses.toSorted((a, b) => a - b));
    const total = pauses.reduce((sum, pause) => sum + pause, 0);
    expect(total / HOUR).to.be.within(72, 80);
  });

  it('counts as given up with its webhook after five days of failures', () => {
    const since = Date.UTC(2026, 10, 1);
    expect(failsTooLong(since, since + 5 * 24 * HOUR - 1)).to.equal(false);
    expect(failsTooLong(since, since + 5 * 24 * HOUR)).to.equal(true);
  });

  it('is signed so that the library reads it, by the old secret only while that holds', () => {
    const [secret, oldSecret] = [newWebhookSecret(), newWebhookSecret()];
    const [now, body] = [Date.now(), '{"type":"ping","data":{"tên":"Tuyên Quang"}}'];
    const reads = (by: string, until: number) => {
      const headers = signedHeaders('msg', body, { secret, oldSecret, oldSecretUntil: new Date(until) }, now);
      try {
        return (new Webhook(by).verify(body, headers) as { type: string }).type;
      } catch {
        return null;
      }
    };
    expect([reads(secret, now + 1), reads(oldSecret, now + 1)]).to.deep.equal(['ping', 'ping']);
    expect([reads(secret, now), reads(oldSecret, now)]).to.deep.equal(['ping', null]);
    expect(reads(newWebhookSecret(), now + 1)).to.equal(null);
  });
});

describe('what is told', () => {
  const meeting = (extra: Partial<BookedMeeting>): BookedMeeting =>
    ({
      id: 'm',
      title: 'Giao ban',
      status: 'scheduled',
      version: 1,
      startsAt: new Date(0),
      endsAt: new Date(1),
      endpointIds: ['a', 'b'],
      note: 'nội bộ',
      ...extra,
    }) as BookedMeeting;

  it('of a meeting is whether it was made, changed or cancelled, once each', () => {
    const before = meeting({});
    const event = (after: Partial<BookedMeeting>, was: BookedMeeting | null = before) =>
      meetingNews([{ before: was, after: meeting(after) }]).map((news) => news.event);
    expect(event({}, null)).to.deep.equal(['meeting.created']);
    expect(event({ version: 2 })).to.deep.equal(['meeting.changed']);
    expect(event({ version: 2, status: 'postponed' })).to.deep.equal(['meeting.changed']);
    expect(event({ version: 2, status: 'cancelled' })).to.deep.equal(['meeting.cancelled']);
    expect(event({ version: 3, status: 'cancelled' }, meeting({ version: 2, status: 'cancelled' }))).to.deep.equal([
      'meeting.changed',
    ]);
    expect(event({})).to.deep.equal([]);
    expect(JSON.stringify(meetingNews([{ before: null, after: before }]))).not.to.contain('nội bộ');
  });

  it('of the directory is each endpoint once, with all that was done to it', () => {
    const changes = [
      { subject: 'unit:u', action: 'unit.changed' },
      { subject: 'endpoint:e', action: 'endpoint.changed' },
      { subject: 'endpoint:e', action: 'endpoint.moved' },
      { subject: 'endpoint:gone', action: 'endpoint.removed' },
    ];
    expect(changedEndpoints(changes)).to.deep.equal(['e', 'gone']);
    const names = new Map([['e', { id: 'e', code: 'SD-UBND', name: 'UBND Sơn Dương' }]]);
    expect(endpointNews(changes, names).map(({ data }) => data)).to.deep.equal([
      { id: 'e', code: 'SD-UBND', name: 'UBND Sơn Dương', actions: ['endpoint.changed', 'endpoint.moved'] },
      { id: 'gone', code: null, name: null, actions: ['endpoint.removed'] },
    ]);
  });
});
