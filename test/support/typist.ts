import { expect } from 'chai';
import type { Locator, Page } from 'playwright-core';

/** Most presses of the Tab key on the way to a control. */
const FAR = 150;

/** Uses a page as whoever has no mouse does. */
export class Typist {
  readonly page: Page;

  /** Types on a page. */
  constructor(page: Page) {
    this.page = page;
  }

  /** Presses one key, e.g. `Enter` or `ControlOrMeta+z`. */
  press(key: string): Promise<void> {
    return this.page.keyboard.press(key);
  }

  /** Presses Tab until the control has the focus. @throws Error when it never has */
  async reach(control: Locator): Promise<void> {
    await control.waitFor();
    for (let presses = 0; presses < FAR; presses += 1) {
      if (await control.evaluate((one) => one === document.activeElement)) return;
      await this.press('Tab');
    }
    const where = await this.page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
    throw new Error(`the Tab key never reaches ${String(control)}; the focus is on ${where}`);
  }

  /** Goes to a control and presses it. */
  async act(control: Locator, key = 'Enter'): Promise<void> {
    await this.reach(control);
    await this.press(key);
  }

  /** Goes to a field and writes into it, over what is there. */
  async write(field: Locator, text: string): Promise<void> {
    await this.reach(field);
    await this.press('ControlOrMeta+a');
    await this.page.keyboard.type(text);
  }

  /** Chooses of a list by arrow keys. */
  async choose(list: Locator, label: string): Promise<void> {
    await this.reach(list);
    const chosen = () => list.evaluate((one) => (one as HTMLSelectElement).selectedOptions[0]?.label);
    await this.press('Home');
    for (let n = 0; n < 40 && (await chosen()) !== label; n += 1) await this.press('ArrowDown');
    expect(await chosen()).to.equal(label);
  }

  /** The grid of the planner. */
  grid(): Locator {
    return this.page.getByRole('treegrid');
  }

  /** What the cursor of the grid stands on, as it is read aloud. */
  underCursor(): Promise<string> {
    return this.page.evaluate(() => {
      const id = document.querySelector('[role=treegrid]')?.getAttribute('aria-activedescendant');
      const cell = id ? document.getElementById(id) : null;
      return cell?.getAttribute('aria-label') ?? cell?.textContent ?? '';
    });
  }

  /** Moves the cursor of the grid along the first endpoint's day until it stands on what is looked for. */
  async walkTo(wanted: string | RegExp): Promise<void> {
    await this.reach(this.grid());
    await this.press('ArrowDown');
    const stands = async () => Boolean((await this.underCursor()).match(wanted));
    while (!/07:00/.test(await this.underCursor()) && !(await stands())) await this.press('ArrowDown');
    for (let n = 0; n < 30 && !(await stands()); n += 1) await this.press('ArrowRight');
    expect(await this.underCursor()).to.match(typeof wanted === 'string' ? new RegExp(wanted) : wanted);
  }
}
