import { expect } from 'chai';
import type { Database } from '../../server/db/dataSource.ts';
import { unitEntity } from '../../server/directory/directory.entity.ts';
import { DirectoryService } from '../../server/directory/directoryService.ts';
import { directoryWork } from '../../server/directory/directoryWork.ts';
import { directoryIsEmpty, loadSeed, readSeed } from '../../server/directory/seed.ts';
import { AppError, StartRefused } from '../../server/errors.ts';
import { databases, DATABASE_START_MS } from '../support/database.ts';

const clock = { ms: Date.parse('2026-11-24T09:00:00+07:00'), now: () => clock.ms };
const everything = { limit: 500 };
const thrown = (err: unknown) => err;

for (const kind of databases()) {
  describe(`the sample province on ${kind.name}`, function () {
    this.timeout(DATABASE_START_MS);
    let db: Database;
    let directory: DirectoryService;
    let loadedInMs = 0;

    before(async () => {
      db = await kind.open();
      expect(await directoryIsEmpty(db)).to.equal(true);
      const begun = performance.now();
      expect(await loadSeed(db, readSeed('2020-87'), clock)).to.deep.equal({ endpoints: 87 });
      loadedInMs = performance.now() - begun;
      directory = new DirectoryService(db, clock);
    });
    after(() => db.close());

    const count = async (level: string) => (await directory.listEndpoints({ ...everything, level })).items.length;
    const codes = async (q: string) => (await directory.listEndpoints({ ...everything, q })).items.map((e) => e.code);

    it('has 21 provincial, 10 district and 56 commune endpoints, loaded within seconds', async () => {
      expect([await count('province'), await count('district'), await count('commune')]).to.deep.equal([21, 10, 56]);
      expect(await count('galaxy')).to.equal(0);
      expect(loadedInMs).to.be.below(3000);
    });

    it('is only written into an empty directory; the same again changes nothing', async () => {
      expect(await loadSeed(db, readSeed('2020-87'), clock)).to.deep.equal({ endpoints: 0 });
      expect(await loadSeed(db, readSeed('2017-28'), clock).catch(thrown)).to.be.instanceOf(StartRefused);
      expect((await directory.allEndpoints()).length).to.equal(87);
    });

    it('stands in roster order, the natural chair first', async () => {
      const all = await directory.allEndpoints();
      expect(all.map((e) => e.order)).to.deep.equal(Array.from({ length: 87 }, (_, i) => i + 1));
      expect(all[0]).to.deep.include({
        code: 'UBND-TINH',
        shortName: 'UBND tỉnh',
        area: 'Tỉnh Tuyên Quang',
        level: 'province',
      });
      expect(all[0]?.line).to.deep.equal({ downKbps: 20_000, upKbps: 20_000 });
      const tanTrao = await directory.endpointByCode('SD-TAN-TRAO');
      expect(tanTrao).to.deep.include({
        area: 'Huyện Sơn Dương',
        level: 'commune',
        name: 'Ủy ban nhân dân xã Tân Trào',
      });
      expect(tanTrao?.line).to.deep.equal({ downKbps: 2000, upKbps: 1000 });
    });

    it('is searched without accents, by name, short name and code', async () => {
      expect(await codes('tan trao')).to.deep.equal(['SD-TAN-TRAO']);
      expect(await codes('Tân Trào')).to.deep.equal(['SD-TAN-TRAO']);
      expect(await codes('dong')).to.include.members(['SD-DONG-THO', 'SD-DONG-QUY']);
      expect(await codes('SD-TAN')).to.deep.equal(['SD-TAN-TRAO']);
      expect(await codes('kh&đt')).to.deep.equal(['SO-KHDT']);
      expect(await codes('khong co dau')).to.deep.equal([]);
    });

    it('is narrowed to a subtree and to what the asker may see', async () => {
      const unitId = (await directory.units()).find((unit) => unit.code === 'SD')?.id ?? '';
      const sonDuong = (await directory.listEndpoints({ ...everything, unitId })).items;
      expect(sonDuong.length).to.equal(12);
      const other = (await directory.units()).find((unit) => unit.code === 'YS')?.id ?? '';
      const within = (await directory.tree()).subtreeIds(other);
      expect((await directory.listEndpoints({ ...everything, unitId, within })).items).to.deep.equal([]);
    });

    it('is read page by page without a gap', async () => {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await directory.listEndpoints({ limit: 20, ...(cursor === undefined ? {} : { cursor }) });
        seen.push(...page.items.map((e) => e.code));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(seen).to.deep.equal((await directory.allEndpoints()).map((e) => e.code));
      const wrong = await directory.listEndpoints({ limit: 5, cursor: 'x' }).catch(thrown);
      expect(wrong).to.be.instanceOf(AppError).with.property('code', 'bad_request');
    });

    it('finds "Đồng Văn" by "dong van" after a change of name', async () => {
      const before = await directory.endpointByCode('HY-DUC-NINH');
      const name = 'Ủy ban nhân dân xã Đồng Văn'.normalize('NFD');
      const unitId = (await directory.units())[0]?.id ?? '';
      const grants = [{ role: 'administrator' as const, unitId }];
      const actor = { kind: 'user' as const, userId: unitId, displayName: 'A', signInId: unitId, grants };
      const none = { count: 0, meetings: 0, items: [] };
      const { surgery } = directoryWork(db, directory, { futureBookings: async () => none }, clock);
      const line = { downKbps: 512, upKbps: 256 };
      const change = { op: 'changeEndpoint' as const, endpoint: 'HY-DUC-NINH', name, line };
      await surgery.edit(actor, { operations: [change], on: null, expects: null });
      const changed = await directory.endpoint(before?.id ?? '');
      expect(changed.name).to.equal(name.normalize('NFC'));
      expect(changed.line).to.deep.equal(line);
      expect(changed.shortName).to.equal(before?.shortName);
      expect(await codes('dong van')).to.deep.equal(['HY-DUC-NINH']);
    });

    it('answers for known ids in roster order, whatever order they were asked in', async () => {
      const [first, second] = await directory.allEndpoints();
      const found = await directory.endpointsByIds([second?.id ?? '', 'nobody', first?.id ?? '', second?.id ?? '']);
      expect(found).to.deep.equal([first, second]);
      expect(await directory.endpoint('nobody').catch(thrown)).to.have.property('code', 'not_found');
    });

    it('lets a unit and its endpoints go when its day has come', async () => {
      const communeId = (await directory.endpointByCode('NH-CON-LON'))?.unitId ?? '';
      await db.dataSource.manager.update(unitEntity, { id: communeId }, { validTo: '2026-11-25' });
      directory.forget();
      expect(await count('commune')).to.equal(56);
      clock.ms = Date.parse('2026-11-25T00:00:00+07:00');
      expect(await count('commune')).to.equal(55);
      clock.ms = Date.parse('2026-11-24T09:00:00+07:00');
    });
  });
}

describe('the sample province after the merger of 2025', () => {
  it('has 117 communes, 7 wards and no level between them and the province', async () => {
    const [sqlite] = databases();
    const db = await sqlite!.open();
    expect(await loadSeed(db, readSeed('2025-124'), clock)).to.deep.equal({ endpoints: 141 });
    const directory = new DirectoryService(db, clock);
    const count = async (level: string) => (await directory.listEndpoints({ ...everything, level })).items.length;
    expect(await Promise.all(['tinh', 'phuong', 'xa'].map(count))).to.deep.equal([17, 7, 117]);
    const tree = await directory.tree();
    const communes = tree.units().filter((unit) => unit.levelCode !== 'tinh');
    expect(communes.length).to.equal(124);
    for (const unit of communes) expect(tree.ancestors(unit.id).map((row) => row.code)).to.deep.equal(['TINH-TQ']);
    expect((await directory.listEndpoints({ ...everything, q: 'meo vac' })).items.map((e) => e.code)).to.deep.equal([
      'X-MEO-VAC',
    ]);
    await db.close();
  });
});

describe('the small sample province', () => {
  it('has 28 endpoints', async () => {
    const [sqlite] = databases();
    const db = await sqlite!.open();
    expect(await loadSeed(db, readSeed('2017-28'), clock)).to.deep.equal({ endpoints: 28 });
    await db.close();
  });

  it('is not found by a name that leads elsewhere', () => {
    for (const name of ['2030', '../../package', '']) expect(() => readSeed(name)).to.throw(StartRefused, 'no seed');
  });
});
