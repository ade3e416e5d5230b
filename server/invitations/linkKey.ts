import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @returns the key of this service, made at the first start into a file of its data folder with mode 0600 */
export function readLinkKey(dataDir: string): Buffer {
  const file = join(dataDir, 'invitation-links.key');
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  return Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url');
}

/**
 * @param about id of the meeting or series
 * @returns the secret of an endpoint's link, the same in every mail, so that a reminder does not end the link before it
 */
export function secretOf(key: Buffer, about: string, endpointId: string): string {
  return createHmac('sha256', key).update(`invitation ${about} ${endpointId}`).digest('base64url');
}
