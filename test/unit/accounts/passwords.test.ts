import { expect } from 'chai';
import { assertStrong, Passwords } from '../../../server/accounts/passwords.ts';

describe('passwords', () => {
  it('are kept as argon2id with 19 MiB, two passes and one lane', async () => {
    const passwords = new Passwords();
    const hash = await passwords.hash('mot mat khau dai');
    expect(hash).to.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(passwords.isOutdated(hash)).to.equal(false);
    expect(passwords.isOutdated(hash.replace('m=19456', 'm=4096'))).to.equal(true);
    expect(await passwords.verify(hash, 'mot mat khau dai')).to.equal(true);
    expect(await passwords.verify(hash, 'mot mat khau sai')).to.equal(false);
    expect(await passwords.verify(null, 'no such account')).to.equal(false);
  });

  it('cost an unknown account the same work as a wrong password', async () => {
    const passwords = new Passwords({ concurrency: 1 });
    const hash = await passwords.hash('mot mat khau dai');
    const times: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] };
    // by turns, so that whatever else the machine does falls on both
    for (let i = 0; i < 15; i += 1) {
      for (const [kind, stored] of [
        ['known', hash],
        ['unknown', null],
      ] as const) {
        const start = performance.now();
        await passwords.verify(stored, 'mot mat khau sai');
        times[kind].push(performance.now() - start);
      }
    }
    const median = (all: number[]) => all.sort((a, b) => a - b)[7] ?? 0;
    expect(Math.abs(median(times.known) - median(times.unknown))).to.be.lessThan(20);
  });

  it('are hashed a few at a time, and beyond the queue a caller is told to come back', async () => {
    const passwords = new Passwords({ concurrency: 2, queueLimit: 3 });
    let now = 0;
    let most = 0;
    const before = async () => {
      most = Math.max(most, (now += 1));
      await new Promise((wake) => setTimeout(wake, 5));
      now -= 1;
    };
    const all = await Promise.allSettled(Array.from({ length: 9 }, () => passwords.verify(null, 'x', before)));
    expect(most).to.equal(2);
    const refused = all.filter((one) => one.status === 'rejected');
    expect(refused).to.have.length(4);
    for (const { reason } of refused) expect(reason).to.have.property('code', 'too_many_requests');
    expect(await passwords.verify(null, 'x')).to.equal(false);
  });

  it('give their place back when what comes before throws', async () => {
    const passwords = new Passwords({ concurrency: 1, queueLimit: 1 });
    const fail = () => Promise.reject(new Error('no'));
    for (let i = 0; i < 3; i += 1) await passwords.verify(null, 'x', fail).catch(() => undefined);
    expect(await passwords.verify(null, 'x')).to.equal(false);
  });

  it('are refused when they are short, monotonous or the username', () => {
    for (const weak of ['ngan', 'aaaaaaaaaaaaaaaa', 'quan.tri.vien1']) {
      expect(() => assertStrong(weak, 'quan.tri.vien'), weak)
        .to.throw()
        .with.property('code', 'password_too_weak');
    }
    assertStrong('mật khẩu của tôi', 'quan.tri.vien');
  });
});
