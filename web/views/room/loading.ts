const AGAIN_MS = 3_000;

const visit = () => import('./visit.ts');

/** @returns what a visit of a session is made with */
export function loadVisit(): ReturnType<typeof visit> {
  return patiently(visit);
}

/** Nobody stands beside a room to press a button: a part is asked for until it comes. */
export async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch {
      await new Promise((wake) => setTimeout(wake, AGAIN_MS));
      // the server answers but has the part no longer: it was upgraded, and this page has to follow
      if (await reachable()) location.reload();
    }
  }
}

async function reachable(): Promise<boolean> {
  return fetch('/', { method: 'HEAD' }).then(
    (answer) => answer.ok,
    () => false,
  );
}
