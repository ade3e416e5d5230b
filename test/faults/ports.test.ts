import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { expect } from 'chai';
import { figure, seconds } from '../support/assembly.ts';
import { freePorts } from '../../ops/ports.ts';
import { startService } from '../support/service.ts';

describe('a media port that somebody else uses', function () {
  this.timeout(40_000);
  let taken: Socket | undefined;
  after(() => taken?.close());

  it('ends the start with one sentence that names it (F25)', async () => {
    const port = (await freePorts(2)) + 1;
    taken = createSocket('udp4');
    taken.bind(port, '0.0.0.0');
    await once(taken, 'listening');
    const from = Date.now();
    const words = await startService({ env: { SFU_PORT_BASE: String(port - 1), SFU_WORKERS: '2' } }).then(
      async (service) => {
        await service.stop();
        return 'it started';
      },
      (error: Error) => error.message,
    );
    const took = Date.now() - from;
    const sentence = words.split('\n').find((line) => line.includes(String(port)) && /Media port/.test(line));
    figure('F25', `UDP port taken: start refused after ${seconds(took)}: ${sentence}`);
    expect(sentence, words).to.match(/Media port \d+ \(UDP and TCP\) cannot be used: .*SFU_PORT_BASE/);
    expect(took).to.be.below(15_000);
  });
});
