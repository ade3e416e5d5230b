import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import tls from 'node:tls';
import { problem } from '../../server/protocol/errors.ts';
import type { Problem } from '../../server/protocol/errors.ts';
import type { SimulateOptions } from './options.ts';
import { CannotSimulate, Refused } from './errors.ts';

/** A name and its password. */
export interface Login {
  username: string;
  password: string;
}

/** Who acts: the one enrols devices, the other plans and chairs. */
export interface Actors {
  url: string;
  administrator: Login;
  chairperson: Login;
}

type Method = 'get' | 'post' | 'patch' | 'delete';

const ANSWER_WITHIN_MS = 15_000;

/** HTTP client of one service, as nobody or as somebody. */
export class Service {
  readonly url: string;
  readonly token: string | null;

  /** @param url origin without a slash at its end */
  constructor(url: string, token: string | null = null) {
    this.url = url;
    this.token = token;
  }

  /** The body of a successful answer. @throws Refused; CannotSimulate when the service cannot be reached */
  async ask<T>(method: Method, path: string, body?: unknown): Promise<T> {
    const response = await this.fetch(`/api/v1${path}`, {
      method: method.toUpperCase(),
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    const answer: unknown = text && /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : null;
    if (response.ok) return answer as T;
    const known = problem.safeParse(answer);
    if (known.success) throw new Refused(path, { ...(answer as Problem) });
    throw new CannotSimulate(`${this.url} answered ${response.status} to ${path}: is it this service?`);
  }

  /** Signs in. @throws CannotSimulate when name or password are wrong */
  async signIn(login: Login): Promise<{ service: Service; userId: string }> {
    try {
      const answer = await this.ask<{ token: string; user: { id: string } }>('post', '/sign-in', login);
      return { service: new Service(this.url, answer.token), userId: answer.user.id };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const hint = 'Once a password of first-run.json has been changed, say it with --admin user:password.';
      throw new CannotSimulate(`${login.username} cannot sign in at ${this.url}: ${error.problem.detail} ${hint}`);
    }
  }

  /** @throws CannotSimulate when the service is away or not ready */
  async assertReady(): Promise<void> {
    const response = await this.fetch('/readyz');
    if (response.ok) return;
    const answer = (await response.json().catch(() => null)) as { reasons?: { detail: string }[] } | null;
    const why = answer?.reasons?.map((reason) => reason.detail).join(' ') || `it answers ${response.status}`;
    throw new CannotSimulate(`${this.url} is not ready: ${why}`);
  }

  /** The text of /metrics; null when it may not be read. */
  async metrics(): Promise<string | null> {
    try {
      const response = await this.fetch('/metrics');
      return response.ok ? await response.text() : null;
    } catch {
      return null;
    }
  }

  private async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    try {
      return await fetch(`${this.url}${path}`, { ...init, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    } catch (error) {
      const { cause, message } = error as Error & { cause?: Error };
      throw new CannotSimulate(`${this.url} cannot be reached: ${cause?.message || message}.`);
    }
  }
}

/** Trusts the authority of a service that made its own certificate, when its data folder is at hand. */
export function trustOwnAuthority(dataDir: string): void {
  const file = join(dataDir, 'tls', 'authority.crt');
  if (!existsSync(file)) return;
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(file, 'utf8')]);
}

/**
 * Finds out where the service is and who acts there.
 * @throws CannotSimulate when neither the options nor first-run.json tell
 */
export function readActors({ url, admin, dataDir }: SimulateOptions): Actors {
  const file = join(dataDir, 'first-run.json');
  if (admin) return { url: url ?? 'http://localhost:3000', administrator: admin, chairperson: admin };
  let first: Actors;
  try {
    first = JSON.parse(readFileSync(file, 'utf8')) as Actors;
  } catch {
    throw new CannotSimulate(`${file} cannot be read: start the service first, or give --data-dir or --admin.`);
  }
  const { administrator, chairperson } = first;
  return { url: url ?? first.url.replace(/\/+$/, ''), administrator, chairperson };
}
