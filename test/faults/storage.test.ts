import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import mysql from 'mysql2/promise';
import type { Problem } from '../../server/protocol/errors.ts';
import type { SessionEvent } from '../../server/protocol/events.ts';
import { figure, seconds } from '../support/assembly.ts';
import { planBriefing, runOf } from '../support/briefing.ts';
import type { Briefing, Run } from '../support/briefing.ts';
import { hasMariadb, ownMariadb } from '../support/mariadb.ts';
import type { OwnServer } from '../support/mariadb.ts';
import { pairDevice, takeSeat } from '../support/mediaSeat.ts';
import type { Device, MediaSeat } from '../support/mediaSeat.ts';
import { until } from '../support/processes.ts';
import { Quiet } from '../support/quiet.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';
import { closeSockets, connectSocket } from '../support/socket.ts';
import type { RawSocket } from '../support/socket.ts';

/** A running session of a chair and rooms with devices. */
async function session(service: Service, rooms: number): Promise<{ briefing: Briefing; run: Run; devices: Device[] }> {
  const briefing = await planBriefing(service, rooms, 'lecture');
  const paired = briefing.rooms.map(({ endpoint, pairUrl }) => pairDevice(briefing.chair, endpoint.id, pairUrl));
  const devices = await Promise.all(paired);
  return { briefing, devices, run: runOf(briefing.chair, await briefing.start()) };
}

describe('a database that is killed while much is written', function () {
  this.timeout(90_000);
  const name = 'nhipcau_power';
  let database: OwnServer;
  let service: Service;

  before(async function () {
    this.timeout(120_000);
    if (!hasMariadb()) {
      console.warn('MariaDB is not installed: its death under writes was not tested');
      this.skip();
    }
    database = await ownMariadb();
    await query(`CREATE DATABASE ${name}`);
    const { user, password, port } = database.where;
    service = await startService({
      env: { DATABASE_URL: `mysql://${user}:${password}@127.0.0.1:${port}/${name}`, SFU_WORKERS: '1' },
    });
  });
  after(async () => {
    closeSockets();
    await service?.stop();
    await database?.stop();
  });

  async function query<T>(sql: string): Promise<T[]> {
    const connection = await mysql.createConnection(database.where);
    try {
      return (await connection.query(sql))[0] as T[];
    } finally {
      await connection.end();
    }
  }

  /** Writes rows as fast as one connection can, until it breaks. @returns the numbers that were acknowledged */
  async function write(lane: number): Promise<number[]> {
    const connection = await mysql.createConnection({ ...database.where, database: name });
    connection.on('error', () => undefined);
    const acked: number[] = [];
    try {
      for (let i = 0; ; i += 1) {
        const number = lane * 1_000_000 + i;
        await connection.execute('INSERT INTO power (number) VALUES (?)', [number]);
        acked.push(number);
      }
    } catch {
      connection.destroy();
    }
    return acked;
  }

  /** Raises and lowers a hand until told to stop. @returns places of what was acknowledged */
  async function fidget(raw: RawSocket, sessionId: string, isOver: () => boolean): Promise<number[]> {
    const acked: number[] = [];
    for (let up = true; !isOver(); up = !up) {
      const answer = await raw.send(up ? 'floor.request' : 'floor.withdraw', { sessionId }).catch(() => null);
      if (answer?.ok) acked.push(answer['seq'] as number);
      await sleep(55);
    }
    return acked;
  }

  it('loses nothing that was acknowledged, and the service is well 3 s after it is back (F10)', async () => {
    const { run, devices } = await session(service, 6);
    const rooms = await Promise.all(devices.map(({ credential }) => connectSocket(service.url, credential)));
    for (const room of rooms) await room.ok('session.join', { sessionId: run.sessionId });
    await query(`CREATE TABLE ${name}.power (number INT PRIMARY KEY)`);
    let isOver = false;
    const hands = Promise.all(rooms.map((room) => fidget(room, run.sessionId, () => isOver)));
    const rows = Promise.all(Array.from({ length: 8 }, (_, lane) => write(lane)));
    const began = Date.now();
    await sleep(4_000);
    await database.kill();
    const took = Date.now() - began;
    const acked = (await rows).flat();
    await sleep(1_500);
    await database.restart();
    const back = Date.now();
    await service.untilReady(20_000);
    const well = Date.now() - back;
    await sleep(1_000);
    isOver = true;
    const seqs = (await hands).flat();
    await until(
      'everything to be stored',
      async () => (await stored(run.sessionId)).length >= Math.max(...seqs),
      10_000,
    );
    const kept = new Set(
      (await query<{ number: number }>(`SELECT number FROM ${name}.power`)).map((row) => row.number),
    );
    const lostRows = acked.filter((number) => !kept.has(number));
    const places = await stored(run.sessionId);
    const lostEvents = seqs.filter((seq) => !places.includes(seq));
    figure(
      'F10',
      `mariadbd killed under ${Math.round(acked.length / (took / 1000))} writes/s: ${lostRows.length} of ${acked.length} acknowledged rows and ${lostEvents.length} of ${seqs.length} acknowledged decisions lost; service well ${seconds(well)} after the database`,
    );
    expect(lostRows).to.deep.equal([]);
    expect(lostEvents).to.deep.equal([]);
    expect(places, 'no gap, none twice').to.deep.equal(places.map((_, i) => i + 1));
    expect(well).to.be.below(3_000);
  });

  async function stored(sessionId: string): Promise<number[]> {
    const sql = `SELECT seq FROM ${name}.session_event WHERE session_id = '${sessionId}' ORDER BY seq`;
    return (await query<{ seq: number }>(sql)).map(({ seq }) => seq);
  }
});

describe('a disk that is full', function () {
  this.timeout(60_000);
  let folder: string;
  let service: Service | undefined;
  let mouth: MediaSeat | undefined;
  let ear: MediaSeat | undefined;

  before(async function () {
    this.timeout(90_000);
    folder = mkdtempSync(join(tmpdir(), 'nhip-cau-disk-'));
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'nhip-cau-disk', folder]).status !== 0) {
      console.warn('no file system may be mounted here (needs root): a full disk was not tested');
      this.skip();
    }
    service = await startService({ dataDir: folder, env: { SFU_WORKERS: '1' } });
  });
  after(async () => {
    await Promise.all([mouth?.close(), ear?.close()]);
    closeSockets();
    await service?.stop();
    spawnSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  });

  it('is an error that people see, no silent loss and no break of media, and heals when there is room (F22)', async () => {
    const { run, devices, briefing } = await session(service!, 2);
    [mouth, ear] = (await Promise.all(
      devices.map(({ credential }) => takeSeat(service!.url, credential, run.sessionId)),
    )) as [MediaSeat, MediaSeat];
    await mouth.produce('microphone');
    const [speaking, listening] = devices.map(({ endpointId }) => endpointId) as [string, string];
    await run.command('floor.give', { endpointId: speaking });
    await ear.media.waitForPackets(speaking, 'microphone', 50);
    const pids = service!.pids();
    ear.media.forget();
    const quiet = new Quiet().start();

    const free = statfsSync(folder);
    const filler = join(folder, 'filler');
    writeUntilFull(filler, free.bavail * free.bsize);
    const acked: number[] = [];
    const codes = new Set<string>();
    for (let i = 0; i < 80; i += 1) {
      const answer = await ear.raw.send(i % 2 ? 'floor.withdraw' : 'floor.request', { sessionId: run.sessionId });
      if (answer.ok) acked.push(answer['seq'] as number);
      else codes.add((answer.error as Problem).code);
      await sleep(55);
    }
    codes.delete('hand_not_raised');
    expect([...codes]).to.deep.equal(['database_unavailable']);
    const { packets, maxGapMs, lost } = ear.media.arrived(speaking, 'microphone');
    expect(service!.pids()).to.deep.equal(pids);

    rmSync(filler);
    const freed = Date.now();
    const works = async () => (await run.command('stage.set', { endpointId: listening }).catch(() => null))?.seq ?? 0;
    const seq = await until('commands to be taken again', works, 10_000);
    const healed = Date.now() - freed;
    const path = `/sessions/${run.sessionId}/events?afterSeq=0&limit=5000`;
    const stored = async () =>
      (await briefing.administrator.ok<{ items: SessionEvent[] }>('get', path)).items.map((e) => e.seq);
    await until('all to be stored', async () => (await stored()).includes(seq), 10_000);
    const places = await stored();
    figure(
      'F22',
      `disk full: ${[...codes].join(', ')} shown, sound went on (gap ${Math.round(maxGapMs)} ms, ${packets} packets, ${lost} lost), ${acked.filter((one) => !places.includes(one)).length} of ${acked.length} acknowledged decisions lost, well ${seconds(healed)} after there is room`,
    );
    expect(places).to.deep.equal(places.map((_, i) => i + 1));
    expect(acked.filter((one) => !places.includes(one))).to.deep.equal([]);
    expect(packets).to.be.above(100);
    expect(maxGapMs).to.be.below(quiet.limit(200));
  });
});

/** Takes all room, also the last bytes. */
function writeUntilFull(file: string, bytes: number): void {
  for (let size = bytes + 1_000_000; size > 0; size = Math.floor(size / 2)) {
    try {
      writeFileSync(file, Buffer.alloc(size), { flag: 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}
