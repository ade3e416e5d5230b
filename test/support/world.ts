import { readLinkKey, secretOf } from '../../server/invitations/linkKey.ts';
import { SCOPES } from '../../server/protocol/integrations.ts';
import type { Role } from '../../server/protocol/rest.ts';
import { inMinutes } from './briefing.ts';
import { MailServer } from './mailServer.ts';
import { startService } from './service.ts';
import type { Service } from './service.ts';
import { Wire } from './wire.ts';
import type { Got, Sent } from './wire.ts';

/**
 * Where a request is aimed at, seen from the people of one branch: their own units, what lies above them (a meeting of
 * which they are invited to), or a branch beside theirs.
 */
export const SIDES = ['own', 'above', 'foreign'] as const;
export type Side = (typeof SIDES)[number];

/**
 * Everybody who calls. All but the first two belong to the branch; `otherDevice` speaks for a neighbour of `device`, the
 * tokens are of administrators of the branch who keep their password, one with all scopes to read and one with all to
 * write.
 */
export const CALLERS = [
  'nobody',
  'administratorOfAll',
  'administrator',
  'chairperson',
  'operator',
  'technician',
  'withoutRole',
  'device',
  'otherDevice',
  'readingToken',
  'writingToken',
] as const;
export type Caller = (typeof CALLERS)[number];

/** Callers who are people. */
export const PEOPLE = CALLERS.filter((one) => !/nobody|evice|Token/.test(one));

/** Something of one side that stands throughout the test: each of it in its place. */
export interface Place {
  unitId: string;
  unitCode: string;
  endpointId: string;
  endpointCode: string;
  /** endpoints of a meeting of this side; the first one has the chair */
  invited: string[];
}

/** What can be asked for by name, made once per side. */
export type Standing = Record<string, Record<Side, string>>;

const BRANCH = 'SD';
const UNITS = { own: 'SD-TAN-TRAO', above: 'TINH-TQ', foreign: 'YS-TRUNG-MON' };
const ENDPOINTS = { own: 'SD-TAN-TRAO', above: 'UBND-TINH', foreign: 'YS-TRUNG-MON' };
const NEIGHBOUR = 'SD-MINH-THANH';
const HOUR = 60;

/** A caller's credential and the loopback address that he calls from. */
export interface Credential {
  token: string | null;
  from: string;
  userId: string | null;
  username: string;
  password: string;
}

/** The running service with a province in it: two branches, people of every role, devices, and a thing of every kind. */
export class World {
  readonly service: Service;
  readonly wire: Wire;
  readonly places = {} as Record<Side, Place>;
  readonly callers = {} as Record<Caller, Credential>;
  readonly standing: Standing = {};
  branchId = '';
  readonly #mail: MailServer;
  #count = 0;
  #slot = 0;
  #distant = 0;
  #addresses = 0;

  private constructor(service: Service, mail: MailServer) {
    this.service = service;
    this.#mail = mail;
    this.wire = new Wire(service.url.replace('localhost', '127.0.0.1'));
  }

  /** Starts the service and fills the province with people and devices. */
  static async open(): Promise<World> {
    const mail = new MailServer();
    await mail.open();
    const service = await startService({ env: { SMTP_URL: mail.url, SFU_WORKERS: '1', WEBHOOK_HOSTS: '127.0.0.1' } });
    const world = new World(service, mail);
    try {
      await world.#fill();
    } catch (error) {
      await world.close();
      throw error;
    }
    return world;
  }

  /** Stops everything. */
  async close(): Promise<void> {
    this.wire.close();
    await this.service.stop();
    await this.#mail.close();
  }

  /** @returns a name that was not given before */
  fresh(prefix: string): string {
    return `${prefix}-${(this.#count += 1)}`;
  }

  /** @returns an address that nothing was counted for yet */
  address(): string {
    this.#addresses += 1;
    return `127.1.${this.#addresses >> 8}.${this.#addresses & 255 || 1}`;
  }

  /** Sends a request as a caller. */
  as(caller: Caller, sent: Omit<Sent, 'from'>): Promise<Got> {
    const { token, from } = this.callers[caller];
    return this.wire.send({ token, from, ...sent });
  }

  /** @returns the body of what the administrator of all is answered @throws Error when that is no success */
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads what it expects
  async admin(method: string, path: string, body?: unknown, file?: Sent['file']): Promise<any> {
    return this.good('administratorOfAll', { method, path, body, ...(file && { file }) });
  }

  /** The same as anybody. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads what it expects
  async good(caller: Caller, sent: Omit<Sent, 'from'>): Promise<any> {
    const got = await this.as(caller, sent);
    if (got.status >= 300) throw new Error(`${caller}: ${sent.method} ${sent.path}: ${got.status} ${got.text}`);
    return got.body;
  }

  /** @returns times of an hour that nobody has taken yet */
  slot(): { startsAt: string; endsAt: string } {
    this.#slot += 1;
    const start = this.#slot * 2 * HOUR;
    return { startsAt: inMinutes(start), endsAt: inMinutes(start + HOUR) };
  }

  /** @returns times for a meeting that repeats on the next day, beyond those of `slot` */
  distantSlot(): { startsAt: string; endsAt: string } {
    this.#distant += 3;
    const start = (100 + this.#distant) * 24 * HOUR;
    return { startsAt: inMinutes(start), endsAt: inMinutes(start + HOUR) };
  }

  /** @returns endpoints that a side reaches: what lies above reaches all, so that its lists name foreign ones too */
  reach(side: Side): string[] {
    const { above, own, foreign } = this.places;
    return side === 'above' ? [above, own, foreign].map((one) => one.endpointId) : [this.places[side].endpointId];
  }

  /** @returns the body of a meeting that a side hosts */
  wish(side: Side, extra: Record<string, unknown> = {}): Record<string, unknown> {
    const { unitId, invited } = this.places[side];
    const title = `Họp của ${side}`;
    const who = { hostUnitId: unitId, endpointIds: invited, chairEndpointId: invited[0] };
    return { title, ...this.slot(), ...who, ...extra };
  }

  /** Plans a meeting as the administrator of all. @returns its id */
  async meeting(side: Side, extra: Record<string, unknown> = {}): Promise<string> {
    return (await this.admin('post', '/meetings', this.wish(side, extra))).id;
  }

  /** Signs somebody in once more. */
  async signIn({ username, password }: Credential): Promise<string> {
    const body = { username, password };
    const got = await this.wire.send({ method: 'post', path: '/sign-in', body, from: this.address() });
    return got.body.token;
  }

  /** @returns the secret of the link that an endpoint of a meeting was sent */
  linkOf(meetingId: string, endpointId: string): string {
    return secretOf(readLinkKey(this.service.dataDir), meetingId, endpointId);
  }

  /** Makes a user as the administrator of all. @returns the answer */
  async user(unitId: string, grants: { role: Role; unitId: string }[], username = this.fresh('nguoi')) {
    const password = `mat-khau-cua-${username}`;
    const user = await this.admin('post', '/users', { username, displayName: username, unitId, password, grants });
    return { username, password, id: user.id as string };
  }

  /** Makes a device of an endpoint. @returns its credential */
  async device(endpointId: string): Promise<string> {
    const { pairUrl } = await this.admin('post', '/devices', { endpointId, label: 'PC' });
    const token = new URL(pairUrl).searchParams.get('pair');
    const got = await this.wire.send({ method: 'post', path: '/devices/pair', body: { token }, from: this.address() });
    return got.body.credential;
  }

  async #fill(): Promise<void> {
    const nobody = { token: null, userId: null, username: '', password: '' };
    this.callers.nobody = { ...nobody, from: this.address() };
    const all = { ...nobody, ...this.service.firstRun.administrator, from: this.address() };
    this.callers.administratorOfAll = { ...all, token: await this.signIn(all) };
    this.callers.administratorOfAll.userId = (await this.admin('get', '/me')).user.id;
    const { items: units } = await this.admin('get', '/units?limit=500');
    const { items: endpoints } = await this.admin('get', '/endpoints?limit=500');
    const idOf = (list: { id: string; code: string }[], code: string) =>
      list.find((one) => one.code === code)?.id ?? '';
    for (const side of SIDES) {
      const [unitCode, endpointCode] = [UNITS[side], ENDPOINTS[side]];
      const endpointId = idOf(endpoints, endpointCode);
      const invited = side === 'above' ? [endpointId, idOf(endpoints, ENDPOINTS.own)] : [endpointId];
      this.places[side] = { unitId: idOf(units, unitCode), unitCode, endpointId, endpointCode, invited };
    }
    this.branchId = idOf(units, BRANCH);
    for (const role of ['administrator', 'chairperson', 'operator', 'technician'] as const) {
      this.callers[role] = await this.#person([{ role, unitId: this.branchId }]);
    }
    this.callers.withoutRole = await this.#person([]);
    for (const [caller, code] of [
      ['device', ENDPOINTS.own],
      ['otherDevice', NEIGHBOUR],
    ] as const) {
      this.callers[caller] = { ...nobody, token: await this.device(idOf(endpoints, code)), from: this.address() };
    }
    this.callers.readingToken = await this.#token(SCOPES.filter((one) => one.endsWith(':read')));
    this.callers.writingToken = await this.#token(SCOPES.filter((one) => one.endsWith(':write')));
  }

  /** Makes an API token of an administrator of the branch: one of its own, since a new password would end it. */
  async #token(scopes: readonly string[]): Promise<Credential> {
    const { token: signedIn, password, from } = await this.#person([{ role: 'administrator', unitId: this.branchId }]);
    const body = { name: this.fresh('Thẻ'), scopes, password };
    const got = await this.wire.send({ method: 'post', path: '/me/api-tokens', body, token: signedIn, from });
    return { token: got.body.token, userId: null, username: '', password: '', from: this.address() };
  }

  async #person(grants: { role: Role; unitId: string }[]): Promise<Credential> {
    const { id, ...login } = await this.user(this.branchId, grants);
    const person = { ...login, token: null, userId: id, from: this.address() };
    return { ...person, token: await this.signIn(person) };
  }
}
