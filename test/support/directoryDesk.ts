import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Actor, UserActor } from '../../server/accounts/actor.ts';
import { auditRoutes } from '../../server/audit.ts';
import type { Database } from '../../server/db/dataSource.ts';
import { newId } from '../../server/db/uuid.ts';
import { DirectoryService } from '../../server/directory/directoryService.ts';
import { directoryWork } from '../../server/directory/directoryWork.ts';
import type { DirectoryWork } from '../../server/directory/directoryWork.ts';
import { directoryRoutes } from '../../server/directory/routes.ts';
import { loadSeed, readSeed } from '../../server/directory/seed.ts';
import { createIdentify } from '../../server/http/identify.ts';
import { mountApi } from '../../server/http/mount.ts';
import type { Route } from '../../server/http/route.ts';
import { createLog } from '../../server/log.ts';
import { bookingsAhead } from '../../server/meetings/bookingsAhead.store.ts';
import type { Role } from '../../server/protocol/rest.ts';

/** What a call was answered. */
export interface Told {
  status: number;
  headers: Headers;
  // bodies of every shape, looked into by tests alone
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads what it expects
  body: any;
  bytes: Buffer;
}

/** The whole directory over HTTP and a real database, with a clock that stands still until a test moves it. */
export class DirectoryDesk {
  readonly clock = { ms: Date.parse('2026-11-24T08:00:00+07:00'), now: () => this.clock.ms };
  readonly db: Database;
  readonly directory: DirectoryService;
  readonly work: DirectoryWork;
  readonly routes: Route[];
  readonly actors = new Map<string, Actor>();
  #server: Server | null = null;

  constructor(db: Database) {
    this.db = db;
    this.directory = new DirectoryService(db, this.clock);
    const bookings = { futureBookings: bookingsAhead.bind(null, db) };
    this.work = directoryWork(db, this.directory, bookings, this.clock);
    const { directory } = this;
    this.routes = [
      ...directoryRoutes({ directory, ...this.work, online: () => false }),
      ...auditRoutes({ db, tree: () => directory.tree() }),
    ];
  }

  /** Loads a seed, makes the administrator `admin` of all, and listens. */
  async open(seed = '2020-87'): Promise<this> {
    await loadSeed(this.db, readSeed(seed), this.clock);
    this.directory.forget();
    await this.person('admin', 'administrator', 'TINH-TQ');
    const identify = createIdentify([async (credential) => this.actors.get(credential) ?? null], false);
    const log = createLog('silent');
    const app = express().use('/api/v1', mountApi({ routes: this.routes, identify, log, secure: false, origins: [] }));
    this.#server = app.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  /** Stops listening and closes the database. */
  async close(): Promise<void> {
    this.#server?.closeAllConnections();
    this.#server?.close();
    await this.db.close();
  }

  /** Makes somebody who holds a role over a unit; his name is his credential. */
  async person(name: string, role: Role | null, unitCode: string): Promise<UserActor> {
    const grants = role ? [{ role, unitId: await this.unitId(unitCode) }] : [];
    const actor: UserActor = { kind: 'user', userId: newId(), displayName: name, signInId: newId(), grants };
    this.actors.set(name, actor);
    return actor;
  }

  /** Calls a route; a Buffer is sent as a file of the given type. */
  async call(who: string | null, method: string, path: string, body?: unknown, headers = {}): Promise<Told> {
    const port = (this.#server!.address() as AddressInfo).port;
    const isFile = Buffer.isBuffer(body);
    const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
      method: method.toUpperCase(),
      headers: {
        ...(who === null ? {} : { authorization: `Bearer ${who}` }),
        ...(body === undefined || isFile ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isFile ? new Uint8Array(body) : JSON.stringify(body) }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const json = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: json ? JSON.parse(bytes.toString()) : null,
      bytes,
    };
  }

  /** @returns id of a unit of today */
  async unitId(code: string): Promise<string> {
    const rows = await this.directory.rows();
    return rows.units.find((unit) => unit.code === code)?.id ?? '';
  }

  /** @returns id of an endpoint, of any time */
  async endpointId(code: string): Promise<string> {
    const rows = await this.directory.rows();
    return rows.endpoints.find((endpoint) => endpoint.code === code)?.id ?? '';
  }

  /** Books endpoints by code, past the calendar. @returns id of the meeting */
  async book(codes: string[], startsAt: string, hours = 1): Promise<string> {
    const ids = await Promise.all(codes.map((code) => this.endpointId(code)));
    const rows = await this.directory.rows();
    const [start, end] = [Date.parse(startsAt), Date.parse(startsAt) + hours * 3_600_000];
    const text = (ms: number) => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
    const id = newId();
    const meeting = {
      ...{ id, title: 'Giao ban', title_fold: 'giao ban', kind: 'briefing', status: 'scheduled' },
      ...{ starts_at: text(start), ends_at: text(end), chair_endpoint_id: ids[0], chair_user_id: null },
      ...{ host_unit_id: rows.endpoints.find((row) => row.id === ids[0])?.unitId, floor_mode: 'broadcast', note: '' },
      ...{ created_by: id, version: 1, created_at: text(start), updated_at: text(start) },
    };
    await this.#insert('meeting', meeting);
    for (const endpointId of ids) {
      const times = { starts_at: text(start), ends_at: text(end), released_at: null };
      await this.#insert('booking', { id: newId(), meeting_id: id, endpoint_id: endpointId, ...times });
    }
    return id;
  }

  /** @returns all bookings as they stand in the table */
  async bookings(): Promise<unknown[]> {
    return this.db.dataSource.query(
      'SELECT id, meeting_id, endpoint_id, starts_at, ends_at, released_at FROM booking ORDER BY id',
    );
  }

  async #insert(table: string, row: Record<string, unknown>): Promise<void> {
    const marks = Object.keys(row).map(() => '?');
    const sql = `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${marks.join(', ')})`;
    await this.db.dataSource.query(sql, Object.values(row));
  }
}

/** @returns status and code of a refusal, in one word to compare */
export function refused({ status, body }: Told): string {
  return `${status} ${(body as { code?: string } | null)?.code ?? ''}`;
}
