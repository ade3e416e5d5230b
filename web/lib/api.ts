import { useCallback, useEffect, useRef, useState } from 'react';
import type { ClientErrorCode } from '../i18n/errors.ts';
import type { Problem } from '../../server/protocol/errors.ts';
import { addressOf, forgetAhead, takeAhead } from './ahead.ts';
import type { Query, Received } from './ahead.ts';
import { noteServerTime, serverNow } from './serverClock.ts';

/** A problem as the browser sees it: the server's, or its own that the server was not reached. */
export interface ClientProblem {
  status: number;
  code: ClientErrorCode;
  detail: string;
  ref?: string;
  errors?: Problem['errors'];
  /** fields of single codes, e.g. `conflicts`, `holder` */
  [extra: string]: unknown;
}

/** Thrown by every call of `api` that does not succeed. */
export class ApiProblem extends Error {
  readonly problem: ClientProblem;
  /** @param problem what the server said */
  constructor(problem: ClientProblem) {
    super(`${problem.code}: ${problem.detail}`);
    this.problem = problem;
  }
}

interface CallOptions {
  query?: Query;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Milliseconds after which a call counts as lost. */
const PATIENCE = 20_000;

/** Anything thrown, as a problem: a failed fetch is `no_connection`, our patience running out is `timeout`. */
export function asProblem(thrown: unknown): ClientProblem {
  if (thrown instanceof ApiProblem) return thrown.problem;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  if (thrown instanceof DOMException && thrown.name === 'TimeoutError') return { status: 504, code: 'timeout', detail };
  if (thrown instanceof TypeError) return { status: 0, code: 'no_connection', detail };
  return { status: 0, code: 'internal', detail };
}

async function readProblem(answer: Response): Promise<ClientProblem> {
  const body: unknown = await answer.json().catch(() => null);
  if (body !== null && typeof body === 'object' && 'code' in body) return body as ClientProblem;
  // a proxy's own page, or a server that is being restarted
  const code = [502, 503, 504].includes(answer.status) ? 'no_connection' : 'internal';
  return { status: answer.status, code, detail: `HTTP ${answer.status}` };
}

/** Calls that are not answered yet. */
let waiting = 0;

/** Whether every call is answered. */
export function isQuiet(): boolean {
  return waiting === 0;
}

async function send(method: string, path: string, options: CallOptions): Promise<Received> {
  const address = addressOf(path, options.query);
  if (method === 'GET') {
    const early = await takeAhead(address);
    options.signal?.throwIfAborted();
    // that nobody is signed in is an answer, too; everything else is worth a second question
    if (early?.answer.ok || (early?.answer.status === 401 && path === '/me')) return early;
  } else forgetAhead();
  const patience = AbortSignal.timeout(PATIENCE);
  const answer = await fetch(address, {
    method,
    credentials: 'same-origin',
    // what is taken away must arrive even when the page is left at that moment
    keepalive: method === 'DELETE',
    headers: {
      accept: 'application/json',
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    signal: options.signal ? AbortSignal.any([options.signal, patience]) : patience,
  });
  return { answer, at: Date.now() };
}

async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  waiting += 1;
  try {
    const { answer, at } = await send(method, path, options);
    const date = Date.parse(answer.headers.get('date') ?? '');
    // the header is cut to whole seconds: half a second is the best guess
    if (Number.isFinite(date)) noteServerTime(date + 500 + Date.now() - at, 1000);
    if (!answer.ok) throw new ApiProblem(await readProblem(answer));
    const text = await answer.text();
    return (text ? JSON.parse(text) : undefined) as T;
  } catch (thrown) {
    if (thrown instanceof ApiProblem || options.signal?.aborted) throw thrown;
    throw new ApiProblem(asProblem(thrown));
  } finally {
    waiting -= 1;
  }
}

/** The HTTP interface below `/api/v1`, with the cookie's session. Every call throws `ApiProblem` when it fails. */
export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> => call<T>('GET', path, { query, signal }),
  post: <T>(path: string, body: unknown = {}, headers?: Record<string, string>): Promise<T> =>
    call<T>('POST', path, { body, headers }),
  patch: <T>(path: string, body: unknown, headers?: Record<string, string>): Promise<T> =>
    call<T>('PATCH', path, { body, headers }),
  put: <T>(path: string, body: unknown, headers?: Record<string, string>): Promise<T> =>
    call<T>('PUT', path, { body, headers }),
  delete: <T>(path: string, body?: unknown, headers?: Record<string, string>): Promise<T> =>
    call<T>('DELETE', path, { body, headers }),
};

/** State of something that is read from the server. */
export interface Read<T> {
  data: T | null;
  /** why the last reading failed; older data stays beside it */
  problem: ClientProblem | null;
  loading: boolean;
  /** when `data` was read, epoch milliseconds of the server's clock */
  readAt: number | null;
  reload: () => void;
}

/**
 * Reads something and keeps it fresh.
 * @param read makes the call; called again when a part of `key` changes
 * @param key what the reading depends on; null: read nothing for now
 * @param everyMs milliseconds between readings; left out: only when asked
 */
export function useRead<T>(read: (signal: AbortSignal) => Promise<T>, key: string | null, everyMs?: number): Read<T> {
  const [state, setState] = useState<{ data: T | null; problem: ClientProblem | null; readAt: number | null }>({
    data: null,
    problem: null,
    readAt: null,
  });
  const [loading, setLoading] = useState(key !== null);
  const [round, setRound] = useState(0);
  const latest = useRef(read);
  latest.current = read;

  useEffect(() => {
    if (key === null) return;
    const stop = new AbortController();
    setLoading(true);
    latest
      .current(stop.signal)
      .then((data) => {
        if (!stop.signal.aborted) setState({ data, problem: null, readAt: serverNow() });
      })
      .catch((thrown: unknown) => {
        if (!stop.signal.aborted) setState((old) => ({ ...old, problem: asProblem(thrown) }));
      })
      .finally(() => {
        if (!stop.signal.aborted) setLoading(false);
      });
    return () => stop.abort();
  }, [key, round]);

  useEffect(() => {
    if (!everyMs || key === null) return;
    const timer = setInterval(() => {
      if (!document.hidden) setRound((n) => n + 1);
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, key]);

  const reload = useCallback(() => setRound((n) => n + 1), []);
  return { ...state, loading, reload };
}
