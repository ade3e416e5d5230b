import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { closeBrowsers, openBrowser } from '../support/browsers.ts';
import { Receiver } from '../support/receiver.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** @returns every fault of WCAG 2.2 A and AA on the page as it stands */
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    type Violation = { id: string; nodes: { html: string }[] };
    const { axe } = window as unknown as { axe: { run(o: object): Promise<{ violations: Violation[] }> } };
    return (await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })).violations;
  });
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`);
}

describe('the screen of API tokens and webhooks', function () {
  this.timeout(60_000);
  let service: Service;
  let receiver: Receiver;
  let page: Page;
  let complaints: string[];
  const shots = process.env['SHOTS'];

  before(async function () {
    this.timeout(120_000);
    receiver = await new Receiver().open();
    service = await startService({ env: { SFU_WORKERS: '1', WEBHOOK_HOSTS: '127.0.0.1' } });
    ({ page, complaints } = await openBrowser({ colour: 'blue', pitch: 500 }, { width: 1366, height: 768 }));
    const { username, password } = service.firstRun.administrator;
    await page.context().request.post(`${service.url}/api/v1/sign-in`, { data: { username, password } });
  });
  after(async function () {
    this.timeout(30_000);
    await closeBrowsers();
    await service?.stop();
    receiver?.close();
  });

  /** Looks for faults, and keeps pictures at both sizes for who asks with SHOTS=folder. */
  const look = async (name: string) => {
    await page.waitForTimeout(400);
    expect(await faults(page), name).to.deep.equal([]);
    if (!shots) return;
    for (const [width, height] of [
      [1920, 1080],
      [1366, 768],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.waitForTimeout(200);
      await page.screenshot({ path: `${shots}/${name}-${width}.png` });
    }
  };
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };

  it('makes a token by the keyboard alone, which then opens the API', async () => {
    await page.goto(`${service.url}/integrations`);
    await page.getByText('Chưa có mã API nào').waitFor();
    await look('empty');
    await page.getByRole('button', { name: 'Tạo mã API' }).focus();
    await press('Enter');
    await page.getByRole('dialog').waitFor();
    await press('Enter');
    await page.getByText('Chọn ít nhất một phạm vi.').waitFor();
    await look('token-form');
    await page.getByLabel('Tên').focus();
    await page.keyboard.type('Đồng bộ lịch công tác');
    await press('Tab', 'Space', 'Tab', 'Tab', 'Space');
    const password = page.getByLabel('Mật khẩu hiện tại');
    await password.focus();
    await page.keyboard.type('khong-phai-mat-khau');
    await press('Enter');
    await page.getByText('Mật khẩu hiện tại không đúng.').waitFor();
    await password.fill(service.firstRun.administrator.password);
    await password.focus();
    await press('Enter');
    await page.getByRole('dialog', { name: 'Sao chép mã này ngay bây giờ' }).waitFor();
    await look('token-once');
    const token = await page.getByLabel('Nội dung cần sao chép').inputValue();
    expect(token).to.match(/^nca_/);
    await press('Escape');
    await page.getByRole('row', { name: /Đồng bộ lịch công tác/ }).waitFor();
    await look('tokens');
    expect((await service.api(token).call('get', '/units')).status).to.equal(200);
    expect((await service.api(token).call('get', '/meetings')).status).to.equal(200);
    expect((await service.api(token).call('get', '/audit')).status).to.equal(403);
    await page.getByRole('button', { name: 'Thu hồi mã Đồng bộ lịch công tác' }).focus();
    await press('Enter');
    const revoke = page.getByRole('alertdialog').getByRole('button', { name: 'Thu hồi' });
    await page.waitForTimeout(1_200);
    await revoke.focus();
    await press('Enter');
    await page.getByText('Chưa có mã API nào').waitFor();
    expect((await service.api(token).call('get', '/units')).status).to.equal(401);
  });

  it('adds a webhook by the keyboard alone, shows what it was told, and sends it again', async () => {
    await page.getByRole('tab', { name: 'Mã API' }).focus();
    await press('ArrowRight');
    await page.getByText('Chưa có webhook nào').waitFor();
    await page.getByRole('button', { name: 'Thêm webhook' }).focus();
    await press('Enter');
    await page.keyboard.type('Cổng dữ liệu của tỉnh');
    await press('Tab');
    await page.keyboard.type(receiver.url);
    await press('Tab', 'Space', 'Tab', 'Space');
    await look('webhook-form');
    await press('Enter');
    await page.getByRole('dialog', { name: 'Sao chép khóa ký này ngay bây giờ' }).waitFor();
    receiver.secret = await page.getByLabel('Nội dung cần sao chép').inputValue();
    await press('Escape');
    await page.getByRole('button', { name: /^Gửi thử tới/ }).focus();
    await press('Enter');
    expect((await receiver.take(1))[0]?.read?.type).to.equal('ping');
    await look('webhooks');
    receiver.status = 500;
    await press('Enter');
    await receiver.take(1);
    await page.getByRole('button', { name: /^Nhật ký gửi của/ }).focus();
    await press('Enter');
    await page.getByText('HTTP 500').first().waitFor();
    await page.locator('summary').first().focus();
    await press('Enter');
    await look('log');
    receiver.status = 204;
    await page
      .getByRole('button', { name: /^Gửi lại Gửi thử/ })
      .first()
      .focus();
    await press('Enter');
    expect((await receiver.take(1))[0]?.read?.type).to.equal('ping');
    await page.getByText('HTTP 500').waitFor({ state: 'detached' });
    await press('Escape');
    await page.getByRole('button', { name: /sang tiếng Anh/ }).press('Enter');
    await page.getByRole('button', { name: 'Add a webhook' }).waitFor();
    await look('english');
    // the browser tells of the password that was refused
    expect(complaints.filter((one) => !one.includes('status of 401'))).to.deep.equal([]);
  });
});
