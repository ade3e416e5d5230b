import { expect } from 'chai';
import { judgeWay } from '../../../server/media/oneWay.ts';

const say = (words: string) => ({ receiving: words.includes('receiving'), answered: words.includes('answered') });
const seen = (words: string) => ({ fromPeer: words.includes('from'), toPeer: words.includes('to') });

describe('the verdict on a media path', () => {
  it('is that it sends and does not receive, when only the node sees packets', () => {
    expect(judgeWay(say(''), seen('from to'), null)).to.equal('not_receiving');
    expect(judgeWay(say(''), seen('from'), null)).to.equal('not_receiving');
    expect(judgeWay(say('answered'), seen('from to'), null)).to.equal('not_receiving');
  });

  it('is that it receives and does not send, when only the browser sees packets', () => {
    expect(judgeWay(say('receiving'), seen('to'), null)).to.equal('not_sending');
  });

  it('is no fault of the endpoint when nothing was sent to it', () => {
    expect(judgeWay(say('answered'), seen('from'), null)).to.equal(null);
  });

  it('is none when packets pass both ways and only the checks of the path are lost', () => {
    expect(judgeWay(say('receiving'), seen('from to'), 'not_sending')).to.equal(null);
    expect(judgeWay(say('receiving answered'), seen(''), 'not_receiving')).to.equal(null);
  });

  it('stays what it was when neither sees anything any more', () => {
    expect(judgeWay(say(''), seen(''), 'not_sending')).to.equal('not_sending');
    expect(judgeWay(say(''), seen(''), null)).to.equal(null);
  });
});
