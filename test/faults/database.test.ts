import { expect } from 'chai';
import mysql from 'mysql2/promise';
import type { SessionEvent } from '../../server/protocol/events.ts';
import { inMinutes, planBriefing, runOf } from '../support/briefing.ts';
import type { Briefing, Run } from '../support/briefing.ts';
import { hasMariadb, ownMariadb } from '../support/mariadb.ts';
import type { OwnServer } from '../support/mariadb.ts';
import { until } from '../support/processes.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';
import { connectSocket } from '../support/socket.ts';
import type { RawSocket } from '../support/socket.ts';

const DATABASE = 'nhipcau_faults';

describe('a session whose database goes away', function () {
  this.timeout(60_000);
  let database: OwnServer;
  let service: Service;
  let briefing: Briefing;
  let run: Run;
  let chair: RawSocket;
  let room: RawSocket;
  let credential: string;

  before(async function () {
    this.timeout(120_000);
    if (!hasMariadb()) {
      console.warn('MariaDB is not installed: the faults of a database were not tested');
      this.skip();
    }
    database = await ownMariadb();
    await query(`CREATE DATABASE ${DATABASE}`);
    const { user, password, port } = database.where;
    const url = `mysql://${user}:${password}@127.0.0.1:${port}/${DATABASE}`;
    service = await startService({ env: { DATABASE_URL: url, SFU_WORKERS: '1' } });
    briefing = await planBriefing(service, 1, 'broadcast');
    run = runOf(briefing.chair, await briefing.start());
    const token = new URL(briefing.rooms[0]!.pairUrl).searchParams.get('pair');
    ({ credential } = await service.api().ok<{ credential: string }>('post', '/devices/pair', { token }));
    chair = await connectSocket(service.url, briefing.chair.token);
    await chair.ok('session.join', { sessionId: run.sessionId });
    room = await connectSocket(service.url, credential);
    await room.ok('session.join', { sessionId: run.sessionId });
  });

  after(async function () {
    this.timeout(30_000);
    chair?.close();
    room?.close();
    await service?.stop();
    await database?.stop();
  });

  async function query<T>(sql: string, name?: string): Promise<T[]> {
    const connection = await mysql.createConnection({ ...database.where, ...(name ? { database: name } : {}) });
    try {
      return (await connection.query(sql))[0] as T[];
    } finally {
      await connection.end();
    }
  }

  const stored = async () =>
    (
      await query<{ seq: number }>(
        `SELECT seq FROM session_event WHERE session_id = '${run.sessionId}' ORDER BY seq`,
        DATABASE,
      )
    ).map(({ seq }) => seq);
  const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);

  it('goes on in the journal: commands are acknowledged, bookings are told to wait, nothing is lost (F08)', async () => {
    await database.kill();
    const acked: number[] = [];
    for (let i = 0; i < 5; i++) {
      acked.push((await room.ok('floor.request', { sessionId: run.sessionId })).seq);
      acked.push((await room.ok('floor.withdraw', { sessionId: run.sessionId })).seq);
    }
    const body = {
      title: 'Họp thử',
      startsAt: inMinutes(600),
      endsAt: inMinutes(660),
      endpointIds: [briefing.chairEndpoint.id],
      chairEndpointId: briefing.chairEndpoint.id,
    };
    const booking = await fetch(`${service.url}/api/v1/meetings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${briefing.chair.token}` },
      body: JSON.stringify(body),
    });
    expect(booking.status).to.equal(503);
    expect(booking.headers.get('retry-after')).to.match(/^\d+$/);
    expect((await booking.json()) as object).to.include({ code: 'database_unavailable' });
    expect(chair.pushes('session.storage').at(-1)?.waiting).to.be.above(0);

    await database.restart();
    const from = Date.now();
    await until('the journal to be empty', () => chair.pushes('session.storage').at(-1)?.waiting === 0, 8_000);
    expect(Date.now() - from, 'milliseconds until the journal was carried over').to.be.below(5_000);
    const last = acked.at(-1)!;
    expect(await stored()).to.deep.equal(upTo(last));
  });

  it('lets an endpoint come back while the database is away, and refuses what needs it (F09, P4)', async () => {
    await database.kill();
    room.close();
    room = await connectSocket(service.url, credential);
    const joined = await room.ok('session.join', { sessionId: run.sessionId });
    expect(joined.snapshot?.participants[briefing.rooms[0]!.endpoint.id]?.presence).to.equal('joined');
    expect((await chair.refused('session.extend', { sessionId: run.sessionId, minutes: 15 })).code).to.equal(
      'database_unavailable',
    );
    await database.restart();
    await until('the journal to be empty', () => chair.pushes('session.storage').at(-1)?.waiting === 0, 8_000);
    const extended = await chair.ok('session.extend', { sessionId: run.sessionId, minutes: 15 });
    expect(await stored()).to.deep.equal(upTo(extended.seq));
  });

  it('keeps every acknowledged event over a kill of the control plane while the journal waits (F07, P1)', async () => {
    await database.kill();
    await room.ok('floor.request', { sessionId: run.sessionId });
    const { seq } = await chair.ok('stage.set', {
      sessionId: run.sessionId,
      endpointId: briefing.rooms[0]!.endpoint.id,
    });
    service.killServer();
    await database.restart();
    await service.untilReady(20_000);
    expect(await stored()).to.deep.equal(upTo((await run.view()).seq));
    const { items } = await briefing.administrator.ok<{ items: SessionEvent[] }>(
      'get',
      `/sessions/${run.sessionId}/events?afterSeq=${seq - 1}&limit=10`,
    );
    expect(items[0]?.fact).to.include({ type: 'stageSet', endpointId: briefing.rooms[0]!.endpoint.id });
    const view = await run.view();
    expect(view.floor.queue.map(({ endpointId }) => endpointId)).to.deep.equal([briefing.rooms[0]!.endpoint.id]);
    expect(view.stage).to.deep.equal({ endpointId: briefing.rooms[0]!.endpoint.id, pinned: true });
  });
});
