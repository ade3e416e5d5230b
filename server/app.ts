import { fileURLToPath } from 'node:url';
import express from 'express';
import type { Express, Request, Response } from 'express';
import { Registry } from 'prom-client';
import type { Health } from './health.ts';
import { mountApi } from './http/mount.ts';
import type { HttpEdge } from './http/mount.ts';
import { securityHeaders } from './http/security.ts';
import { webFiles } from './http/webFiles.ts';
import type { Metrics } from './metrics.ts';

/** What the web application is built from. */
export interface AppParts {
  edge: HttpEdge;
  health: Health;
  metrics: Metrics;
  /** bearer token of /metrics; open when null */
  metricsToken: string | null;
  /** certificate of the own authority, offered for download */
  authority: string | null;
}

const DIST = fileURLToPath(new URL('../web/dist', import.meta.url));

/** Builds the Express application from given services; it does not listen. */
export function createApp(parts: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(securityHeaders(parts.edge.secure));
  app.get('/livez', (_req, res) => void res.type('text/plain').send('ok\n'));
  app.get('/readyz', (_req, res) => readyz(parts.health, res));
  app.get('/metrics', (req, res) => metricsPage(parts, req, res));
  if (parts.authority !== null) {
    app.get('/ca.crt', (_req, res) => {
      res.setHeader('Content-Disposition', 'attachment; filename="nhip-cau-ca.crt"');
      res.type('application/x-x509-ca-cert').send(parts.authority);
    });
  }
  app.use('/api/v1', mountApi(parts.edge));
  mountWeb(app);
  return app;
}

async function readyz(health: Health, res: Response): Promise<void> {
  const reasons = await health.reasons();
  res.setHeader('Cache-Control', 'no-store');
  res
    .status(reasons.length === 0 ? 200 : 503)
    .json({ ready: reasons.length === 0, reasons, warnings: health.warnings() });
}

async function metricsPage({ metrics, metricsToken }: AppParts, req: Request, res: Response): Promise<void> {
  if (metricsToken !== null && req.get('authorization') !== `Bearer ${metricsToken}`) {
    res.status(401).setHeader('WWW-Authenticate', 'Bearer').type('text/plain').send('METRICS_TOKEN is needed\n');
    return;
  }
  // the text of OpenMetrics for who asks for it, else the older one that every tool reads
  const open = req.get('accept')?.includes('application/openmetrics-text') ?? false;
  const type = open ? Registry.OPENMETRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE;
  const text = await metrics.textOf(open);
  res.setHeader('Content-Type', type);
  res.send(text);
}

/** The browser application, and a plain answer for what there is not. */
function mountWeb(app: Express): void {
  app.use(webFiles(DIST));
  app.use((_req, res) => void res.status(404).type('text/plain').send('not found\n'));
  app.use((_err: unknown, _req: Request, res: Response, next: (err?: unknown) => void) => {
    if (res.headersSent) next();
    else res.status(404).type('text/plain').send('not found\n');
  });
}
