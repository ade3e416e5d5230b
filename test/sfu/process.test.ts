import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { ConfigError, listensOf, readConfig } from '../../sfu/config.ts';
import { freePorts } from '../../ops/ports.ts';
import { childrenOf, isAlive } from '../support/processes.ts';
import { ControlClient, TEST_SECRET, TestPeer } from '../support/sfuNode.ts';

const MAIN = fileURLToPath(new URL('../../sfu/main.ts', import.meta.url));

function start(env: Record<string, string>) {
  const { PATH = '', HOME = '', MEDIASOUP_WORKER_BIN = '', XDG_CACHE_HOME = '' } = process.env;
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH, HOME, MEDIASOUP_WORKER_BIN, XDG_CACHE_HOME, SFU_WORKERS: '1', ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'exit').then(([code]) => ({ code: code as number | null, output: () => output }));
  const ready = async () => {
    while (!output.includes('sfu ready') && child.exitCode === null) await new Promise((done) => setTimeout(done, 20));
    return output;
  };
  return { child, ended, ready };
}

describe('the process of a node', () => {
  it('stops with status 2 and a sentence that names a wrong key', async () => {
    const wrong: Record<string, string>[] = [
      { SFU_WORKERS: 'many' },
      { SFU_PORT_BASE: '70000' },
      { SFU_PORT_BASE: '65535', SFU_WORKERS: '4' },
      { SFU_LISTEN_IP: 'here' },
      { SFU_ANNOUNCED_ADDRESS: 'a b' },
      { LOG_LEVEL: 'loud' },
      { SFU_SECRET: 'short' },
      { SFU_SECRET: '' },
      { SFU_SECRET: '', SFU_SECRET_FILE: '/nowhere/secret' },
    ];
    for (const env of wrong) {
      const given = { SFU_SECRET: TEST_SECRET, ...env };
      const message = new RegExp(`^(${Object.keys(env).join('|')})[A-Z_]* [^\\n]+\\.$`);
      expect(() => readConfig(given), JSON.stringify(env)).to.throw(ConfigError, message);
    }
    const { code, output } = await start({ SFU_SECRET: TEST_SECRET, SFU_WORKERS: 'many' }).ended;
    expect(code).to.equal(2);
    expect(output()).to.match(/^SFU_WORKERS [^\n]+\.\n$/);
  });

  it('serves on a guessed address and on loopback, and stops at SIGTERM within three seconds, workers too', async () => {
    const [SFU_CONTROL_PORT, SFU_PORT_BASE] = [String(await freePorts(1)), String(await freePorts(1))];
    const { child, ended, ready } = start({ SFU_SECRET: TEST_SECRET, SFU_CONTROL_PORT, SFU_PORT_BASE });
    expect(await ready()).to.include('sfu ready');
    const workers = childrenOf(child.pid ?? 0, 'mediasoup-worker');
    expect(workers).to.have.length(1);
    const control = await ControlClient.connect(Number(SFU_CONTROL_PORT));
    const sender = await TestPeer.open(control, 's', 'a', { useCandidate: (c) => c.includes(' 127.0.0.1 ') });
    const receiver = await TestPeer.open(control, 's', 'b');
    await sender.produce('microphone');
    await receiver.watch([{ endpointId: 'a', source: 'microphone' }]);
    await receiver.client.waitForPackets('a', 'microphone');
    sender.client.close();
    receiver.client.close();
    const from = Date.now();
    child.kill('SIGTERM');
    const { code } = await ended;
    expect(code).to.equal(0);
    expect(Date.now() - from).to.be.below(3_000);
    await new Promise((done) => setTimeout(done, 200));
    expect(workers.filter(isAlive)).to.deep.equal([]);
    control.socket.disconnect();
  });

  it('fails fast and names a port that is taken', async () => {
    const port = await freePorts(1);
    const media = String(await freePorts(1));
    const taken = createServer().listen(port, '127.0.0.1');
    await once(taken, 'listening');
    const from = Date.now();
    const env = { SFU_SECRET: TEST_SECRET, SFU_CONTROL_PORT: String(port), SFU_PORT_BASE: media };
    const { code, output } = await start(env).ended;
    taken.close();
    expect(code).to.equal(2);
    expect(output()).to.include(`Control port ${port}`);
    expect(Date.now() - from).to.be.below(8_000);
  });

  it('listens where it must for what it announces', () => {
    const loopback = { ip: '127.0.0.1' };
    expect(listensOf('0.0.0.0', undefined, '10.1.2.3')).to.deep.equal([{ ip: '10.1.2.3' }, loopback]);
    expect(listensOf('0.0.0.0', undefined, null)).to.deep.equal([loopback]);
    const announcedAddress = 'hop.tuyenquang.example';
    expect(listensOf('0.0.0.0', announcedAddress, '10.1.2.3')).to.deep.equal([{ ip: '0.0.0.0', announcedAddress }]);
    expect(listensOf('10.9.9.9', undefined, '10.1.2.3')).to.deep.equal([{ ip: '10.9.9.9' }]);
  });
});
