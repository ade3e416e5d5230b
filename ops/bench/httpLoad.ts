import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** One kind of request, sent many times. */
export interface HttpCall {
  url: string;
  method?: string;
  token?: string | null;
  /** of the n-th request */
  body?: (n: number) => unknown;
}

const headersOf = (token: string | null | undefined) => ({
  accept: 'application/json',
  ...(token ? { authorization: `Bearer ${token}` } : {}),
});

/** Reads an answer as those of `sendMany` are. @throws Error for anything but 200 */
export async function answerOf({ url, token }: HttpCall): Promise<{ body: string; headers: IncomingHttpHeaders }> {
  const sent = request(url, { headers: headersOf(token) }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const body = await text(answer);
  if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode} ${body.slice(0, 300)}`);
  return { body, headers: answer.headers };
}

/** Sends a request over a kept connection and reads the answer. @throws Error for anything but 2xx */
function send(agent: Agent, { url, method = 'GET', token, body }: HttpCall, n: number): Promise<number> {
  const given = body === undefined ? null : JSON.stringify(body(n));
  const headers = {
    ...headersOf(token),
    ...(given === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(given) }),
  };
  return new Promise((done, failed) => {
    const sent = request(url, { agent, method, headers }, (answer) => {
      let bytes = 0;
      let said = '';
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if ((answer.statusCode ?? 500) >= 300) said += chunk.toString();
      });
      answer.on('end', () => {
        if ((answer.statusCode ?? 500) < 300) done(bytes);
        else failed(new Error(`${method} ${url}: ${answer.statusCode} ${said.slice(0, 300)}`));
      });
    });
    sent.once('error', failed);
    sent.end(given);
  });
}

/** Sends requests, so many at a time. @param first number of the first one */
export async function sendMany(call: HttpCall, count: number, atOnce = 8, first = 0): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await send(agent, call, first + next++);
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, lane));
  } finally {
    agent.destroy();
  }
}
