import type { UserActor } from '../accounts/actor.ts';
import { mayIn, visibleUnits } from '../accounts/rights.ts';
import { AppError } from '../errors.ts';
import type { Contact, DutyCard, EndpointDetail, EquipmentItem, UnitDetail } from '../protocol/directory.ts';
import type { Role } from '../protocol/rest.ts';
import type { EndpointPastRow, EndpointRow, StoredUnit, UnitPastRow } from './directory.entity.ts';
import type { DayDirectory, DirectoryService } from './directoryService.ts';
import { sinceOf } from './history.ts';
import { validOn } from './unitTree.ts';

/** Who may say who is on duty at an endpoint. */
export const DUTY_ROLES: readonly Role[] = ['administrator', 'operator', 'technician'];

/** One unit or endpoint with its history, as the caller may see it. */
export class Cards {
  private readonly directory: DirectoryService;

  /** @param directory read anew for each card */
  constructor(directory: DirectoryService) {
    this.directory = directory;
  }

  /** @throws AppError not_found, also for a unit that the actor may not see */
  async unit(actor: UserActor, id: string): Promise<UnitDetail> {
    const rows = await this.directory.rows();
    const row = rows.units.find((one) => one.id === id);
    const when = row && (await this.when(row));
    if (!row || !when || !isSeen(actor, row.id, when)) throw new AppError('not_found', 'There is no such unit.');
    const names = new Map(rows.units.map((one) => [one.id, one.name]));
    const nameOf = (unitId: string | null) => (unitId === null ? null : (names.get(unitId) ?? null));
    const period = (one: StoredUnit | UnitPastRow, from: string, to: string | null) => ({
      from,
      to,
      name: one.name,
      shortName: one.shortName,
      level: one.levelCode,
      parentId: one.parentId,
      parentName: nameOf(one.parentId),
    });
    const pasts = rows.unitPasts.filter((past) => past.unitId === id);
    const { parentId, code, name, shortName, sort, validFrom, validTo, successorId, version } = row;
    return {
      ...{ id, parentId, code, name, shortName, sort, validFrom, validTo, successorId, version },
      level: row.levelCode,
      since: sinceOf(row),
      history: [
        ...pasts.map((past) => period(past, past.validFrom, past.validTo)),
        period(row, sinceOf(row), row.validTo),
      ],
      may: { change: mayIn(actor, ['administrator'], id, when.tree) },
    };
  }

  /** @throws AppError not_found, also for an endpoint that the actor may not see */
  async endpoint(actor: UserActor, id: string, online: boolean): Promise<EndpointDetail> {
    const rows = await this.directory.rows();
    const row = rows.endpoints.find((one) => one.id === id);
    const when = row && (await this.when(row));
    const info = when?.roster.find((one) => one.id === id);
    if (!row || !when || !info || !isSeen(actor, info.unitId, when)) {
      throw new AppError('not_found', 'There is no such endpoint.');
    }
    const names = new Map(rows.units.map((one) => [one.id, one.name]));
    const period = (one: EndpointRow | EndpointPastRow, from: string, to: string | null) => {
      return { from, to, name: one.name, shortName: one.shortName, ...placed(one.unitId, names) };
    };
    const pasts = rows.endpointPasts.filter((past) => past.endpointId === id);
    return {
      ...info,
      online,
      equipment: listOfText<EquipmentItem>(row.equipment),
      contacts: listOfText<Contact>(row.contacts),
      duty: row.duty === null ? null : (JSON.parse(row.duty) as DutyCard),
      validFrom: row.validFrom,
      validTo: row.validTo,
      since: sinceOf(row),
      version: row.version,
      history: [
        ...pasts.map((past) => period(past, past.validFrom, past.validTo)),
        period(row, sinceOf(row), row.validTo),
      ],
      may: {
        change: mayIn(actor, ['administrator'], info.unitId, when.tree),
        changeDuty: mayIn(actor, DUTY_ROLES, info.unitId, when.tree),
      },
    };
  }

  /** @returns today's directory, or that of the last or first day of what is not there today */
  private async when(row: { id: string; validFrom: string; validTo: string | null }): Promise<DayDirectory> {
    const today = this.directory.today();
    if (validOn(row, today)) return this.directory.on(today);
    if (row.validTo !== null && row.validTo <= row.validFrom) return this.directory.on(row.validFrom, row.id);
    return this.directory.on(row.validTo !== null && row.validTo <= today ? dayBefore(row.validTo) : row.validFrom);
  }
}

function isSeen(actor: UserActor, unitId: string, when: DayDirectory): boolean {
  return visibleUnits(actor, when.tree).has(unitId);
}

function placed(unitId: string, names: ReadonlyMap<string, string>): { unitId: string; unitName: string } {
  return { unitId, unitName: names.get(unitId) ?? '' };
}

function listOfText<T>(text: string | null): T[] {
  return text === null ? [] : (JSON.parse(text) as T[]);
}

function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}
