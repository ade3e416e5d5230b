import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { AppError } from '../errors.ts';
import type { AddressGuard } from './address.ts';

/** How a delivery fared. */
export interface Posted {
  /** HTTP status; null: no answer came */
  status: number | null;
  /** why it counts as failed; null: it arrived */
  fault: string | null;
  /** beginning of the answer's body */
  answer: string | null;
}

/** A receiver has this long for everything, milliseconds. */
const PATIENCE_MS = 15_000;
/** Of an answer no more than so many characters are read and kept. */
const KEPT = 500;

/**
 * Sends one delivery. A redirect counts as a failure: it could lead to where nothing may be sent. Never throws.
 * @param stop ends it before its time
 */
export async function post(
  guard: AddressGuard,
  url: string,
  headers: Record<string, string>,
  body: string,
  stop: AbortSignal,
): Promise<Posted> {
  try {
    const signal = AbortSignal.any([AbortSignal.timeout(PATIENCE_MS), stop]);
    const { status, answer } = await exchange(guard, guard.check(url), headers, body, signal);
    const ok = status >= 200 && status < 300;
    const why = status >= 300 && status < 400 ? 'redirects are not followed' : 'only 2xx counts as taken';
    return { status, answer, fault: ok ? null : `HTTP ${status}: ${why}` };
  } catch (err) {
    return { status: null, answer: null, fault: faultOf(err) };
  }
}

async function exchange(
  guard: AddressGuard,
  url: URL,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<{ status: number; answer: string }> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const response = await new Promise<IncomingMessage>((done, reject) => {
    const call = request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'nhip-cau-webhooks',
        ...headers,
      },
      // a connection of its own: a kept one would outlive the look at its address
      agent: false,
      lookup: guard.lookup,
      signal,
    });
    call.once('response', done);
    // a receiver that changes the protocol answers nothing, and neither the patience nor a stop reaches its socket
    call.once('upgrade', (_, socket) => {
      socket.destroy();
      reject(unanswered('HTTP 101: only 2xx counts as taken'));
    });
    call.once('close', () => reject(unanswered('the connection was closed without an answer')));
    call.on('error', reject);
    call.end(body);
  });
  return { status: response.statusCode ?? 0, answer: await beginning(response) };
}

/** @returns the first characters of a body, without waiting for the rest */
async function beginning(response: IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  try {
    for await (const part of response) {
      text += part as string;
      if (text.length >= KEPT) break;
    }
  } catch {
    // the status has come; what is missing of the words does not matter
  }
  response.destroy();
  // NUL and its kin have no place in a text column
  return text.slice(0, KEPT).replace(/[^\P{Cc}\n\t]/gu, ' ');
}

function unanswered(why: string): AppError {
  return new AppError('webhook_refused', why);
}

function faultOf(err: unknown): string {
  if (err instanceof AppError) return err.message.slice(0, 300);
  const { name, message, code } = err as { name?: string; message?: string; code?: string };
  if (name === 'TimeoutError' || code === 'ABORT_ERR') return `no answer within ${PATIENCE_MS / 1000} s`;
  return (message || code || 'the connection failed').slice(0, 300);
}
