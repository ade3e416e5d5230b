import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

const SELF = "'self'";
const NONE = "'none'";

/** React sets style attributes; nothing else inline is let through. */
const POLICY = {
  defaultSrc: [SELF],
  scriptSrc: [SELF],
  scriptSrcAttr: [NONE],
  styleSrc: [SELF],
  styleSrcAttr: ["'unsafe-inline'"],
  connectSrc: [SELF, 'ws:', 'wss:'],
  imgSrc: [SELF, 'data:', 'blob:'],
  mediaSrc: [SELF, 'blob:'],
  workerSrc: [SELF, 'blob:'],
  fontSrc: [SELF],
  objectSrc: [NONE],
  baseUri: [NONE],
  formAction: [SELF],
  frameAncestors: [NONE],
};

const PERMISSIONS =
  'camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), autoplay=(self), ' +
  'screen-wake-lock=(self), speaker-selection=(self), geolocation=(), payment=(), usb=()';

/**
 * Headers that every answer carries, pages and API alike.
 * @param secure the service is reached over TLS, so browsers are told to stay there
 */
export function securityHeaders(secure: boolean): RequestHandler {
  const headers = headersOf({
    contentSecurityPolicy: { useDefaults: false, directives: POLICY },
    strictTransportSecurity: secure && { maxAge: 180 * 24 * 3600, includeSubDomains: false },
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
  return (_req, res, next) => {
    for (const [name, value] of headers) res.setHeader(name, value);
    next();
  };
}

/** @returns the headers that helmet sets; none of ours depends on the request, so it is asked once */
function headersOf(options: Parameters<typeof helmet>[0]): [string, string][] {
  const headers: [string, string][] = [['Permissions-Policy', PERMISSIONS]];
  const answer = {
    setHeader: (name: string, value: unknown) => headers.push([name, String(value)]),
    removeHeader: () => undefined,
  };
  helmet(options)({} as IncomingMessage, answer as unknown as ServerResponse, () => undefined);
  return headers;
}
