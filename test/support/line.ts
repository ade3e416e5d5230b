import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/**
 * A line of TCP between clients and the service that can be cut and joined again. Cut, it swallows nothing and passes
 * nothing: both ends wait, as with a pulled plug, until their heartbeats tell them.
 */
export class Line {
  readonly url: string;
  readonly #server: Server;
  readonly #target: URL;
  readonly #pairs = new Set<[Socket, Socket]>();
  #isCut = false;

  private constructor(server: Server, target: URL) {
    this.#server = server;
    this.#target = target;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (client) => this.#carry(client));
  }

  /** @param origin of the service, e.g. `http://127.0.0.1:3000` */
  static async to(origin: string): Promise<Line> {
    const server = createServer({ pauseOnConnect: true });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return new Line(server, new URL(origin));
  }

  /** Cuts the line: nothing passes, and nobody is told. */
  cut(): void {
    this.#isCut = true;
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  /** Joins it again; what waited passes. */
  join(): void {
    this.#isCut = false;
    for (const pair of this.#pairs) for (const socket of pair) socket.resume();
  }

  /** Ends it and all its connections. */
  close(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    this.#server.close();
  }

  #carry(client: Socket): void {
    const service = connect(Number(this.#target.port), this.#target.hostname);
    const pair: [Socket, Socket] = [client, service];
    this.#pairs.add(pair);
    for (const [from, to] of [pair, [service, client]] as const) {
      from.setNoDelay(true);
      from.on('data', (data) => to.write(data));
      from.on('error', () => undefined);
      from.on('close', () => {
        this.#pairs.delete(pair);
        // the end of a connection does not get through a line that is cut
        if (this.#isCut) from.destroy();
        to.destroySoon();
      });
    }
    if (this.#isCut) service.pause();
    else client.resume();
  }
}
