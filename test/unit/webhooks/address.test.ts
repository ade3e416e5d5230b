import { networkInterfaces } from 'node:os';
import { expect } from 'chai';
import { AppError } from '../../../server/errors.ts';
import { AddressGuard, isRefusedAddress } from '../../../server/webhooks/address.ts';

describe('where webhooks may send', () => {
  it('is never this machine, a neighbour on the wire, or an address that hides one', () => {
    const refused = [
      '127.0.0.1',
      '127.8.9.10',
      '0.0.0.0',
      '169.254.169.254',
      '100.100.100.200',
      '192.0.0.192',
      '224.0.0.1',
      '255.255.255.255',
      '::1',
      '::',
      '::ffff:127.0.0.1',
      '::ffff:10.0.0.1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      'fe80::1',
      'fd00:ec2::254',
      'ff02::1',
      'no address',
    ];
    for (const address of refused) expect(isRefusedAddress(address), address).to.equal(true);
  });

  it('is never one of the addresses by which this machine is reached, unless it is listed', () => {
    const own = Object.values(networkInterfaces()).flatMap((all) => all?.map((one) => one.address) ?? []);
    for (const address of own) expect(isRefusedAddress(address), address).to.equal(true);
    for (const address of own.filter((one) => !one.includes(':'))) {
      expect(new AddressGuard([address]).check(`http://${address}/`).hostname).to.equal(address);
    }
  });

  it('may be a private network or the Internet', () => {
    for (const address of ['10.1.2.3', '172.16.0.9', '192.168.1.20', '203.0.113.5', 'fd12:3456::1', '2a00:1450::1']) {
      expect(isRefusedAddress(address), address).to.equal(false);
    }
  });

  it('is reached by https, without name, password or fragment', () => {
    const guard = new AddressGuard(['receiver.local', '127.0.0.1']);
    for (const good of [
      'https://10.0.0.7:8443/nhan?x=1',
      'https://data.tinh.example/hook',
      'http://receiver.local:8080/',
      'http://127.0.0.1:9/',
    ]) {
      expect(guard.check(good).href).to.equal(good);
    }
    for (const bad of [
      'http://data.tinh.example/',
      'https://a:b@data.tinh.example/',
      'https://data.tinh.example/#x',
      'https://127.0.0.2/',
      'https://0x7f.2/',
      'https://[::ffff:127.0.0.1]/',
      'https://[fe80::1]/',
      'file:///etc/passwd',
      'receiver.local',
      'https://',
    ]) {
      expect(() => guard.check(bad), bad)
        .to.throw(AppError)
        .with.property('code', 'webhook_refused');
    }
  });

  it('is looked at again when a name is resolved', async () => {
    const resolve = (guard: AddressGuard) =>
      new Promise((done) => {
        guard.lookup('localhost', { all: true }, (err, found) => done(err ?? found));
      });
    expect(await resolve(new AddressGuard([])))
      .to.be.instanceOf(AppError)
      .with.property('code', 'webhook_refused');
    expect(await resolve(new AddressGuard(['localhost']))).to.be.an('array').that.is.not.empty;
  });
});
