import { expect } from 'chai';
import express from 'express';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Actor } from '../../server/accounts/actor.ts';
import type { Database } from '../../server/db/dataSource.ts';
import { DeviceStore } from '../../server/directory/device.store.ts';
import { deviceRoutes } from '../../server/directory/deviceRoutes.ts';
import { DeviceService } from '../../server/directory/deviceService.ts';
import { DirectoryService } from '../../server/directory/directoryService.ts';
import { directoryWork } from '../../server/directory/directoryWork.ts';
import { directoryRoutes } from '../../server/directory/routes.ts';
import { loadSeed, readSeed } from '../../server/directory/seed.ts';
import { createIdentify } from '../../server/http/identify.ts';
import { mountApi } from '../../server/http/mount.ts';
import { createLog } from '../../server/log.ts';
import type { Role } from '../../server/protocol/rest.ts';
import { databases } from '../support/database.ts';

const clock = { now: () => Date.parse('2026-11-24T08:00:00Z') };

describe('the directory over HTTP', () => {
  let db: Database;
  let server: Server;
  let directory: DirectoryService;
  const actors = new Map<string, Actor>();

  before(async () => {
    db = await databases()[0]!.open();
    await loadSeed(db, readSeed('2020-87'), clock);
    directory = new DirectoryService(db, clock);
    const devices = new DeviceService(new DeviceStore(db), directory, clock);
    const unitOf = async (code: string) => (await directory.units()).find((unit) => unit.code === code)?.id ?? '';
    const person = async (name: string, role: Role, unitCode: string) => {
      const grants = [{ role, unitId: await unitOf(unitCode) }];
      const id = '01890000-0000-7000-8000-000000000001';
      actors.set(name, { kind: 'user', userId: id, displayName: name, signInId: id, grants });
    };
    await person('admin', 'administrator', 'TINH-TQ');
    await person('chair', 'chairperson', 'TINH-TQ');
    await person('sonDuong', 'administrator', 'SD');
    await person('clerk', 'operator', 'SD-TAN-TRAO');
    const first = (await directory.allEndpoints())[0]!;
    actors.set('room', { kind: 'device', deviceId: first.id, endpointId: first.id });
    const none = { count: 0, meetings: 0, items: [] };
    const work = directoryWork(db, directory, { futureBookings: async () => none }, clock);
    const routes = [
      ...directoryRoutes({ directory, ...work, online: (id) => id === first.id }),
      ...deviceRoutes({ directory, devices, pairUrl: (token) => `http://bridge/room#pair=${token}` }),
    ];
    const identify = createIdentify([async (credential) => actors.get(credential) ?? null], false);
    const app = express().use(
      '/api/v1',
      mountApi({ routes, identify, log: createLog('silent'), secure: false, origins: [] }),
    );
    server = await new Promise<Server>((done) => {
      const listening = app.listen(0, '127.0.0.1', () => done(listening));
    });
  });
  after(async () => {
    server.close();
    await db.close();
  });

  const call = async (who: string | null, method: string, path: string, body?: unknown) => {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1${path}`, {
      method,
      headers: {
        ...(who === null ? {} : { authorization: `Bearer ${who}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  };
  const idOf = async (code: string) => (await directory.endpointByCode(code))?.id ?? '';
  const refused = ({ status, body }: { status: number; body: { code: string } }) => `${status} ${body.code}`;

  it('counts 21, 10 and 56 endpoints with exactly the fields of the contract', async () => {
    const { status, body } = await call('admin', 'GET', '/endpoints');
    expect(status).to.equal(200);
    const levels = body.items.map((e: { level: string }) => e.level);
    expect(['province', 'district', 'commune'].map((l) => levels.filter((x: string) => x === l).length)).to.deep.equal([
      21, 10, 56,
    ]);
    expect(Object.keys(body.items[0]).sort()).to.deep.equal(
      [
        ...['id', 'code', 'name', 'shortName', 'unitId', 'level', 'area', 'order', 'online', 'line'],
        ...['category', 'lineClass', 'equipmentKinds'],
      ].sort(),
    );
    expect([body.items[0].online, body.items[1].online, body.nextCursor]).to.deep.equal([true, false, null]);
    const found = await call('admin', 'GET', `/endpoints?level=commune&q=${encodeURIComponent('tan trao')}`);
    expect(found.body.items.map((e: { code: string }) => e.code)).to.deep.equal(['SD-TAN-TRAO']);
    expect(refused(await call('admin', 'GET', '/endpoints?colour=red'))).to.equal('400 bad_request');
  });

  it('shows everyone no more than the units of their roles', async () => {
    const seen = async (who: string) => (await call(who, 'GET', '/endpoints')).body.items.length;
    expect([await seen('chair'), await seen('sonDuong'), await seen('clerk')]).to.deep.equal([87, 12, 1]);
    expect(refused(await call(null, 'GET', '/endpoints'))).to.equal('401 not_signed_in');
    expect(refused(await call('room', 'GET', '/endpoints'))).to.equal('403 not_allowed');
    expect(refused(await call('clerk', 'GET', `/endpoints/${await idOf('UBND-TINH')}`))).to.equal('404 not_found');
    expect((await call('clerk', 'GET', `/endpoints/${await idOf('SD-TAN-TRAO')}`)).body.shortName).to.equal('Tân Trào');
    const units = (await call('clerk', 'GET', '/units')).body.items.map((u: { code: string }) => u.code);
    expect(units).to.deep.equal(['TINH-TQ', 'SD', 'SD-TAN-TRAO']);
    expect((await call('clerk', 'GET', '/levels')).body.items[2]).to.deep.equal({
      code: 'commune',
      name: 'Cấp xã',
      nameEn: 'Commune',
      rank: 3,
    });
  });

  it('lets administrators change an endpoint of theirs, and nobody else', async () => {
    const path = `/endpoints/${await idOf('SD-SON-NAM')}`;
    const line = { downKbps: 4000, upKbps: 2000 };
    expect((await call('sonDuong', 'PATCH', path, { line })).body.line).to.deep.equal(line);
    expect(refused(await call('chair', 'PATCH', path, { line }))).to.equal('403 not_allowed');
    expect(refused(await call('clerk', 'PATCH', path, { line }))).to.equal('404 not_found');
    expect(refused(await call('sonDuong', 'PATCH', path, { line: { downKbps: 1, upKbps: 1 } }))).to.equal(
      '400 bad_request',
    );
  });

  it('pairs a PC by its code: shown, approved by the administrator of the place, fetched once', async () => {
    const { body: started, status } = await call(null, 'POST', '/devices/pairing', { label: 'PC phòng họp' });
    expect(status).to.equal(201);
    const ask = () => call(null, 'POST', `/devices/pairing/${started.deviceId}`, { secret: started.secret });
    expect(refused(await ask())).to.equal('409 pairing_pending');
    const approval = async (who: string, endpoint: string) =>
      call(who, 'POST', '/devices/approve', { code: started.code, endpointId: await idOf(endpoint) });
    expect(refused(await approval('chair', 'SD-TAN-TRAO'))).to.equal('403 not_allowed');
    expect(refused(await approval('sonDuong', 'UBND-TINH'))).to.equal('422 endpoint_unknown');
    const approved = await approval('sonDuong', 'SD-TAN-TRAO');
    expect(approved.body).to.include({ id: started.deviceId, state: 'active', label: 'PC phòng họp' });
    expect(approved.body).to.have.all.keys('id', 'endpointId', 'label', 'state', 'createdAt', 'lastSeenAt');
    const paired = await ask();
    expect(paired.status).to.equal(200);
    expect(paired.body).to.have.all.keys('deviceId', 'credential', 'endpoint');
    expect(refused(await ask())).to.equal('404 pairing_unknown');
    const listed = async (who: string) => (await call(who, 'GET', '/devices?state=active')).body.items.length;
    expect([await listed('admin'), await listed('sonDuong'), await listed('chair')]).to.deep.equal([1, 1, 0]);
    expect(refused(await call('clerk', 'DELETE', `/devices/${started.deviceId}`))).to.equal('404 not_found');
    expect((await call('sonDuong', 'DELETE', `/devices/${started.deviceId}`)).status).to.equal(204);
    expect((await call('admin', 'GET', '/devices?state=revoked')).body.items.length).to.equal(1);
  });

  it('enrols a PC by a one-time link', async () => {
    const enrolled = await call('admin', 'POST', '/devices', { endpointId: await idOf('UBND-TINH'), label: 'PC' });
    expect(enrolled.status).to.equal(201);
    const token = new URL(enrolled.body.pairUrl).hash.replace('#pair=', '');
    expect((await call(null, 'POST', '/devices/pair', { token })).body.endpoint.code).to.equal('UBND-TINH');
    expect(refused(await call(null, 'POST', '/devices/pair', { token }))).to.equal('404 pairing_unknown');
  });

  it('lets one address ask for ten codes a minute', async () => {
    const outcomes: number[] = [];
    for (let i = 0; i < 12; i++) outcomes.push((await call(null, 'POST', '/devices/pairing', { label: 'PC' })).status);
    expect(outcomes.at(-1)).to.equal(429);
    expect(outcomes.filter((status) => status === 201).length).to.be.within(8, 10);
  });
});
