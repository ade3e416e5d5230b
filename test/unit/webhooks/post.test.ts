import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { AddressGuard } from '../../../server/webhooks/address.ts';
import { post } from '../../../server/webhooks/post.ts';

/** How a delivery fares at a server that answers these words and then does as it likes. */
async function faresWith(answer: (socket: Socket) => void): Promise<unknown> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => answer(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const posted = post(new AddressGuard(['127.0.0.1']), url, {}, '{}', new AbortController().signal);
  const fared = await Promise.race([posted, pause(10_000, 'nothing within ten seconds', { ref: false })]);
  server.close();
  return fared;
}

describe('a delivery to a strange receiver', function () {
  this.timeout(15_000);

  it('fails at once when it changes the protocol, whether it then closes or not', async () => {
    const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n';
    const expected = { status: null, answer: null, fault: 'HTTP 101: only 2xx counts as taken' };
    expect(await faresWith((socket) => socket.write(switching))).to.deep.equal(expected);
    expect(await faresWith((socket) => socket.end(switching))).to.deep.equal(expected);
  });

  it('fails at once when it closes without a word', async () => {
    const fared = await faresWith((socket) => socket.end());
    expect(fared).to.include({ status: null }).and.have.property('fault').that.is.a('string');
  });
});
