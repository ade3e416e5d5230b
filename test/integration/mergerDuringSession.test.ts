import { expect } from 'chai';
import { nowMs } from '../../ops/simulate/rtp.ts';
import type { PlannedMeeting } from '../../server/protocol/meetings.ts';
import type { AttendanceRow, Endpoint, Unit } from '../../server/protocol/rest.ts';
import type { PlanPreview, SurgeryView } from '../../server/protocol/surgery.ts';
import { XLSX_TYPE } from '../../server/protocol/surgery.ts';
import { assemble, figure, furnish, untilHeard } from '../support/assembly.ts';
import type { Assembly } from '../support/assembly.ts';
import type { Api } from '../support/api.ts';
import { Crowd } from '../support/crowd.ts';
import { mergerSheet } from '../support/mergerSheet.ts';
import { until } from '../support/processes.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';

/** The chair and rooms of units that merge; the last one of a unit that does not. */
const CODES = ['UBND-TINH', 'SD-UBND', 'SD-TAN-TRAO', 'SD-MINH-THANH', 'SD-SON-NAM', 'YS-UBND'];

describe('F34: the merger of 2025 while a session runs', function () {
  this.timeout(120_000);
  let service: Service;
  let admin: Api & { token: string };
  let assembly: Assembly;
  let endpoints: Endpoint[];
  let pastId: string;
  let past: AttendanceRow[];
  let state: object;
  let bookings: unknown;
  let surgeryId = '';

  const idOf = (code: string) => endpoints.find((endpoint) => endpoint.code === code)!.id;
  const attendance = async (sessionId: string) =>
    (await admin.ok<{ items: AttendanceRow[] }>('get', `/sessions/${sessionId}/attendance`)).items;
  /** what stands in the calendar from tomorrow on, by meeting */
  const ahead = async () => {
    const from = new Date(Date.now() + 12 * 3_600_000).toISOString();
    const { items } = await admin.ok<{ items: PlannedMeeting[] }>('get', `/meetings?limit=500&from=${from}`);
    return items.map(({ id, status, startsAt, endsAt, endpointIds }) => ({
      ...{ id, status, startsAt, endsAt, endpointIds: endpointIds.toSorted() },
    }));
  };
  const send = async <T>(what: 'preview' | 'apply') => {
    const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Ho_Chi_Minh', dateStyle: 'short' }).format();
    const renamed = ['Đổi tên điểm cầu', 'SD-MINH-THANH', '', 'Ủy ban nhân dân xã Tân Trào, cơ sở 2', 'Tân Trào 2'];
    const body = new Uint8Array(await mergerSheet(today, [renamed]));
    const response = await fetch(`${service.url}/api/v1/directory/import/surgery/${what}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${admin.token}`, 'content-type': XLSX_TYPE },
      body,
    });
    return { status: response.status, body: (await response.json()) as T & { detail?: string } };
  };
  const unitOf = async (code: string) => {
    const { unitId } = await admin.ok<Endpoint>('get', `/endpoints/${idOf(code)}`);
    return (await admin.ok<{ items: Unit[] }>('get', '/units')).items.find(({ id }) => id === unitId)?.name;
  };
  /** packets of voice and picture that came in since a moment, by everybody but the chair */
  const untouched = async (what: string): Promise<void> => {
    expect(await assembly.state(), what).to.deep.equal(state);
    expect(assembly.crowd.faults.lines, what).to.deep.equal([]);
    const since = nowMs();
    const flowing = () =>
      assembly.crowd.others.every(({ media }) => [...(media?.inflows ?? [])].some(({ lastAt }) => lastAt > since));
    await until('media to flow on', flowing, 10_000);
    await untilHeard(assembly.crowd);
  };

  before(async () => {
    service = await startService({ env: { SFU_WORKERS: '1' } });
    admin = await service.signIn(service.firstRun.administrator);
    endpoints = (await admin.ok<{ items: Endpoint[] }>('get', '/endpoints?limit=500')).items;
    const over = await Crowd.gather(service, { count: 3, codes: CODES.slice(0, 4) });
    pastId = over.sessionId;
    await over.close();
    await until(
      'the first session to be over',
      async () => (await attendance(pastId)).every((row) => row.leftAt),
      10_000,
    );
    past = await attendance(pastId);
    const startsAt = Date.now() + 24 * 3_600_000;
    await admin.ok('post', '/meetings', {
      title: 'Giao ban tuần',
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(startsAt + 3_600_000).toISOString(),
      endpointIds: CODES.map(idOf),
      chairEndpointId: idOf(CODES[0]!),
      recurrence: { rrule: 'FREQ=WEEKLY;COUNT=8' },
    });
    bookings = await ahead();
    assembly = await assemble({ service, codes: CODES });
    await furnish(assembly);
    state = await assembly.state();
  });
  after(async () => {
    await assembly?.close();
    await service?.stop();
  });

  it('is rehearsed: it names the bookings ahead, and nothing moves', async () => {
    const { status, body } = await send<PlanPreview>('preview');
    expect(status, body.detail).to.equal(200);
    expect(body.faults).to.deep.equal([]);
    expect(body.counts).to.include({ unitsCreated: 4, endpointsRetired: 0 });
    // the running meeting and eight weeks, at the four endpoints that change
    expect(body.bookings).to.include({ count: 36, meetings: 9 });
    await untouched('after the rehearsal');
  });

  it('is carried out: the session goes on untouched, no booking is lost', async () => {
    const { status, body } = await send<SurgeryView>('apply');
    expect(status, body.detail).to.equal(201);
    surgeryId = body.id;
    expect(await unitOf('SD-MINH-THANH')).to.equal('Xã Tân Trào');
    await untouched('after the merger');
    expect(await ahead()).to.deep.equal(bookings);
    expect(bookings).to.have.length(8);
    await assembly.crowd.chair.command('stage.set', { endpointId: idOf('SD-MINH-THANH') });
    await assembly.crowd.chair.command('stage.set', { endpointId: idOf('SD-UBND') });
  });

  it('leaves the reports of the past with the names of their day', async () => {
    expect(await attendance(pastId)).to.deep.equal(past);
    expect(past.find(({ code }) => code === 'SD-MINH-THANH')?.name).to.equal('Ủy ban nhân dân xã Minh Thanh');
    const now = await admin.ok<Endpoint>('get', `/endpoints/${idOf('SD-MINH-THANH')}`);
    expect(now.name).to.equal('Ủy ban nhân dân xã Tân Trào, cơ sở 2');
  });

  it('lets an endpoint that merged come back into the session after its line broke', async () => {
    const [, , room] = assembly.crowd.others;
    room!.cut();
    await until('the endpoint to be back', () => room!.returns.length > 0 && room!.joined, 20_000);
    await untilHeard(assembly.crowd);
  });

  it('is taken back: the session goes on untouched, no booking is lost', async () => {
    const begun = nowMs();
    const undone = await admin.call('post', '/directory/surgery/undo', { surgeryId });
    expect(undone.status, JSON.stringify(undone.body)).to.equal(200);
    figure('F34', `undone in ${Math.round(nowMs() - begun)} ms`);
    expect(await unitOf('SD-MINH-THANH')).to.equal('Xã Minh Thanh');
    await untouched('after the undo');
    expect(await ahead()).to.deep.equal(bookings);
    expect(await attendance(pastId)).to.deep.equal(past);
  });
});
