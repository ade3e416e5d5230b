import { newId } from '../db/uuid.ts';
import type { FaultCode } from '../protocol/surgery.ts';
import type { DirectoryRows, EndpointRow, StoredUnit } from './directory.entity.ts';
import { fold, tidyName } from './fold.ts';
import { sinceOf } from './history.ts';

/** A step cannot be carried out. Thrown inside of a plan only, where it becomes one of the plan's faults. */
export class StepFault {
  readonly code: FaultCode;
  readonly column: string | null;
  readonly value: string | null;
  readonly message: string;
  /**
   * @param column field of the step that is wrong
   * @param value what stood there
   * @param message one English sentence
   */
  constructor(code: FaultCode, column: string | null, value: string | null, message: string) {
    this.code = code;
    this.column = column;
    this.value = value;
    this.message = message;
  }
}

/** What every new unit and endpoint is told. */
export interface Naming {
  code: string;
  name: string;
  shortName?: string | undefined;
  sort?: number | undefined;
}

/** @returns whether the row holds on the day or later */
export function lasting(row: { validFrom: string; validTo: string | null }, day: string): boolean {
  return row.validTo === null || (row.validTo > day && row.validTo > row.validFrom);
}

/** The directory as it becomes while a plan is carried out in memory. Rows are copied before their first change. */
export class Draft {
  readonly day: string;
  readonly units: Map<string, StoredUnit>;
  readonly endpoints: Map<string, EndpointRow>;
  readonly levels: ReadonlySet<string>;
  /** the step that touched a row last, by the row's id */
  readonly steps = new Map<string, number>();
  /** steps that did something to a row */
  readonly busy: { step: number; id: string }[] = [];
  /** rows that the plan makes */
  readonly made = new Set<string>();
  /** units whose administrator the plan needs, with the first step that does; null: the top of the organisation */
  readonly needs = new Map<string | null, number>();
  /** endpoints that the plan ends */
  readonly ended = new Set<string>();
  /** index of the running step */
  step = 0;
  private readonly visible: (unitId: string) => boolean;
  private readonly unitIds = new Map<string, string>();
  private readonly endpointIds = new Map<string, string>();
  private readonly now: number;

  /**
   * @param day from which the plan holds
   * @param visible whether the actor may know of a unit; one that he may not is as unknown as one that is not there
   */
  constructor(rows: DirectoryRows, day: string, now: number, visible: (unitId: string) => boolean) {
    this.day = day;
    this.now = now;
    this.visible = visible;
    this.levels = new Set(rows.levels.map((level) => level.code));
    this.units = new Map(rows.units.map((row) => [row.id, row]));
    this.endpoints = new Map(rows.endpoints.map((row) => [row.id, row]));
    for (const row of rows.units) this.unitIds.set(row.code, row.id);
    for (const row of rows.endpoints) this.endpointIds.set(row.code, row.id);
  }

  /** @returns the unit of an id or code, which must hold on the plan's day @throws StepFault */
  unit(ref: string, column: string): StoredUnit {
    const row = this.units.get(this.unitIds.get(ref) ?? ref);
    if (!row || (!this.made.has(row.id) && !this.visible(row.id))) {
      throw new StepFault('unknown_unit', column, ref, `There is no unit ${ref}.`);
    }
    if (row.validFrom > this.day) {
      throw new StepFault('before_start', column, ref, `The unit ${row.code} begins only on ${row.validFrom}.`);
    }
    if (row.validTo !== null && row.validTo <= this.day) {
      throw new StepFault('unit_ended', column, ref, `The unit ${row.code} ended on ${row.validTo}.`);
    }
    return row;
  }

  /** @returns a unit under which something may stand from now on @throws StepFault */
  place(ref: string, column: string): StoredUnit {
    const row = this.unit(ref, column);
    if (row.validTo === null) return row;
    throw new StepFault('unit_ended', column, ref, `The unit ${row.code} ends on ${row.validTo}.`);
  }

  /** @returns the endpoint of an id or code, which must hold on the plan's day @throws StepFault */
  endpoint(ref: string, column: string): EndpointRow {
    const row = this.endpoints.get(this.endpointIds.get(ref) ?? ref);
    if (!row || (!this.made.has(row.id) && !this.seesEndpoint(row))) {
      throw new StepFault('unknown_endpoint', column, ref, `There is no endpoint ${ref}.`);
    }
    if (row.validFrom > this.day) {
      throw new StepFault('before_start', column, ref, `The endpoint ${row.code} begins only on ${row.validFrom}.`);
    }
    if (row.validTo !== null && row.validTo <= this.day) {
      throw new StepFault('endpoint_ended', column, ref, `The endpoint ${row.code} was retired on ${row.validTo}.`);
    }
    return row;
  }

  /** @returns the level @throws StepFault */
  level(code: string | undefined, column = 'level'): string {
    if (code === undefined) throw new StepFault('missing_value', column, null, 'A new unit needs a level.');
    if (this.levels.has(code)) return code;
    throw new StepFault('unknown_level', column, code, `There is no level ${code}.`);
  }

  /** Notes that the plan needs the administrator's role over a unit; null: over the whole organisation. */
  need(unitId: string | null): void {
    if ((unitId === null || !this.made.has(unitId)) && !this.needs.has(unitId)) this.needs.set(unitId, this.step);
  }

  /** @returns a copy of the unit that may be changed @throws StepFault later_change */
  editUnit(row: StoredUnit): StoredUnit {
    return this.edit(this.units, row, 'unit');
  }

  /** @returns a copy of the endpoint that may be changed @throws StepFault later_change */
  editEndpoint(row: EndpointRow): EndpointRow {
    return this.edit(this.endpoints, row, 'endpoint');
  }

  /** Adds a unit. @throws StepFault code_taken */
  addUnit(naming: Naming, parentId: string | null, levelCode: string): StoredUnit {
    const siblings = [...this.units.values()].filter((one) => one.parentId === parentId);
    const row: StoredUnit = {
      ...this.begin(naming, this.unitIds, siblings),
      parentId,
      levelCode,
      successorId: null,
    };
    this.units.set(row.id, row);
    return row;
  }

  /** Adds an endpoint. @throws StepFault code_taken */
  addEndpoint(
    naming: Naming,
    unitId: string,
    card: Pick<EndpointRow, 'category' | 'lineClass' | 'downKbps' | 'upKbps' | 'equipment' | 'contacts' | 'duty'>,
  ): EndpointRow {
    const row: EndpointRow = { ...this.begin(naming, this.endpointIds, [...this.endpoints.values()]), ...card, unitId };
    this.endpoints.set(row.id, row);
    return row;
  }

  /** @returns the units directly below that last */
  children(unitId: string): StoredUnit[] {
    return [...this.units.values()].filter((row) => row.parentId === unitId && lasting(row, this.day));
  }

  /** @returns the endpoints of the unit that last */
  endpointsOf(unitId: string): EndpointRow[] {
    return [...this.endpoints.values()].filter((row) => row.unitId === unitId && lasting(row, this.day));
  }

  /** @returns whether the unit is `topId` or stands below it */
  isWithin(unitId: string, topId: string): boolean {
    const seen = new Set<string>();
    for (let at: string | null = unitId; at !== null && !seen.has(at); at = this.units.get(at)?.parentId ?? null) {
      if (at === topId) return true;
      seen.add(at);
    }
    return false;
  }

  private seesEndpoint(row: EndpointRow): boolean {
    return this.made.has(row.unitId) || this.visible(row.unitId);
  }

  private edit<T extends StoredUnit | EndpointRow>(rows: Map<string, T>, row: T, kind: string): T {
    if (sinceOf(row) > this.day) {
      const message = `A later change of the ${kind} ${row.code} is already written, for ${sinceOf(row)}.`;
      throw new StepFault('later_change', kind, row.code, message);
    }
    const copy = this.steps.has(row.id) ? (rows.get(row.id) ?? row) : { ...row };
    rows.set(row.id, copy);
    this.touch(row.id);
    return copy;
  }

  private touch(id: string): void {
    this.steps.set(id, this.step);
    this.busy.push({ step: this.step, id });
  }

  private begin(naming: Naming, codes: Map<string, string>, among: readonly { sort: number }[]) {
    if (codes.has(naming.code)) {
      throw new StepFault('code_taken', 'code', naming.code, `The code ${naming.code} is already in use.`);
    }
    const id = newId(this.now);
    codes.set(naming.code, id);
    this.made.add(id);
    this.touch(id);
    return {
      id,
      code: naming.code,
      ...namesOf(naming.name, naming.shortName),
      sort: naming.sort ?? among.reduce((last, one) => Math.max(last, one.sort), 0) + 10,
      validFrom: this.day,
      validTo: null,
      since: null,
      version: 1,
    };
  }
}

/** @returns names as they are stored; a missing short name is the beginning of the long one */
export function namesOf(name: string, shortName?: string): { name: string; shortName: string; nameFold: string } {
  const long = tidyName(name);
  const short = tidyName(shortName ?? [...long].slice(0, 60).join(''));
  return { name: long, shortName: short, nameFold: fold(`${long} ${short}`) };
}
