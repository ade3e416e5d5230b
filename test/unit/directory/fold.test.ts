import { expect } from 'chai';
import { fold, searcher } from '../../../server/directory/fold.ts';

describe('folding a name', () => {
  it('takes off accents, horns and hooks, and turns đ into d', () => {
    expect(fold('Ủy ban nhân dân xã Đồng Văn')).to.equal('uy ban nhan dan xa dong van');
    expect(fold('ĐƯỜNG Ỷ LA, Ữ Ỗ')).to.equal('duong y la, u o');
  });

  it('makes no difference between the two ways to place an accent, nor between composed and decomposed text', () => {
    expect(fold('Hoà')).to.equal(fold('Hòa'));
    expect(fold('Hòa An'.normalize('NFD'))).to.equal(fold('Hòa An'.normalize('NFC')));
  });

  it('leaves one space between words and none around', () => expect(fold('  Tân \t Trào ')).to.equal('tan trao'));
});

describe('a search', () => {
  const finds = (query: string, name: string) => searcher(query)(fold(name));

  it('for "dong van" finds "Đồng Văn", typed with or without accents and in any case', () => {
    for (const query of ['dong van', 'Đồng Văn', 'ĐỒNG', 'van dong', 'ồng vă'])
      expect(finds(query, 'UBND xã Đồng Văn'), query).to.equal(true);
  });

  it('wants every word', () => expect(finds('dong hoa', 'Xã Đồng Văn')).to.equal(false));

  it('finds everything when nothing was typed', () => expect(finds('  ', 'Xã Đồng Văn')).to.equal(true));
});
