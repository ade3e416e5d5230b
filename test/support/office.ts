import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { AccountStore } from '../../server/accounts/account.store.ts';
import type { Grant } from '../../server/accounts/actor.ts';
import { Passwords } from '../../server/accounts/passwords.ts';
import { accountRoutes } from '../../server/accounts/routes.ts';
import { SignInStore } from '../../server/accounts/signIn.store.ts';
import { SignIns } from '../../server/accounts/signIns.ts';
import { Users } from '../../server/accounts/users.ts';
import { systemClock } from '../../server/clock.ts';
import { composeCalendar } from '../../server/composeCalendar.ts';
import type { Calendar } from '../../server/composeCalendar.ts';
import type { Database } from '../../server/db/dataSource.ts';
import { DirectoryService } from '../../server/directory/directoryService.ts';
import type { EndpointInfo } from '../../server/directory/roster.ts';
import { loadSeed, readSeed } from '../../server/directory/seed.ts';
import { createIdentify } from '../../server/http/identify.ts';
import { mountApi } from '../../server/http/mount.ts';
import type { Route } from '../../server/http/route.ts';
import { createLog } from '../../server/log.ts';
import { MeetingRuns } from '../../server/meetings/meetingRuns.ts';
import type { Meetings } from '../../server/meetings/meetingService.ts';
import type { ErrorCode } from '../../server/protocol/errors.ts';
import type { Role } from '../../server/protocol/rest.ts';
import { apiOf } from './api.ts';
import type { Api } from './api.ts';

/** A clock that a test moves. */
export class TestClock {
  /** milliseconds ahead of the machine's clock */
  ahead = 0;
  now(): number {
    return systemClock.now() + this.ahead;
  }
}

/** Somebody of the sample province who is signed in. */
export interface Person extends Api {
  id: string;
  username: string;
  token: string;
}

/** Password of every person of an office. */
export const PASSWORD = 'mot-mat-khau-du-dai';

/** HTTP edge, accounts and meetings over a real database with the sample province; no sessions, no sockets. */
export class Office {
  readonly db: Database;
  readonly clock = new TestClock();
  readonly directory: DirectoryService;
  readonly signIns: SignIns;
  readonly users: Users;
  readonly dataDir = mkdtempSync(join(tmpdir(), 'nhipcau-office-'));
  readonly calendar: Calendar;
  readonly meetings: Meetings;
  readonly runs: MeetingRuns;
  readonly routes: Route[];
  /** codes of all refusals, as the counter is told */
  readonly refusals: ErrorCode[] = [];
  /** credentials of devices, by text */
  readonly devices = new Map<string, { deviceId: string; endpointId: string }>();
  url = '';
  /** moment from which `wish` counts its hours, epoch milliseconds */
  readonly opened = systemClock.now();
  #close: (() => Promise<void>) | undefined;
  #count = 0;

  constructor(db: Database, extra: Route[] = [], options: { smtpUrl?: string } = {}) {
    this.db = db;
    this.directory = new DirectoryService(db, this.clock);
    const accounts = new AccountStore(db);
    const passwords = new Passwords();
    this.signIns = new SignIns(new SignInStore(db), accounts, passwords, this.clock);
    this.users = new Users(accounts, this.signIns, passwords, () => this.directory.tree(), this.clock);
    const { directory, users } = this;
    const readers = {
      isUsableUser: (id: string) => users.isUsable(id),
      sessionIdsOf: async () => new Map<string, string>(),
    };
    const parts = {
      db,
      directory,
      readers,
      clock: this.clock,
      grantsOf: (id: string) => users.grantsOf(id),
      zone: 'Asia/Ho_Chi_Minh',
      dataDir: this.dataDir,
      log: createLog('silent'),
    };
    const mail = { publicUrl: 'https://cau.example', smtpUrl: options.smtpUrl ?? null, smtpFrom: null };
    this.calendar = composeCalendar({ ...parts, ...mail, limit: { consumers: 1_000, mbps: 800 } });
    this.meetings = this.calendar.meetings;
    this.runs = new MeetingRuns(db, directory, () => null, this.clock);
    this.routes = [
      ...accountRoutes({ signIns: this.signIns, users, endpointBrief: (id) => directory.endpoint(id) }),
      ...this.calendar.routes(this.runs),
      ...extra,
    ];
  }

  /** Loads the sample province and listens on a free port. */
  async open(): Promise<this> {
    await loadSeed(this.db, readSeed('2020-87'), this.clock);
    this.directory.forget();
    const identify = createIdentify(
      [
        (token) => this.signIns.byToken(token),
        async (credential) => {
          const device = this.devices.get(credential);
          return device ? { kind: 'device', ...device } : null;
        },
      ],
      false,
    );
    const app = express();
    app.disable('x-powered-by');
    const log = createLog('silent');
    const edge = { routes: this.routes, identify, log, secure: false, origins: ['https://cau.example'] };
    app.use('/api/v1', mountApi({ ...edge, onRefusal: (code) => this.refusals.push(code) }));
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.#close = async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    };
    return this;
  }

  /** Stops listening and closes the database. */
  async close(): Promise<void> {
    await this.#close?.();
    await this.calendar.stop();
    await this.db.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** Speaks as nobody, or with a credential. */
  api(token?: string): Api {
    return apiOf(this.url, token);
  }

  /** @returns the endpoint of a code of the sample province */
  async endpoint(code: string): Promise<EndpointInfo> {
    const endpoint = await this.directory.endpointByCode(code);
    if (!endpoint) throw new Error(`the sample province has no endpoint ${code}`);
    return endpoint;
  }

  /** @returns id of the unit of a code of the sample province */
  async unitId(code: string): Promise<string> {
    const unit = (await this.directory.units()).find((row) => row.code === code);
    if (!unit) throw new Error(`the sample province has no unit ${code}`);
    return unit.id;
  }

  /** Makes a person with one role over a unit, or none, and signs in. */
  async person(role: Role | null, unitCode: string): Promise<Person> {
    const unitId = await this.unitId(unitCode);
    const username = `nguoi.${(this.#count += 1)}`;
    const grants: Grant[] = role ? [{ role, unitId }] : [];
    const account = await this.users.createUser({
      username,
      displayName: username,
      unitId,
      password: PASSWORD,
      grants,
    });
    const { token } = await this.signIns.signIn({ username, password: PASSWORD, address: 'test', agent: '' });
    return { ...this.api(token), id: account.id, username, token };
  }

  /** Speaks as a device of an endpoint. */
  async device(endpointCode: string): Promise<Api> {
    const endpointId = (await this.endpoint(endpointCode)).id;
    const credential = `device-of-${endpointCode}`;
    this.devices.set(credential, { deviceId: endpointId, endpointId });
    return this.api(credential);
  }

  /** @returns the body of a meeting, `hours` after the office opened, of endpoints by code; the first one has the chair */
  async wish(codes: string[], hours = 1, extra: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const ids = await Promise.all(codes.map(async (code) => (await this.endpoint(code)).id));
    const start = this.opened + hours * 3_600_000;
    return {
      title: 'Giao ban tuần',
      startsAt: new Date(start).toISOString(),
      endsAt: new Date(start + 3_600_000).toISOString(),
      endpointIds: ids,
      chairEndpointId: ids[0],
      ...extra,
    };
  }
}
