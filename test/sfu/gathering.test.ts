import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { pino } from 'pino';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import { RemoteNode } from '../../server/media/remoteNode.ts';
import { GATHERING, MOST_CALLS } from '../../server/protocol/sfu.ts';
import type { SfuCall, SfuTold } from '../../server/protocol/sfu.ts';
import { until } from '../support/processes.ts';
import { TEST_SECRET, TestNode } from '../support/sfuNode.ts';

const silent = pino({ level: 'silent' });
const listener = { up: () => undefined, down: () => undefined, event: () => undefined };

/** A control plane's end that gathers, by hand. */
function byHand(port: number) {
  const auth = { secret: TEST_SECRET, channel: GATHERING };
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], auth, reconnection: false });
  const names: string[] = [];
  const told: SfuTold[][] = [];
  socket.onAny((name: string) => names.push(name));
  socket.on('told', (message: SfuTold[]) => told.push(message));
  const answers = () => told.flat().filter(([key]) => typeof key === 'number');
  return { socket, names, told, answers };
}

/** A node of before gathering: it answers each verb by itself and knows nothing of `calls`. */
async function oldNode() {
  const http = createServer();
  const server = new Server(http, { transports: ['websocket'] });
  const verbs: string[] = [];
  server.on('connection', (socket) => {
    socket.onAny((verb: string, input: { sessionId?: string }, ack: unknown) => {
      verbs.push(verb);
      if (typeof ack === 'function') ack({ ok: true, echo: input.sessionId });
    });
    socket.emit('load', { workers: [], draining: true });
  });
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  return { port: (http.address() as AddressInfo).port, verbs, stop: () => server.close() };
}

describe('a control channel whose ends gather', () => {
  let node: TestNode;
  before(async () => {
    node = await TestNode.start();
  });
  after(() => node.stop());

  it('answers many calls of one message in few messages, each by its number and with its own refusal', async () => {
    const { socket, told, answers } = byHand(node.port);
    const calls: SfuCall[] = [
      [7, 'openSession', { sessionId: 'gathered' }],
      [8, 'traffic', { sessionId: 'gathered', peerId: 'nobody' }],
      [9, 'constructor', {}],
      [10, 'openSession', { sessionId: 5 }],
    ];
    socket.emit('calls', calls);
    await until('the answers', () => answers().length === 4);
    const codes = answers().map(([number, answer]) => [number, (answer as { error?: { code: string } }).error?.code]);
    expect(Object.fromEntries(codes)).to.deep.equal({
      7: undefined,
      8: 'media_not_open',
      9: 'unknown_command',
      10: 'bad_request',
    });
    expect(told.filter((one) => one.some(([key]) => typeof key === 'number')).length).to.equal(1);
    socket.disconnect();
  });

  it('tells events in the same messages and no other ones, and to older control planes one by one', async () => {
    const { socket, names, told } = byHand(node.port);
    await until('a load', () => told.flat().some(([key]) => key === 'load'));
    expect([...new Set(names)]).to.have.members(['channel', 'told']);
    await node.control.event('load');
    expect(node.control.events.map(({ name }) => name)).to.not.include('told');
    socket.disconnect();
  });

  it('ignores calls that are none, or too many of them, and stays alive', async () => {
    const { socket, answers } = byHand(node.port);
    const describe = [1, 'describe', {}];
    const many = Array.from({ length: MOST_CALLS + 1 }, (_, i) => [i + 100, 'describe', {}]);
    for (const bad of [undefined, null, 1, 'x', {}, [1], [[1]], [['1', 'describe', {}]], [[1, 2, {}]], many])
      socket.emit('calls', bad);
    socket.emit('calls');
    socket.emit('calls', [[99, 'describe', {}]]);
    await until('the last answer', () => answers().some(([key]) => key === 99));
    expect(answers()).to.have.length(1);
    socket.emit('calls', [describe]);
    await until('the next answer', () => answers().length === 2);
    socket.disconnect();
  });

  it('carries the calls of one turn of the control plane together, however many, and their refusals', async () => {
    const remote = new RemoteNode(`127.0.0.1:${node.port}`, TEST_SECRET, listener, silent);
    remote.open();
    await until('the node', () => remote.workers.length > 0);
    const ids = Array.from({ length: 3 * MOST_CALLS }, (_, i) => `together-${i}`);
    await Promise.all(ids.map((sessionId) => remote.openSession(sessionId)));
    const { sessions } = await remote.call('describe', {});
    expect(sessions.map((s) => s.sessionId)).to.include.members(ids);
    const refused = await remote.call('traffic', { sessionId: 'nowhere', peerId: 'nobody' }).then(
      () => 'answered',
      (err: { code: string }) => err.code,
    );
    expect(refused).to.equal('not_found');
    await Promise.all(ids.map((sessionId) => remote.closeSession(sessionId)));
    remote.close();
  });

  it('sends what comes in one turn in as few messages as their size allows', async () => {
    const http = createServer();
    const server = new Server(http, { transports: ['websocket'] });
    const sizes: number[] = [];
    server.on('connection', (socket) => {
      socket.emit('channel', GATHERING);
      socket.on('calls', (calls: SfuCall[]) => {
        sizes.push(calls.length);
        socket.emit(
          'told',
          calls.map(([number]) => [number, { ok: true }]),
        );
      });
      socket.emit('told', [['load', { workers: [], draining: true }]]);
    });
    await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
    const remote = new RemoteNode(`127.0.0.1:${(http.address() as AddressInfo).port}`, TEST_SECRET, listener, silent);
    remote.open();
    await until('the node', () => remote.draining);
    const ids = Array.from({ length: 2 * MOST_CALLS + 1 }, (_, i) => String(i));
    await Promise.all(ids.map((sessionId) => remote.closeSession(sessionId)));
    expect(sizes).to.deep.equal([MOST_CALLS, MOST_CALLS, 1]);
    remote.close();
    await server.close();
  });

  it('fails what waits when it is lost', async () => {
    const own = await TestNode.start();
    const remote = new RemoteNode(`127.0.0.1:${own.port}`, TEST_SECRET, listener, silent);
    remote.open();
    await until('the node', () => remote.workers.length > 0);
    const asked = remote.call('describe', {}).then(
      () => 'answered',
      (err: { code: string }) => err.code,
    );
    remote.close();
    expect(await asked).to.equal('media_unavailable');
    await own.stop();
  });

  it('speaks to a node of before gathering one verb at a time', async () => {
    const old = await oldNode();
    const remote = new RemoteNode(`127.0.0.1:${old.port}`, TEST_SECRET, listener, silent);
    remote.open();
    await until('the node', () => remote.draining);
    const answers = await Promise.all(['a', 'b'].map((sessionId) => remote.openSession(sessionId)));
    expect(answers).to.deep.equal(['a', 'b'].map((echo) => ({ ok: true, echo })));
    expect(old.verbs).to.deep.equal(['openSession', 'openSession']);
    remote.close();
    await old.stop();
  });
});
