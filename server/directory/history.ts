import type { EndpointPastRow, EndpointRow, StoredUnit, UnitPastRow } from './directory.entity.ts';

/** When something is, and since when it is called and placed as it is now. */
interface Dated {
  validFrom: string;
  since: string | null;
}

/** @returns day from which the present names and place hold */
export function sinceOf(row: Dated): string {
  return row.since ?? row.validFrom;
}

/** @returns the units with the names and places of a day; their lives are not looked at */
export function unitsAsOf(units: readonly StoredUnit[], pasts: readonly UnitPastRow[], day: string): StoredUnit[] {
  const of = Map.groupBy(pasts, (past) => past.unitId);
  return units.map((row) => {
    if (sinceOf(row) <= day) return row;
    const past = of.get(row.id)?.find((one) => one.validFrom <= day && day < one.validTo);
    if (!past) return row;
    const { parentId, name, shortName, levelCode } = past;
    return { ...row, parentId, name, shortName, levelCode };
  });
}

/** @returns the endpoints with the names and units of a day; their lives are not looked at */
export function endpointsAsOf(
  endpoints: readonly EndpointRow[],
  pasts: readonly EndpointPastRow[],
  day: string,
): EndpointRow[] {
  const of = Map.groupBy(pasts, (past) => past.endpointId);
  return endpoints.map((row) => {
    if (sinceOf(row) <= day) return row;
    const past = of.get(row.id)?.find((one) => one.validFrom <= day && day < one.validTo);
    if (!past) return row;
    const { unitId, name, shortName } = past;
    return { ...row, unitId, name, shortName };
  });
}
