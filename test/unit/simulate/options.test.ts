import { expect } from 'chai';
import { WrongOptions } from '../../../ops/simulate/errors.ts';
import { readOptions } from '../../../ops/simulate/options.ts';

const refusalOf = (...args: string[]): string => {
  try {
    readOptions(args);
  } catch (error) {
    if (error instanceof WrongOptions) return error.message;
    throw error;
  }
  return 'not refused';
};

describe('the options of a rehearsal', () => {
  it('are those of the contract when none is given', () => {
    expect(readOptions([])).to.deep.equal({
      endpoints: 87,
      seconds: 60,
      url: null,
      meeting: null,
      profile: 'briefing',
      relay: null,
      height: 720,
      admin: null,
      dataDir: './data',
      json: false,
    });
  });

  it('tell a bad line apart', () => {
    const line = { rtt: 40, loss: 2, down: 512, up: 0, jitter: 0 };
    expect(readOptions(['--relay', 'rtt=40,loss=2,down=512'])?.relay).to.deep.equal(line);
    expect(readOptions(['--relay', 'rtt=40,loss=2,down=512,endpoints=3'])?.relay).to.include({ endpoints: 3 });
  });

  it('take a password with a colon in it', () => {
    expect(readOptions(['--admin', 'quantri:a:b'])?.admin).to.deep.equal({ username: 'quantri', password: 'a:b' });
  });

  it('read the data folder from the environment', () => {
    expect(readOptions([], { DATA_DIR: '/srv/cau' })?.dataDir).to.equal('/srv/cau');
    expect(readOptions(['--data-dir', 'here'], { DATA_DIR: '/srv/cau' })?.dataDir).to.equal('here');
  });

  it('answer a call for help with nothing to run', () => expect(readOptions(['--help'])).to.equal(null));

  const wrong: [string, string[]][] = [
    ['--endpoints', ['--endpoints', '1']],
    ['--endpoints', ['--endpoints', 'many']],
    ['--seconds', ['--seconds', '0']],
    ['--seconds', ['--seconds', 'NaN']],
    ['--url', ['--url', 'localhost']],
    ['--url', ['--url', 'ftp://localhost']],
    ['--meeting', ['--meeting', 'tomorrow']],
    ['--profile', ['--profile', 'party']],
    ['--relay', ['--relay', 'rtt']],
    ['--relay', ['--relay', 'rtt=-1']],
    ['--relay', ['--relay', 'loss=101']],
    ['--relay', ['--relay', 'luck=3']],
    ['--relay', ['--relay', '']],
    ['--admin', ['--admin', 'quantri']],
    ['--wings', ['--wings']],
    ['hello', ['hello']],
  ];
  for (const [named, args] of wrong) {
    it(`are refused in one sentence that names ${named}: ${args.join(' ')}`, () => {
      const said = refusalOf(...args);
      expect(said).to.include(named);
      expect(said.split('\n')).to.have.length(1);
    });
  }
});
