import type { Problem } from '../../server/protocol/errors.ts';

/** Verbs of the API. */
export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';

/** One answer of the API, whatever it is. */
export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

/** HTTP client of `/api/v1` for tests. */
export interface Api {
  /** any answer, refused or not */
  call<T = unknown>(method: Method, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
  /** the body of a 2xx answer; @throws ApiRefused otherwise */
  ok<T = unknown>(method: Method, path: string, body?: unknown, headers?: Record<string, string>): Promise<T>;
}

/** A call that had to succeed was refused. */
export class ApiRefused extends Error {
  readonly status: number;
  readonly problem: Problem;
  constructor(what: string, status: number, problem: Problem) {
    super(`${what}: ${status} ${problem?.code ?? ''} ${problem?.detail ?? ''}`);
    this.status = status;
    this.problem = problem;
  }
}

/**
 * @param origin e.g. `http://localhost:3000`
 * @param token bearer token of a user or credential of a device; nobody when left out
 */
export function apiOf(origin: string, token?: string): Api {
  const call: Api['call'] = async <T>(method: Method, path: string, body?: unknown, headers = {}) => {
    const response = await fetch(`${origin}/api/v1${path}`, {
      method: method.toUpperCase(),
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson && text ? JSON.parse(text) : text) as T,
    };
  };
  return {
    call,
    async ok<T>(method: Method, path: string, body?: unknown, headers?: Record<string, string>) {
      const answer = await call<T>(method, path, body, headers);
      if (answer.status >= 300) {
        throw new ApiRefused(`${method} ${path}`, answer.status, answer.body as unknown as Problem);
      }
      return answer.body;
    },
  };
}
