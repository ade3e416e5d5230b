import { Agent, request } from 'node:http';

/** A request as it goes over the wire. */
export interface Sent {
  method: string;
  /** below `/api/v1`, with its query */
  path: string;
  token?: string | null;
  body?: unknown;
  /** sent as it is instead of a JSON body */
  file?: { type: string; bytes: Buffer };
  headers?: Record<string, string>;
  /** address on the loopback that the call comes from: limits count each one alone */
  from?: string;
}

/** What came back, undecoded and decoded. */
export interface Got {
  status: number;
  /** media type without parameters; '' without a body */
  type: string;
  headers: Record<string, string>;
  text: string;
  /** parsed when the answer is JSON */
  // bodies of every shape, looked into by tests alone
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads what it expects
  body: any;
}

/** HTTP with a choice of the own address, which `fetch` does not give. */
export class Wire {
  readonly #origin: URL;
  readonly #agents = new Map<string, Agent>();

  /** @param origin e.g. `http://127.0.0.1:3000` */
  constructor(origin: string) {
    this.#origin = new URL(origin);
  }

  /** Sends a request; every answer is fine. A connection that the service has just closed for idleness is no answer. */
  async send(sent: Sent): Promise<Got> {
    try {
      return await this.#once(sent);
    } catch (error) {
      if (!(error as { reused?: boolean }).reused) throw error;
      return this.#once(sent);
    }
  }

  #once({ method, path, token, body, file, headers = {}, from = '127.0.0.1' }: Sent): Promise<Got> {
    const bytes = file?.bytes ?? (body === undefined ? null : Buffer.from(JSON.stringify(body) ?? 'null'));
    const options = {
      host: this.#origin.hostname,
      port: this.#origin.port,
      method: method.toUpperCase(),
      path: `/api/v1${path}`,
      agent: this.#agent(from),
      localAddress: from,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(bytes ? { 'content-type': file?.type ?? 'application/json', 'content-length': bytes.length } : {}),
        ...headers,
      },
    };
    return new Promise((done, fail) => {
      const call = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', fail);
        response.on('end', () => done(gotOf(response.statusCode ?? 0, response.headers, Buffer.concat(chunks))));
      });
      call.on('error', (error) => fail(Object.assign(error, { reused: call.reusedSocket })));
      call.setTimeout(20_000, () => call.destroy(new Error(`${method} ${path} was not answered within 20 s`)));
      call.end(bytes ?? undefined);
    });
  }

  /** Lets go of all connections. */
  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
  }

  #agent(from: string): Agent {
    const known = this.#agents.get(from) ?? new Agent({ keepAlive: true });
    this.#agents.set(from, known);
    return known;
  }
}

function gotOf(status: number, raw: Record<string, string | string[] | undefined>, bytes: Buffer): Got {
  const headers = Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, String(value)]));
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  const text = bytes.toString('utf8');
  return { status, type, headers, text, body: type.endsWith('json') && text ? (JSON.parse(text) as unknown) : null };
}
