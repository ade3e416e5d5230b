import { expect } from 'chai';
import type { UserActor } from '../../server/accounts/actor.ts';
import { databases, DATABASE_START_MS } from '../support/database.ts';
import { DirectoryDesk, refused } from '../support/directoryDesk.ts';

for (const kind of databases()) {
  describe(`units and endpoints with dates on ${kind.name}`, function () {
    this.timeout(DATABASE_START_MS);
    let desk: DirectoryDesk;
    before(async () => {
      desk = await new DirectoryDesk(await kind.open()).open();
      await desk.person('sonDuong', 'administrator', 'SD');
    });
    after(() => desk.close());
    const unit = async (code: string) => `/units/${await desk.unitId(code)}`;
    const endpoint = async (code: string) => `/endpoints/${await desk.endpointId(code)}`;

    it('makes a unit with two endpoints, changes it by its version and keeps what was', async () => {
      const parentId = await desk.unitId('SD');
      const body = { code: 'SD-MOI', name: 'Xã Mới', parentId, level: 'commune', on: '2026-01-01' };
      const made = await desk.call('sonDuong', 'POST', '/units', body);
      expect(made.status, JSON.stringify(made.body)).to.equal(201);
      expect(made.headers.get('etag')).to.equal('"1"');
      expect(made.body).to.deep.include({ code: 'SD-MOI', shortName: 'Xã Mới', validFrom: '2026-01-01', version: 1 });
      for (const code of ['SD-MOI-1', 'SD-MOI-2']) {
        const line = { downKbps: 2000, upKbps: 1000 };
        const room = {
          code,
          name: `Phòng ${code}`,
          unitId: made.body.id,
          line,
          category: 'relay',
          lineClass: 'internet',
        };
        expect((await desk.call('sonDuong', 'POST', '/endpoints', room)).status).to.equal(201);
      }
      const path = await unit('SD-MOI');
      const change = { name: 'Xã Đồng Mới', on: '2026-06-01' };
      const stale = await desk.call('sonDuong', 'PATCH', path, change, { 'if-match': '"7"' });
      expect(refused(stale)).to.equal('412 version_conflict');
      const renamed = await desk.call('sonDuong', 'PATCH', path, change, { 'if-match': '"1"' });
      expect(renamed.headers.get('etag')).to.equal('"2"');
      expect(renamed.body.history.map((p: { name: string; from: string }) => [p.name, p.from])).to.deep.equal([
        ['Xã Mới', '2026-01-01'],
        ['Xã Đồng Mới', '2026-06-01'],
      ]);
      const { body: listed } = await desk.call('admin', 'GET', '/endpoints?category=relay&q=phong');
      expect(listed.items.map((e: { code: string }) => e.code)).to.deep.equal(['SD-MOI-1', 'SD-MOI-2']);
    });

    it('takes a single change back within a day, as long as nothing was built upon it', async () => {
      const path = await endpoint('YS-UBND');
      const { body: before } = await desk.call('admin', 'GET', path);
      const last = async () => (await desk.call('admin', 'GET', '/directory/surgery?limit=1')).body.items[0];
      const none = await last();
      await desk.call('admin', 'PATCH', path, { name: before.name });
      expect((await last())?.id, 'a change that changes nothing').to.equal(none?.id);
      await desk.call('admin', 'PATCH', path, { name: 'Phòng họp Yên Sơn', line: { downKbps: 1000, upKbps: 500 } });
      const change = await last();
      expect(change).to.deep.include({ title: 'Sửa điểm cầu YS-UBND', by: 'admin', may: { undo: true } });
      const undo = (id: string, who = 'admin') => desk.call(who, 'POST', '/directory/surgery/undo', { surgeryId: id });
      expect(refused(await undo(change.id, 'sonDuong'))).to.equal('404 not_found');
      await desk.call('admin', 'PATCH', path, { name: 'Phòng họp Yên Sơn 2' });
      expect(refused(await undo(change.id))).to.equal('409 undo_refused');
      expect((await undo((await last()).id)).status).to.equal(200);
      expect((await undo(change.id)).status).to.equal(200);
      const { body: after } = await desk.call('admin', 'GET', path);
      expect(after).to.deep.include({ name: before.name, line: before.line, shortName: before.shortName });
      const parentId = await desk.unitId('YS');
      const made = await desk.call('admin', 'POST', '/units', {
        code: 'YS-TAM',
        name: 'Tạm',
        parentId,
        level: 'commune',
      });
      const making = await last();
      expect([made.status, making.title]).to.deep.equal([201, 'Thành lập YS-TAM']);
      expect((await undo(making.id)).status).to.equal(200);
      expect((await desk.call('admin', 'GET', `/units/${made.body.id}`)).status).to.equal(404);
    });

    it('lets one of many win who change the same version at once, and none make a second unit of one name', async () => {
      const path = await unit('SD-TU-THINH');
      const all = Array.from({ length: 8 }, (_, i) =>
        desk.call('admin', 'PATCH', path, { name: `Xã Tú Thịnh ${i}` }, { 'if-match': '"1"' }),
      );
      const outcomes = (await Promise.all(all)).map(({ status }) => status).sort((a, b) => a - b);
      expect(outcomes).to.deep.equal([200, ...Array(7).fill(412)]);
      const parentId = await desk.unitId('NH');
      const twins = Array.from({ length: 6 }, (_, i) =>
        desk.call('admin', 'POST', '/units', { code: `NH-DOI-${i}`, name: 'Xã Đôi', parentId, level: 'commune' }),
      );
      const made = (await Promise.all(twins)).map(({ status }) => status).sort((a, b) => a - b);
      expect(made).to.deep.equal([201, 409, 409, 409, 409, 409]);
    });

    it('lets one win who removes or changes the same group, and no duty card pass over a change', async () => {
      const guard = { 'if-match': '"1"' };
      for (let round = 0; round < 3; round += 1) {
        const group = { name: `Nhóm tranh nhau ${round}`, unitId: await desk.unitId('YS') };
        const made = await desk.call('admin', 'POST', '/groups', group);
        const path = `/groups/${made.body.id}`;
        const all = Array.from({ length: 12 }, (_, i) =>
          i % 2
            ? desk.call('admin', 'DELETE', path, undefined, guard)
            : desk.call('admin', 'PATCH', path, { note: `${i}` }, guard),
        );
        const won = (await Promise.all(all)).filter(({ status }) => status < 300);
        expect(won).to.have.length(1);
      }
      const path = await endpoint('YS-UBND');
      const { body: before } = await desk.call('admin', 'GET', path);
      const admin = desk.actors.get('admin') as UserActor;
      const duty = { name: 'Ma Thị Hoà', phone: '0912 345 678', deputyName: null, deputyPhone: null, note: '' };
      const late = await desk.work.surgery
        .setDuty(admin, before, duty, before.version + 1)
        .catch((err: unknown) => err);
      expect(late).to.include({ code: 'version_conflict' });
      const { body: after } = await desk.call('admin', 'GET', path);
      expect(after).to.deep.include({ duty: before.duty, version: before.version });
      const six = Array.from({ length: 6 }, (_, i) =>
        desk.call(
          'admin',
          'PUT',
          `${path}/duty`,
          { duty: { ...duty, note: `${i}` } },
          { 'if-match': `"${before.version}"` },
        ),
      );
      const codes = (await Promise.all(six)).map(({ status }) => status).sort((a, b) => a - b);
      expect(codes).to.deep.equal([200, 412, 412, 412, 412, 412]);
    });

    it('holds a planned change back until its day', async () => {
      const path = await unit('SD-MOI');
      await desk.call('admin', 'PATCH', path, { name: 'Xã Mới Nữa', on: '2027-01-01' });
      const today = await desk.call('admin', 'GET', '/directory/tree');
      const then = await desk.call('admin', 'GET', '/directory/tree?on=2027-01-01');
      const named = (body: { units: { code: string; name: string }[] }) =>
        body.units.find((u) => u.code === 'SD-MOI')?.name;
      expect([named(today.body), named(then.body)]).to.deep.equal(['Xã Đồng Mới', 'Xã Mới Nữa']);
      const between = await desk.call('admin', 'PATCH', path, { name: 'Xã Giữa', on: '2026-12-01' });
      expect(refused(between)).to.equal('422 plan_refused');
      expect(between.body.faults[0].code).to.equal('later_change');
    });

    it('refuses a circle, an unknown unit or level, and the name of a sibling however it is typed', async () => {
      const path = await unit('SD');
      const circle = await desk.call('admin', 'PATCH', path, { parentId: await desk.unitId('SD-TAN-TRAO') });
      expect(circle.body.faults[0].code).to.equal('cycle');
      const nowhere = { code: 'A', name: 'A', parentId: '01890000-0000-7000-8000-000000000000', level: 'commune' };
      expect((await desk.call('admin', 'POST', '/units', nowhere)).body.faults[0].code).to.equal('unknown_unit');
      const parentId = await desk.unitId('CH');
      const level = await desk.call('admin', 'POST', '/units', { ...nowhere, parentId, level: 'galaxy' });
      expect(level.body.faults[0].code).to.equal('unknown_level');
      const twin = { code: 'CH-HOA-PHU-2', name: 'xã  Hoà Phú'.normalize('NFD'), parentId, level: 'commune' };
      expect(refused(await desk.call('admin', 'POST', '/units', twin))).to.equal('409 name_taken');
      const code = { ...twin, code: 'CH-HOA-PHU', name: 'Xã Khác' };
      expect(refused(await desk.call('admin', 'POST', '/units', code))).to.equal('409 name_taken');
      expect((await desk.call('admin', 'POST', '/units', { ...twin, name: 'Xã Hoa Phú' })).status).to.equal(201);
    });

    it('refuses to end an endpoint that is booked on or after the day, and ends it before', async () => {
      await desk.book(['YS-MY-BANG'], '2026-11-30T20:00:00+07:00');
      const path = `${await endpoint('YS-MY-BANG')}/retire`;
      for (const on of ['2026-11-30', '2026-11-24', undefined]) {
        const answer = await desk.call('admin', 'POST', path, on ? { on } : {});
        expect([refused(answer), answer.body.faults[0].code]).to.deep.equal(['422 plan_refused', 'endpoint_booked']);
      }
      const { status, body } = await desk.call('admin', 'POST', path, { on: '2026-12-01' });
      expect([status, body.validTo]).to.deep.equal([200, '2026-12-01']);
      expect((await desk.directory.on('2026-12-01')).roster.some((e) => e.code === 'YS-MY-BANG')).to.equal(false);
    });

    it('ends a unit only with what is in it, or hands it to an heir', async () => {
      const path = await unit('HY-BACH-XA');
      const left = await desk.call('admin', 'POST', `${path}/retire`, {});
      expect(left.body.faults[0]).to.deep.include({ code: 'orphan', value: 'HY-BACH-XA' });
      const heirId = await desk.unitId('HY-YEN-THUAN');
      const { body, status } = await desk.call('admin', 'POST', `${path}/retire`, { heirId });
      expect([status, body.validTo, body.successorId]).to.deep.equal([200, '2026-11-24', heirId]);
      expect((await desk.call('admin', 'GET', await endpoint('HY-BACH-XA'))).body.unitId).to.equal(heirId);
    });

    it('keeps equipment, contacts and the duty card of an endpoint; the clerk of the place changes only the latter', async () => {
      await desk.person('clerk', 'operator', 'SD-TAN-TRAO');
      const path = await endpoint('SD-TAN-TRAO');
      const equipment = [{ kind: 'camera', label: 'Camera PTZ', note: 'mượn của huyện' }];
      const contacts = [{ name: 'Nguyễn Văn Ân', title: 'Văn phòng', phone: '0207 3822 000', email: 'an@tq.example' }];
      const changed = await desk.call('sonDuong', 'PATCH', path, { equipment, contacts, lineClass: 'internet' });
      expect(changed.body).to.deep.include({ equipment, contacts, lineClass: 'internet', duty: null });
      const duty = { name: 'Ma Thị Hoà', phone: '0912 345 678', deputyName: 'Lý A', deputyPhone: null, note: '' };
      const told = await desk.call('clerk', 'PUT', `${path}/duty`, { duty });
      expect(told.body).to.deep.include({
        duty,
        version: changed.body.version + 1,
        may: { change: false, changeDuty: true },
      });
      expect(refused(await desk.call('clerk', 'PATCH', path, { equipment }))).to.equal('403 not_allowed');
      const again = await desk.call('clerk', 'PUT', `${path}/duty`, { duty });
      expect(again.body.version, 'the same card is no change').to.equal(told.body.version);
      const stale = { 'if-match': `"${changed.body.version}"` };
      expect(refused(await desk.call('sonDuong', 'PATCH', path, { equipment: [] }, stale))).to.equal(
        '412 version_conflict',
      );
      const odd = { duty: { name: '<img onerror=alert(1)>\u0007', phone: 'gọi tôi' } };
      expect(refused(await desk.call('clerk', 'PUT', `${path}/duty`, odd))).to.equal('400 bad_request');
      const log = await desk.call('sonDuong', 'GET', '/audit?action=endpoint.duty');
      expect(log.body.items[0]).to.deep.include({ actorName: 'clerk', before: null, after: duty });
    });

    it('has levels as rows: added, renamed, and removed while no unit has them', async () => {
      const path = '/levels/vung';
      expect(refused(await desk.call('sonDuong', 'PUT', path, { name: 'Vùng', rank: 9 }))).to.equal('403 not_allowed');
      expect((await desk.call('admin', 'PUT', path, { name: 'Vùng', nameEn: 'Zone', rank: 9 })).status).to.equal(200);
      const known = await desk.call('admin', 'PUT', path, { name: 'Vùng lớn', rank: 8 });
      expect(known.body, 'an English name that is left out').to.deep.equal({
        ...{ code: 'vung', name: 'Vùng lớn', nameEn: 'Zone', rank: 8 },
      });
      expect((await desk.directory.levels()).at(-1)).to.deep.equal(known.body);
      const bare = await desk.call('admin', 'PUT', path, { name: 'Vùng', nameEn: null, rank: 9 });
      expect(bare.body.nameEn).to.equal(null);
      expect(refused(await desk.call('admin', 'DELETE', '/levels/commune'))).to.equal('422 plan_refused');
      expect((await desk.call('admin', 'DELETE', path)).status).to.equal(204);
      expect(refused(await desk.call('admin', 'DELETE', path))).to.equal('404 not_found');
    });
  });

  describe(`groups of endpoints on ${kind.name}`, function () {
    this.timeout(DATABASE_START_MS);
    let desk: DirectoryDesk;
    let path = '';
    before(async () => {
      desk = await new DirectoryDesk(await kind.open()).open();
      await desk.person('yenSon', 'administrator', 'YS');
    });
    after(() => desk.close());
    const make = async (who: string, body: Record<string, unknown>) =>
      desk.call(who, 'POST', '/groups', { unitId: await desk.unitId('TINH-TQ'), ...body });

    it('are named one by one and by a rule; a name is used once in a unit', async () => {
      const named = await Promise.all(['UBND-TINH', 'SD-TAN-TRAO'].map((code) => desk.endpointId(code)));
      const rule = { unitId: await desk.unitId('SD'), level: 'commune' };
      const made = await make('admin', { name: 'Tuyến Sơn Dương', endpointIds: named, rule });
      expect(made.status, JSON.stringify(made.body)).to.equal(201);
      expect(made.body.members.length).to.equal(11);
      expect(made.body.endpointIds.length).to.equal(2);
      path = `/groups/${made.body.id}`;
      expect(refused(await make('admin', { name: 'TUYẾN  Sơn Dương' }))).to.equal('409 name_taken');
      const ghost = ['01890000-0000-7000-8000-000000000000'];
      expect(refused(await make('admin', { name: 'Ma', endpointIds: ghost }))).to.equal('422 endpoint_unknown');
    });

    it('show everyone no more endpoints than he may see, and are kept by the administrators of their unit', async () => {
      const all = await make('admin', { name: 'Tất cả xã', rule: { level: 'commune' } });
      const seen = await desk.call('yenSon', 'GET', `/groups/${all.body.id}`);
      expect([seen.body.members.length, seen.body.may.change]).to.deep.equal([9, false]);
      expect(refused(await desk.call('yenSon', 'PATCH', path, { name: 'Của tôi' }))).to.equal('403 not_allowed');
      expect(refused(await desk.call('yenSon', 'DELETE', path))).to.equal('403 not_allowed');
      expect(refused(await make('yenSon', { name: 'Của tôi' }))).to.equal('404 not_found');
    });

    it('outlive a reorganisation: endpoints stay, a rule follows to the unit that took over', async () => {
      const operations = [{ op: 'mergeUnits', units: ['SD'], to: 'YS' }];
      const { body } = await desk.call('admin', 'POST', '/directory/surgery/apply', { title: 'Nhập', operations });
      const after = await desk.call('admin', 'GET', path);
      // ten communes of its own and nine of the unit that took over, and the two by name, one of which is among them
      expect(after.body.members.length).to.equal(20);
      expect(after.body.endpointIds.length).to.equal(2);
      await desk.call('admin', 'POST', '/directory/surgery/undo', { surgeryId: body.id });
      expect((await desk.call('admin', 'GET', path)).body.members.length).to.equal(11);
    });

    it('are changed by version and removed', async () => {
      const version = (await desk.call('admin', 'GET', path)).headers.get('etag') ?? '';
      const changed = await desk.call('admin', 'PATCH', path, { rule: null, note: 'x' }, { 'if-match': version });
      expect([changed.body.members.length, changed.body.version]).to.deep.equal([2, 2]);
      expect(refused(await desk.call('admin', 'PATCH', path, { note: 'y' }, { 'if-match': version }))).to.equal(
        '412 version_conflict',
      );
      expect((await desk.call('admin', 'DELETE', path)).status).to.equal(204);
      expect(refused(await desk.call('admin', 'GET', path))).to.equal('404 not_found');
    });
  });
}
