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
  const headers = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: POLICY },
    strictTransportSecurity: secure && { maxAge: 180 * 24 * 3600, includeSubDomains: false },
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
  return (req, res, next) => {
    res.setHeader('Permissions-Policy', PERMISSIONS);
    headers(req, res, next);
  };
}
