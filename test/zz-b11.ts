import { databases } from '/work/main/test/support/database.ts';
import { Office } from '/work/main/test/support/office.ts';
for (const d of databases().slice(1)) {
  const office = await new Office(await d.open()).open();
  const p = await office.person('administrator', 'TINH-TQ');
  const ids = (await office.directory.allEndpoints()).map((e) => e.id);
  const db = office.db; const sqlite = db.dialect === 'sqlite';
  const host = await office.unitId('TINH-TQ');
  let n = 0; const t0 = Date.now() + 3 * 86400e3;
  const fmt = (ms: number) => sqlite ? new Date(ms).toISOString().replace('T', ' ').slice(0, 23) : new Date(ms);
  const fill = async (bookings: number) => {
    while (n < bookings) {
      const ms: unknown[] = [], bs: unknown[] = []; let k = 0;
      for (; k < 1000 && n + k * 5 < bookings; k++) {
        const q = Math.floor((n / 5 + k) * 5 / ids.length);
        const day = (q * 7919) % 3650, hour = Math.floor(q / 3650) ;
        const s = t0 + (day - 1800) * 86400e3 + hour * 3600e3 / 1, id = crypto.randomUUID();
        ms.push([id, 't', 't', 'briefing', 'scheduled', fmt(s), fmt(s + 1800e3), ids[0], null, host, 'broadcast', '', null, p.id, 1, fmt(s), fmt(s)]);
        for (let j = 0; j < 5; j++) bs.push([crypto.randomUUID(), id, ids[(n + k * 5 + j) % ids.length], fmt(s), fmt(s + 1800e3), null]);
      }
      const ins = async (table: string, cols: string, rows: unknown[][], w: number) => { for (let f = 0; f < rows.length; f += 500) { const r = rows.slice(f, f + 500); await db.dataSource.query(`INSERT INTO ${table} (${cols}) VALUES ${r.map(() => '(' + Array(w).fill('?').join() + ')').join()}`, r.flat()); } };
      await db.transaction(async () => undefined);
      await ins('meeting', 'id,title,title_fold,kind,status,starts_at,ends_at,chair_endpoint_id,chair_user_id,host_unit_id,floor_mode,note,cancel_reason,created_by,version,created_at,updated_at', ms as never, 17);
      await ins('booking', 'id,meeting_id,endpoint_id,starts_at,ends_at,released_at', bs as never, 6);
      n += k * 5;
    }
    if (sqlite) await db.dataSource.query('ANALYZE').catch(() => 0); else await db.dataSource.query('ANALYZE TABLE meeting, booking');
  };
  let count = 0; const q0 = db.dataSource.createQueryRunner;
  for (const size of [1000, 200000]) {
    await fill(size);
    const at = (m: number) => new Date(t0 + m * 60000).toISOString();
    const time = async (name: string, f: () => Promise<unknown>) => { await f().catch(() => 0); await f().catch(() => 0); await f(); const ts: number[] = []; for (let i = 0; i < 9; i++) { const t = performance.now(); await f(); ts.push(performance.now() - t); } return `${name} ${ts.sort((a, b) => a - b)[4]!.toFixed(1)}`; };
    const day = Math.floor(Math.random() * 100);
    const out = [
      await time('week', () => p.ok('get', `/planner?from=${encodeURIComponent(at(day * 1440))}&to=${encodeURIComponent(at((day + 7) * 1440))}`)),
      await time('check', () => p.ok('post', '/meetings/check', { endpointIds: ids, startsAt: at(600), endsAt: at(660), recurrence: { rrule: 'FREQ=WEEKLY;COUNT=50' } })),
      await time('check1', () => p.ok('post', '/meetings/check', { endpointIds: ids, startsAt: at(600), endsAt: at(660), chairUserId: p.id })),
      await time('list', () => p.ok('get', `/meetings?from=${encodeURIComponent(at(0))}&to=${encodeURIComponent(at(1440))}&limit=100`)),
      await time('listEp', () => p.ok('get', `/meetings?endpointId=${ids[3]}&from=${encodeURIComponent(at(0))}&limit=20`)),
      await time('create', async () => { const m = await p.call<{id: string}>('post', '/meetings', { title: 'x', kind: 'briefing', startsAt: at(1380), endsAt: at(1390), endpointIds: ids, chairEndpointId: ids[0] }); if (m.status === 201) await p.ok('delete', `/meetings/${m.body.id}`, { reason: 'xxx' }); }),
    ];
    console.log(d.name, size, out.join('  '));
  }
  await office.close();
}
process.exit(0);
