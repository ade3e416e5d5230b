import { expect } from 'chai';
import { ERROR_CODES } from '../../../server/protocol/errors.ts';
import { ERROR_WORDS, problemText } from '../../../web/i18n/errors.ts';

describe('the words of errors', () => {
  it('say what happened and what to do, for every code in both languages', () => {
    for (const code of ERROR_CODES) {
      for (const language of ['vi', 'en'] as const) {
        const words = ERROR_WORDS[code][language];
        expect(words, `${code}/${language}`).to.match(/^\p{Lu}[^!]{15,}\.$/u);
      }
      expect(ERROR_WORDS[code].vi, code).to.not.equal(ERROR_WORDS[code].en);
    }
  });

  it('carry the code and the reference for the technician', () => {
    expect(problemText({ code: 'internal', ref: 'a1b2' }, 'en')).to.contain('(internal · a1b2)');
    expect(problemText({ code: 'not_chair' }, 'vi')).to.match(/\(not_chair\)$/);
  });

  it('fall back to a sentence for a code that a newer server may send', () => {
    expect(problemText({ code: 'from_the_future' }, 'vi')).to.contain(ERROR_WORDS.internal.vi);
  });
});
