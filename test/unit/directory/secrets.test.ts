import { expect } from 'chai';
import { newId } from '../../../server/db/uuid.ts';
import { hashOf, newPairingCode, newSecret, typedCode } from '../../../server/directory/secrets.ts';

describe('what opens doors', () => {
  it('is 256 random bits in characters that survive an address', () => {
    const secrets = new Set(Array.from({ length: 100 }, newSecret));
    expect(secrets.size).to.equal(100);
    for (const secret of secrets) expect(secret).to.match(/^[A-Za-z0-9_-]{43}$/);
  });

  it('is stored as a hash alone', () =>
    expect(hashOf('abc')).to.equal('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'));

  it('is shown as six characters that nobody mixes up', () => {
    for (let i = 0; i < 200; i++) expect(newPairingCode()).to.match(/^[ACDEFGHJKLMNPQRTUVWXY34679]{6}$/);
  });

  it('is understood however a person types it', () => expect(typedCode(' kq7-3 df')).to.equal('KQ73DF'));
});

describe('an id', () => {
  it('is a UUIDv7 that carries its moment', () => {
    const id = newId(Date.UTC(2030, 0, 1));
    expect(id).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).to.equal(Date.UTC(2030, 0, 1));
  });

  it('sorts after those made before, also within a millisecond and when the clock steps back', () => {
    const ids = Array.from({ length: 10_000 }, (_, i) => newId(Date.UTC(2031, 0, 1) - (i > 5000 ? 1000 : 0)));
    expect(ids.toSorted()).to.deep.equal(ids);
    expect(new Set(ids).size).to.equal(ids.length);
  });
});
