import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import express, { Router } from 'express';
import type { NextFunction, Request, Response } from 'express';

/** Endings of the compressed copies that the build leaves beside a file, the smaller first. */
const CODINGS = { br: '.br', gzip: '.gz' } as const;

/**
 * Serves the browser application: hashed files for a year, every other path the one page.
 * @param dist folder of the built application; it may come later than the service
 */
export function webFiles(dist: string): Router {
  const router = Router();
  const assets = join(dist, 'assets');
  router.use(
    '/assets',
    (req, res, next) => compressedCopy(assets, req, res, next),
    express.static(assets, {
      immutable: true,
      maxAge: '1y',
      index: false,
      fallthrough: false,
      setHeaders: (res, path) => {
        res.setHeader('Vary', 'Accept-Encoding');
        const ending = extname(path);
        if (ending === CODINGS.br || ending === CODINGS.gzip) res.type(extname(path.slice(0, -ending.length)));
      },
    }),
  );
  router.use(express.static(dist, { index: false, maxAge: 0 }));
  let page: string | null = null;
  router.get(/^\/(?!api\/|socket\.io\/)/, (_req, res) => {
    const file = join(dist, 'index.html');
    page ??= existsSync(file) ? readFileSync(file, 'utf8') : null;
    res.setHeader('Cache-Control', 'no-cache');
    if (page === null) res.status(503).type('text/plain').send('The web application is not built: run npm start.\n');
    else res.type('html').send(page);
  });
  return router;
}

/** Lets the smaller copy of a file answer where the browser takes it: compressing anew for each is work of a core. */
function compressedCopy(assets: string, req: Request, res: Response, next: NextFunction): void {
  const isFile = /^\/[\w-][\w.-]*$/.test(req.path);
  for (const [coding, ending] of Object.entries(CODINGS)) {
    if (!isFile || !req.acceptsEncodings(coding) || !existsSync(join(assets, req.path + ending))) continue;
    req.url = req.path + ending;
    res.setHeader('Content-Encoding', coding);
    break;
  }
  next();
}
