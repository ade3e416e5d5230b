import { createHash, randomBytes, randomInt } from 'node:crypto';

/** Letters and digits that cannot be taken for one another on a screen four metres away. */
const ALPHABET = 'ACDEFGHJKLMNPQRTUVWXY34679';
const CODE_LENGTH = 6;

/** @returns 256 random bits in base64url: a credential, a secret or a token */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** @returns a pairing code to read aloud */
export function newPairingCode(): string {
  return Array.from({ length: CODE_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

/** @returns the code as it was made, from what a person typed: any case, with spaces or dashes */
export function typedCode(text: string): string {
  return text.replace(/[\s-]/g, '').toUpperCase();
}

/** @returns SHA-256 in hex: all that is stored of a secret. They are random, so no slow hash is needed. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
