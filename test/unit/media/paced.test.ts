import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Paced } from '../../../server/media/paced.ts';
import { until } from '../../support/processes.ts';

const nothing = () => undefined;

describe('a paced job', () => {
  it('runs once for all that is asked together, and once more for what is asked meanwhile', async () => {
    let runs = 0;
    const { promise: held, resolve: free } = Promise.withResolvers<void>();
    const paced = new Paced(() => ((runs += 1), held), nothing);
    for (let i = 0; i < 20; i += 1) paced.kick();
    await until('the first run', () => runs === 1);
    for (let i = 0; i < 20; i += 1) paced.kick();
    expect(runs, 'one at a time').to.equal(1);
    free();
    await until('the second run', () => runs === 2);
    await sleep(60);
    expect(runs).to.equal(2);
  });

  it('gathers a storm, and begins at once when it is asked after a calm', async () => {
    const begun: number[] = [];
    const paced = new Paced(() => (begun.push(performance.now()), Promise.resolve()), nothing);
    const stop = performance.now() + 200;
    while (performance.now() < stop) {
      paced.kick();
      await sleep(1);
    }
    await sleep(40);
    // about 10 ms of rest between two of them; without it there would be some 180
    expect(begun.length).to.be.within(2, 40);
    const { length } = begun;
    paced.kick();
    // a job that comes alone waits for this turn of the loop and for no timer
    await new Promise((done) => setImmediate(() => setImmediate(done)));
    expect(begun.length).to.equal(length + 1);
  });

  it('tries again what failed, tells of it, and is still when it is closed', async () => {
    const told: unknown[] = [];
    let runs = 0;
    const job = () => ((runs += 1), runs === 1 ? Promise.reject(new Error('away')) : Promise.resolve());
    const paced = new Paced(job, (err) => told.push(err));
    paced.kick();
    await until('the second try', () => runs === 2);
    expect(told).to.have.length(1);
    paced.kick();
    paced.close();
    await sleep(40);
    expect(runs).to.equal(2);
  });
});
