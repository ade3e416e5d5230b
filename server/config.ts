import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { StartRefused } from './errors.ts';

const port = (d: number) => z.coerce.number().int().min(1).max(65535).default(d);

/** Every environment variable of the control plane: default, unit and advice. This file alone reads the environment. */
const schema = z.object({
  /** HTTP and Socket.IO port of the control plane */
  PORT: port(3000),
  /** address to listen on; every address of the machine when left out, `127.0.0.1` behind a proxy of the same machine */
  HOST: z.string().optional(),
  /** how browsers reach the service, e.g. https://cau.tuyenquang.example; default: http(s)://localhost:PORT */
  PUBLIC_URL: z.url().optional(),
  /** folder of database, secrets and certificates; made with mode 0700 */
  DATA_DIR: z.string().default('./data'),
  /** `sqlite:<path>` or `mysql://user:password@host:port/database`; default: a file in DATA_DIR */
  DATABASE_URL: z
    .string()
    .regex(/^(sqlite:|mysql:\/\/)/, 'sqlite:<path> or mysql://user:password@host:port/database')
    .optional(),
  /** sample province to load into an empty database */
  SEED: z.enum(['2020-87', '2017-28', '2025-124', 'lab-350', 'none']).default('2020-87'),
  /** SFU nodes as `host:port` with commas; default: the one that this service starts by itself */
  SFU_NODES: z.string().optional(),
  /** port of the control channel of the SFU node, loopback only */
  SFU_CONTROL_PORT: port(3001),
  /** mediasoup workers of the node; default: one a core */
  SFU_WORKERS: z.coerce.number().int().min(1).max(64).optional(),
  /** address that browsers send media to; guessed when left out, shown at start and checked */
  SFU_ANNOUNCED_ADDRESS: z.string().optional(),
  /** first media port; worker i uses UDP and TCP base + i */
  SFU_PORT_BASE: port(40000),
  /** trace, debug, info, warn, error, fatal */
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** `self`: HTTPS with a certificate of an own authority kept in DATA_DIR; `off`: plain HTTP */
  TLS: z.enum(['off', 'self']).default('off'),
  /** certificate chain and key in PEM; both or none */
  TLS_CERT: z.string().optional(),
  TLS_KEY: z.string().optional(),
  /** mail server for invitations, e.g. smtp://user:password@host:587; without it no mail is written */
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//)
    .optional(),
  /** address in whose name mails go out; default: no-reply at the host of PUBLIC_URL */
  SMTP_FROM: z.email().optional(),
  /**
   * hosts with commas that webhooks may reach though they are this machine, its neighbours on the wire, or speak plain
   * http, e.g. `127.0.0.1,may-trong`; every other host is reached by https
   */
  WEBHOOK_HOSTS: z
    .string()
    .regex(/^[\w.:-]+(\s*,\s*[\w.:-]+)*$/, 'host names or addresses with commas, without http:// and port')
    .optional(),
  /** time zone in which meetings are written */
  TZ_DEFAULT: z
    .string()
    .default('Asia/Ho_Chi_Minh')
    .refine((tz) => Intl.supportedValuesOf('timeZone').includes(tz) || tz === 'UTC' || tz === 'Asia/Ho_Chi_Minh', {
      message: 'a time zone of the IANA database, e.g. Asia/Ho_Chi_Minh',
    }),
  /** bearer token that /metrics asks for; open when left out */
  METRICS_TOKEN: z.string().min(16).optional(),
});

/** Keys that look like ours, so that a misspelt one is refused instead of ignored. */
const OURS =
  /^(SFU_|TLS_|DATABASE_|SMTP_|METRICS_|PUBLIC_|WEBHOOK_)|^(PORT|HOST|DATA_DIR|SEED|LOG_LEVEL|TLS|TZ_DEFAULT)$/;
/** Read by the node's own process (sfu/config.ts). */
const NODE_KEYS = new Set([
  'SFU_CONTROL_HOST',
  'SFU_SECRET',
  'SFU_SECRET_FILE',
  'SFU_LISTEN_IP',
  'SFU_CONSUMERS_PER_WORKER',
]);

/** Checked configuration of the control plane. */
export interface Config extends z.output<typeof schema> {
  databaseUrl: string;
  dataDir: string;
  publicUrl: string;
  tls: 'off' | 'self' | 'files';
}

/**
 * Reads and checks the environment.
 * @throws StartRefused with one sentence that names the key
 */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  const known = new Set([...Object.keys(schema.shape), ...NODE_KEYS]);
  for (const key of Object.keys(env)) {
    if (OURS.test(key) && !known.has(key)) {
      throw new StartRefused(
        `${key} is not a setting of this service: remove it or see server/config.ts for the names.`,
      );
    }
  }
  // an empty value means "not set": a .env file with `TLS_CERT=` is common
  const given = Object.fromEntries(Object.entries(env).filter(([, v]) => v !== ''));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new StartRefused(`${issue?.path.join('.')} is wrong: ${issue?.message}.`);
  }
  const c = parsed.data;
  if (!c.TLS_CERT !== !c.TLS_KEY) throw new StartRefused('TLS_CERT and TLS_KEY go together: set both or none.');
  for (const key of ['TLS_CERT', 'TLS_KEY'] as const) {
    const file = c[key];
    if (file && !existsSync(file)) throw new StartRefused(`${key} names a file that does not exist: ${file}.`);
  }
  const dataDir = resolve(c.DATA_DIR);
  const tls = c.TLS_CERT ? 'files' : c.TLS;
  return {
    ...c,
    dataDir,
    tls,
    databaseUrl: c.DATABASE_URL ?? `sqlite:${join(dataDir, 'nhipcau.db')}`,
    publicUrl: (c.PUBLIC_URL ?? `${tls === 'off' ? 'http' : 'https'}://localhost:${c.PORT}`).replace(/\/$/, ''),
  };
}

/** Makes the data folder with mode 0700. @throws StartRefused when it cannot be written */
export function prepareDataDir(dataDir: string): void {
  try {
    mkdirSync(join(dataDir, 'run'), { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new StartRefused(`DATA_DIR cannot be written: ${dataDir} (${(cause as Error).message}).`);
  }
}

/** @returns the configuration with every secret masked, for the start of the log */
export function maskedConfig(c: Config): Record<string, unknown> {
  // up to the last @: a password that should have been escaped is hidden whole
  const hide = (url?: string) => url?.replace(/\/\/([^:@/]*):.*@/, '//$1:********@');
  return {
    ...Object.fromEntries(Object.keys(schema.shape).map((k) => [k, c[k as keyof Config]])),
    DATABASE_URL: hide(c.databaseUrl),
    SMTP_URL: hide(c.SMTP_URL),
    METRICS_TOKEN: c.METRICS_TOKEN && '********',
    DATA_DIR: c.dataDir,
    PUBLIC_URL: c.publicUrl,
  };
}
