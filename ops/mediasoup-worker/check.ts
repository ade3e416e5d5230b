// `npm run worker:check`: does the worker that this machine runs forward media without losing or altering a packet?
// Worth asking of a binary that may be built here, against this machine's libraries: see README.md.
import { createWorker } from 'mediasoup';
import type { types } from 'mediasoup';
import { cleanup } from 'node-datachannel';
import { checkDtls } from './checkDtls.ts';
import { checkedSuites, checkSrtp } from './checkSrtp.ts';
import { workerBin } from './resolve.mjs';

const srtpPackets = 2000;
const dtlsPackets = 500;

async function checkAll(worker: types.Worker): Promise<void> {
  for (const suite of checkedSuites) {
    const cost = await checkSrtp(worker, suite, srtpPackets);
    console.log(`${suite}: ${srtpPackets} packets unaltered, ${cost.toFixed(1)} µs of the worker's CPU each`);
  }
  await checkDtls(worker, dtlsPackets);
  console.log(`DTLS, VP8 to a WebRTC client: ${dtlsPackets} packets unaltered`);
}

try {
  const bin = workerBin();
  console.log(`worker: ${bin}`);
  const worker = await createWorker({ workerBin: bin, logLevel: 'error' }).catch((error: Error) => {
    throw new Error(`${bin} does not start as a mediasoup worker ${error.message}.`);
  });
  // A dead worker leaves every request unanswered, so its death must end the wait.
  const died = new Promise<never>((_, reject) => {
    worker.on('died', (error) => reject(new Error(`The worker died during the check (${error.message}).`)));
  });
  await Promise.race([checkAll(worker), died]);
  worker.close();
} catch (error) {
  console.error(`worker:check failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
cleanup();
process.exit();
