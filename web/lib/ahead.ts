/**
 * Requests that are sent while the code that needs their answers still loads. Without imports, since the page's first
 * script carries it.
 */

/** Query values; those undefined or empty are left out. */
export type Query = Record<string, string | number | boolean | null | undefined>;

/** An answer, and when it came: epoch milliseconds of this machine. */
export interface Received {
  answer: Response;
  at: number;
}

const BASE = '/api/v1';
/** What nobody has taken by then is too old; milliseconds. */
const FRESH = 10_000;
/** Milliseconds after which a request counts as lost. */
const PATIENCE = 20_000;

const asked = new Map<string, { until: number; received: Promise<Received | null> }>();

/** @returns path and query of a call of the HTTP interface */
export function addressOf(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, v]) => v !== undefined && v !== null && v !== '');
  if (!given.length) return BASE + path;
  return `${BASE}${path}?${new URLSearchParams(given.map(([k, v]) => [k, String(v)]))}`;
}

/** Sends a request for who will take its answer. @returns whether it was answered with what was asked for */
export async function askAhead(path: string, query?: Query): Promise<boolean> {
  const address = addressOf(path, query);
  const signal = AbortSignal.timeout(PATIENCE);
  const received = fetch(address, { credentials: 'same-origin', headers: { accept: 'application/json' }, signal }).then(
    (answer) => ({ answer, at: Date.now() }),
    // whoever needs it asks again, and says what is wrong
    () => null,
  );
  asked.set(address, { until: Date.now() + FRESH, received });
  return (await received)?.answer.ok ?? false;
}

/** Hands an answer over, once. @returns null when nobody asked, or too long ago, or in vain */
export async function takeAhead(address: string): Promise<Received | null> {
  const found = asked.get(address);
  asked.delete(address);
  return found && Date.now() < found.until ? found.received : null;
}

/** Drops what nobody has taken: after a change it may be wrong, after a sign-in it is somebody else's. */
export function forgetAhead(): void {
  asked.clear();
}
