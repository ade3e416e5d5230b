/** What a request says about where it came from. */
export interface OriginHeaders {
  origin?: string | undefined;
  host?: string | undefined;
  'sec-fetch-site'?: string | string[] | undefined;
}

/**
 * Whether a request may have come from a page of this service. Scripts send none of the headers and pass: they have
 * no cookie that a foreign page could borrow.
 * @param headers of the request or of the socket's handshake
 * @param allowed further origins of this service, e.g. the public URL behind a proxy
 */
export function isOwnOrigin(headers: OriginHeaders, allowed: readonly string[]): boolean {
  const { origin } = headers;
  if (origin !== undefined) {
    if (allowed.includes(origin)) return true;
    return headers.host !== undefined && hostOf(origin) === headers.host;
  }
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
