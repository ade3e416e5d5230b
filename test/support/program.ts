import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compose } from '../../server/compose.ts';
import { prepareDataDir, readConfig } from '../../server/config.ts';
import { openDatabase } from '../../server/db/dataSource.ts';
import type { Database } from '../../server/db/dataSource.ts';
import { allEntities } from '../../server/db/entities.ts';
import { createLog } from '../../server/log.ts';
import type { Role } from '../../server/protocol/rest.ts';
import { apiOf } from './api.ts';
import type { Api } from './api.ts';

/** Somebody who is signed in. */
export interface Signed extends Api {
  id: string;
  token: string;
  password: string;
}

/** Password of every person that a test makes. */
const PASSWORD = 'mot-mat-khau-du-dai';

/** The whole control plane in this process, over a real database and HTTP; no SFU node, so sessions have no media. */
export interface ControlPlane {
  url: string;
  /** the same database by another connection, to turn its clocks */
  db: Database;
  /** administrator of the whole province */
  admin: Signed;
  chair: Signed;
  api(token?: string): Api;
  /** id of the unit of a code of the sample province */
  unitId(code: string): Promise<string>;
  /** makes a person with one role over a unit and signs in */
  person(role: Role, unitCode: string): Promise<Signed>;
  close(): Promise<void>;
}

/** Starts a control plane over an empty database. @param hosts what WEBHOOK_HOSTS says */
export async function startProgram(databaseUrl: string, hosts = '127.0.0.1'): Promise<ControlPlane> {
  const dataDir = mkdtempSync(join(tmpdir(), 'nhipcau-program-'));
  const env = { DATA_DIR: dataDir, DATABASE_URL: databaseUrl, WEBHOOK_HOSTS: hosts, SFU_NODES: '127.0.0.1:1' };
  const config = readConfig(env);
  prepareDataDir(config.dataDir);
  const log = createLog('silent');
  const http = createServer();
  const program = await compose({ config, log, http, secret: 'nobody-answers-here', authority: null });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  // it waits for an SFU node that does not come; requests are answered meanwhile
  void program.start();
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const db = await openDatabase({ url: databaseUrl, entities: allEntities, log });
  const signIn = async (username: string, password: string): Promise<Signed> => {
    const { token, user } = await apiOf(url).ok<{ token: string; user: { id: string } }>('post', '/sign-in', {
      username,
      password,
    });
    return { ...apiOf(url, token), id: user.id, token, password };
  };
  const first = JSON.parse(program.firstRun?.text ?? '{}') as Record<string, { username: string; password: string }>;
  const admin = await signIn(first['administrator']!.username, first['administrator']!.password);
  const chair = await signIn(first['chairperson']!.username, first['chairperson']!.password);
  const unitId = async (code: string) => {
    const { items } = await admin.ok<{ items: { id: string; code: string }[] }>('get', '/units?limit=500');
    return items.find((unit) => unit.code === code)!.id;
  };
  let count = 0;
  return {
    ...{ url, db, admin, chair, unitId },
    api: (token) => apiOf(url, token),
    person: async (role, unitCode) => {
      const id = await unitId(unitCode);
      const username = `nguoi.${(count += 1)}`;
      const person = { username, displayName: `Người ${count}`, unitId: id, password: PASSWORD };
      await admin.ok('post', '/users', { ...person, grants: [{ role, unitId: id }] });
      return signIn(username, PASSWORD);
    },
    close: async () => {
      await program.stop();
      http.closeAllConnections();
      if (http.listening) http.close();
      await db.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
