import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Journal } from '../../../server/sessions/journal.ts';
import type { Step } from '../../../server/sessions/journal.ts';

function step(afterSeq: number): Step {
  const events = [{ seq: afterSeq, at: 1, by: { endpointId: null, userId: null }, fact: { type: 'sessionPaused' } }];
  return {
    sessionId: 'phiên',
    meetingId: 'm',
    beforeSeq: afterSeq - 1,
    afterSeq,
    phase: 'open',
    closedAt: null,
    movedEnd: null,
    keys: [],
    events: events as Step['events'],
  };
}

describe('the journal of sessions', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nhip-cau-journal-'));
    file = join(folder, 'sessions.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const reopened = (): number[] => {
    const journal = new Journal(file);
    const seqs: number[] = [];
    for (let first = journal.first; first; first = journal.first) {
      seqs.push(first.afterSeq);
      journal.shift();
    }
    journal.close();
    return seqs;
  };

  it('is there after the end of the process, in order', () => {
    const journal = new Journal(file);
    for (const seq of [2, 3, 4]) journal.append(step(seq));
    journal.close();
    expect(reopened()).to.deep.equal([2, 3, 4]);
    expect(readFileSync(file, 'utf8')).to.equal('');
  });

  it('drops a line that was torn, and loses nothing that is written after it', () => {
    const before = new Journal(file);
    before.append(step(2));
    before.close();
    appendFileSync(file, '{"sessionId":"phiên","afterSeq":3,');
    const after = new Journal(file);
    after.append(step(3));
    after.close();
    expect(reopened()).to.deep.equal([2, 3]);
  });
});
