import { expect } from 'chai';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { RollCall } from '../../server/protocol/snapshot.ts';
import { faults } from '../support/axe.ts';
import { inMinutes, planBriefing, runOf } from '../support/briefing.ts';
import type { Briefing, Run } from '../support/briefing.ts';
import { closeBrowsers, openBrowser } from '../support/browsers.ts';
import type { OpenBrowser } from '../support/browsers.ts';
import { giveSenses, heardSince, lastInput, untilSensed } from '../support/decode.ts';
import { bestOfThree } from '../support/measured.ts';
import { until } from '../support/processes.ts';
import { Quiet } from '../support/quiet.ts';
import { startService } from '../support/service.ts';
import type { Service } from '../support/service.ts';

const pictures = fileURLToPath(new URL('../../test-results/', import.meta.url));
const CHAIR = { colour: 'red', pitch: 500 } as const;
const GREEN = { colour: 'green', pitch: 800 } as const;
const BLUE = { colour: 'blue', pitch: 1250 } as const;
const YELLOW = { colour: 'yellow', pitch: 1900 } as const;

/** Pictures of a screen for people to look at, in the two sizes that the screens are designed for. */
async function photograph(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  const before = page.viewportSize();
  for (const [width, height] of [
    [1920, 1080],
    [1366, 768],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: `${pictures}${name}-${width}x${height}.png` });
  }
  if (before) await page.setViewportSize(before);
}

describe('a briefing of a chair and three endpoints, in real browsers', function () {
  this.timeout(60_000);
  let service: Service;
  let briefing: Briefing;
  let run: Run;
  let chair: OpenBrowser;
  let green: OpenBrowser;
  let blue: OpenBrowser;
  let yellow: OpenBrowser;
  const endpointOf = (index: number) => briefing.rooms[index]!.endpoint.id;

  async function openRoom(face: typeof GREEN | typeof BLUE | typeof YELLOW, index: number): Promise<OpenBrowser> {
    const opened = await openBrowser(face);
    await giveSenses(opened.page);
    await opened.page.goto(briefing.rooms[index]!.pairUrl);
    await opened.page.waitForURL(`**/room/${briefing.rooms[index]!.endpoint.code}`);
    return opened;
  }

  async function openConsole(): Promise<OpenBrowser> {
    const opened = await openBrowser(CHAIR);
    await giveSenses(opened.page);
    const { username, password } = service.firstRun.chairperson;
    await opened.page.goto(`${service.url}/signin`);
    await opened.page.locator('input[autocomplete="username"]').fill(username);
    await opened.page.locator('input[autocomplete="current-password"]').fill(password);
    const answered = opened.page.waitForResponse('**/api/v1/sign-in');
    await opened.page.keyboard.press('Enter');
    expect((await answered).status(), 'answer to the sign-in').to.equal(200);
    return opened;
  }

  async function untilJoined(endpointId: string): Promise<void> {
    const joined = async () => (await run.participant(endpointId))?.presence === 'joined';
    await until(`endpoint ${endpointId} to be in the session`, joined, 15_000);
  }

  /** what everybody but the speaker shows and plays, and how long it took since `from` */
  async function untilAllSense(speaker: OpenBrowser, from: number): Promise<number> {
    const others = [chair, green, blue, yellow].filter((one) => one && one !== speaker);
    const expected = { stage: speaker.face.colour, heard: [speaker.face.pitch] };
    return Math.max(...(await Promise.all(others.map(({ page }) => untilSensed(page, expected, { from })))));
  }

  before(async function () {
    this.timeout(120_000);
    service = await startService();
    briefing = await planBriefing(service, 3, 'lecture');
    [green, blue, chair] = await Promise.all([openRoom(GREEN, 0), openRoom(BLUE, 1), openConsole()]);
    run = runOf(briefing.chair, await briefing.start());
    await chair.page.goto(`${service.url}/chair/${run.sessionId}`);
    await untilJoined(briefing.chairEndpoint.id);
  });

  after(async function () {
    this.timeout(30_000);
    await closeBrowsers();
    await service?.stop();
  });

  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    for (const one of [chair, green, blue, yellow]) {
      if (!one) continue;
      await photograph(one.page, `failed-${one.face.colour}`);
      console.error(`${one.face.colour}: ${one.page.url()} ${one.complaints.slice(-5).join(' | ')}`);
    }
    console.error(service?.output().slice(-6000));
  });

  it('pulls connected endpoints in and shows them the chair', async () => {
    await Promise.all([untilJoined(endpointOf(0)), untilJoined(endpointOf(1))]);
    await Promise.all([green, blue].map(({ page }) => untilSensed(page, { stage: 'red' })));
  });

  it("is heard from the chair alone once the chair's microphone is open", async () => {
    const from = Date.now();
    await run.command('floor.give', { endpointId: briefing.chairEndpoint.id });
    await untilAllSense(chair, from);
    expect(await heardSince(green.page, from)).to.deep.equal(['500']);
    expect(await heardSince(chair.page, from)).to.deep.equal([]);
  });

  /** gives the floor over HTTP and waits until everybody else sees and hears it; @returns milliseconds */
  async function give(speaker: OpenBrowser, endpointId: string): Promise<number> {
    const from = Date.now();
    await run.command('floor.give', { endpointId });
    return untilAllSense(speaker, from);
  }

  it('changes picture and sound within a second when the floor goes to an endpoint', async () => {
    const quiet = new Quiet().start();
    const took = await bestOfThree(1000, async () => {
      await give(chair, briefing.chairEndpoint.id);
      return give(green, endpointOf(0));
    });
    expect(took).to.be.below(quiet.limit(1000));
    await untilSensed(green.page, { stage: 'red', heard: [] });
  });

  it('changes them again when the chair calls the next hand on the console, and the first is heard no more', async () => {
    const quiet = new Quiet().start();
    const took = await bestOfThree(1000, async () => {
      await give(green, endpointOf(0));
      await blue.page.keyboard.press('F1');
      const queue = chair.page.getByRole('region', { name: 'Hàng đợi phát biểu' });
      await queue.getByRole('button', { name: /^Mời phát biểu/ }).click();
      return untilAllSense(blue, await lastInput(chair.page));
    });
    expect(took).to.be.below(quiet.limit(1000));
    await new Promise((wake) => setTimeout(wake, 300));
    expect(await heardSince(chair.page, Date.now() - 200)).to.deep.equal(['1250']);
    await untilSensed(blue.page, { heard: [] });
  });

  it('shows the stage to an endpoint that comes late', async () => {
    yellow = await openRoom(YELLOW, 2);
    await untilJoined(endpointOf(2));
    await untilSensed(yellow.page, { stage: 'blue', heard: [1250] });
  });

  it('falls silent everywhere within half a second when the chair mutes all', async () => {
    // the chair's own microphone is the one that muting all leaves open
    await run.command('mic.mute', { muted: true });
    const quiet = new Quiet().start();
    const took = await bestOfThree(500, async () => {
      await give(blue, endpointOf(1));
      await chair.page.keyboard.press('Control+Shift+KeyM');
      const from = await lastInput(chair.page);
      const silent = [chair, green, yellow].map(({ page }) => untilSensed(page, { heard: [] }, { from }));
      return Math.max(...(await Promise.all(silent)));
    });
    expect(took).to.be.below(quiet.limit(500));
  });

  it('keeps seat and raised hand of an endpoint whose page is reloaded', async () => {
    await green.page.keyboard.press('F1');
    const raised = async () => (await run.view()).floor.queue.some((hand) => hand.endpointId === endpointOf(0));
    await until('the hand to be raised', raised);
    const before = await run.participant(endpointOf(0));
    const from = Date.now();
    await green.page.reload();
    await untilSensed(green.page, { stage: 'red' }, { from });
    await untilJoined(endpointOf(0));
    expect(await raised(), 'hand is still raised').to.equal(true);
    expect((await run.participant(endpointOf(0)))?.joinCount).to.equal(before?.joinCount);
  });

  it('hears the reloaded endpoint as soon as it gets the floor', async () => {
    const from = Date.now();
    await run.command('floor.give', { endpointId: endpointOf(0) });
    await untilAllSense(green, from);
  });

  it('shows a presentation to everybody beside the stage', async () => {
    await green.page.keyboard.press('F3');
    const asked = async () => {
      const { holder, requests } = (await run.view()).presentation;
      return holder === endpointOf(0) || requests.includes(endpointOf(0));
    };
    await until('the presentation to be asked for', asked);
    if ((await run.view()).presentation.holder === null) {
      await chair.page.getByRole('button', { name: /^Cho trình chiếu/ }).click();
    }
    await green.page.getByRole('button', { name: 'Chọn màn hình để chiếu' }).click();
    const expected = { stage: 'green', heard: [800], presentation: true } as const;
    await Promise.all([chair, blue, yellow].map(({ page }) => untilSensed(page, { ...expected, heard: [800] })));
    await photograph(chair.page, 'console');
    await photograph(blue.page, 'room');
  });

  it('calls the roll by keys alone; after the last answer its microphone is closed and the stage is back', async () => {
    const { page } = chair;
    const roll = async () => ((await run.view()) as unknown as { rollCall: RollCall | null }).rollCall;
    const panel = page.getByRole('region', { name: 'Điểm danh' });
    await page.keyboard.press('d');
    await panel.getByRole('button', { name: 'Gọi tên điểm cầu đầu tiên' }).waitFor();
    await page.keyboard.press('d');
    for (const left of [2, 1, 0]) {
      await until(`somebody to be called, and ${left} after`, async () => (await roll())?.current !== null);
      const endpointId = (await roll())!.current!;
      const { shortName = '' } = (await run.participant(endpointId)) ?? {};
      await panel.getByRole('status').filter({ hasText: shortName }).waitFor();
      await page.keyboard.press('c');
      await until(`${shortName} to be called no more`, async () => (await roll())!.current !== endpointId);
      expect((await roll())!.entries[endpointId]?.state).to.equal('present_online');
      // who has the floor keeps its microphone
      expect((await run.participant(endpointId))?.micOpen, shortName).to.equal(endpointId === endpointOf(0));
    }
    expect((await roll())!.current).to.equal(null);
    await panel.getByText('Đã điểm danh xong.').waitFor();
    expect(await faults(page)).to.deep.equal([]);
  });

  it('has one stop of the Tab key for the whole roster, in which the arrows walk', async () => {
    const { page } = chair;
    const roster = page.getByRole('grid', { name: 'Điểm cầu' });
    expect(await roster.locator('[tabindex="0"]').count()).to.equal(1);
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
    await page.keyboard.press('/');
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
    expect(await focused()).to.match(/^Thao tác với /);
    const first = await focused();
    await page.keyboard.press('ArrowDown');
    expect(await focused())
      .to.match(/^Thao tác với /)
      .and.not.equal(first);
    await page.keyboard.press('Tab');
    expect(await roster.evaluate((grid) => grid.contains(document.activeElement))).to.equal(false);
    expect(await roster.locator('[tabindex="0"]').count()).to.equal(1);
  });

  it('ends on every screen when the chair ends it', async () => {
    await run.command('session.end');
    await until('the session to be closed', async () => (await run.view()).phase === 'closed');
    await Promise.all(
      [green, blue, yellow].map(({ page }) => untilSensed(page, { heard: [] }, { within: 10_000, steadyMs: 1000 })),
    );
    const rows = await briefing.chair.ok<{ items: { endpointId: string; leftAt: string | null }[] }>(
      'get',
      `/sessions/${run.sessionId}/attendance`,
    );
    expect(rows.items.every(({ leftAt }) => leftAt !== null && leftAt < inMinutes(1))).to.equal(true);
  });

  it('leaves a log to take home, named by title and day, that says who did what', async () => {
    const { token } = briefing.chair;
    const file = await fetch(`${service.url}/api/v1/sessions/${run.sessionId}/events?format=csv`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(file.headers.get('content-disposition')).to.match(
      /^attachment; filename="nhat-ky_giao-ban-thu-nghiem_\d{4}-\d{2}-\d{2}\.csv"$/,
    );
    expect(await file.text())
      .to.match(/Kết thúc|Phiên họp đã kết thúc/)
      .and.contain(',Chủ tọa,');
  });
});
