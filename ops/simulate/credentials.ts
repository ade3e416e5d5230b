import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Endpoint } from '../../server/protocol/rest.ts';
import { CannotSimulate, Refused } from './errors.ts';
import type { Service } from './service.ts';

/** Credentials of simulated devices: service -> endpoint id -> credential. */
type Kept = Record<string, Record<string, string>>;

const AT_ONCE = 8;
const LABEL = 'Máy mô phỏng';

/** Runs `work` over a list, so many at a time; ends with the first that fails. */
export async function eachAtOnce<T>(list: readonly T[], atOnce: number, work: (item: T) => Promise<void>) {
  const left = [...list];
  const lane = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, list.length) }, lane));
}

/** The devices that simulated endpoints speak with, kept over runs so that the service's table does not grow. */
export class Credentials {
  private readonly file: string;
  private readonly service: Service;
  private readonly kept: Kept;

  /** @param service speaks as an administrator */
  constructor(dataDir: string, service: Service) {
    this.file = join(dataDir, 'simulate-credentials.json');
    this.service = service;
    this.kept = readKept(this.file);
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  }

  /**
   * Makes sure that each endpoint has a credential that works.
   * @returns credentials by endpoint id
   * @throws CannotSimulate without the right to enrol devices
   */
  async of(endpoints: readonly Endpoint[]): Promise<Map<string, string>> {
    const own = (this.kept[this.service.url] ??= {});
    const active = await this.activeDevices();
    let made = 0;
    await eachAtOnce(endpoints, AT_ONCE, async ({ id }) => {
      if (own[id] && active.has(id)) return;
      own[id] = await this.enrol(id);
      made += 1;
    });
    if (made > 0) this.write();
    return new Map(endpoints.map(({ id }) => [id, own[id] ?? '']));
  }

  /** Forgets the credential of an endpoint that the service does not take any more, and makes a new one. */
  async renew(endpointId: string): Promise<string> {
    const credential = await this.enrol(endpointId);
    (this.kept[this.service.url] ??= {})[endpointId] = credential;
    this.write();
    return credential;
  }

  /** Endpoints that have an active device of ours. */
  private async activeDevices(): Promise<Set<string>> {
    const { items } = await this.asked(() =>
      this.service.ask<{ items: { endpointId: string | null; label: string }[] }>('get', '/devices?state=active'),
    );
    return new Set(items.flatMap((d) => (d.label === LABEL && d.endpointId ? [d.endpointId] : [])));
  }

  private async enrol(endpointId: string): Promise<string> {
    const body = { endpointId, label: LABEL };
    const { pairUrl } = await this.asked(() => this.service.ask<{ pairUrl: string }>('post', '/devices', body));
    const token = new URL(pairUrl).searchParams.get('pair');
    return (await this.service.ask<{ credential: string }>('post', '/devices/pair', { token })).credential;
  }

  private async asked<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Refused) || error.problem.code !== 'not_allowed') throw error;
      throw new CannotSimulate('Enrolling the simulated devices needs the role administrator over these endpoints.');
    }
  }

  private write(): void {
    const text = `${JSON.stringify(this.kept, null, 2)}\n`;
    writeFileSync(`${this.file}.new`, text, { mode: 0o600 });
    renameSync(`${this.file}.new`, this.file);
  }
}

/** A file that is not there, or that somebody has broken, holds nothing: the devices are enrolled anew. */
function readKept(file: string): Kept {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Kept;
  } catch {
    return {};
  }
}
