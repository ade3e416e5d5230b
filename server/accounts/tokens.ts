import { hash, randomBytes } from 'node:crypto';

/** They say at a glance what a leaked text is, and keep the look-ups of sign-ins, API tokens and devices apart. */
export const SIGN_IN_TOKEN = 'nct_';
export const API_TOKEN = 'nca_';

/** @returns a new token: 256 random bits behind the prefix of its kind */
export function newToken(prefix: string = SIGN_IN_TOKEN): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** @returns whether a text can be a token of that kind at all */
export function looksLikeToken(text: string, prefix: string = SIGN_IN_TOKEN): boolean {
  return text.startsWith(prefix) && text.length === prefix.length + 43;
}

/** @returns what is stored of a token. A fast hash is enough: the token is random, not chosen. */
export function tokenHash(token: string): string {
  return hash('sha256', token, 'hex');
}
