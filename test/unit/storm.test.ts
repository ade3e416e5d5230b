import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Storm } from '../../server/storm.ts';
import { until } from '../support/processes.ts';

describe('a storm', () => {
  it('is told in few windows, each twice as long, and begins anew after a calm', async () => {
    let told = 0;
    const storm = new Storm(20, () => (told += 1));
    const stop = Date.now() + 500;
    while (Date.now() < stop) {
      storm.stir();
      await sleep(2);
    }
    await sleep(700);
    // windows of 20, 40, 80, 160, 320 ms; without doubling there would be 25
    expect(told).to.be.within(2, 6);
    const before = told;
    const from = Date.now();
    storm.stir();
    await until('it to be told', () => told > before);
    expect(Date.now() - from, 'the first window is short again').to.be.below(600);
  });

  it('tells nothing at the end of a window whose things were told otherwise', async () => {
    let told = 0;
    const storm = new Storm(10, () => (told += 1));
    storm.stir();
    storm.told();
    await sleep(40);
    expect(told).to.equal(0);
  });
});
