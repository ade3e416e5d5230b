/** A device credential that this browser keeps for one endpoint. */
export interface StoredCredential {
  deviceId: string;
  credential: string;
  endpoint: { id: string; code: string; name: string; shortName: string };
}

const PREFIX = 'nhipcau.device.';

/** @returns the credential of the endpoint with this code, or null */
export function readCredential(code: string, storage: Storage = localStorage): StoredCredential | null {
  return parse(storage.getItem(PREFIX + code));
}

/** @returns every credential of this browser, in the order of the codes */
export function listCredentials(storage: Storage = localStorage): StoredCredential[] {
  const keys = Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? '');
  const found = keys.filter((key) => key.startsWith(PREFIX)).sort();
  return found.map((key) => parse(storage.getItem(key))).filter((entry) => entry !== null);
}

/** Keeps a credential under its endpoint's code: two rooms may be open in one browser. */
export function keepCredential(entry: StoredCredential, storage: Storage = localStorage): void {
  storage.setItem(PREFIX + entry.endpoint.code, JSON.stringify(entry));
}

/** Forgets the credential of an endpoint, e.g. after it was revoked. */
export function forgetCredential(code: string, storage: Storage = localStorage): void {
  storage.removeItem(PREFIX + code);
}

function parse(text: string | null): StoredCredential | null {
  try {
    const value = JSON.parse(text ?? 'null') as Partial<StoredCredential> | null;
    if (typeof value?.credential !== 'string' || typeof value.endpoint?.code !== 'string') return null;
    return value as StoredCredential;
  } catch {
    return null;
  }
}
