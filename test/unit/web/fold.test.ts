import { expect } from 'chai';
import { byName, fold, matches } from '../../../web/lib/fold.ts';

describe('searching in the browser', () => {
  it('finds a name typed without accents, and đ as d', () => {
    expect(matches('dong van', 'Ủy ban nhân dân xã Đồng Văn')).to.equal(true);
    expect(matches('ĐỒNG văn', 'Ủy ban nhân dân xã Đồng Văn')).to.equal(true);
    expect(matches('dong vam', 'Ủy ban nhân dân xã Đồng Văn')).to.equal(false);
  });

  it('finds words in any order and over several texts', () => {
    expect(matches('son duong x012', 'Tân Trào', 'X012', 'Huyện Sơn Dương')).to.equal(true);
  });

  it('takes composed and decomposed letters as the same', () => {
    expect(fold('Hoà')).to.equal(fold('Hòa'));
    expect(fold('Đồng'.normalize('NFD'))).to.equal('dong');
  });

  it('matches everything with nothing typed', () => {
    expect(matches('  ', 'An')).to.equal(true);
  });

  it('orders names as a Vietnamese reader expects', () => {
    expect(['Đông Thọ', 'Ân', 'Dân', 'An'].sort(byName)).to.deep.equal(['An', 'Ân', 'Dân', 'Đông Thọ']);
  });
});
