import { connect } from 'node:net';
import { ERRORS } from '../../server/protocol/errors.ts';
import type { Generator, Schema } from './generate.ts';

/** What came of the requests that were sent. */
export interface HttpScore {
  sent: number;
  routes: number;
  answers: Record<string, number>;
  /** answers with 5xx, or with an error that is no problem of the closed table */
  broken: string[];
}

interface Parameter {
  name: string;
  in: 'path' | 'query';
  schema: Schema;
}
interface Operation {
  parameters: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
}

/** Requests that would only sign the attacker out. */
const LEFT_OUT = new Set(['post /sign-out', 'delete /me/sign-ins/{id}']);
/** Whoever may do this takes the endpoints of the attackers away, and with them what the attack is about. */
const RETIRING = /\/retire$|\/surgery\/apply$|\/import\/.*\/apply$/;
/** What is written onto a bare connection: it is no HTTP, or asks for more than it may. */
const GARBAGE = [
  'GET / HTTP/9.9\r\n\r\n',
  'GET /api/v1/about HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n',
  'POST /api/v1/sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nzz\r\n',
  `GET /${'a'.repeat(30_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
  `GET / HTTP/1.1\r\nHost: x\r\n${'X-Y: z\r\n'.repeat(3_000)}\r\n`,
  'GET /api/v1/endpoints/%ff%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  'GET /api/v1/../../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  'GET /assets/%2e%2e/%2e%2e/package.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  'GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  'GET /socket.io/?EIO=99&transport=websocket&sid=../x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n',
  '\u0016\u0003\u0001\u0002\u0000',
  '\0'.repeat(5_000),
];

/** Sends requests made from the service's own description. */
export class HttpAttack {
  readonly score: HttpScore = { sent: 0, routes: 0, answers: {}, broken: [] };
  readonly #generator: Generator;
  readonly #origin: string;
  readonly #tokens: readonly (string | null)[];

  /** @param tokens credentials to try; null is nobody */
  constructor(generator: Generator, origin: string, tokens: readonly (string | null)[]) {
    this.#generator = generator;
    this.#origin = origin;
    this.#tokens = tokens;
  }

  /** Sends at least `requests` requests, each route as often as any other. */
  async run(requests: number): Promise<void> {
    const answer = await fetch(`${this.#origin}/api/v1/openapi.json`);
    const { paths } = (await answer.json()) as OpenApi;
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
    const chosen = routes.filter(({ path, method }) => !LEFT_OUT.has(`${method} ${path}`));
    this.score.routes = chosen.length;
    while (this.score.sent < requests) {
      for (const { path, method, operation } of chosen) await this.#request(path, method, operation);
    }
    for (const bytes of GARBAGE) await this.#bare(bytes);
  }

  async #request(path: string, method: string, { parameters, requestBody }: Operation): Promise<void> {
    const { random } = this.#generator;
    const url = new URL(`${this.#origin}/api/v1${this.#path(path, parameters)}${this.#query(parameters)}`);
    // the first two are nobody and a chair, who may not
    const token = random.pick(RETIRING.test(path) ? this.#tokens.slice(0, 2) : this.#tokens);
    const [type = 'application/json', described] = Object.entries(requestBody?.content ?? {})[0] ?? [];
    const headers = { ...this.#headers(type), ...(token ? { authorization: `Bearer ${token}` } : {}) };
    const schema = described?.schema;
    const body = method === 'get' ? null : this.#body(schema);
    this.score.sent += 1;
    const signal = AbortSignal.timeout(8_000);
    try {
      const init = { method: method.toUpperCase(), headers, body, signal };
      await this.#judge(`${method} ${path}`, body, await fetch(url, init));
    } catch (err) {
      // a refused body may cost the connection, but nothing may hang
      if ((err as Error).name === 'TimeoutError') this.score.broken.push(`${method} ${url} was not answered`);
    }
  }

  async #judge(route: string, body: unknown, answer: Response): Promise<void> {
    const text = await answer.text();
    this.score.answers[answer.status] = (this.score.answers[answer.status] ?? 0) + 1;
    if (answer.status < 400) return;
    const isProblem = answer.headers.get('content-type')?.startsWith('application/problem+json') === true;
    const code = isProblem ? String((JSON.parse(text) as { code?: unknown }).code) : '';
    if (answer.status < 500 && Object.hasOwn(ERRORS, code)) return;
    const sent = String(body).slice(0, 300);
    this.score.broken.push(`${route} ${answer.status} ${text.slice(0, 200)} for ${sent}`);
  }

  #path(path: string, parameters: Parameter[]): string {
    const { random } = this.#generator;
    return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const schema = parameters.find((one) => one.name === name)?.schema ?? {};
      const value = random.chance(0.7) ? this.#generator.valid(schema, name) : this.#generator.hostile();
      const text = textOf(value);
      return random.chance(0.9) ? encodeURIComponent(text.toWellFormed()) : '%ff%00..%2f';
    });
  }

  #query(parameters: Parameter[]): string {
    const { random } = this.#generator;
    const query = new URLSearchParams();
    for (const { name, schema, in: place } of parameters) {
      if (place !== 'query' || random.chance(0.5)) continue;
      const value = random.chance(0.5) ? this.#generator.valid(schema, name) : this.#generator.hostile();
      query.append(name, textOf(value));
      if (random.chance(0.1)) query.append(name, 'twice');
    }
    if (random.chance(0.1)) query.append('__proto__[isAdmin]', 'true');
    return query.size > 0 ? `?${query}` : '';
  }

  #headers(type: string): Record<string, string> {
    const { random } = this.#generator;
    const types = ['application/json', 'application/json; charset=utf-16', 'text/plain', 'multipart/form-data', ''];
    return {
      'content-type': random.chance(0.85) ? type : random.pick(types),
      ...(random.chance(0.1) && { 'idempotency-key': random.pick(['x', 'k'.repeat(300), 'a b', 'khóa'.normalize()]) }),
      ...(random.chance(0.1) && { 'if-match': random.pick(['"1"', '"-1"', 'W/"9999999999"', '*', '"x"']) }),
      ...(random.chance(0.05) && { origin: 'https://xau.example' }),
      ...(random.chance(0.05) && { 'content-encoding': random.pick(['gzip', 'br', 'zip']) }),
    };
  }

  #body(schema: Schema | undefined): string {
    const generator = this.#generator;
    const { random } = generator;
    const dice = random.next();
    if (dice < 0.1)
      return random.pick(['', '{', '[[[', 'null', '"text"', '{"a":1}}', '\u0000', '1e999', '{"a":"\ud800"}']);
    if (dice < 0.13) return JSON.stringify({ title: 'x'.repeat(300_000) });
    if (!schema || dice < 0.3) return JSON.stringify(generator.hostile()) ?? '';
    const value = dice < 0.55 ? generator.valid(schema) : generator.nearlyValid(schema);
    return JSON.stringify(value) ?? '';
  }

  /** Writes bytes and waits until the service hangs up or half a second has passed. */
  #bare(bytes: string): Promise<void> {
    const { hostname, port } = new URL(this.#origin);
    this.score.sent += 1;
    return new Promise((done) => {
      const socket = connect(Number(port), hostname, () => socket.write(bytes, 'latin1'));
      socket.setTimeout(500, () => socket.destroy());
      socket.on('error', () => undefined);
      socket.on('close', () => done());
      socket.resume();
    });
  }
}

/** @returns any value as it could stand in an address, not longer than addresses may be */
function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
  return text.slice(0, 2_000);
}
