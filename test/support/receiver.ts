import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { until } from './processes.ts';

/** One call that came. */
export interface Call {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** what the library read after it had checked the signature with the receiver's secret; null: it refused */
  read: { type: string; timestamp: string; data: Record<string, unknown> } | null;
}

/** A program of somebody else that takes webhooks over real HTTP and checks them with the library of the standard. */
export class Receiver {
  readonly calls: Call[] = [];
  secret = '';
  /** what it answers from now on */
  status = 204;
  answer = '';
  headers: Record<string, string> = {};
  /** how long it takes, milliseconds */
  slow = 0;
  url = '';
  readonly #server = createServer((req, res) => {
    const parts: Buffer[] = [];
    req.on('data', (part: Buffer) => parts.push(part));
    req.on('end', () => {
      const body = Buffer.concat(parts).toString('utf8');
      this.calls.push({ path: req.url ?? '', headers: req.headers, body, read: this.#read(body, req.headers) });
      const { status, answer, headers } = this;
      setTimeout(() => res.writeHead(status, headers).end(answer), this.slow);
    });
  });

  /** Listens on a free port of this machine. */
  async open(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  /** Waits for that many calls and takes them. */
  async take(count: number, withinMs = 12_000): Promise<Call[]> {
    await until(`${count} calls at the receiver`, () => this.calls.length >= count, withinMs);
    return this.calls.splice(0);
  }

  /** Stops listening. */
  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #read(body: string, headers: IncomingHttpHeaders): Call['read'] {
    try {
      return new Webhook(this.secret).verify(body, headers as Record<string, string>) as Call['read'];
    } catch {
      return null;
    }
  }
}
