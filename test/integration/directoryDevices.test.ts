import { expect } from 'chai';
import type { Database } from '../../server/db/dataSource.ts';
import { deviceEntity } from '../../server/directory/device.entity.ts';
import { DeviceStore } from '../../server/directory/device.store.ts';
import { DeviceService } from '../../server/directory/deviceService.ts';
import { DirectoryService } from '../../server/directory/directoryService.ts';
import { loadSeed, readSeed } from '../../server/directory/seed.ts';
import { databases, DATABASE_START_MS } from '../support/database.ts';

const MINUTE = 60_000;
const ADMIN = '01890000-0000-7000-8000-000000000001';

for (const kind of databases()) {
  describe(`devices on ${kind.name}`, function () {
    this.timeout(DATABASE_START_MS);
    const clock = { ms: Date.parse('2026-11-24T08:00:00.123Z'), now: () => clock.ms };
    let db: Database;
    let devices: DeviceService;
    let endpointId: string;
    let codeOf: (promise: Promise<unknown>) => Promise<string>;

    before(async () => {
      db = await kind.open();
      await loadSeed(db, readSeed('2020-87'), clock);
      const directory = new DirectoryService(db, clock);
      devices = new DeviceService(new DeviceStore(db), directory, clock);
      endpointId = (await directory.endpointByCode('SD-TAN-TRAO'))?.id ?? '';
      codeOf = (promise) =>
        promise.then(
          () => 'ok',
          (err: Error & { code?: string }) => err.code ?? err.message,
        );
    });
    beforeEach(() => db.dataSource.manager.deleteAll(deviceEntity));
    after(() => db.close());

    const approved = async () => {
      const { deviceId, code, secret } = await devices.startPairing({ label: 'PC' });
      await devices.approve({ code, endpointId }, ADMIN);
      return devices.ask(deviceId, secret);
    };

    it('wait for the approval of their code, then get a credential once', async () => {
      const { deviceId, code, secret, expiresAt } = await devices.startPairing({ label: 'PC phòng họp' });
      expect(expiresAt.getTime()).to.equal(clock.ms + 10 * MINUTE);
      expect(await codeOf(devices.ask(deviceId, secret))).to.equal('pairing_pending');
      const typed = `${code.slice(0, 3).toLowerCase()} ${code.slice(3)}`;
      expect(await devices.approve({ code: typed, endpointId }, ADMIN)).to.include({
        id: deviceId,
        state: 'active',
        endpointId,
      });
      const paired = await devices.ask(deviceId, secret);
      expect(paired).to.deep.include({ deviceId });
      expect(paired.endpoint).to.deep.include({ id: endpointId, code: 'SD-TAN-TRAO', shortName: 'Tân Trào' });
      expect(await devices.byCredential(paired.credential)).to.deep.equal({ deviceId, endpointId });
      expect(await codeOf(devices.ask(deviceId, secret))).to.equal('pairing_unknown');
      expect(await codeOf(devices.approve({ code, endpointId }, ADMIN))).to.equal('pairing_unknown');
    });

    it('leave nothing in the database that opens a door', async () => {
      const { credential } = await approved();
      const rows = JSON.stringify(await db.dataSource.manager.find(deviceEntity));
      expect(rows).not.to.contain(credential);
      expect(rows).to.contain(ADMIN);
    });

    it('get one credential however many ask at once', async () => {
      const { deviceId, code, secret } = await devices.startPairing({ label: 'PC' });
      await devices.approve({ code, endpointId }, ADMIN);
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => codeOf(devices.ask(deviceId, secret))));
      expect(outcomes.filter((outcome) => outcome === 'ok').length).to.equal(1);
      expect(outcomes.filter((outcome) => outcome === 'pairing_unknown').length).to.equal(19);
    });

    it('are answered alike for a wrong secret, an unknown device, a lapsed code', async () => {
      const { deviceId, code, secret } = await devices.startPairing({ label: 'PC' });
      expect(await codeOf(devices.ask(deviceId, 'x'.repeat(43)))).to.equal('pairing_unknown');
      expect(await codeOf(devices.ask(ADMIN, secret))).to.equal('pairing_unknown');
      expect(await codeOf(devices.approve({ code: 'AAAAAA', endpointId }, ADMIN))).to.equal('pairing_unknown');
      expect(await codeOf(devices.approve({ code, endpointId: ADMIN }, ADMIN))).to.equal('endpoint_unknown');
      clock.ms += 10 * MINUTE;
      expect(await codeOf(devices.ask(deviceId, secret))).to.equal('pairing_unknown');
      expect(await codeOf(devices.approve({ code, endpointId }, ADMIN))).to.equal('pairing_unknown');
      expect(await devices.list()).to.deep.equal([]);
    });

    it('are refused when 200 wait, also all at once, until some have run out', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 205 }, () => codeOf(devices.startPairing({ label: 'PC' }))),
      );
      expect(outcomes.filter((outcome) => outcome === 'ok').length).to.equal(200);
      expect(outcomes.filter((outcome) => outcome === 'too_many_requests').length).to.equal(5);
      clock.ms += 10 * MINUTE;
      expect(await codeOf(devices.startPairing({ label: 'PC' }))).to.equal('ok');
      expect((await devices.list()).length).to.equal(1);
    });

    it('are enrolled by a one-time link that runs out', async () => {
      const { deviceId, token } = await devices.enrol({ endpointId, label: 'PC' }, null, MINUTE);
      const late = await devices.enrol({ endpointId, label: 'PC' }, ADMIN, MINUTE);
      const { credential } = await devices.pair(token);
      expect(await devices.byCredential(credential)).to.deep.equal({ deviceId, endpointId });
      expect(await codeOf(devices.pair(token))).to.equal('pairing_unknown');
      clock.ms += MINUTE;
      expect(await codeOf(devices.pair(late.token))).to.equal('pairing_unknown');
      expect(await codeOf(devices.enrol({ endpointId: ADMIN, label: 'PC' }, ADMIN))).to.equal('endpoint_unknown');
    });

    it('lose their credential at once when they are revoked, and whoever must act is told once', async () => {
      const told: unknown[] = [];
      const stop = devices.onRevoked((device) => told.push(device));
      const { deviceId, credential } = await approved();
      await Promise.all([devices.revoke(deviceId), devices.revoke(deviceId)]);
      expect(await devices.byCredential(credential)).to.equal(null);
      expect(told).to.deep.equal([{ deviceId, endpointId }]);
      expect(await devices.device(deviceId)).to.include({ state: 'revoked' });
      expect(await codeOf(devices.revoke(ADMIN))).to.equal('not_found');
      stop();
    });

    it('revoked between approval and the first question get nothing', async () => {
      const { deviceId, code, secret } = await devices.startPairing({ label: 'PC' });
      await devices.approve({ code, endpointId }, ADMIN);
      await devices.revoke(deviceId);
      expect(await codeOf(devices.ask(deviceId, secret))).to.equal('pairing_unknown');
    });

    it('are noted as seen at most once a minute', async () => {
      const { deviceId, credential } = await approved();
      const first = clock.ms;
      const seen = async () => (await devices.device(deviceId)).lastSeenAt?.getTime();
      clock.ms += MINUTE - 1;
      await devices.byCredential(credential);
      expect(await seen()).to.equal(first);
      clock.ms += 1;
      await devices.byCredential(credential);
      expect(await seen()).to.equal(first + MINUTE);
      expect(await devices.byCredential('nobody')).to.equal(null);
    });

    it('are listed newest first, by endpoint and state', async () => {
      const { deviceId } = await approved();
      clock.ms += 1;
      const waiting = await devices.startPairing({ label: 'PC' });
      expect((await devices.list()).map((device) => device.id)).to.deep.equal([waiting.deviceId, deviceId]);
      expect((await devices.list({ endpointId })).map((device) => device.id)).to.deep.equal([deviceId]);
      expect((await devices.list({ state: 'waiting' })).map((device) => device.id)).to.deep.equal([waiting.deviceId]);
    });
  });
}
