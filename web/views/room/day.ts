import type { RoomDay } from '../../../server/protocol/rest.ts';
import { ApiProblem } from '../../lib/api.ts';
import { noteServerTime } from '../../lib/serverClock.ts';

/**
 * Reads what the room needs before a session, with the device's credential instead of a cookie.
 * @throws ApiProblem when the server refuses or is away
 */
export async function readDay(credential: string, signal: AbortSignal): Promise<RoomDay> {
  const answer = await fetch('/api/v1/room/day', {
    headers: { authorization: `Bearer ${credential}`, accept: 'application/json' },
    // a person signed in on the same browser must not speak for the room
    credentials: 'omit',
    signal,
  });
  if (!answer.ok) {
    const code = answer.status === 401 ? 'credential_revoked' : 'internal';
    throw new ApiProblem({ code, status: answer.status, detail: `HTTP ${answer.status}` });
  }
  const day = (await answer.json()) as RoomDay;
  noteServerTime(day.serverTime, 1_000);
  return day;
}
