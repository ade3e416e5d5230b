import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server as HttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { compose } from './compose.ts';
import type { Program } from './compose.ts';
import { maskedConfig, prepareDataDir, readConfig } from './config.ts';
import type { Config } from './config.ts';
import { StartRefused } from './errors.ts';
import { createLog } from './log.ts';
import type { Log } from './log.ts';
import { tlsFiles } from './tls.ts';

/** What the supervisor is told once the service takes work. */
export interface ReadyMessage {
  /** address of the service; for the SFU node, where media goes */
  ready: string;
  warning?: string | null;
  /** links that a newcomer can open; one-time links of a first start */
  firstRun?: { file: string; text: string } | null;
}

const STOP_WITHIN_MS = 4_000;

async function listen(http: HttpServer, config: Config): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    http.once('error', (err: NodeJS.ErrnoException) => {
      if (err.code === 'EADDRINUSE') {
        reject(new StartRefused(`Port ${config.PORT} is taken: stop the program that uses it, or set PORT.`));
      } else
        reject(
          new StartRefused(
            `The service cannot listen on ${config.HOST ?? 'any address'}, port ${config.PORT} (${err.message}).`,
          ),
        );
    });
    http.listen(config.PORT, config.HOST, resolve);
  });
}

function stopper(program: Program, http: HttpServer, log: Log): (why: string) => void {
  let stopping = false;
  return (why) => {
    if (stopping) return;
    stopping = true;
    log.info({ why }, 'draining');
    // running sessions live on in the log and at the node: the next start takes them up
    setTimeout(() => process.exit(0), STOP_WITHIN_MS).unref();
    http.close();
    http.closeIdleConnections();
    program.stop().then(
      () => process.exit(0),
      (err: unknown) => {
        log.error({ err }, 'the stop was not clean');
        process.exit(1);
      },
    );
  };
}

async function main(): Promise<void> {
  const config = readConfig();
  prepareDataDir(config.dataDir);
  const log = createLog(config.LOG_LEVEL);
  log.info({ config: maskedConfig(config) }, 'starting');
  process.on('unhandledRejection', (err) => log.error({ err }, 'unhandled rejection'));
  const files = await tlsFiles(config);
  const http = files ? createTlsServer({ cert: files.cert, key: files.key }) : createServer();
  http.headersTimeout = 15_000;
  http.requestTimeout = 60_000;
  const secret = readFileSync(join(config.dataDir, 'secrets', 'sfu-control'), 'utf8').trim();
  const program = await compose({ config, log, http, secret, authority: files?.authority ?? null });
  const stop = stopper(program, http, log);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal));
  // a control plane whose supervisor is gone would keep the port from the next one
  process.on('disconnect', () => stop('the supervisor is gone'));
  await listen(http, config);
  await program.start();
  log.info({ url: config.publicUrl }, 'ready');
  const message: ReadyMessage = { ready: config.publicUrl, firstRun: program.firstRun };
  process.send?.(message);
}

main().catch((err: unknown) => {
  if (err instanceof StartRefused) {
    console.error(err.message);
    process.exit(2);
  }
  console.error(err);
  process.exit(1);
});
