import compression from 'compression';
import type { Request, RequestHandler } from 'express';

/** Shorter answers fit into a packet or two as they are; bytes. */
const THRESHOLD = 1_024;

/**
 * Compresses the longer JSON that is read; files and streams go out as they are.
 *
 * The length of a compressed answer gives away whether something that the asker put into it also stands there as a secret,
 * if he can read lengths on the line and make the victim's browser ask again and again (BREACH). Answers to foreign pages
 * are therefore never compressed over TLS, and neither is an answer to a change: those carry new secrets.
 * @param secure the service is reached over TLS; without it whoever reads the line needs no such art
 */
export function compressedJson(secure: boolean): RequestHandler {
  const compress = compression({
    threshold: THRESHOLD,
    filter: (_req, res) => /^application\/(?:[\w.-]+\+)?json\b/.test(String(res.getHeader('Content-Type') ?? '')),
  });
  return (req, res, next) => {
    if (req.headers['accept-encoding'] !== undefined && mayShrink(req, secure)) compress(req, res, next);
    else next();
  };
}

function mayShrink(req: Request, secure: boolean): boolean {
  if (req.method !== 'GET') return false;
  // a bearer credential is never sent by a browser on its own; the second header is the browser's own and cannot be forged
  return !secure || req.headers.authorization !== undefined || req.headers['sec-fetch-site'] === 'same-origin';
}
