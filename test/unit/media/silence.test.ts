import { expect } from 'chai';
import { newPeer } from '../../../server/media/mediaPeer.ts';
import { applyPlan, silence } from '../../../server/media/reconcile.ts';
import type { MediaRoom } from '../../../server/media/room.ts';
import { aSession, names } from '../../support/aSession.ts';

const [HALL = '', COMMUNE = ''] = names(2);

/** A room whose node answers when the test lets it; what was asked of it stands in `asked`. */
function aRoom() {
  const session = aSession({ endpoints: names(2), chair: HALL });
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  const call = (verb: string, input: { changes?: { endpointId: string; source: string; paused: boolean }[] }) => {
    for (const { endpointId, source, paused } of input.changes ?? [])
      asked.push(`${paused ? 'pause' : 'open'} ${source} of ${endpointId}`);
    return new Promise((done) => (verb === 'pauseProducers' ? waiting.push(() => done({})) : done({})));
  };
  const commune = newPeer(COMMUNE, COMMUNE, '1');
  commune.sources.set('microphone', true);
  // the node of a room is one of the network: only its channel is played here
  const room = {
    get snapshot() {
      return session.s;
    },
    peers: new Map([[COMMUNE, commune]]),
    speakers: [],
    node: { call } as unknown as MediaRoom['node'],
    closeSource: () => Promise.resolve(),
  } satisfies MediaRoom;
  const answer = () => waiting.splice(0).forEach((done) => done());
  return { session, room, asked, answer, paused: () => commune.sources.get('microphone') };
}

const sink = { toPeer: () => undefined, toAll: () => undefined };

describe('silence past a reconcile that is under way', () => {
  it('is asked for also of a microphone that is just being opened, after its opening', async () => {
    const { session, room, asked, answer, paused } = aRoom();
    session.does(HALL, 'floor.give', { endpointId: COMMUNE });
    const reconcile = applyPlan(room, sink);
    await Promise.resolve();
    session.does(HALL, 'mic.muteAll', { selfUnmute: false });
    const silent = silence(room);
    expect(silent).to.not.equal(null);
    answer();
    await Promise.all([silent, reconcile]);
    expect(asked).to.deep.equal([`open microphone of ${COMMUNE}`, `pause microphone of ${COMMUNE}`]);
    expect(paused()).to.equal(true);
  });

  it('is nobody when nobody was heard', () => {
    expect(silence(aRoom().room)).to.equal(null);
  });
});
