import { IsNull, LessThanOrEqual, MoreThan, Not } from 'typeorm';
import type { FindOptionsWhere } from 'typeorm';
import type { Database } from '../db/dataSource.ts';
import { asAppError } from '../db/dbErrors.ts';
import { deviceEntity } from './device.entity.ts';
import type { DeviceRow } from './device.entity.ts';

/** Which devices are wanted. */
export interface DeviceFilter {
  endpointId?: string;
  state?: DeviceRow['state'];
}

/** Conditions over the fields of a device. */
export type DeviceWhere = FindOptionsWhere<DeviceRow>;

/** Rows of devices. Changes are single statements that name the state they expect, so that only one of two callers wins. */
export class DeviceStore {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  private get devices() {
    return this.db.dataSource.manager.getRepository(deviceEntity);
  }

  /** @throws the driver's duplicate-key error when the pairing code is in use */
  async add(row: DeviceRow): Promise<void> {
    await this.devices.insert(row).catch(rethrow);
  }

  /** @returns the first row that fits, or null */
  async find(where: DeviceWhere): Promise<DeviceRow | null> {
    return this.devices.findOneBy(where).catch(rethrow);
  }

  /** @returns devices, newest first */
  async list(filter: DeviceFilter): Promise<DeviceRow[]> {
    return this.devices.find({ where: filter, order: { createdAt: 'DESC', id: 'DESC' } }).catch(rethrow);
  }

  /** @returns how many wait with a pairing code */
  async countPairings(): Promise<number> {
    return this.devices.countBy({ state: 'waiting', pairingSecretHash: Not(IsNull()) }).catch(rethrow);
  }

  /** @returns whether a row fitted and was changed */
  async change(where: DeviceWhere, set: Partial<DeviceRow>): Promise<boolean> {
    const result = await this.devices.update(where, set).catch(rethrow);
    return (result.affected ?? 0) > 0;
  }

  /** Removes what was never fetched: codes, links and approvals that ran out. */
  async sweep(now: Date): Promise<void> {
    await this.devices
      .delete({ state: notRevoked(), credentialHash: IsNull(), pairExpiresAt: LessThanOrEqual(now) })
      .catch(rethrow);
  }
}

/** @returns condition: the moment is still to come */
export const after = (now: Date) => MoreThan(now);

/** @returns condition: the field is empty */
export const empty = () => IsNull();

/** @returns condition: not ended */
export const notRevoked = () => Not<DeviceRow['state']>('revoked');

function rethrow(err: unknown): never {
  throw asAppError(err);
}
