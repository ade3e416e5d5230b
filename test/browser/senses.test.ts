import { expect } from 'chai';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { closeBrowsers, openBrowser } from '../support/browsers.ts';
import type { OpenBrowser } from '../support/browsers.ts';
import { giveSenses, heardSince, untilSensed } from '../support/decode.ts';
import { bestOfThree } from '../support/measured.ts';

/** Sends the page's camera and microphone, or receives the other's; the test carries the descriptions. */
async function call(sender: Page, receiver: Page): Promise<void> {
  const offer = await sender.evaluate(async () => {
    const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 360 } });
    const connection = new RTCPeerConnection();
    Object.assign(globalThis, { connection, media });
    for (const track of media.getTracks()) connection.addTrack(track, media);
    await connection.setLocalDescription();
    await new Promise<void>((done) => {
      connection.onicecandidate = ({ candidate }) => candidate ?? done();
    });
    return connection.localDescription!.sdp;
  });
  const answer = await receiver.evaluate(async (sdp) => {
    const connection = new RTCPeerConnection();
    connection.ontrack = ({ streams }) => {
      const video = document.querySelector('video')!;
      video.srcObject = streams[0] ?? null;
      void video.play();
    };
    await connection.setRemoteDescription({ type: 'offer', sdp });
    await connection.setLocalDescription();
    await new Promise<void>((done) => {
      connection.onicecandidate = ({ candidate }) => candidate ?? done();
    });
    return connection.localDescription!.sdp;
  }, offer);
  await sender.evaluate(async (sdp) => {
    const { connection } = globalThis as unknown as { connection: RTCPeerConnection };
    await connection.setRemoteDescription({ type: 'answer', sdp });
  }, answer);
}

describe("the tests' own eyes and ears", () => {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html').end('<video data-role="stage" autoplay></video>');
  });
  let sender: OpenBrowser;
  let receiver: OpenBrowser;

  before(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    sender = await openBrowser({ colour: 'green', pitch: 800 });
    receiver = await openBrowser({ colour: 'blue', pitch: 1250 });
    for (const { page } of [sender, receiver]) {
      await giveSenses(page);
      await page.goto(url);
    }
    await call(sender.page, receiver.page);
  });

  after(async () => {
    await closeBrowsers();
    server.close();
  });

  it('see the colour and hear the pitch that came over a real connection', async () => {
    await untilSensed(receiver.page, { stage: 'green', heard: [800] });
  });

  it('do not see or hear what is not there', async () => {
    const wrong = [{ stage: 'blue' }, { heard: [1250] }, { heard: [800, 1250] }, { heard: [] }] as const;
    for (const expected of wrong) {
      const sense = untilSensed(
        receiver.page,
        { ...expected, heard: [...('heard' in expected ? expected.heard : [800])] },
        { within: 200 },
      );
      const outcome = await sense.then(
        () => 'sensed',
        () => 'not sensed',
      );
      expect(outcome, JSON.stringify(expected)).to.equal('not sensed');
    }
  });

  it('hear nothing once the sender is silent, within a third of a second', async () => {
    const speak = (enabled: boolean) =>
      sender.page.evaluate((on) => {
        const { media } = globalThis as unknown as { media: MediaStream };
        for (const track of media.getAudioTracks()) track.enabled = on;
      }, enabled);
    const took = await bestOfThree(333, async () => {
      await speak(true);
      await untilSensed(receiver.page, { heard: [800] });
      const from = Date.now();
      await speak(false);
      return untilSensed(receiver.page, { heard: [] }, { from });
    });
    expect(took).to.be.below(333);
  });

  it('do not take a turned-down element for a played one', async () => {
    await sender.page.evaluate(() => {
      const { media } = globalThis as unknown as { media: MediaStream };
      for (const track of media.getAudioTracks()) track.enabled = true;
    });
    await untilSensed(receiver.page, { heard: [800] });
    await receiver.page.evaluate(() => (document.querySelector('video')!.muted = true));
    await untilSensed(receiver.page, { heard: [] });
    expect(await heardSince(receiver.page, Date.now() - 100)).to.deep.equal([]);
  });

  it('can share a screen', async () => {
    const from = Date.now();
    await receiver.page.evaluate(async () => {
      const media = await navigator.mediaDevices.getDisplayMedia({ video: true });
      const video = document.body.appendChild(document.createElement('video'));
      video.dataset.role = 'presentation';
      video.srcObject = media;
      await video.play();
    });
    await untilSensed(receiver.page, { presentation: true }, { from });
  });
});
