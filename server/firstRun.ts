import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Users } from './accounts/users.ts';
import type { DeviceService } from './directory/deviceService.ts';
import type { DirectoryService } from './directory/directoryService.ts';
import { StartRefused } from './errors.ts';

/** A name and its generated password. */
interface Login {
  username: string;
  password: string;
}

/** What the first start of an empty database writes for the newcomer, mode 0600. */
export interface FirstRun {
  url: string;
  administrator: Login;
  chairperson: Login;
  technician: Login;
  devices: { endpointCode: string; pairUrl: string }[];
}

/** Rooms that get a one-time link, so that a first briefing needs no administrator. */
const ROOMS = 8;
const LINK_LIFE_MS = 30 * 24 * 3600 * 1000;

/** What the first run fills. */
export interface FirstRunDeps {
  dataDir: string;
  publicUrl: string;
  users: Users;
  devices: DeviceService;
  directory: DirectoryService;
  pairUrl(token: string): string;
}

/** @returns the path of the file */
export function firstRunFile(dataDir: string): string {
  return join(dataDir, 'first-run.json');
}

/** @returns what an earlier first run has written, or null */
export function readFirstRun(dataDir: string): FirstRun | null {
  const file = firstRunFile(dataDir);
  // written by this program; a file that somebody has broken is his to mend
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as FirstRun) : null;
}

/**
 * Makes the first people and device links of an empty database.
 * @returns what was written, or null when there are users already
 * @throws StartRefused when the file cannot be written: passwords would be lost
 */
export async function firstRun(deps: FirstRunDeps): Promise<FirstRun | null> {
  if (!(await deps.users.isEmpty())) return null;
  const root = (await deps.directory.units()).find((u) => u.parentId === null);
  if (!root) return null;
  const person = (username: string): Login => ({ username, password: randomBytes(12).toString('base64url') });
  const people = {
    administrator: { ...person('quantri'), displayName: 'Quản trị hệ thống' },
    chairperson: { ...person('chutoa'), displayName: 'Chủ tọa' },
    technician: { ...person('truckythuat'), displayName: 'Trực kỹ thuật' },
  };
  const { items } = await deps.directory.listEndpoints({ limit: 500 });
  // the first endpoint is the chair's; then some of each level, so that the sample shows the whole tree
  const levels = [...new Set(items.map((e) => e.level))];
  const chosen = levels.flatMap((level) => items.filter((e) => e.level === level && e !== items[0]).slice(0, 3));
  const devices = [];
  for (const e of chosen.slice(0, ROOMS)) {
    const { token } = await deps.devices.enrol({ endpointId: e.id, label: `PC ${e.code}` }, null, LINK_LIFE_MS);
    devices.push({ endpointCode: e.code, pairUrl: deps.pairUrl(token) });
  }
  const login = ({ username, password }: Login): Login => ({ username, password });
  const written: FirstRun = {
    url: deps.publicUrl,
    administrator: login(people.administrator),
    chairperson: login(people.chairperson),
    technician: login(people.technician),
    devices,
  };
  // the file first: passwords that stand in the database alone could never be told
  try {
    writeFileSync(firstRunFile(deps.dataDir), `${JSON.stringify(written, null, 2)}\n`, { mode: 0o600 });
  } catch (cause) {
    throw new StartRefused(`DATA_DIR cannot be written: ${(cause as Error).message}.`);
  }
  for (const role of ['administrator', 'chairperson', 'technician'] as const) {
    const { username, password, displayName } = people[role];
    const grants = [{ role, unitId: root.id }];
    const mustChangePassword = role === 'administrator';
    await deps.users.createUser({ username, password, displayName, unitId: root.id, grants, mustChangePassword });
  }
  return written;
}
