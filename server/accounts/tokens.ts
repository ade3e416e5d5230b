import { createHash, randomBytes } from 'node:crypto';

/** Says at a glance what a leaked text is, and keeps the look-ups of users and devices apart. */
const PREFIX = 'nct_';

/** @returns a new token: 256 random bits */
export function newToken(): string {
  return PREFIX + randomBytes(32).toString('base64url');
}

/** @returns whether a text can be a token of a user at all */
export function looksLikeToken(text: string): boolean {
  return text.startsWith(PREFIX) && text.length === PREFIX.length + 43;
}

/** @returns what is stored of a token. A fast hash is enough: the token is random, not chosen. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
