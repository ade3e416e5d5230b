import type { EntityManager } from 'typeorm';
import { seriesEntity } from './calendar.entity.ts';
import type { SeriesRow } from './calendar.entity.ts';
import type { Recurrence } from './recurrence.ts';

/** A series with its days parsed. */
export interface Series extends Omit<SeriesRow, 'exceptDays'>, Recurrence {
  except: string[];
}

/** @returns the series, or null */
export async function readSeries(m: EntityManager, id: string): Promise<Series | null> {
  const row = await m.findOneBy(seriesEntity, { id });
  if (!row) return null;
  const { exceptDays, ...rest } = row;
  return { ...rest, except: JSON.parse(exceptDays) as string[] };
}

/** Stores a new series. */
export async function insertSeries(m: EntityManager, { except, ...row }: Series): Promise<void> {
  await m.insert(seriesEntity, { ...row, exceptDays: JSON.stringify(except) });
}

/** Changes the rule of a series, or the moment from which it counts. */
export async function updateSeries(
  m: EntityManager,
  id: string,
  fields: Partial<Pick<Series, 'rrule' | 'tz' | 'startsAt' | 'durationMs' | 'version' | 'except'>>,
): Promise<void> {
  const { except, ...rest } = fields;
  await m.update(seriesEntity, { id }, { ...rest, ...(except && { exceptDays: JSON.stringify(except) }) });
}
