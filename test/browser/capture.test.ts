import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { planBriefing } from '../support/briefing.ts';
import type { Briefing } from '../support/briefing.ts';
import { closeBrowsers, openPlainBrowser } from '../support/browsers.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';

describe('a room screen whose camera stays dark', function () {
  this.timeout(60_000);
  let service: Service;
  let briefing: Briefing;

  before(async function () {
    this.timeout(120_000);
    service = await startService({ env: { SFU_WORKERS: '1' } });
    briefing = await planBriefing(service, 4, 'broadcast');
  });
  after(async function () {
    this.timeout(30_000);
    await closeBrowsers();
    await service?.stop();
  });

  /** Opens a room, then the same in English; @returns both pages' words */
  async function wordsOf(
    page: Page,
    room: number,
    rewrite = (url: string) => url,
  ): Promise<{ vi: string; en: string }> {
    await page.goto(rewrite(briefing.rooms[room]!.pairUrl));
    await page.waitForURL(/\/room\/[A-Z]/);
    const read = async (wanted: RegExp) => {
      await page.getByText(wanted).first().waitFor({ timeout: 15_000 });
      return page.locator('body').innerText();
    };
    const vi = await read(/Trình duyệt chưa được cấp quyền|Không tìm thấy thiết bị|phần mềm khác dùng|không mã hóa/);
    await page
      .getByRole('button', { name: /English|EN/ })
      .first()
      .click();
    const en = await read(
      /has not been given permission|No device was found|used by another|unencrypted connection|not found/i,
    );
    return { vi, en };
  }

  it('says that the person has not allowed it, and where to press', async () => {
    const { vi, en } = await wordsOf(await openPlainBrowser('permission'), 0);
    expect(vi).to.include('Trình duyệt chưa được cấp quyền');
    expect(en).to.match(/permission/);
  });

  it('says that there is none', async () => {
    const { vi } = await wordsOf(await openPlainBrowser('camera'), 1);
    expect(vi).to.include('Không tìm thấy thiết bị');
  });

  it('says that another program holds it', async () => {
    const page = await openPlainBrowser('permission');
    // no browser can be made to find a camera that is in use: it is told so where it would ask the driver
    await page.addInitScript(() => {
      const busy = () => Promise.reject(new DOMException('Could not start video source', 'NotReadableError'));
      navigator.mediaDevices.getUserMedia = busy;
    });
    const { vi } = await wordsOf(page, 2);
    expect(vi).to.include('phần mềm khác dùng');
  });

  it('says over plain HTTP from elsewhere why, and what to do', async () => {
    const page = await openPlainBrowser('permission', ['--host-resolver-rules=MAP cau.test 127.0.0.1']);
    const { vi, en } = await wordsOf(page, 3, (url) => url.replace(/localhost|127\.0\.0\.1/, 'cau.test'));
    expect(vi).to.include('https://');
    expect(en).to.include('https://');
  });
});
