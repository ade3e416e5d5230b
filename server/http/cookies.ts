import type { Response } from 'express';
import { SESSION_COOKIE } from './route.ts';
import type { ReplyCookie } from './route.ts';

/** @returns the cookie's name on the wire: over TLS no other host or path can set one with this prefix */
export function wireName(name: string, secure: boolean): string {
  return secure ? `__Host-${name}` : name;
}

/**
 * Writes a cookie that scripts of the page cannot read and that foreign pages do not send.
 * @param secure the service is reached over TLS
 */
export function setCookie(res: Response, cookie: ReplyCookie, secure: boolean): void {
  const gone = cookie.value === '';
  const expires = gone ? new Date(0) : cookie.expiresAt === null ? undefined : new Date(cookie.expiresAt);
  res.cookie(wireName(cookie.name, secure), cookie.value, {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure,
    ...(expires && { expires }),
  });
}

/**
 * @param header value of the `Cookie` header
 * @param secure the service is reached over TLS
 * @returns token of the browser's sign-in, or null
 */
export function sessionToken(header: string | undefined, secure: boolean): string | null {
  const wanted = wireName(SESSION_COOKIE, secure);
  for (const part of header?.split(';') ?? []) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === wanted) return part.slice(at + 1).trim() || null;
  }
  return null;
}
