import type { Actor } from '../accounts/actor.ts';
import { sessionToken } from './cookies.ts';

/** Who a credential stands for, and whether a browser sent it by itself. */
export interface Identity {
  actor: Actor;
  by: 'bearer' | 'cookie';
}

/** The headers that carry credentials, of a request or of a socket's handshake. */
export interface CredentialHeaders {
  authorization?: string | undefined;
  cookie?: string | undefined;
}

/** Finds the actor of a request; null when it has no credential, or one that is unknown or has ended. */
export type Identify = (headers: CredentialHeaders) => Promise<Identity | null>;

/** Finds the actor of one credential. */
export type Resolve = (credential: string) => Promise<Actor | null>;

/** Longer than any credential of ours: what exceeds it is not worth a look-up. */
const MAX_CREDENTIAL = 200;

/**
 * @param resolvers asked in their order; the first that knows the credential answers
 * @param secure the service is reached over TLS, so the cookie carries its prefix
 */
export function createIdentify(resolvers: readonly Resolve[], secure: boolean): Identify {
  const resolve = async (credential: string): Promise<Actor | null> => {
    if (credential.length > MAX_CREDENTIAL) return null;
    for (const ask of resolvers) {
      const actor = await ask(credential);
      if (actor) return actor;
    }
    return null;
  };
  return async ({ authorization, cookie }) => {
    const by = authorization === undefined ? 'cookie' : 'bearer';
    const credential = by === 'bearer' ? bearer(authorization) : sessionToken(cookie, secure);
    const actor = credential && (await resolve(credential));
    return actor ? { actor, by } : null;
  };
}

/** @returns the credential of an `Authorization: Bearer` header, or null */
export function bearer(header: string | undefined): string | null {
  return /^Bearer +(\S+)\s*$/i.exec(header ?? '')?.[1] ?? null;
}
