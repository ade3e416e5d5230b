import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { machineCpu, othersBetween } from '../../../ops/bench/busy.ts';
import { allProcesses, childrenOf, cpuOf, familyCpu, parseStat } from '../../../ops/bench/processCpu.ts';

const spin = (ms: number) => {
  const end = performance.now() + ms;
  while (performance.now() < end);
};

describe('the CPU accounts of the benchmarks', () => {
  it('reads a process whose name holds blanks and brackets', () => {
    const line = '42 (a (b) c) S 7 42 42 0 -1 0 0 0 0 0 120 30 40 5 20 0 1 0 1';
    expect(parseStat(line)).to.deep.equal({ pid: 42, name: 'a (b) c', parent: 7, cpuMs: 1500, endedChildrenMs: 450 });
  });

  it('charges a process for what it computes, and not for what it sleeps', async () => {
    const before = cpuOf(process.pid);
    const from = process.cpuUsage();
    spin(120);
    const { user, system } = process.cpuUsage(from);
    expect(cpuOf(process.pid) - before).to.be.closeTo((user + system) / 1000, 40);
    const idle = cpuOf(process.pid);
    const resting = process.cpuUsage();
    await new Promise((wake) => setTimeout(wake, 150));
    const rest = process.cpuUsage(resting);
    expect(cpuOf(process.pid) - idle).to.be.closeTo((rest.user + rest.system) / 1000, 40);
    expect(cpuOf(999_999_999)).to.equal(0);
  });

  it('counts a family down to the grandchildren and after their end', () => {
    const p = (pid: number, parent: number, cpuMs: number, endedChildrenMs = 0) => ({
      pid,
      name: 'x',
      parent,
      cpuMs,
      endedChildrenMs,
    });
    const all = [p(1, 0, 1000), p(10, 1, 5, 2), p(11, 10, 30), p(12, 11, 400, 1), p(20, 1, 7000)];
    expect(familyCpu(all, 10).cpuMs).to.equal(438);
    expect([...familyCpu(all, 10).pids].sort((a, b) => a - b)).to.deep.equal([10, 11, 12]);
  });

  it('finds the children of a process by name', async () => {
    const child = spawn('sleep', ['5']);
    await once(child, 'spawn');
    try {
      for (let i = 0; i < 100 && childrenOf(process.pid, 'sleep').length === 0; i += 1)
        await new Promise((wake) => setTimeout(wake, 10));
      expect(childrenOf(process.pid, 'sleep')).to.include(child.pid);
      expect(childrenOf(process.pid, 'nobody')).to.deep.equal([]);
      expect(allProcesses().some((p) => p.pid === child.pid)).to.equal(true);
    } finally {
      child.kill();
    }
  });

  it('takes user, nice and system time of the machine for work', () => {
    expect(machineCpu('cpu  100 20 3 9999 5 6 7 8 0 0\ncpu0 1 1 1 1')).to.equal(1230);
  });

  it('takes for the work of others what the machine did beyond its own work', () => {
    const at = (ms: number, machineMs: number, ownMs: number, others: [number, string, number][]) => ({
      at: ms,
      machineMs,
      ownMs,
      others: new Map(others.map(([pid, name, cpuMs]) => [pid, { name, cpuMs }])),
    });
    const first = at(0, 10_000, 1_000, [[7, 'tsc', 300]]);
    const last = at(2_000, 13_000, 3_700, [
      [7, 'tsc', 400],
      [8, 'chromium', 200],
    ]);
    expect(othersBetween(first, last)).to.deep.equal({ cores: 0.15, most: 'chromium' });
    expect(othersBetween(first, at(2_000, 12_000, 3_100, [])).cores).to.equal(0);
  });
});
