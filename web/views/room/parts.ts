import { lazy } from 'react';
import { fetchMediaClient } from '../../media/client.ts';
import { loadVisit, patiently } from './loading.ts';

const session = () => import('./InSession.tsx');
const check = () => import('./TechCheck.tsx');

/** The room in a session; fetched ahead of need by `fetchParts`. */
export const InSession = lazy(async () => ({ default: (await patiently(session)).InSession }));

/** The technical check; fetched ahead of need by `fetchParts`. */
export const TechCheck = lazy(async () => ({ default: (await patiently(check)).TechCheck }));

/** Fetches what standby does not show while the room waits, so that a session begins without loading. */
export function fetchParts(): void {
  // what fails now is fetched when it is needed
  void Promise.allSettled([loadVisit(), session(), check(), fetchMediaClient()]);
}
