import { expect } from 'chai';
import { addWords, sentence } from '../../../web/i18n/index.ts';

const words = addWords('test', {
  vi: { files_other: '{count} tệp', hello: 'Chào {name}, {name}' },
  en: { files_other: '{count} files', files_one: '{count} file', hello: 'Hello {name}, {name}' },
});

describe('the words of the interface', () => {
  it('put values in wherever they are named, and leave a mark that has none', () => {
    expect(sentence(words, 'vi', 'hello', { name: '$& Lan' })).to.equal('Chào $& Lan, $& Lan');
    expect(sentence(words, 'en', 'hello', {})).to.equal('Hello {name}, {name}');
  });

  it('use the singular where a language has one', () => {
    expect([0, 1, 2].map((count) => sentence(words, 'en', 'files', { count }))).to.deep.equal([
      '0 files',
      '1 file',
      '2 files',
    ]);
    expect(sentence(words, 'vi', 'files', { count: 1 })).to.equal('1 tệp');
  });

  it('say the key where there is no sentence, so that it is seen', () => {
    expect(sentence(words, 'vi', 'nothing')).to.equal('nothing');
  });
});
