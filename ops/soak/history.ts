import { join } from 'node:path';
import { openDatabase } from '../../server/db/dataSource.ts';
import { allEntities } from '../../server/db/entities.ts';
import { createLog } from '../../server/log.ts';
import { fillCalendar } from '../bench/calendarFill.ts';
import type { WholeService } from '../bench/serviceFixture.ts';

const MEETINGS = 10_000;
const PAGE = 200;
const DAY_MS = 86_400_000;

/**
 * Writes ten thousand meetings with their bookings beside the running service and reads them all through it. Pages of the
 * database and views that it keeps are bounded, and a new installation takes months to fill them: a service that has
 * them full already shows at once whether anything else grows.
 */
export async function fillHistory(service: WholeService): Promise<void> {
  const url = `sqlite:${join(service.dataDir, 'nhipcau.db')}`;
  const db = await openDatabase({ url, entities: allEntities, log: createLog('silent') });
  const from = Math.ceil(Date.now() / 1_000) * 1_000 + 2 * DAY_MS;
  const endpoints = service.endpoints.slice(0, 87);
  try {
    await db.transaction((m) => fillCalendar(m, { from, endpoints, createdBy: service.chairUserId }, 0, MEETINGS));
  } finally {
    await db.close();
  }
  for (let cursor: string | null = ''; cursor !== null;) {
    const next: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const page: { nextCursor: string | null } = await service.administrator.ask(
      'get',
      `/meetings?limit=${PAGE}${next}`,
    );
    cursor = page.nextCursor;
  }
}
