import { expect } from 'chai';
import { captureProblem, worthAnother } from '../../../web/media/captureProblem.ts';
import { cameraEncodings } from '../../../web/media/encodings.ts';
import { placePictures } from '../../../web/media/pictures.ts';
import { between, flows, gradeOf, readReport } from '../../../web/media/quality.ts';
import type { RemoteMedia } from '../../../web/media/recvSide.ts';
import { aSession } from '../../support/aSession.ts';

/** A track is only carried about here, never played. */
const TRACK = {} as MediaStreamTrack;
const NOTHING = { seat: null, camera: null, screen: null };

function camera(endpointId: string, more: Partial<RemoteMedia> = {}): RemoteMedia {
  const ids = { consumerId: `c-${endpointId}`, endpointId };
  return { ...ids, source: 'camera', kind: 'video', track: TRACK, flowing: true, held: false, ...more };
}

describe('the layers of a camera', () => {
  it('are three from a 720-line picture on a good line, lowest first', () => {
    const layers = cameraEncodings(720, 4_000_000);
    expect(layers.map((l) => l.scaleResolutionDownBy)).to.deep.equal([4, 2, 1]);
    expect(layers.map((l) => l.maxBitrate)).to.deep.equal([150_000, 500_000, 1_500_000]);
  });

  it('are no more than the picture is high enough for', () => {
    expect(cameraEncodings(360, 4_000_000).map((l) => l.scaleResolutionDownBy)).to.deep.equal([2, 1]);
    expect(cameraEncodings(120, 4_000_000)).to.have.length(1);
  });

  it('leave out from above what the line cannot carry, and keep the heights of the rest', () => {
    const layers = cameraEncodings(720, 600_000);
    expect(layers.map((l) => l.scaleResolutionDownBy)).to.deep.equal([4, 2]);
    expect(layers.reduce((sum, l) => sum + l.maxBitrate, 0)).to.be.at.most(600_000);
  });

  it('are one at least, on any line', () => expect(cameraEncodings(720, 64_000)).to.have.length(1));
});

describe('a camera that stays dark', () => {
  it('has a reason for each name a browser throws', () => {
    expect(captureProblem({ name: 'NotAllowedError' })).to.equal('denied');
    expect(captureProblem({ name: 'NotFoundError' })).to.equal('missing');
    expect(captureProblem({ name: 'NotReadableError' })).to.equal('busy');
    expect(captureProblem({ name: 'OverconstrainedError' })).to.equal('constraint');
    expect(captureProblem('boom')).to.equal('failed');
  });

  it('is tried with another device unless the person said no', () => {
    expect(worthAnother('busy')).to.equal(true);
    expect(worthAnother('denied')).to.equal(false);
  });
});

describe('the places of pictures', () => {
  const { s } = aSession({ endpoints: ['Tỉnh', 'Na Hang', 'Sơn Dương'] });

  it('put the stage into the main place and the others into tiles, in the order of the roster', () => {
    const placed = placePictures(s, [camera('Sơn Dương'), camera('Na Hang'), camera('Tỉnh')], NOTHING);
    expect(placed.main.endpointId).to.equal('Tỉnh');
    expect(placed.tiles.map((t) => t.endpointId)).to.deep.equal(['Na Hang', 'Sơn Dương']);
  });

  it('show no tile that the server holds back, and keep a last picture whose path is lost', () => {
    const remote = [camera('Na Hang', { flowing: false }), camera('Sơn Dương', { flowing: false, held: true })];
    expect(placePictures(s, remote, NOTHING).tiles.map((t) => t.endpointId)).to.deep.equal(['Sơn Dương']);
  });

  it('show the chair to who is on the stage itself', () => {
    const floor = aSession({ endpoints: ['Tỉnh', 'Na Hang'] });
    floor.does('Tỉnh', 'floor.give', { endpointId: 'Na Hang' });
    const placed = placePictures(floor.s, [camera('Tỉnh')], { ...NOTHING, seat: 'Na Hang' });
    expect(placed.main.endpointId).to.equal('Tỉnh');
    expect(placed.onStage).to.equal(true);
  });

  it('keep the stage in its place until the presentation has a picture', () => {
    const given = aSession({ endpoints: ['Tỉnh', 'Na Hang'] });
    given.does('Tỉnh', 'presentation.give', { endpointId: 'Na Hang' });
    expect(placePictures(given.s, [], NOTHING).presentation).to.equal(null);
    const shared = camera('Na Hang', { source: 'presentation' });
    expect(placePictures(given.s, [shared], NOTHING).presentation?.endpointId).to.equal('Na Hang');
  });
});

describe('the figures of a line', () => {
  const stream = (ssrc: number, packetsReceived: number, packetsLost: number, jitter = 0.005, mid = '0') => {
    return { type: 'inbound-rtp', ssrc, mid, packetsReceived, packetsLost, jitter };
  };

  it('come from what arrived between two reports, without the padding of the SFU and streams that rest', () => {
    const before = readReport([stream(1, 1000, 10), stream(2, 500, 0, 9), stream(3, 10, 900, 9, 'probator')]);
    const after = readReport([stream(1, 1090, 20), stream(2, 500, 0, 9), stream(3, 20, 1800, 9, 'probator')]);
    expect(between(before.streams, after.streams)).to.deep.equal({ loss: 0.1, jitter: 5 });
  });

  it('say nothing when hardly anything arrived', () => {
    const [before, after] = [readReport([stream(1, 0, 0)]), readReport([stream(1, 10, 10)])];
    expect(between(before.streams, after.streams).loss).to.equal(0);
  });

  it('tell whether anything arrives: what goes on although the control line is cut', () => {
    const [before, after] = [readReport([stream(1, 50, 0)]), readReport([stream(1, 51, 0), stream(2, 0, 0)])];
    expect(flows(before.streams, after.streams)).to.equal(true);
    expect(flows(after.streams, after.streams)).to.equal(false);
  });

  it('are graded by the worst of them', () => {
    expect(gradeOf({ loss: 0, rtt: 20, jitter: 5 })).to.equal('good');
    expect(gradeOf({ loss: 0, rtt: 500, jitter: 5 })).to.equal('weak');
    expect(gradeOf({ loss: 0.2, rtt: 20, jitter: 5 })).to.equal('poor');
  });
});
