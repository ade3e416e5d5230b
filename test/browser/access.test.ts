import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { faults } from '../support/axe.ts';
import { planBriefing } from '../support/briefing.ts';
import type { Briefing } from '../support/briefing.ts';
import { closeBrowsers, openBrowser } from '../support/browsers.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';

describe('every screen is accessible', function () {
  this.timeout(60_000);
  let service: Service;
  let briefing: Briefing;
  let page: Page;

  before(async function () {
    this.timeout(120_000);
    service = await startService({ env: { SFU_WORKERS: '1' } });
    briefing = await planBriefing(service, 2, 'broadcast');
    ({ page } = await openBrowser({ colour: 'green', pitch: 800 }));
  });
  after(async function () {
    this.timeout(30_000);
    await closeBrowsers();
    await service?.stop();
  });

  it('the sign-in page', async () => {
    await page.goto(`${service.url}/signin`);
    await page.getByRole('button', { name: 'Đăng nhập' }).waitFor();
    expect(await faults(page)).to.deep.equal([]);
  });

  for (const [path, heading] of [
    ['/meetings', 'meetings'],
    ['/planner', 'planner'],
    ['/directory', 'directory'],
  ] as const) {
    it(`the ${heading} of an administrator`, async () => {
      const { username, password } = service.firstRun.administrator;
      const context = page.context();
      await context.clearCookies();
      // the cookie comes from the same call that the form makes
      await context.request.post(`${service.url}/api/v1/sign-in`, { data: { username, password } });
      await page.goto(`${service.url}${path}`);
      await page.getByRole('main').waitFor();
      await page.waitForTimeout(1_500);
      expect(await faults(page)).to.deep.equal([]);
    });
  }

  it('the room, waiting and in session, and the console of the chair', async () => {
    await page.goto(briefing.rooms[0]!.pairUrl);
    await page.waitForURL(/\/room\/[A-Z]/);
    await page.waitForTimeout(1_500);
    expect(await faults(page), 'waiting').to.deep.equal([]);
    const sessionId = await briefing.start();
    await page.locator('video[data-role=self]').waitFor();
    await page.waitForTimeout(1_500);
    expect(await faults(page), 'in session').to.deep.equal([]);

    const { username, password } = service.firstRun.chairperson;
    await page.context().clearCookies();
    await page.context().request.post(`${service.url}/api/v1/sign-in`, { data: { username, password } });
    await page.goto(`${service.url}/chair/${sessionId}`);
    await page.locator('video[data-role=stage], video[data-role=self]').first().waitFor();
    await page.waitForTimeout(1_500);
    expect(await faults(page), 'console').to.deep.equal([]);
  });
});
