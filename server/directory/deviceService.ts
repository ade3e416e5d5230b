import type { Clock } from '../clock.ts';
import { isDuplicateKey } from '../db/dbErrors.ts';
import { newId } from '../db/uuid.ts';
import { AppError } from '../errors.ts';
import { after, empty, notRevoked } from './device.store.ts';
import type { DeviceFilter, DeviceStore, DeviceWhere } from './device.store.ts';
import type { DeviceRow } from './device.entity.ts';
import type { DirectoryService } from './directoryService.ts';
import { hashOf, newPairingCode, newSecret, typedCode } from './secrets.ts';

/** A device as others see it: without anything that opens a door. */
export type DeviceInfo = Pick<DeviceRow, 'id' | 'endpointId' | 'label' | 'state' | 'createdAt' | 'lastSeenAt'>;

/** What a PC gets once and keeps. */
export interface Paired {
  deviceId: string;
  credential: string;
  endpoint: { id: string; code: string; name: string; shortName: string };
}

/** Told when a device may not speak for its endpoint any more. */
export type RevokedListener = (device: { deviceId: string; endpointId: string | null }) => void;

/** How long a shown code lives, and how long an approval waits to be fetched. */
const PAIRING_MS = 10 * 60_000;
/** How long a one-time link lives when nothing else is said. */
const ENROL_MS = 7 * 24 * 3600_000;
const MAX_WAITING = 200;
const SEEN_EVERY_MS = 60_000;

const unknownPairing = () => new AppError('pairing_unknown', 'This pairing is unknown or has run out: begin anew.');

/** Devices: how a PC comes to speak for an endpoint, and how it stops. */
export class DeviceService {
  private readonly store: DeviceStore;
  private readonly directory: DirectoryService;
  private readonly clock: Clock;
  private readonly listeners = new Set<RevokedListener>();
  private starting: Promise<unknown> = Promise.resolve();

  constructor(store: DeviceStore, directory: DirectoryService, clock: Clock) {
    this.store = store;
    this.directory = directory;
    this.clock = clock;
  }

  /**
   * A PC asks to be paired. One at a time, so that the limit holds.
   * @returns the code that it shows and the secret with which it asks again
   * @throws AppError too_many_requests while 200 are waiting
   */
  startPairing(input: { label: string }): Promise<{ deviceId: string; code: string; secret: string; expiresAt: Date }> {
    const started = this.starting.then(() => this.addPairing(input.label));
    this.starting = started.catch(() => undefined);
    return started;
  }

  /**
   * The PC asks whether it was approved; the credential is given once.
   * @throws AppError pairing_pending, pairing_unknown (also for a wrong secret, a lapsed code, a second fetch)
   */
  async ask(deviceId: string, secret: string): Promise<Paired> {
    const row = await this.store.find({
      id: deviceId,
      pairingSecretHash: hashOf(secret),
      pairExpiresAt: after(this.now()),
    });
    if (!row) throw unknownPairing();
    if (row.state === 'waiting')
      throw new AppError('pairing_pending', 'An administrator has not approved this device yet.');
    return this.giveCredential(row, { pairingSecretHash: row.pairingSecretHash ?? '' });
  }

  /**
   * An administrator gives the PC that shows `code` to an endpoint.
   * @throws AppError pairing_unknown, endpoint_unknown
   */
  async approve(input: { code: string; endpointId: string }, actorUserId: string): Promise<DeviceInfo> {
    await this.known(input.endpointId);
    const now = this.now();
    const pairingCodeHash = hashOf(typedCode(input.code));
    const row = await this.store.find({ pairingCodeHash, state: 'waiting', pairExpiresAt: after(now) });
    if (!row) throw unknownPairing();
    const set: Partial<DeviceRow> = {
      state: 'active',
      endpointId: input.endpointId,
      pairingCodeHash: null,
      pairExpiresAt: new Date(now.getTime() + PAIRING_MS),
      approvedAt: now,
      approvedBy: actorUserId,
    };
    if (!(await this.store.change({ id: row.id, pairingCodeHash, state: 'waiting' }, set))) throw unknownPairing();
    return infoOf({ ...row, ...set });
  }

  /**
   * Makes a device whose one-time token is carried to the PC.
   * @param actorUserId null: the program itself, at the first start
   * @param ttlMs life of the token, in milliseconds
   * @throws AppError endpoint_unknown
   */
  async enrol(
    input: { endpointId: string; label: string },
    actorUserId: string | null,
    ttlMs: number = ENROL_MS,
  ): Promise<{ deviceId: string; token: string; expiresAt: Date }> {
    await this.known(input.endpointId);
    const now = this.now();
    const token = newSecret();
    const row = waiting(now, input.label, ttlMs);
    Object.assign(row, {
      endpointId: input.endpointId,
      pairTokenHash: hashOf(token),
      approvedAt: now,
      approvedBy: actorUserId,
    });
    await this.store.add(row);
    return { deviceId: row.id, token, expiresAt: new Date(now.getTime() + ttlMs) };
  }

  /**
   * The PC exchanges the token of its link for the credential.
   * @throws AppError pairing_unknown for an unknown, used or lapsed token
   */
  async pair(token: string): Promise<Paired> {
    const pairTokenHash = hashOf(token);
    const row = await this.store.find({ pairTokenHash, state: 'waiting', pairExpiresAt: after(this.now()) });
    if (!row) throw unknownPairing();
    return this.giveCredential(row, { pairTokenHash });
  }

  /** @returns whom a credential stands for, or null; notes at most once a minute that the device was seen */
  async byCredential(credential: string): Promise<{ deviceId: string; endpointId: string } | null> {
    const row = await this.store.find({ credentialHash: hashOf(credential) });
    if (!row || row.state !== 'active' || row.endpointId === null) return null;
    const now = this.now();
    if (now.getTime() - (row.lastSeenAt?.getTime() ?? 0) >= SEEN_EVERY_MS) {
      await this.store.change({ id: row.id }, { lastSeenAt: now });
    }
    return { deviceId: row.id, endpointId: row.endpointId };
  }

  /**
   * Ends a device for good; asked twice it stays ended.
   * @throws AppError not_found
   */
  async revoke(deviceId: string): Promise<void> {
    const closed = { credentialHash: null, pairingCodeHash: null, pairingSecretHash: null, pairTokenHash: null };
    const ended = { state: 'revoked' as const, revokedAt: this.now(), pairExpiresAt: null, ...closed };
    // the statement names the state, so that of two callers one tells the listeners
    const first = await this.store.change({ id: deviceId, state: notRevoked() }, ended);
    const { endpointId } = await this.row(deviceId);
    if (first) for (const listener of this.listeners) listener({ deviceId, endpointId });
  }

  /** @returns stops telling */
  onRevoked(listener: RevokedListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** @throws AppError not_found */
  async device(deviceId: string): Promise<DeviceInfo> {
    return infoOf(await this.row(deviceId));
  }

  /** @returns devices, newest first */
  async list(filter: DeviceFilter = {}): Promise<DeviceInfo[]> {
    await this.store.sweep(this.now());
    return (await this.store.list(filter)).map(infoOf);
  }

  private async addPairing(label: string) {
    const now = this.now();
    await this.store.sweep(now);
    if ((await this.store.countPairings()) >= MAX_WAITING) {
      throw new AppError('too_many_requests', 'Too many devices wait to be paired; try again in ten minutes.');
    }
    for (;;) {
      const row = waiting(now, label, PAIRING_MS);
      const code = newPairingCode();
      const secret = newSecret();
      try {
        await this.store.add({ ...row, pairingCodeHash: hashOf(code), pairingSecretHash: hashOf(secret) });
        return { deviceId: row.id, code, secret, expiresAt: new Date(now.getTime() + PAIRING_MS) };
      } catch (err) {
        // the same code was just drawn for another: draw again
        if (!isDuplicateKey(err)) throw err;
      }
    }
  }

  private async giveCredential(row: DeviceRow, proof: DeviceWhere): Promise<Paired> {
    if (row.endpointId === null) throw unknownPairing();
    const { id, code, name, shortName } = await this.directory.endpoint(row.endpointId);
    const credential = newSecret();
    const given = await this.store.change(
      { id: row.id, state: row.state, credentialHash: empty(), ...proof },
      {
        state: 'active',
        credentialHash: hashOf(credential),
        pairingSecretHash: null,
        pairTokenHash: null,
        pairExpiresAt: null,
        lastSeenAt: this.now(),
      },
    );
    if (!given) throw unknownPairing();
    return { deviceId: row.id, credential, endpoint: { id, code, name, shortName } };
  }

  private async row(deviceId: string): Promise<DeviceRow> {
    const row = await this.store.find({ id: deviceId });
    if (!row) throw new AppError('not_found', 'There is no such device.');
    return row;
  }

  private async known(endpointId: string): Promise<void> {
    const [endpoint] = await this.directory.endpointsByIds([endpointId]);
    if (!endpoint) throw new AppError('endpoint_unknown', 'There is no such endpoint.');
  }

  private now(): Date {
    return new Date(this.clock.now());
  }
}

function waiting(now: Date, label: string, ttlMs: number): DeviceRow {
  return {
    id: newId(now.getTime()),
    endpointId: null,
    label,
    state: 'waiting',
    pairingCodeHash: null,
    pairingSecretHash: null,
    pairTokenHash: null,
    pairExpiresAt: new Date(now.getTime() + ttlMs),
    credentialHash: null,
    createdAt: now,
    approvedAt: null,
    approvedBy: null,
    revokedAt: null,
    lastSeenAt: null,
  };
}

function infoOf({ id, endpointId, label, state, createdAt, lastSeenAt }: DeviceRow): DeviceInfo {
  return { id, endpointId, label, state, createdAt, lastSeenAt };
}
