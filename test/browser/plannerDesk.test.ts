import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import type { GiveWay, PlannedMeeting, SeriesView } from '../../server/protocol/meetings.ts';
import type { Endpoint, Unit } from '../../server/protocol/rest.ts';
import type { Api } from '../support/api.ts';
import { faults } from '../support/axe.ts';
import { closeBrowsers, openBrowser } from '../support/browsers.ts';
import { photograph, PICTURES } from '../support/photograph.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';

const PASSWORD = 'mot-mat-khau-du-dai';
const DAY = 86_400_000;
/** a Monday in the next weeks, `2026-12-07` */
const MONDAY = (() => {
  const today = new Date(Date.now() + 7 * 3_600_000 + 7 * DAY);
  return new Date(today.getTime() - ((today.getUTCDay() + 6) % 7) * DAY + 7 * DAY).toISOString().slice(0, 10);
})();
const at = (clock: string, weeks = 0): string =>
  new Date(Date.parse(`${MONDAY}T${clock}:00+07:00`) + weeks * 7 * DAY).toISOString();

describe('the planner of a branch, in a real browser', function () {
  this.timeout(60_000);
  let service: Service;
  let page: Page;
  let province: Api & { token: string };
  let branch: Api & { token: string };
  let clerk: Api & { token: string };
  let units: Unit[];
  let endpoints: Endpoint[];

  const unitId = (code: string) => units.find((unit) => unit.code === code)!.id;
  const endpointId = (code: string) => endpoints.find((endpoint) => endpoint.code === code)!.id;
  const meeting = (who: Api, id: string) => who.ok<PlannedMeeting>('get', `/meetings/${id}`);
  const plan = (who: Api, title: string, codes: string[], times: [string, string], extra = {}) =>
    who.ok<PlannedMeeting>('post', '/meetings', {
      title,
      startsAt: at(times[0]),
      endsAt: at(times[1]),
      endpointIds: codes.map(endpointId),
      chairEndpointId: endpointId(codes[0]!),
      ...extra,
    });
  const person = async (username: string, role: string, code: string) => {
    const grants = [{ role, unitId: unitId(code) }];
    const body = { username, displayName: username, unitId: unitId(code), password: PASSWORD, grants };
    await province.ok('post', '/users', body);
    return service.signIn({ username, password: PASSWORD });
  };
  const button = (name: string | RegExp, within: Page | Locator = page) => within.getByRole('button', { name });
  const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });
  const block = (id: string) => page.locator(`[data-block="${id}"]`).first();
  /** looks for what is hard to use; keeps pictures in the two sizes of the screens for who asks with SHOTS=folder */
  const look = async (name: string): Promise<void> => {
    // a message that slides away is half seen through
    await page.waitForTimeout(300);
    expect(await faults(page), name).to.deep.equal([]);
    await photograph(page, name, process.env.SHOTS);
  };
  const show = async (): Promise<void> => {
    await page.goto(`${service.url}/planner?day=${MONDAY}&view=day`);
    await page.getByRole('grid').or(page.getByRole('treegrid')).first().waitFor();
  };

  before(async function () {
    this.timeout(120_000);
    service = await startService({ env: { SFU_WORKERS: '1' } });
    province = await service.signIn(service.firstRun.administrator);
    units = (await province.ok<{ items: Unit[] }>('get', '/units')).items;
    endpoints = (await province.ok<{ items: Endpoint[] }>('get', '/endpoints?limit=500')).items;
    branch = await person('quan.tri.sd', 'administrator', 'SD');
    clerk = await person('can.bo.sd', 'operator', 'SD-TAN-TRAO');
    ({ page } = await openBrowser({ colour: 'green', pitch: 800 }, { width: 1920, height: 1080 }));
    const data = { username: 'quan.tri.sd', password: PASSWORD };
    await page.context().request.post(`${service.url}/api/v1/sign-in`, { data });
  });
  after(async function () {
    this.timeout(30_000);
    await closeBrowsers();
    await service?.stop();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await photograph(page, 'failed-planner-desk', PICTURES);
  });

  it('shows what waits for approval as such; it is sent back with a reason, and approved', async () => {
    const draft = await plan(clerk, 'Họp thôn', ['SD-TAN-TRAO'], ['08:00', '09:30'], { status: 'draft' });
    await clerk.ok('post', `/meetings/${draft.id}/submit`);
    await show();
    await block(draft.id).waitFor();
    expect(await block(draft.id).getAttribute('data-waiting')).to.equal('submitted');
    expect(await block(draft.id).innerText()).to.contain('Chờ duyệt');
    await look('planner-waiting');
    await button('1 việc chờ xử lý').click();
    await button('Mở phiên: Họp thôn', dialog('Chờ xử lý')).click();
    await button('Trả lại…', dialog('Họp thôn')).click();
    const why = dialog('Trả lại dự thảo');
    await button('Trả lại…', why).click();
    await why.getByText('Nhập lý do, ít nhất 3 ký tự.').waitFor();
    await why.getByRole('textbox').fill('Bổ sung nội dung');
    await button('Trả lại…', why).click();
    await dialog('Họp thôn').getByText('Bổ sung nội dung').waitFor();
    expect(await meeting(branch, draft.id)).to.include({ status: 'draft', cancelReason: 'Bổ sung nội dung' });
    await look('planner-draft');
    await button('Duyệt và đặt lịch', dialog('Họp thôn')).click();
    await button('Đổi giờ…', dialog('Họp thôn')).waitFor();
    expect(await meeting(branch, draft.id)).to.include({ status: 'scheduled' });
    await button('Đóng', dialog('Họp thôn')).click();
    await page.locator(`[data-block="${draft.id}"]:not([data-waiting])`).first().waitFor();
  });

  it('offers no change of a meeting that the caller may not change', async () => {
    const foreign = await plan(province, 'Giao ban tỉnh', ['UBND-TINH', 'SD-UBND'], ['07:30', '08:30']);
    await show();
    await block(foreign.id).click();
    const shown = dialog('Giao ban tỉnh');
    await shown.getByText('Tài khoản này không được thay đổi phiên này.').waitFor();
    expect(await button(/Sửa|Hủy phiên|Đổi giờ|Hoãn/, shown).count()).to.equal(0);
    expect(await block(foreign.id).getAttribute('data-moves')).to.equal(null);
    await button('Đóng', shown).click();
  });

  it('answers requests to make way: refuses with a reason, and moves the own meeting', async () => {
    const own = await plan(branch, 'Giao ban huyện', ['SD-UBND', 'SD-SON-NAM'], ['09:00', '10:00']);
    const wanted = { unitId: unitId('TINH-TQ'), title: 'Họp khẩn của tỉnh', reason: 'Chỉ đạo bão lũ' };
    const ask = () =>
      province.ok<GiveWay>('post', `/meetings/${own.id}/give-way`, {
        ...wanted,
        startsAt: at('09:00'),
        endsAt: at('10:30'),
      });
    const first = await ask();
    await show();
    await button('1 việc chờ xử lý').click();
    const waiting = dialog('Chờ xử lý');
    await waiting.getByText('Chỉ đạo bão lũ').waitFor();
    await look('planner-requests');
    await button('Trả lời…', waiting).click();
    const answer = dialog('Trả lời đề nghị nhường lịch');
    await answer.getByText('2 điểm cầu của “Giao ban huyện” nhận được thông báo kèm lý do.').waitFor();
    await answer.getByRole('radio', { name: /Từ chối/ }).click();
    await button('Gửi trả lời', answer).click();
    await answer.getByText('Nhập lý do, ít nhất 3 ký tự.').waitFor();
    await answer.getByLabel(/Lý do từ chối/).fill('Đã mời đại biểu');
    await button('Gửi trả lời', answer).click();
    await waiting.getByText('Trả lời: Đã mời đại biểu').waitFor();
    const mine = (await province.ok<{ items: GiveWay[] }>('get', '/give-ways')).items.find(({ id }) => id === first.id);
    expect(mine).to.include({ state: 'refused', answer: 'Đã mời đại biểu' });
    expect(await meeting(branch, own.id)).to.include({ startsAt: at('09:00') });
    await ask();
    await show();
    await button('1 việc chờ xử lý').click();
    await button('Trả lời…', waiting).click();
    await answer.getByRole('radio', { name: /chuyển phiên/ }).click();
    await look('planner-answer');
    await button('Gửi trả lời', answer).click();
    await waiting.getByText('Đã nhường', { exact: true }).waitFor();
    expect(await meeting(branch, own.id)).to.include({
      startsAt: at('10:30'),
      endsAt: at('11:30'),
      status: 'scheduled',
    });
    await button('Đóng', waiting).click();
  });

  it('postpones a meeting, and brings it back by new times', async () => {
    const own = await plan(branch, 'Họp tổ công tác', ['SD-PHUC-UNG'], ['13:00', '14:00']);
    await show();
    await block(own.id).click();
    const shown = dialog('Họp tổ công tác');
    await button('Hoãn…', shown).click();
    await dialog('Hoãn phiên họp').getByRole('textbox').fill('Chờ ý kiến của tỉnh');
    await button('Hoãn…', dialog('Hoãn phiên họp')).click();
    await button('Đặt giờ mới…', shown).click();
    const times = dialog('Đặt giờ mới cho phiên đã hoãn');
    await times.getByLabel('Bắt đầu lúc').fill('15:00');
    await times.getByLabel('Kết thúc lúc').fill('16:00');
    await button('Đổi giờ', times).click();
    await times.waitFor({ state: 'detached' });
    expect(await meeting(branch, own.id)).to.include({
      status: 'scheduled',
      startsAt: at('15:00'),
      endsAt: at('16:00'),
    });
  });

  it('lets a unit above displace a meeting at once', async () => {
    const own = await plan(branch, 'Họp chuyên đề huyện', ['SD-DONG-THO'], ['16:00', '17:00']);
    const mine = await plan(province, 'Họp khẩn của tỉnh', ['UBND-TINH', 'SD-DONG-THO'], ['14:00', '15:00']);
    const asProvince = await page
      .context()
      .browser()!
      .newContext({ viewport: { width: 1366, height: 768 } });
    await asProvince.request.post(`${service.url}/api/v1/sign-in`, { data: service.firstRun.administrator });
    const desk = await asProvince.newPage();
    await desk.goto(`${service.url}/planner?day=${MONDAY}&view=day`);
    await desk.locator(`[data-block="${mine.id}"]`).first().click();
    await button('Đổi giờ…', desk).click();
    const move = desk.getByRole('dialog', { name: 'Đổi giờ phiên họp' });
    await move.getByLabel('Kết thúc lúc').fill('17:00');
    await move.getByLabel('Bắt đầu lúc').fill('16:00');
    await button('Xin nhường lịch', move).click();
    const ask = desk.getByRole('dialog', { name: 'Xin nhường lịch' });
    await ask.getByRole('textbox').fill('Chỉ đạo bão lũ');
    await ask.getByRole('checkbox').check();
    await button('Gửi đề nghị', ask).click();
    await ask.waitFor({ state: 'detached' });
    expect(await meeting(branch, own.id)).to.include({ status: 'postponed' });
    expect((await meeting(branch, own.id)).cancelReason).to.contain('Chỉ đạo bão lũ');
    await asProvince.close();
    await show();
    await button(/^Chờ xử lý/).click();
    await dialog('Chờ xử lý').getByText('Phải nhường', { exact: true }).waitFor();
    await button('Đóng', dialog('Chờ xử lý')).click();
  });

  it('takes papers in, gives them out and removes them', async () => {
    const own = await plan(branch, 'Họp có tài liệu', ['SD-TU-THINH'], ['13:00', '14:00']);
    const content = Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n');
    const name = 'Báo cáo quý IV.pdf';
    await show();
    await block(own.id).click();
    const shown = dialog('Họp có tài liệu');
    await shown.getByText('Chưa có tài liệu nào.').waitFor();
    await shown.locator('[data-papers]').setInputFiles({ name, mimeType: 'application/pdf', buffer: content });
    const link = shown.getByRole('link', { name: `Tải về ${name}` });
    await link.waitFor();
    await look('planner-papers');
    const coming = page.waitForEvent('download');
    await link.click();
    const download = await coming;
    expect(download.suggestedFilename()).to.equal(name);
    expect(readFileSync(await download.path()).equals(content)).to.equal(true);
    // the form shows the same papers in its last step
    await button('Sửa', shown).click();
    const form = dialog('Sửa phiên họp');
    await form.getByRole('button', { name: /Giấy mời, tài liệu/ }).click();
    await button(`Xóa ${name}`, form).click();
    const sure = page.getByRole('alertdialog', { name: 'Xóa tài liệu' });
    await button('Xóa', sure).click();
    await form.getByText('Chưa có tài liệu nào.').waitFor();
    expect((await branch.ok<{ items: unknown[] }>('get', `/meetings/${own.id}/documents`)).items).to.deep.equal([]);
    await button('Đóng', form).click();
  });

  it('gives the following meetings of a series another rule', async () => {
    const recurrence = { rrule: 'FREQ=WEEKLY;COUNT=6' };
    const own = await plan(branch, 'Giao ban tuần', ['SD-HONG-LAC'], ['14:00', '15:00'], { recurrence });
    await show();
    await block(own.id).click();
    await button('Sửa', dialog('Giao ban tuần')).click();
    const form = dialog('Sửa phiên họp');
    await form.getByRole('radio', { name: 'Phiên này và các phiên sau' }).click();
    await form.getByRole('button', { name: /Thời gian/ }).click();
    await form.getByText('Đang lặp: hằng tuần').waitFor();
    await form.getByLabel('Lặp lại').selectOption('biweekly');
    await form.getByText(/Phiên không còn trong lịch lặp mới bị hủy/).waitFor();
    const [y, m, d] = at('14:00', 6).slice(0, 10).split('-');
    await form.getByLabel('Lặp đến hết ngày').fill(`${d}/${m}/${y}`);
    await form.getByText('1 điểm cầu đều trống').waitFor();
    await look('planner-series');
    await button('Lưu thay đổi', form).click();
    await form.waitFor({ state: 'detached' });
    const { occurrences } = await branch.ok<SeriesView>('get', `/series/${(await meeting(branch, own.id)).series!.id}`);
    const standing = occurrences.filter(({ status }) => status === 'scheduled').map(({ startsAt }) => startsAt);
    expect(standing).to.deep.equal([0, 2, 4, 6].map((weeks) => at('14:00', weeks)));
  });

  it('filters by equipment, by state and without accents, and keeps a filter by name', async () => {
    const equipment = [{ kind: 'codec', label: 'Thiết bị phòng họp', note: '' }];
    await province.ok('patch', `/endpoints/${endpointId('SD-DAI-PHU')}`, { equipment });
    await show();
    const rows = page.locator('[role=rowheader][title]');
    const codes = async () =>
      (
        await rows.evaluateAll((all) =>
          all.map((one) => /\(([A-Z0-9-]+)\)$/.exec(one.getAttribute('title') ?? '')?.[1]),
        )
      ).filter(Boolean);
    await page.getByRole('searchbox').fill('tan trao');
    await page.waitForFunction(() => document.querySelectorAll('[role=rowheader][title$=")"]').length === 1);
    expect(await codes()).to.deep.equal(['SD-TAN-TRAO']);
    await button('Bỏ điều kiện lọc').click();
    await button('Lọc thêm').click();
    await page.getByLabel('Thiết bị').selectOption('codec');
    await page.waitForFunction(() => document.querySelectorAll('[role=rowheader][title$=")"]').length === 1);
    expect(await codes()).to.deep.equal(['SD-DAI-PHU']);
    await look('planner-filters');
    await button('Bộ lọc đã lưu').click();
    await dialog('Bộ lọc đã lưu').getByLabel('Tên bộ lọc').fill('Phòng có thiết bị đầu cuối');
    await button('Lưu bộ lọc', dialog('Bộ lọc đã lưu')).click();
    await look('planner-views');
    await page.reload();
    await page.waitForFunction(() => document.querySelectorAll('[role=rowheader][title$=")"]').length > 5);
    await button('Bộ lọc đã lưu').click();
    await button('Dùng bộ lọc Phòng có thiết bị đầu cuối').click();
    await page.waitForFunction(() => document.querySelectorAll('[role=rowheader][title$=")"]').length === 1);
    expect(await codes()).to.deep.equal(['SD-DAI-PHU']);
  });
});
